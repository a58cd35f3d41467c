"""The page of the balance: its figures are the balance's, and each sees what is his."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maps import balance, groups
from maps.periods import parse
from maps.subjects import subject
from matching.models import MatchRun
from matching.scenario_models import Scenario
from tests import worlds
from tests.exchange import market
from tests.ledger.yard import add, gypsum, unguarded, works
from tests.maps.publishing import edition, firm
from wastehub.accounts.models import Jurisdiction, User
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.models import Entry
from wastehub.ledger.months import months_rebuild
from wastehub.ledger.services import entry_correct
from wastehub.places.models import Zone
from wastehub.registry.models import Facility
from wastehub.web.templatetags.figures import tonnes

pytestmark = pytest.mark.django_db

MADE_ON = date(2025, 3, 10)
ASKED = {"material": "phosphogypsum", "period": "2025", "level": "county"}


@pytest.fixture
def two_works() -> tuple[Facility, Facility]:
    """Real works: in the west 100 t are made and 60 shipped east, where 40 are used."""
    worlds.two_counties()
    west, east = works(104.5), works(105.5)
    add(west, Kind.GENERATED, 100_000, occurred_on=MADE_ON)
    add(west, Kind.SHIPPED, 60_000, occurred_on=MADE_ON, counterparty=east)
    received = {"counterparty": west, "evidence": Evidence.WEIGHED}
    add(east, Kind.RECEIVED, 60_000, occurred_on=MADE_ON, **received)
    add(east, Kind.USED, 40_000, occurred_on=MADE_ON)
    return west, east


def signed_in(is_staff: bool = False, watched: str = "") -> Client:
    """A browser that reads English."""
    client = Client(headers={"accept-language": "en"})
    name = f"reader{User.objects.count()}"
    user = User.objects.create_user(name, f"{name}@example.org", is_staff=is_staff)
    if watched:
        Jurisdiction.objects.create(user=user, adcode=watched)
    client.force_login(user)
    return client


def staff() -> Client:
    return signed_in(is_staff=True)


def shown(client: Client, path: str = "/balance/", **asked: str) -> Any:
    answer = client.get(path, ASKED | asked)
    assert answer.status_code == 200, answer.content.decode()
    return answer


def test_the_table_is_what_the_balance_tells(two_works) -> None:
    rows = shown(staff()).context["rows"]
    grouping = groups.by_level("county", groups.invented_or_real(is_invented=False))
    told = balance.balance(subject("phosphogypsum"), grouping, parse("2025"))
    assert [row.cell for row in rows] == told
    west, east = rows
    assert west.cells == ["100", "0", "0", "0 %", "60 %", "+100", "40"]
    assert east.cells == ["0", "40", "0", "–", "–", "−40", "20"]


def _statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        shown(client, level="site")
    return len(captured)


def test_more_sites_take_no_more_statements(two_works) -> None:
    client = staff()
    shown(client)
    before = _statements(client)
    for lon in (104.2, 104.3, 105.2):
        add(works(lon), Kind.GENERATED, 1_000, occurred_on=MADE_ON)
    assert _statements(client) == before


def test_the_key_figures_are_those_of_the_region_as_a_whole(two_works) -> None:
    page = shown(staff())
    total = page.context["total"]
    assert total.total.generated_kg == 100_000
    assert total.balance.value == 0.4
    assert total.utilisation.value == 0.6
    assert (total.shipped_out_kg, total.received_in_kg) == (0, 0)
    assert "60 t more made than consumed" in page.content.decode()


def test_a_region_that_only_consumes_is_no_blank(two_works) -> None:
    _west, east = shown(staff()).context["rows"]
    assert (east.figure.code, east.figure.told) == ("d3", "consumed only")


def test_every_measure_has_a_class_for_every_value(two_works) -> None:
    client = staff()
    for measure in ("balance", "utilisation", "surplus", "stock", "generated", "used"):
        page = shown(client, measure=measure)
        codes = {code for code, _words in page.context["legend"]}
        assert {row.figure.code for row in page.context["rows"]} <= codes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("material", "unobtainium"),
        ("level", "galaxy"),
        ("within", "999999"),
        ("period", "2025-13"),
        ("as_of", "yesterday"),
        ("measure", "beauty"),
        ("compare", "soon"),
        ("scenario", "not-a-uuid"),
    ],
)
def test_a_bad_word_is_refused_at_its_field(two_works, field, value) -> None:
    client = staff()
    answer = client.get("/balance/", ASKED | {field: value})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    months = client.get("/balance/months.json", ASKED | {field: value})
    assert months.status_code == 400
    assert list(months.json()["fields"]) == [field]


def test_all_faults_are_told_at_once(two_works) -> None:
    asked = {"material": "x", "period": "y", "within": "z", "compare": "w"}
    answer = staff().get("/balance/", asked)
    assert set(answer.context["form"].errors) == set(asked)


@pytest.mark.parametrize("watched", ["", "510100", "110000"])
def test_real_figures_are_shown_to_those_who_watch(two_works, watched) -> None:
    client = signed_in(watched=watched) if watched else Client()
    page = shown(client)
    is_seen = watched == "510100"
    assert [bool(row.hidden) for row in page.context["rows"]] == [not is_seen] * 2
    regions = page.context["drawn"]["regions"]
    assert {region["hidden"] for region in regions.values()} == {not is_seen}
    assert len(page.context["layers"]["sites"]) == (2 if is_seen else 0)
    assert len(page.context["layers"]["flows"]) == (1 if is_seen else 0)
    assert page.context["is_total_hidden"]


def test_what_is_hidden_is_in_no_answer(two_works) -> None:
    stranger = Client()
    for path in ("/balance/", "/balance/months.json", "/balance/embed/"):
        for more in ({}, {"level": "site"}, {"level": "company"}, {"compare": "2024"}):
            body = shown(stranger, path, **more).content.decode()
            assert tonnes(100_000) + "<" not in body
            assert "厂区" not in body
            assert '"told": "6' not in body


def test_a_regulator_sees_his_region_whole_when_he_looks_into_it(two_works) -> None:
    page = shown(signed_in(watched="510100"), within="510100")
    assert not page.context["is_total_hidden"]
    assert page.context["total"].total.used_kg == 40_000


def test_the_embedded_map_shows_what_a_stranger_sees_whoever_asks(two_works) -> None:
    page = shown(staff(), "/balance/embed/")
    assert page.context["has_hidden"]


def test_only_the_embedded_map_may_be_framed(two_works) -> None:
    embedded, page = shown(staff(), "/balance/embed/"), shown(staff())
    assert "frame-ancestors *" in embedded["Content-Security-Policy"]
    assert "X-Frame-Options" not in embedded
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_a_zone_is_drawn_by_its_counties_and_named_once(two_works) -> None:
    told = {"kind": "economic_region", "source": "a test", "confidence": "L"}
    zone = Zone.objects.create(code="both", name_zh="两县", name_en="both", **told)
    for adcode in (worlds.WEST, worlds.EAST):
        zone.parts.create(adcode=adcode, share="whole")
    page = shown(staff(), level="economic_region")
    (row,) = page.context["rows"]
    assert (row.cell.key, row.into) == ("both", "both")
    regions = page.context["drawn"]["regions"]
    assert {region["told"] for region in regions.values()} == {"▲ 40 %"}
    assert sum(region["is_named"] for region in regions.values()) == 1
    inside = shown(staff(), level="", within="both")
    assert inside.context["place"].words == "both"
    assert len(inside.context["rows"]) == 2


def test_a_county_is_looked_into_by_its_sites_and_their_ledgers(two_works) -> None:
    west, _east = two_works
    page = shown(staff(), level="", within=worlds.WEST)
    (row,) = page.context["rows"]
    assert row.cell.key == str(west.public_id)
    assert row.door == (
        f"/ledger/{west.public_id}/"
        "?first=2025-01-01&last=2025-12-31&material=phosphogypsum#entries"
    )


def test_the_ledger_takes_the_period_that_the_page_hands_on(two_works) -> None:
    client = staff()
    page = shown(client, level="", within=worlds.WEST)
    ledger = client.get(page.context["rows"][0].door)
    assert ledger.status_code == 200
    assert ledger.context["page"].paginator.count == 2


def test_the_way_down_and_back_is_a_path_of_links(two_works) -> None:
    page = shown(staff(), level="", within="510100").content.decode()
    assert 'aria-current="page">510100<' in page
    assert f"within={worlds.WEST}" in page
    assert "within=510000" in page


def test_figures_that_do_not_close_are_told_loudly() -> None:
    worlds.two_counties()
    site = works()
    add(site, Kind.OPENING, 50_000, occurred_on=date(2025, 1, 1))
    add(site, Kind.GENERATED, 100_000, occurred_on=date(2025, 2, 1))
    add(site, Kind.USED, 130_000, occurred_on=date(2025, 3, 1))
    page = shown(staff()).content.decode()
    assert "These figures do not close: 30 t more was used" in page


def _written_on(entry: Entry, day: date) -> None:
    """As if an entry had been written on a day of the past."""
    at_noon = datetime.combine(day, time(12), tzinfo=UTC)
    with unguarded():
        Entry.objects.filter(pk=entry.pk).update(recorded_at=at_noon)
    months_rebuild()


def test_what_late_entries_restated_leads_to_what_was_known_before() -> None:
    worlds.two_counties()
    entry = add(works(), Kind.GENERATED, 100_000, occurred_on=MADE_ON)
    late = entry_correct(entry=entry, mass_kg=90_000, reason="weighed again")
    _written_on(entry, date(2025, 4, 2))
    _written_on(late, date(2025, 7, 9))
    page = shown(staff(), period="2025-03")
    (change,) = page.context["restated"]
    assert change.told_on == date(2025, 7, 9)
    assert change.before.total.generated_kg == 100_000
    assert "as_of=2025-07-08" in page.content.decode()
    then = shown(staff(), period="2025-03", as_of="2025-07-08")
    assert then.context["total"].total.generated_kg == 100_000
    assert page.context["total"].total.generated_kg == 90_000


def test_as_known_before_anything_was_told_there_is_nothing(two_works) -> None:
    page = shown(staff(), as_of="2025-01-01")
    assert all(row.cell.is_empty for row in page.context["rows"])
    assert "as known on" in page.content.decode()


def test_two_periods_stand_beside_each_other_with_their_difference(two_works) -> None:
    page = shown(staff(), measure="generated", compare="2024")
    west, _east = page.context["rows"]
    assert (west.figure.told, west.beside.told) == ("100 t", "–")
    assert page.context["second"]["regions"][worlds.WEST]["class"] == "none"


def test_the_difference_of_a_ratio_is_in_points(two_works) -> None:
    west, _east = two_works
    add(west, Kind.GENERATED, 100_000, occurred_on=date(2024, 3, 1))
    add(west, Kind.DISPOSED, 50_000, occurred_on=date(2024, 3, 1))
    page = shown(staff(), compare="2024")
    assert page.context["rows"][0].difference == "−50.0 points"
    # 40 of 100 t all together, against 50 of 100 t.
    assert page.context["total_difference"] == "−10.0 points"


def test_the_months_are_those_of_the_balance(two_works) -> None:
    told = shown(staff(), "/balance/months.json", measure="generated").json()
    place = told["months"].index(f"{MADE_ON:%Y-%m}")
    month = told["groups"][worlds.WEST][place]
    assert month["cells"][0] == "100"
    assert month["told"] == "100 t"
    assert told["groups"][told["whole"]][place]["cells"][1] == "40"


def test_a_month_has_the_same_class_when_its_address_is_opened(two_works) -> None:
    west, _east = two_works
    add(west, Kind.GENERATED, 900_000, occurred_on=date(2025, 4, 1))
    client = staff()
    told = shown(client, "/balance/months.json", measure="generated").json()
    place = told["months"].index("2025-03")
    page = shown(client, measure="generated", period="2025-03")
    row = page.context["rows"][0]
    assert row.figure.code == told["groups"][worlds.WEST][place]["class"]
    assert [list(pair) for pair in page.context["legend"]] == told["legend"]


def test_an_entry_of_a_note_leads_to_the_note() -> None:
    here = market.market()
    note = market.loaded(here)
    page = staff().get(f"/ledger/{here.seller.site.public_id}/").content.decode()
    assert f'<a href="/notes/{note.public_id}/">{note.number}</a>' in page


def _scenario(name: str = "what if") -> Scenario:
    return Scenario.objects.create(name=name, adcode="510000", accept="likely")


def _planned(scenario: Scenario) -> MatchRun:
    values = {"kind": "region", "adcode": scenario.adcode, "as_of": MADE_ON}
    base = MatchRun.objects.create(**values, status="done")
    return MatchRun.objects.create(
        **values, status="done", scenario=scenario, base=base
    )


def test_a_scenario_of_elsewhere_is_not_there(two_works) -> None:
    scenario = _scenario()
    _planned(scenario)
    asked = ASKED | {"scenario": str(scenario.public_id)}
    assert signed_in(watched="110000").get("/balance/", asked).status_code == 404
    assert Client().get("/balance/", asked).status_code == 404
    assert signed_in(watched="510000").get("/balance/", asked).status_code == 200


def test_a_scenario_without_a_plan_is_not_there_yet(two_works) -> None:
    asked = ASKED | {"scenario": str(_scenario().public_id)}
    assert staff().get("/balance/", asked).status_code == 404


def test_a_plan_stands_beside_the_balance_in_classes_of_its_own(two_works) -> None:
    scenario = _scenario()
    _planned(scenario)
    page = shown(staff(), scenario=str(scenario.public_id))
    assert page.context["is_two_scales"]
    assert page.context["sides"][1].words == "plan of what if, 12 months"


def test_two_plans_stand_beside_each_other(two_works) -> None:
    names = ["what if", "what else"]
    scenarios = [_scenario(name) for name in names]
    for scenario in scenarios:
        _planned(scenario)
    first, second = (str(scenario.public_id) for scenario in scenarios)
    page = shown(staff(), scenario=first, scenario2=second)
    assert not page.context["is_two_scales"]
    told = [side.words for side in page.context["sides"]]
    assert told == [f"plan of {name}, 12 months" for name in names]
    assert page.context["rows"][0].difference == "0"


def test_a_period_and_a_plan_do_not_stand_beside_at_once(two_works) -> None:
    scenario = _scenario()
    _planned(scenario)
    asked = ASKED | {"scenario": str(scenario.public_id), "compare": "2024"}
    answer = staff().get("/balance/", asked)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["scenario"]


def test_the_subject_is_a_category_too(two_works) -> None:
    gypsum()
    answer = staff().get("/balance/", ASKED | {"material": "bulk"})
    assert answer.status_code == 200


def test_no_trend_is_told_of_a_region_that_is_only_public(db) -> None:
    """The months of the chart are finer than what is published."""
    worlds.two_counties()
    for lon in (104.5, 105.5):
        for made_t in (1000, 1100, 1200, 1300):
            firm(lon, made_t)
    edition()
    page = shown(Client(headers={"accept-language": "en"}))
    assert page.context["total"].is_public
    assert page.context["restated"] == []
    assert "chart" not in page.context
