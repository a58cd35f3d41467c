"""The balance through the API: what it tells, and to whom it tells nothing."""

import csv
import io

import pytest
from django.utils import timezone

from maps import answered
from tests import worlds
from tests.ledger.yard import add, gypsum, works
from tests.maps.yards import works_and_kiln
from tests.reporting.office import regulator
from wastehub.accounts.models import Organisation, User
from wastehub.catalogue.models import Category, Material
from wastehub.ledger.kinds import Kind
from wastehub.ledger.services import entry_correct

pytestmark = pytest.mark.django_db

VIEWS = ["", "series/", "flows/", "uses/", "history/"]


@pytest.fixture
def yards():
    return works_and_kiln()


@pytest.fixture
def staff(client, yards):
    """The operator's staff, who see everything."""
    client.force_login(User.objects.create_user("staff", is_staff=True))
    return client


@pytest.fixture
def in_the_west(client, yards):
    """A regulator of the west county alone."""
    client.force_login(regulator("west", worlds.WEST).user)
    return client


def asked(client, path="", status=200, **question):
    known = {"material": "phosphogypsum", "level": "county", "period": "2025"}
    answer = client.get(f"/api/v1/balance/{path}", known | question)
    assert answer.status_code == status, answer.content
    return answer.json()


def file(client, ending, **question):
    known = {"material": "phosphogypsum", "level": "county", "period": "2025"}
    return client.get(f"/api/v1/balance.{ending}", known | question)


def test_staff_see_every_county_and_the_total(staff):
    told = asked(staff)
    west, east = told["cells"]
    assert (west["generated_t"], west["utilisation_frac"]) == (100, 0.6)
    assert (east["used_t"], east["hidden"]) == (40, "")
    assert told["total"]["balance_frac"] == 0.45


def test_a_question_of_nothing_is_phosphogypsum_by_prefecture(staff):
    category = Category.objects.create(
        code="SW10", name_zh="磷石膏", source="a test", confidence="L"
    )
    Material.objects.filter(pk=gypsum().pk).update(category=category)
    told = staff.get("/api/v1/balance/").json()
    assert (told["material"], told["level"]) == ("SW10", "prefecture")
    assert told["total"]["generated_t"] == 100
    assert [cell["key"] for cell in told["cells"]] == ["510100"]


def test_what_a_regulator_does_not_watch_is_hidden_and_says_so(in_the_west):
    told = asked(in_the_west)
    west, east = told["cells"]
    assert (west["hidden"], west["generated_t"]) == ("", 100)
    assert east.pop("hidden") == "not_published_yet"
    assert [name for name, value in east.items() if value is not None] == [
        "key",
        "name_zh",
        "name_en",
    ]


def test_no_total_betrays_what_is_hidden(in_the_west):
    assert asked(in_the_west)["total"] is None


def test_months_are_told_one_by_one(staff):
    months = asked(staff, "series/")["months"]
    assert [month["month"] for month in months][::11] == ["2025-01-01", "2025-12-01"]
    march, april = months[2]["cells"][0], months[3]["cells"][0]
    assert (march["generated_t"], march["closing_stock_t"]) == (100, 35)
    assert (april["generated_t"], april["closing_stock_t"]) == (0, 35)


def test_hidden_cells_are_hidden_in_every_month(in_the_west):
    for month in asked(in_the_west, "series/")["months"]:
        assert [cell["hidden"] for cell in month["cells"]] == ["", "not_published_yet"]


def test_what_was_shipped_between_counties_is_told(staff):
    (flow,) = asked(staff, "flows/")["flows"]
    assert flow == {
        "sender": worlds.WEST,
        "taker": worlds.EAST,
        "evidence": "declared",
        "mass_t": 60,
    }


def test_a_flow_is_told_to_whoever_watches_one_end_of_it(in_the_west, client):
    assert len(asked(in_the_west, "flows/")["flows"]) == 1
    client.logout()
    assert asked(client, "flows/")["flows"] == []


def test_uses_are_told_by_route(staff):
    assert asked(staff, "uses/")["uses"] == [
        {
            "key": worlds.EAST,
            "route": "cement_retarder",
            "route_zh": "水泥缓凝剂",
            "route_en": "",
            "used_t": 40,
        }
    ]


def test_uses_that_are_not_watched_are_left_out(in_the_west):
    assert asked(in_the_west, "uses/")["uses"] == []


