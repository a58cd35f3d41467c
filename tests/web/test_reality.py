"""Plan against reality at its doors: who is let in, what is asked, what is told."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from maps import shipped
from tests.web import world as worlds
from wastehub.accounts.models import Organisation
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.lines import Line
from wastehub.ledger.services import entries_add
from wastehub.web import policy

PAGE, API = "/balance/reality/", "/api/v1/balance/reality/"
DAY = date(2025, 3, 10)
YEAR = "material=fly_ash&period=2025"
ROLES = ["anonymous", "stranger", "taker", "editor", "west", "east", "staff"]

pytestmark = pytest.mark.django_db


def add(world, at: str, kind: Kind, mass_kg: int, **values) -> None:
    """So much ash."""
    line = Line(
        facility=world.facilities[at],
        material=world.materials["fly_ash"],
        kind=kind,
        mass_kg=mass_kg,
        occurred_on=DAY,
        evidence=Evidence.DECLARED,
        **values,
    )
    entries_add(lines=[line])


@pytest.fixture
def world():
    """The plant's ash goes to the far east, another's to the kiln next door."""
    made = worlds.two_counties()
    for name, owner, lon in (
        ("mill", "stranger", 105.9),
        ("yard", "stranger", 104.6),
    ):
        made.facilities[name] = worlds.facility(made, name, owner, (lon, 30.5))
    for sender, taker in (("plant", "mill"), ("yard", "kiln")):
        add(made, sender, Kind.GENERATED, 9_000)
        add(made, sender, Kind.SHIPPED, 9_000, counterparty=made.facilities[taker])
    return made


@pytest.fixture
def crossed(world):
    """As above, with a mill beside the plant and a kiln beside the yard's far end."""
    world.facilities["near"] = worlds.facility(world, "near", "taker", (104.4, 30.5))
    world.facilities["far"] = worlds.facility(world, "far", "holder", (105.6, 30.5))
    near, kiln = world.facilities["near"], world.facilities["kiln"]
    for sender, taker in (("far", near), ("plant", kiln)):
        add(world, sender, Kind.GENERATED, 5_000)
        add(world, sender, Kind.SHIPPED, 5_000, counterparty=taker)
    for taker in ("near", "kiln"):
        add(world, taker, Kind.RECEIVED, 5_000, counterparty_name="邻厂")
        route = world.routes["cement_blending"]
        add(world, taker, Kind.USED, 5_000, route=route)
    return world


def shown(client, world, role: str, address: str):
    if role in world.users:
        client.force_login(world.users[role])
    return client.get(address, headers={"accept-language": "en"})


def let_in(world, adcode: str) -> set[str]:
    people = {role: world.users.get(role, AnonymousUser()) for role in ROLES}
    told = {role: policy.shippers(user, adcode) for role, user in people.items()}
    return {role for role, rows in told.items() if rows is not None}


@pytest.mark.parametrize(
    ("adcode", "whole"),
    [
        ("510100", {"west", "staff"}),
        ("510200", {"east", "staff"}),
        ("510000", {"staff"}),
    ],
)
def test_the_whole_is_for_staff_and_the_regulator_of_the_place(world, adcode, whole):
    sites = {
        role: policy.shippers(world.users.get(role, AnonymousUser()), adcode)
        for role in whole | {"anonymous"}
    }
    assert sites.pop("anonymous") is None
    names = {role: {site.name_en for site in rows} for role, rows in sites.items()}
    every = {"510100": {"plant", "yard"}, "510200": {"kiln", "mill"}}
    every["510000"] = every["510100"] | every["510200"]
    assert all(told == every[adcode] for told in names.values())


def test_members_are_told_of_what_their_own_sites_ship(world):
    own = policy.shippers(world.users["editor"], "510000")
    assert [site.name_en for site in own] == ["plant"]
    assert let_in(world, "510000") == {"stranger", "taker", "editor", "staff"}


def test_what_is_invented_is_told_to_everybody_until_something_is_real(world):
    Organisation.objects.update(is_invented=True)
    assert let_in(world, "510000") == set(ROLES)
    Organisation.objects.filter(name_en="taker").update(is_invented=False)
    assert let_in(world, "510000") == {"taker", "staff"}


