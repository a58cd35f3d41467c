"""Supply and room equal plain sums over the listings, for every region of a level."""

from collections import defaultdict

import pytest

from maps.market import market
from matching.models import Match
from tests.web import world as worlds
from wastehub.registry.models import Demand, Supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Ash on both sides, a part of it estimated, and things that do not count."""
    made = worlds.two_counties()
    steel = made.materials["steel_slag"]
    worlds.supply(made, "plant", rate_kg=7_001)
    worlds.supply(
        made,
        "kiln",
        stock_kg=5,
        rate_kg=100,
        is_estimated=True,
        estimate_formula="5 + 100",
    )
    worlds.supply(made, "plant", stock_kg=10**6, material=steel)
    worlds.supply(made, "plant", stock_kg=10**6, status="withdrawn")
    worlds.supply(made, "plant", stock_kg=10**6, valid_until=worlds.yesterday())
    worlds.demand(made, "plant", capacity_kg=601)
    worlds.demand(made, "kiln", capacity_kg=10**6, route=made.routes["road_base"])
    worlds.demand(made, "kiln", capacity_kg=10**6, status="withdrawn")
    return made


@pytest.fixture
def plan(world):
    run = worlds.plan(params={"horizon_months": 6, "accept": "likely"})
    worlds.match(run, world.supplies["ash"], world.demands["kiln"], mass_kg=3_000)
    other = worlds.plan()
    worlds.match(other, world.supplies["ash"], world.demands["kiln"], mass_kg=77)
    return run


def _plain_sums(digits, months, run):
    """The same figures, listing by listing."""
    sums = defaultdict(lambda: defaultdict(int))
    for row in Supply.objects.open().filter(material__code="fly_ash"):
        mass_kg = row.stock_kg + row.rate_kg_per_year * months // 12
        cell = sums[row.facility.county.adcode[:digits]]
        cell["offered_kg"] += mass_kg
        cell["estimated_kg"] += mass_kg if row.is_estimated else 0
    for row in Demand.objects.open().filter(route__code="cement_blending"):
        cell = sums[row.facility.county.adcode[:digits]]
        cell["capacity_kg"] += row.capacity_kg_per_year * months // 12
    for row in Match.objects.filter(run=run):
        sums[row.supply.facility.county.adcode[:digits]]["placed_kg"] += row.mass_kg
        sums[row.demand.facility.county.adcode[:digits]]["received_kg"] += row.mass_kg
    return sums


@pytest.mark.parametrize(
    ("level", "digits"), [("province", 2), ("prefecture", 4), ("county", 6)]
)
def test_supply_and_room_equal_plain_sums(world, plan, level, digits):
    sums = _plain_sums(digits, 6, plan)
    for cell in market("fly_ash", level, plan):
        plain = sums.pop(cell.adcode[:digits])
        assert {name: getattr(cell, name) for name in plain} == dict(plain)
        assert cell.left_kg == plain["offered_kg"] - plain["placed_kg"]
    assert not sums


def test_the_figures_by_hand(world, plan):
    west, east = market("fly_ash", "county", plan)
    # West: 2,000 + 12,000 / 2 and 7,001 / 2 rounded down; nothing of it estimated.
    assert (west.offered_kg, west.estimated_frac) == (11_500, 0)
    assert (west.capacity_kg, west.placed_kg, west.received_kg) == (300, 3_000, 0)
    assert west.left_kg == 8_500
    # East: 5 + 100 / 2, all estimated; the kiln takes 50,000 / 2.
    assert (east.offered_kg, east.estimated_frac) == (55, 1)
    assert (east.capacity_kg, east.placed_kg, east.received_kg) == (25_000, 0, 3_000)
    assert east.left_kg == 55


def test_every_region_appears_with_zeros_where_nothing_is(world):
    cells = market("steel_slag", "prefecture", None)
    assert [(cell.adcode, cell.offered_kg) for cell in cells] == [
        ("510100", 10**6),
        ("510200", 0),
    ]
    assert (cells[1].name_zh, cells[1].name_en) == ("地510200", "Place 510200")
    assert cells[1].estimated_frac == 0


def test_without_a_plan_nothing_is_placed_and_a_year_is_counted(world):
    west, _east = market("fly_ash", "county", None)
    assert (west.offered_kg, west.placed_kg) == (2_000 + 12_000 + 7_001, 0)


def test_what_is_left_is_not_below_zero(world, plan):
    Supply.objects.filter(pk=world.supplies["ash"].pk).update(
        stock_kg=1, rate_kg_per_year=0
    )
    Supply.objects.filter(rate_kg_per_year=7_001).update(status="withdrawn")
    west, _east = market("fly_ash", "county", plan)
    assert (west.offered_kg, west.placed_kg, west.left_kg) == (1, 3_000, 0)


def test_five_statements_whatever_the_listings(world, plan, django_assert_num_queries):
    with django_assert_num_queries(5):
        market("fly_ash", "county", plan)
