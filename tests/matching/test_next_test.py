"""The next test of a real supply: named, counted over what is open and in reach."""

from decimal import Decimal

import pytest

from matching.models import MatchRun
from matching.next_test import NextTest, next_tests
from tests import sandworld, worlds
from wastehub.catalogue.models import (
    Factor,
    LaboratoryTest,
    Limit,
    Parameter,
    UseRoute,
)
from wastehub.registry.models import Supply
from wastehub.registry.services import listing_withdraw

pytestmark = pytest.mark.django_db

FREE_HAULS = ("haul_loading_yuan_per_t", "haul_rate_yuan_per_t_km")


@pytest.fixture(autouse=True)
def bricks() -> UseRoute:
    """Bricks take sand with little lime; hauls cost nothing."""
    worlds.two_counties()
    for code in FREE_HAULS:
        Factor.objects.create(code=code, value=0, unit="-", **sandworld.SOURCED)
    made = sandworld.route("bricks")
    sandworld.limit(made, sandworld.parameter("lime"), 8)
    return made


def brickyard(lon: float = 104.5, tonnes: int = 400, **values: object) -> None:
    mass_kg = tonnes * 1000
    worlds.demand(
        "bricks",
        at=worlds.facility(lon),
        capacity_kg_per_year=mass_kg,
        base_kg_per_year=mass_kg,
        **{"price_yuan_per_t": Decimal(5)} | values,
    )


def only_test(supply: Supply) -> NextTest:
    (test,) = next_tests(supply)
    return test


def test_a_missing_value_opens_the_demands_that_wait_for_it() -> None:
    brickyard(tonnes=400)
    brickyard(tonnes=100, price_yuan_per_t=Decimal("7.5"))
    test = only_test(sandworld.sand())
    assert test.parameter.code == "lime"
    assert (test.alone.demands, test.alone.mass_kg) == (2, 500_000)
    assert test.alone.worth_yuan == 400 * 5 + 100 * Decimal("7.5")


def test_a_test_is_told_with_its_price_and_what_it_opens_for_it() -> None:
    brickyard(tonnes=400)
    supply = sandworld.sand()
    assert only_test(supply).test is None
    assert only_test(supply).opened_kg_per_100_yuan is None
    price = LaboratoryTest.objects.create(
        parameter=Parameter.objects.get(code="lime"),
        name_zh="滴定",
        name_en="titration",
        price_yuan=80,
        **sandworld.SOURCED,
    )
    assert only_test(supply).test == price
    assert only_test(supply).opened_kg_per_100_yuan == 400_000 * 100 // 80


def test_a_measured_value_needs_no_test() -> None:
    brickyard()
    assert next_tests(sandworld.sand(lime=5)) == []
    assert next_tests(sandworld.sand(lime=50)) == []


def test_without_a_demand_in_reach_no_test_is_worth_it() -> None:
    """Sand is worth 100 km; the brickyard is 1.3 degrees or 125 km to the east."""
    brickyard(lon=105.8)
    assert next_tests(sandworld.sand()) == []


def test_a_number_that_nobody_has_read_is_opened_by_no_test() -> None:
    brickyard()
    Limit.objects.update(value=None)
    assert next_tests(sandworld.sand()) == []


def test_what_must_pass_as_well_is_named(bricks: UseRoute) -> None:
    sandworld.limit(bricks, sandworld.parameter("iron"), 1)
    brickyard()
    iron, lime = next_tests(sandworld.sand())
    assert (iron.parameter.code, lime.parameter.code) == ("iron", "lime")
    assert (lime.alone.mass_kg, lime.together.mass_kg) == (0, 400_000)
    (opening,) = lime.openings
    assert (opening.route, opening.others) == (bricks, [iron.parameter])


def test_a_demand_or_supply_that_is_closed_counts_for_nothing() -> None:
    brickyard()
    supply = sandworld.sand()
    assert next_tests(supply)
    listing_withdraw(listing=supply)
    assert next_tests(supply) == []


def test_invented_demands_do_not_beckon_a_real_supply() -> None:
    inventor = worlds.organisation(99, is_invented=True)
    at = worlds.facility(owner=inventor)
    worlds.demand("bricks", at=at, base_kg_per_year=1_000_000)
    assert next_tests(sandworld.sand()) == []


def test_looking_leaves_nothing_behind() -> None:
    brickyard()
    next_tests(sandworld.sand())
    assert not MatchRun.objects.exists()