@pytest.mark.parametrize(
    ("role", "area", "status"),
    [
        ("west", "510100", 200),
        ("west", "510200", 403),
        ("west", "510000", 403),
        ("staff", "510000", 200),
        ("editor", "510000", 200),
    ],
)
def test_page_and_api_let_in_the_same_people(client, world, role, area, status):
    for door in (PAGE, API):
        address = f"{door}?{YEAR}&area={area}"
        assert shown(client, world, role, address).status_code == status


def test_whoever_is_not_logged_in_is_asked_to(client, world):
    assert client.get(PAGE)["Location"].startswith("/login/?next=/balance/reality/")
    assert client.get(API).status_code in (401, 403)


def test_without_a_question_a_regulator_sees_his_own_place(client, world):
    answer = shown(client, world, "west", PAGE)
    assert answer.status_code == 200
    assert answer.context["area"].adcode == "510100"
    assert answer.context["subject"].code == "all"


@pytest.mark.parametrize("door", [PAGE, API])
def test_what_is_left_empty_has_its_usual_value(client, world, door):
    address = f"{door}?material=&period=&area="
    assert shown(client, world, "staff", address).status_code == 200


@pytest.mark.parametrize("door", [PAGE, API])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("material=gold", "material"),
        ("material=%00", "material"),
        ("period=2025-13", "period"),
        ("period=2025..2024", "period"),
        ("period=1990..2025", "period"),
        ("area=999999", "area"),
        ("area=%00", "area"),
        ("area=west", "area"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(client, world, door, query, field):
    asked = {"material": "fly_ash", "period": "2025", "area": "510000"}
    rest = "&".join(f"{key}={told}" for key, told in asked.items() if key != field)
    answer = shown(client, world, "staff", f"{door}?{rest}&{query}")
    assert answer.status_code == 400
    faults = answer.json()["fields"] if door == API else answer.context["form"].errors
    assert list(faults) == [field]


@pytest.mark.parametrize("door", [PAGE, API])
def test_more_than_can_be_reckoned_at_once_is_refused(client, world, door, monkeypatch):
    monkeypatch.setattr(shipped, "MOST_FLOWS", 0)
    address = f"{door}?{YEAR}&area=510000"
    assert shown(client, world, "staff", address).status_code == 400


def test_the_api_tells_what_the_page_tells(client, crossed):
    query = f"?{YEAR}&area=510000"
    page = shown(client, crossed, "staff", PAGE + query).context["found"]
    told = shown(client, crossed, "staff", API + query).json()
    assert told["total"]["shipped_t"] == 28.0
    assert told["total"]["avoidable"]["tonne_km"] == page.total.avoidable.tonne_km > 0
    assert [part["code"] for part in told["by_region"]] == ["510200", "510100"]
    assert len(told["crossings"]) == len(page.crossings) == 1


def test_a_member_is_told_that_only_his_own_are_compared(client, crossed):
    answer = shown(client, crossed, "editor", f"{PAGE}?{YEAR}&area=510000")
    assert answer.context["found"].total.mass_kg == 19_000
    assert "Only what your own sites shipped" in answer.content.decode()


def test_sites_that_are_not_shown_in_full_stand_in_the_middle_of_their_county(
    client, crossed
):
    query = f"?{YEAR}&area=510000"
    blurred = shown(client, crossed, "editor", PAGE + query).context["drawn"]
    (was,) = [drawn["was"] for drawn in blurred["crossings"]]
    lons = {point["lon"] for ends in was for point in ends}
    # The member's own two stand where they are, the takers at 104.5 and 105.5.
    assert lons == {104.5, 105.6, 105.5}
    for name in ("near", "kiln"):
        worlds.tracked(crossed, name)
    whole = shown(client, crossed, "editor", PAGE + query).context["drawn"]
    (was,) = [drawn["was"] for drawn in whole["crossings"]]
    assert 104.4 in {point["lon"] for ends in was for point in ends}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_says_what_is_invented_and_estimated(client, crossed, language):
    Organisation.objects.update(is_invented=True)
    address = f"{PAGE}?{YEAR}&area=510000"
    page = client.get(address, headers={"accept-language": language}).content.decode()
    invented, estimate = {
        "en": ("are invented", "estimate"),
        "zh-hans": ("均为虚构", "估算"),
    }[language]
    assert invented in page
    assert estimate in page
