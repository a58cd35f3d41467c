"""Which room left by a plan closes a gap: by hand, in two square counties."""

from decimal import Decimal

import pytest

from maps.sinks import closing_sinks
from matching.models import Price
from tests.web import world as worlds
from wastehub.catalogue.models import Admission, Material
from wastehub.geodesy import great_circle_km
from wastehub.registry.models import Demand, Facility, Supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """14 t of ash in the west, 4 placed; a kiln of 50 t, nearer yards of 6 and 9 t."""
    made = worlds.two_counties()
    for name, lon, kg in (("near", 104.6, 6_000), ("middle", 104.9, 9_000)):
        made.facilities[name] = worlds.facility(made, name, "taker", (lon, 30.5))
        made.demands[name] = worlds.demand(made, name, capacity_kg=kg)
    made.runs["plan"] = run = worlds.plan()
    worlds.match(run, made.supplies["ash"], made.demands["near"], mass_kg=4_000)
    return made


def close(world, gap_kg=10**6, demands=None, supplies=None):
    return closing_sinks(
        "fly_ash",
        gap_kg,
        world.runs["plan"],
        Demand.objects.all() if demands is None else demands,
        Supply.objects.all() if supplies is None else supplies,
    )


def told(sinks):
    return [(one.demand.facility.name_en, one.left_kg, one.closed_kg) for one in sinks]


def test_the_nearest_room_comes_first_until_the_gap_is_closed(world):
    assert told(close(world, 10_000)) == [
        ("near", 2_000, 2_000),
        ("middle", 9_000, 10_000),
    ]


def test_a_gap_that_is_too_large_takes_all_there_is(world):
    assert told(close(world)) == [
        ("near", 2_000, 2_000),
        ("middle", 9_000, 11_000),
        ("kiln", 50_000, 61_000),
    ]


def test_no_gap_needs_no_sink(world):
    assert close(world, 0) == []


def test_distance_is_that_to_the_nearest_surplus(world):
    east = worlds.facility(world, "east", "holder", (105.4, 30.5))
    world.facilities["east"] = east
    worlds.supply(world, "east", stock_kg=1_000)
    by_name = {one.demand.facility.name_en: one.nearest_km for one in close(world)}
    assert by_name["kiln"] == pytest.approx(great_circle_km(*worlds.EAST, 105.4, 30.5))
    assert by_name["near"] == pytest.approx(great_circle_km(104.6, 30.5, *worlds.WEST))


def test_without_a_surplus_nothing_is_to_be_placed(world):
    world.runs["plan"].matches.update(mass_kg=14_000)
    assert close(world) == []


def test_the_largest_share_of_the_material_bounds_its_room(world):
    Admission.objects.update(max_share_frac=0.5)
    Demand.objects.filter(pk=world.demands["near"].pk).update(base_kg_per_year=10_000)
    assert told(close(world))[0] == ("near", 1_000, 1_000)


def test_other_materials_take_room_too(world):
    slag = worlds.supply(
        world, "plant", stock_kg=9_000, material=world.materials["steel_slag"]
    )
    worlds.match(world.runs["plan"], slag, world.demands["middle"], mass_kg=8_500)
    assert ("middle", 500, 2_500) in told(close(world))


def test_a_full_taker_is_no_sink(world):
    world.runs["plan"].matches.update(mass_kg=6_000)
    assert "near" not in [name for name, *_ in told(close(world))]


def test_a_route_that_does_not_admit_the_material_is_no_sink(world):
    Admission.objects.all().delete()
    assert close(world) == []


def test_a_sink_beyond_reach_is_none(world):
    Material.objects.update(reach_km=50)
    assert [name for name, *_ in told(close(world))] == ["near", "middle"]
    Demand.objects.update(farthest_km=20)
    assert [name for name, *_ in told(close(world))] == ["near"]


@pytest.mark.parametrize("kind", ["limit", "unknown"])
def test_a_route_that_refuses_every_surplus_comes_last_and_says_why(world, kind):
    road = world.routes["road_base"]
    Admission.objects.create(
        route=road,
        material=world.materials["fly_ash"],
        admitted=True,
        source="told here",
        confidence="H",
    )
    Demand.objects.filter(pk=world.demands["near"].pk).update(route=road)
    refusal = worlds.refusal(world.runs["plan"], world.supplies["ash"], road)
    refusal.kind = kind
    refusal.save()
    sinks = close(world)
    assert [one.hurdle for one in sinks] == ["", "", kind]
    assert sinks[-1].demand == world.demands["near"]


def test_an_estimate_is_marked(world):
    Demand.objects.filter(pk=world.demands["kiln"].pk).update(
        is_estimated=True, estimate_formula="guessed"
    )
    marked = [one.demand.pk for one in close(world) if one.is_estimated]
    assert marked == [world.demands["kiln"].pk]


def test_the_worth_is_the_highest_of_the_county(world):
    Price.objects.create(
        run=world.runs["plan"],
        demand=world.demands["near"],
        price_yuan_per_t=Decimal("17.50"),
    )
    worths = [one.worth_yuan_per_t for one in close(world)]
    assert worths == [Decimal("17.50"), Decimal("17.50"), Decimal(0)]


def test_only_the_listings_passed_in_are_told(world):
    kiln = Demand.objects.filter(pk=world.demands["kiln"].pk)
    assert told(close(world, demands=kiln)) == [("kiln", 50_000, 50_000)]
    assert close(world, supplies=Supply.objects.none()) == []


def test_the_plans_region_and_horizon_hold(world):
    run = world.runs["plan"]
    run.adcode, run.params = "510100", {"horizon_months": 6}
    run.save()
    assert told(close(world)) == [("middle", 4_500, 4_500)]


def test_invented_takers_close_no_real_gap(world):
    sites = Facility.objects.filter(pk=world.facilities["near"].pk)
    sites.update(organisation=world.organisations["stranger"])
    world.organisations["stranger"].is_invented = True
    world.organisations["stranger"].save()
    assert "near" not in [name for name, *_ in told(close(world))]


def test_the_statements_do_not_grow_with_the_listings(world, django_assert_num_queries):
    with django_assert_num_queries(10):
        names = [one.demand.facility.county.name_en for one in close(world)]
    for _ in range(5):
        worlds.demand(world, "kiln", capacity_kg=1_000)
        worlds.supply(world, "plant", stock_kg=1_000)
    with django_assert_num_queries(10):
        found = [one.demand.route.name_en for one in close(world)]
    assert (len(names), len(found)) == (3, 8)