def test_a_restated_period_tells_when_it_was_known(staff, yards):
    west, _east = yards
    entry = west.entries.get(kind=Kind.GENERATED)
    entry_correct(entry=entry, mass_kg=90_000, reason="weighed again")
    history = asked(staff, "history/")["history"]
    assert [one["generated_t"] for one in history] == [90]
    assert history[-1]["told_on"] == timezone.localdate().isoformat()


def test_as_known_before_it_was_told_there_is_nothing(staff):
    told = asked(staff, as_of="2025-04-01")
    assert [cell["generated_t"] for cell in told["cells"]] == [0, 0]
    assert told["as_of"] == "2025-04-01"


@pytest.mark.parametrize("level", ["site", "company"])
def test_single_firms_are_told_only_where_one_watches(in_the_west, level):
    told = asked(in_the_west, level=level, within=worlds.WEST)
    assert [cell["generated_t"] for cell in told["cells"]] == [100]
    for within in (worlds.EAST, "510000"):
        said = asked(in_the_west, status=403, level=level, within=within)
        assert (said["code"], list(said["fields"])) == ("not_public", ["level"])


@pytest.mark.parametrize("path", ["series/", "flows/", "uses/"])
def test_no_other_door_tells_of_single_firms(client, yards, path):
    assert asked(client, path, 403, level="site")["code"] == "not_public"


def test_the_history_of_a_region_is_for_those_who_watch_it(in_the_west):
    asked(in_the_west, "history/", within=worlds.WEST)
    said = asked(in_the_west, "history/", 403, within="510000")
    assert list(said["fields"]) == ["within"]


def test_an_invented_world_is_open_to_everybody(client, yards):
    Organisation.objects.update(is_invented=True)
    told = asked(client)
    assert told["invented"] is True
    assert [cell["hidden"] for cell in told["cells"]] == ["", ""]


def test_real_figures_hold_nothing_invented(staff):
    demo = worlds.organisation(99, is_invented=True)
    invented = worlds.facility(104.6, owner=demo)
    add(invented, Kind.GENERATED, 7_000_000)
    assert asked(staff)["total"]["generated_t"] == 100


def test_a_csv_file_says_what_the_answer_says(in_the_west):
    answer = file(in_the_west, "csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        "balance-phosphogypsum-100000-county-2025.csv" in answer["Content-Disposition"]
    )
    text = b"".join(answer).decode().removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text)))
    cells = asked(in_the_west)["cells"]
    assert lines == [
        {name: "" if value is None else str(value) for name, value in cell.items()}
        for cell in cells
    ]


def test_a_geojson_file_has_the_shapes(in_the_west):
    answer = file(in_the_west, "geojson")
    assert answer["Content-Type"] == "application/geo+json"
    text = b"".join(answer)
    assert text.count(b'"type": "Feature"') == text.count(b'"MultiPolygon"') == 2


def test_files_are_sent_whatever_kind_is_asked_for(staff):
    answer = staff.get(
        "/api/v1/balance.csv?material=phosphogypsum", headers={"accept": "text/html"}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("path", VIEWS)
@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"period": "2025-06..2025-01"}, "period"),
        ({"period": "2010..2025"}, "period"),
        ({"period": "2016-01-01T00..2025-12-31T23"}, "period"),
        ({"within": "999999"}, "within"),
        ({"within": "51%"}, "within"),
        ({"material": "gold\x00"}, "material"),
        ({"level": "village"}, "level"),
        ({"as_of": "2025-02-30"}, "as_of"),
    ],
)
def test_what_is_wrong_is_named_at_every_door(staff, path, question, field):
    said = asked(staff, path, 400, **question)
    assert list(said["fields"]) == [field]


@pytest.mark.parametrize("ending", ["csv", "geojson"])
def test_files_refuse_in_the_same_shape(staff, ending):
    answer = file(staff, ending, period="never")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["period"]


def test_too_much_at_once_is_refused(staff, monkeypatch):
    monkeypatch.setattr(answered, "MOST_READ", 23)
    said = asked(staff, status=400, level="site")
    assert said["code"] == "too_much"
    assert set(said["fields"]) == {"period", "level"}


def test_a_balance_is_read_by_few_queries_however_many_counties(
    staff, django_assert_max_num_queries
):
    for lon in (104.2, 104.3, 105.2):
        add(works(lon), Kind.GENERATED, 1_000)
    with django_assert_max_num_queries(12):
        asked(staff)
