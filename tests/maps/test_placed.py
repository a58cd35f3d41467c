"""What a plan places by region: matches and what goes to supposed plants, added up."""

import pytest

from maps.placed import placed
from tests.web import supposing
from tests.web import world as worlds
from wastehub.places import adcodes

pytestmark = pytest.mark.django_db

WEST, EAST = "510101", "510201"


@pytest.fixture
def ash_from_both_sides() -> tuple[worlds.World, object]:
    """Three tonnes of ash go from the west, two from the east."""
    world = worlds.two_counties()
    run = worlds.plan()
    world.supplies["east ash"] = worlds.supply(world, "kiln", stock_kg=5_000)
    worlds.match(run, world.supplies["ash"], world.demands["kiln"], 3_000)
    worlds.match(run, world.supplies["east ash"], world.demands["kiln"], 2_000)
    return world, run


def _ash(world: worlds.World) -> list[int]:
    return [world.supplies["ash"].material_id]


def test_it_counts_where_it_comes_from(ash_from_both_sides) -> None:
    world, run = ash_from_both_sides
    assert placed(run, _ash(world), [WEST, EAST]) == {WEST: 3_000, EAST: 2_000}


def test_a_wider_region_has_what_its_parts_have(ash_from_both_sides) -> None:
    world, run = ash_from_both_sides
    province = adcodes.province_of(WEST)
    assert placed(run, _ash(world), [province]) == {province: 5_000}


def test_elsewhere_and_other_materials_are_left_out(ash_from_both_sides) -> None:
    world, run = ash_from_both_sides
    assert placed(run, _ash(world), [EAST]) == {EAST: 2_000}
    assert placed(run, [], [WEST, EAST]) == {}


def test_what_a_supposed_plant_takes_counts_too() -> None:
    world = supposing.west_takes_ash()
    scenario = supposing.supposed(world, supposing.plant(world) | {"kind": "plant"})
    run = supposing.planned(scenario)
    everything = sum(row.mass_kg for row in run.matches.all())
    to_plants = sum(row.mass_kg for row in run.plant_matches.all())
    assert to_plants > 0
    found = placed(run, _ash(world), [adcodes.province_of(WEST)])
    assert found.total() == everything + to_plants
