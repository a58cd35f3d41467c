"""What one more tonne of room is worth: by hand, by planning again, and for whom."""

from decimal import Decimal

import pytest
from django.test import Client

from maps.worth import Worth, worth
from matching import services
from matching.models import MatchRun, Price
from seeds.load import load_catalogue
from tests import worlds as places
from tests.web import world as worlds
from wastehub.registry.models import Demand, Facility

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """East: a kiln worth 12 + 3 for ash and 12 for slag, a yard with room to spare."""
    made = worlds.two_counties()
    made.facilities["yard"] = worlds.facility(
        made, "yard", "taker", (105.2, 30.2), origin="demo"
    )
    _known_from(made, "tracker", "a list")
    made.demands["yard"] = worlds.demand(made, "yard", capacity_kg=90_000)
    made.supplies["slag"] = worlds.supply(
        made, "plant", stock_kg=9, material=made.materials["steel_slag"]
    )
    made.runs["plan"] = run = worlds.plan()
    for supply, demand in (("ash", "kiln"), ("slag", "kiln"), ("ash", "yard")):
        worlds.match(run, made.supplies[supply], made.demands[demand], mass_kg=1)
    _priced(run, made.demands["kiln"], "12")
    _priced(run, made.demands["kiln"], "3", material=made.materials["fly_ash"])
    Price.objects.create(run=run, supply=made.supplies["ash"], price_yuan_per_t=99)
    return made


def _known_from(world, origin, source):
    kiln = Facility.objects.filter(pk=world.facilities["kiln"].pk)
    kiln.update(origin=origin, source=source)


def _priced(run, demand, yuan, material=None):
    Price.objects.create(
        run=run, demand=demand, material=material, price_yuan_per_t=Decimal(yuan)
    )


def test_worth_is_the_price_of_the_taker_and_of_the_materials_share(world):
    rows = worth(world.runs["plan"], Demand.objects.all(), "county")
    place = ("510201", "地510201", "Place 510201")
    assert rows == [
        Worth(*place, "fly_ash", 2, 1, Decimal("7.50"), Decimal("15.00")),
        Worth(*place, "steel_slag", 1, 1, Decimal("12.00"), Decimal("12.00")),
    ]


def test_only_the_takers_passed_in_count(world):
    only = Demand.objects.filter(pk=world.demands["yard"].pk)
    (row,) = worth(world.runs["plan"], only, "prefecture")
    assert (row.adcode, row.takers, row.highest_yuan_per_t) == ("510200", 1, 0)


def test_another_plans_prices_do_not_count(world):
    assert worth(worlds.plan(), Demand.objects.all(), "county") == []


def test_three_statements(world, django_assert_num_queries):
    with django_assert_num_queries(3):
        worth(world.runs["plan"], Demand.objects.all(), "county")


def test_a_tonne_more_of_room_lowers_the_cost_of_the_next_plan_by_its_worth():
    """Near and far ash for a kiln that takes less than both have."""
    places.two_counties()
    load_catalogue()
    for lon in (104.6, 105.6):
        places.supply("fly_ash", at=places.facility(lon), stock_kg=900_000)
    kiln = places.demand(
        "raw_meal",
        at=places.facility(104.5),
        capacity_kg_per_year=1_000_000,
        base_kg_per_year=100_000_000,
    )
    before = _planned()
    (row,) = worth(before, Demand.objects.all(), "county")
    Demand.objects.filter(pk=kiln.pk).update(capacity_kg_per_year=1_001_000)
    saved = _value(before) - _value(_planned())
    assert row.highest_yuan_per_t > 0
    assert saved == pytest.approx(float(row.highest_yuan_per_t), abs=0.02)


def _planned():
    run = services.plan_start(adcode="510000", accept="likely")
    return services.run_execute(run_id=run.pk)


def _value(run):
    """What the plan costs with each tonne left counted at its planning value."""
    unplaced = run.params["unplaced_fen_per_t"] / 100
    left_t = run.summary["left_kg"] / 1000
    return run.summary["net_cost_yuan"] + unplaced * left_t


def _asked(client, run, **asked):
    return client.get(f"/api/v1/plans/{run.public_id}/worth/", asked)


def test_the_api_tells_yuan_by_region_and_material(client, world):
    told = _asked(client, world.runs["plan"], level="county").json()
    assert (told["run"], told["level"]) == (
        str(world.runs["plan"].public_id),
        "county",
    )
    assert told["cells"][0] == {
        "adcode": "510201",
        "name_zh": "地510201",
        "name_en": "Place 510201",
        "material": "fly_ash",
        "takers": 2,
        "full": 1,
        "mean_yuan_per_t": 7.5,
        "highest_yuan_per_t": 15.0,
    }


@pytest.mark.parametrize(
    ("role", "highest"), [(None, 0), ("stranger", 0), ("taker", 15), ("east", 15)]
)
def test_the_prices_of_a_registered_taker_are_its_own_affair(
    client, world, role, highest
):
    _known_from(world, "registered", "")
    if role:
        client.force_login(world.users[role])
    cells = _asked(client, world.runs["plan"]).json()["cells"]
    assert max(cell["highest_yuan_per_t"] for cell in cells) == highest


def test_an_unknown_level_is_named(client, world):
    answer = _asked(client, world.runs["plan"], level="town")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["level"])


def test_a_plan_that_is_not_shown_is_not_there(client, world):
    hidden = worlds.plan(status="failed")
    assert _asked(client, hidden).status_code == 404
    assert client.get(f"/plans/{hidden.public_id}/worth/").status_code == 404
    assert _asked(client, worlds.supply_run(world.supplies["ash"])).status_code == 404
    MatchRun.objects.all().delete()
    assert _asked(client, world.runs["plan"]).status_code == 404


def _page(world, **asked):
    client = Client(headers={"accept-language": "en"})
    return client.get(f"/plans/{world.runs['plan'].public_id}/worth/", asked)


@pytest.mark.parametrize(("measure", "colour"), [("highest", 2), ("mean", 3)])
def test_map_and_table_tell_the_same(world, measure, colour):
    answer = _page(world, material="fly_ash", measure=measure)
    (row,) = answer.context["rows"]
    assert answer.context["drawn"]["regions"] == {"510201": {"class": row["class"]}}
    assert row["class"] == colour
    words = " ".join(answer.content.decode().split())
    assert '<td class="number">1 / 2</td>' in words
    assert '<td class="number">15.0</td>' in words


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"material": "gold"}, "material"),
        ({"material": "\0"}, "material"),
        ({"level": "province"}, "level"),
        ({"measure": "least"}, "measure"),
    ],
)
def test_a_page_that_can_not_be_drawn_says_why(world, asked, field):
    answer = _page(world, **asked)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])


def test_a_plan_that_places_nothing_says_so(world):
    world.runs["plan"].matches.all().delete()
    answer = _page(world)
    assert answer.status_code == 200
    assert "places nothing" in answer.content.decode()
