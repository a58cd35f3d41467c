"""Which test opens most: alone, together with others, or not at all."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matching.engine import next_test as engine
from matching.engine.next_test import NextTest
from matching.engine.params import Params
from matching.engine.problem import Demands, Problem, Supplies
from matching.engine.rulebook import Limits, Rulebook, Treatments

LIME, IRON, WATER = 0, 1, 2
BRICKS, TILES = 0, 1
TONNE = 1000
UNKNOWN = np.nan


def brickyard_and_tilery() -> Problem:
    """100 t of sand; bricks need lime and water, tiles need iron and water.

    The brickyard takes 60 t for 30 yuan/t, the tilery 20 t for 80 yuan/t, both on the
    spot where the sand lies, so that a haul costs nothing. The sand's water is measured
    at 5 %, to be dried to 2 % for 10 yuan/t.
    """
    place = {"lon": [104.0] * 2, "lat": [30.0] * 2}
    return Problem(
        supplies=Supplies(
            ("sand",), [104.0], [30.0], [0], [100 * TONNE], [0], [[UNKNOWN, UNKNOWN, 5]]
        ),
        demands=Demands(
            ids=("a-bricks", "b-tiles"),
            **place,
            route=[BRICKS, TILES],
            capacity_kg=[60 * TONNE, 20 * TONNE],
            base_kg=[1000 * TONNE] * 2,
            offer_fen_per_t=[3000, 8000],
            farthest_km=[np.inf, np.inf],
        ),
        rules=Rulebook(
            material_reach_km=[50.0],
            typical_low=[[np.nan] * 3],
            typical_high=[[np.nan] * 3],
            admitted=[[1], [1]],
            max_share_frac=[[1.0], [1.0]],
            limits=Limits(
                route=[BRICKS, BRICKS, TILES, TILES],
                material=[-1] * 4,
                parameter=[LIME, WATER, IRON, WATER],
                sense=[1] * 4,
                value=[8.0, 2.0, 1.0, 2.0],
                decides=[True] * 4,
                grade=[-1] * 4,
            ),
            treatments=Treatments([0], [WATER], [0.0], [1000], [0.0], [0]),
        ),
        params=Params(haul_fixed_fen_per_t=0, haul_fen_per_t_km=0),
    )


def opened(
    problem: Problem, supply: int, price_fen: float | list[float] = 100
) -> tuple[NextTest, ...]:
    """The next tests, at one price each unless told otherwise."""
    prices = np.full(3, 0.0) + price_fen
    return engine.next_tests(problem, supply, prices)


def measured(problem: Problem, *values: float) -> Problem:
    return replace(problem, supplies=replace(problem.supplies, values=[list(values)]))


def wanting(problem: Problem, **columns: Any) -> Problem:
    return replace(problem, demands=replace(problem.demands, **columns))


def ruled(problem: Problem, **columns: Any) -> Problem:
    limits = replace(problem.rules.limits, **columns)
    return replace(problem, rules=replace(problem.rules, limits=limits))


def names(tests: tuple[NextTest, ...]) -> list[int]:
    return [test.parameter for test in tests]


def test_the_test_that_opens_more_tonnes_comes_first() -> None:
    assert names(opened(brickyard_and_tilery(), 0)) == [LIME, IRON]


def test_a_test_is_worth_what_is_offered_less_the_treatment() -> None:
    """Bricks: 60 t x (30 - 10) yuan; tiles: 20 t x (80 - 10) yuan."""
    bricks, tiles = (test.alone for test in opened(brickyard_and_tilery(), 0))
    assert (bricks.demands, bricks.mass_kg) == (1, 60_000)
    assert (tiles.demands, tiles.mass_kg) == (1, 20_000)
    assert (bricks.worth_fen, tiles.worth_fen) == (120_000, 140_000)


def test_among_equal_tonnes_the_worth_decides() -> None:
    same = wanting(brickyard_and_tilery(), capacity_kg=[20 * TONNE] * 2)
    assert names(opened(same, 0)) == [IRON, LIME]


def test_a_test_opens_no_more_than_is_on_offer() -> None:
    greedy = wanting(brickyard_and_tilery(), capacity_kg=[900 * TONNE] * 2)
    assert [test.alone.mass_kg for test in opened(greedy, 0)] == [100_000] * 2


def test_a_test_opens_no_more_than_the_share_cap() -> None:
    small = wanting(brickyard_and_tilery(), base_kg=[10 * TONNE, 1000 * TONNE])
    iron, lime = opened(small, 0)
    assert (iron.parameter, lime.alone.mass_kg) == (IRON, 10_000)


def test_two_missing_values_open_a_route_only_together() -> None:
    dry_unknown = measured(brickyard_and_tilery(), UNKNOWN, 0.5, UNKNOWN)
    water, lime = opened(dry_unknown, 0)
    assert (water.parameter, lime.parameter) == (WATER, LIME)
    assert water.alone.mass_kg == 20_000
    assert water.together.mass_kg == 80_000
    assert lime.alone.mass_kg == 0
    assert lime.together.mass_kg == 60_000


def test_what_else_must_pass_is_named_by_route() -> None:
    dry_unknown = measured(brickyard_and_tilery(), UNKNOWN, 0.5, UNKNOWN)
    water, lime = opened(dry_unknown, 0)
    assert [(row.route, row.others) for row in water.openings] == [
        (BRICKS, (LIME,)),
        (TILES, ()),
    ]
    assert [(row.route, row.others) for row in lime.openings] == [(BRICKS, (WATER,))]


def test_what_is_opened_together_goes_to_the_best_payer_first() -> None:
    """30 t: 20 t of tiles at 80 yuan and 10 t of bricks at 30, undried."""
    scarce = measured(brickyard_and_tilery(), UNKNOWN, 0.5, UNKNOWN)
    scarce = replace(scarce, supplies=replace(scarce.supplies, mass_kg=[30 * TONNE]))
    (together,) = [
        test.together for test in opened(scarce, 0) if test.parameter == WATER
    ]
    assert (together.mass_kg, together.worth_fen) == (30_000, 160_000 + 30_000)


def test_a_likely_pair_waits_for_its_test_too() -> None:
    problem = brickyard_and_tilery()
    typical = {"typical_low": [[2, np.nan, 3]], "typical_high": [[4, np.nan, 4]]}
    likely = replace(problem, rules=replace(problem.rules, **typical))
    assert names(opened(likely, 0)) == [LIME, IRON]


def test_what_is_measured_needs_no_test() -> None:
    assert names(opened(measured(brickyard_and_tilery(), 3, UNKNOWN, 5), 0)) == [IRON]


def test_a_route_that_a_measured_value_refuses_is_opened_by_no_test() -> None:
    no_drying = Treatments([], [], [], [], [], [])
    problem = brickyard_and_tilery()
    wet = replace(problem, rules=replace(problem.rules, treatments=no_drying))
    assert opened(wet, 0) == ()


def test_a_route_whose_standard_is_unread_is_opened_by_no_test() -> None:
    unread = ruled(brickyard_and_tilery(), value=[8.0, UNKNOWN, 1.0, 2.0])
    assert names(opened(unread, 0)) == [IRON]


def test_a_limit_that_never_decides_asks_for_no_test() -> None:
    lenient = ruled(brickyard_and_tilery(), decides=[False, True, True, True])
    assert names(opened(lenient, 0)) == [IRON]


def test_a_demand_out_of_reach_counts_for_nothing() -> None:
    far = wanting(brickyard_and_tilery(), lon=[106.0, 104.0])
    assert names(opened(far, 0)) == [IRON]


def test_a_haul_is_taken_off_the_worth() -> None:
    """Half a degree of latitude is 55.6 km, and a tonne costs 1 fen each."""
    reaching = replace(brickyard_and_tilery().rules, material_reach_km=[100.0])
    away = wanting(brickyard_and_tilery(), lat=[30.5, 30.0])
    params = Params(haul_fixed_fen_per_t=0, haul_fen_per_t_km=1, circuity=1)
    lime, _ = opened(replace(away, rules=reaching, params=params), 0)
    assert lime.alone.worth_fen == pytest.approx(60 * (3000 - 1000 - 55.6), abs=30)


def test_what_opens_more_for_its_price_comes_first() -> None:
    """Lime opens 60 t for 4 yuan, iron 20 t for 1."""
    iron, lime = opened(brickyard_and_tilery(), 0, [400, 100, 100])
    assert (iron.parameter, lime.parameter) == (IRON, LIME)
    assert (iron.price_fen, lime.price_fen) == (100, 400)


def test_what_has_no_price_comes_last_whatever_it_opens() -> None:
    dear = opened(brickyard_and_tilery(), 0, [np.inf, 10**6, 100])
    assert names(dear) == [IRON, LIME]


def test_without_any_price_what_opens_most_comes_first() -> None:
    assert names(opened(brickyard_and_tilery(), 0, np.inf)) == [LIME, IRON]
