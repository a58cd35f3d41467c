from dataclasses import replace
from math import asin, cos, radians, sin, sqrt

import numpy as np
import pytest

from matching.engine.pairs import Reached
from matching.engine.problem import Problem
from matching.engine.reach import reach, reach_misses
from matching.engine.screen import screen
from tests.engine.clusters import clustered
from tests.engine.worlds import two_plants_one_kiln
from wastehub.geodesy import great_circle_km

RADIUS_KM = 6371.0087714150598


def _distance_km(problem: Problem, supply: int, demand: int) -> float:
    lon1, lat1, lon2, lat2 = (
        radians(float(degrees))
        for degrees in (
            problem.supplies.lon[supply],
            problem.supplies.lat[supply],
            problem.demands.lon[demand],
            problem.demands.lat[demand],
        )
    )
    rise, turn = sin((lat2 - lat1) / 2) ** 2, sin((lon2 - lon1) / 2) ** 2
    return 2 * RADIUS_KM * asin(sqrt(rise + cos(lat1) * cos(lat2) * turn))


def _plain_pairs(problem: Problem) -> list[tuple[int, int]]:
    """The pair set by a double loop in plain Python."""
    verdict = screen(problem).verdict
    return [
        (supply, demand)
        for supply in range(len(problem.supplies))
        for demand in range(len(problem.demands))
        if verdict[supply, problem.demands.route[demand]] <= problem.params.accept
        and _distance_km(problem, supply, demand)
        <= min(
            problem.rules.material_reach_km[problem.supplies.material[supply]],
            problem.demands.farthest_km[demand],
        )
    ]


def _listed(pairs: Reached) -> list[tuple[int, int]]:
    return list(zip(pairs.supply.tolist(), pairs.demand.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_the_pairs_are_those_of_a_plain_double_loop(seed: int) -> None:
    problem = clustered(seed, 120, 80)
    pairs = reach(problem, screen(problem))
    assert len(pairs) > 50
    assert _listed(pairs) == _plain_pairs(problem)


def test_distances_are_those_of_a_plain_haversine() -> None:
    problem = clustered(1, 120, 80)
    pairs = reach(problem, screen(problem))
    plain = [_distance_km(problem, *pair) for pair in _listed(pairs)]
    told_km = pairs.every(problem).distance_km
    np.testing.assert_allclose(told_km, plain, rtol=0, atol=1e-6)


def test_the_size_of_a_block_changes_nothing() -> None:
    problem = clustered(2, 900, 300)
    small = replace(problem, params=replace(problem.params, block_pairs=1000))
    one, other = (reach(world, screen(world)) for world in (problem, small))
    for name, column in vars(one).items():
        np.testing.assert_array_equal(column, getattr(other, name))


def _kiln_within(farthest_km: float) -> Problem:
    world = two_plants_one_kiln()
    return replace(world, demands=replace(world.demands, farthest_km=[farthest_km]))


def test_the_rim_is_included() -> None:
    far_km = great_circle_km(104.0, 30.75, 104.0, 30.0)
    for farthest_km, count in ((far_km, 2), (np.nextafter(far_km, 0), 1)):
        problem = _kiln_within(farthest_km)
        assert len(reach(problem, screen(problem))) == count


def test_the_materials_reach_holds_where_the_demand_goes_farther() -> None:
    world = two_plants_one_kiln()
    rules = replace(world.rules, material_reach_km=[60.0, 60.0])
    problem = replace(world, rules=rules)
    assert _listed(reach(problem, screen(problem))) == [(0, 0)]


def test_the_date_line_and_the_pole_are_no_borders() -> None:
    world = two_plants_one_kiln()
    problem = replace(
        world,
        supplies=replace(world.supplies, lon=[179.9, 0.0], lat=[0.0, 89.9]),
        demands=replace(
            world.demands,
            ids=("equator", "pole"),
            lon=[-179.9, 180.0],
            lat=[0.0, 89.9],
            **{
                name: np.repeat(getattr(world.demands, name), 2)
                for name in ("route", "capacity_kg", "base_kg", "offer_fen_per_t")
            },
            farthest_km=[np.inf, np.inf],
        ),
    )
    pairs = reach(problem, screen(problem))
    assert _listed(pairs) == [(0, 0), (1, 1)]
    told_km = pairs.every(problem).distance_km
    np.testing.assert_allclose(told_km, RADIUS_KM * radians(0.2), atol=1e-6)


def test_a_reach_around_the_world_takes_the_antipode() -> None:
    world = two_plants_one_kiln()
    problem = replace(
        world,
        supplies=replace(world.supplies, lon=[-76.0, -76.0], lat=[-30.0, -29.0]),
        rules=replace(world.rules, material_reach_km=[np.inf, np.inf]),
    )
    assert len(reach(problem, screen(problem))) == 2


def test_a_tonne_costs_ask_less_offer_plus_treatment_plus_haul() -> None:
    world = two_plants_one_kiln()
    problem = replace(
        world,
        supplies=replace(
            world.supplies, ask_fen_per_t=[-300, 700], values=[[4, 3], [5, 0]]
        ),
        demands=replace(world.demands, offer_fen_per_t=[50]),
        params=replace(
            world.params, haul_fixed_fen_per_t=600, haul_fen_per_t_km=40, circuity=1.3
        ),
    )
    params = replace(problem.params, accept=1)
    problem = replace(problem, params=params)
    pairs = reach(problem, screen(problem))
    haul = [round(600 + 40 * 1.3 * RADIUS_KM * radians(turn)) for turn in (0.5, 0.75)]
    assert pairs.every(problem).haul_fen_per_t.tolist() == haul
    assert pairs.cost_fen_per_t.tolist() == [
        -300 - 50 + 1400 + haul[0],
        700 - 50 + 0 + haul[1],
    ]


@pytest.mark.parametrize(("fixed", "whole"), [(0.5, 0), (1.5, 2), (2.5, 2)])
def test_haul_is_rounded_half_to_even(fixed: float, whole: int) -> None:
    world = two_plants_one_kiln()
    params = replace(world.params, haul_fixed_fen_per_t=fixed, haul_fen_per_t_km=0)
    problem = replace(world, params=params)
    pairs = reach(problem, screen(problem)).every(problem)
    assert pairs.haul_fen_per_t.tolist() == [whole, whole]


def test_pairs_in_reach_count_those_whose_verdict_is_not_acceptable() -> None:
    world = two_plants_one_kiln()
    supplies = replace(world.supplies, values=[[9.0, 0.5], [5.0, 0.2]])
    problem = replace(world, supplies=supplies)
    pairs = reach(problem, screen(problem))
    assert _listed(pairs) == [(1, 0)]
    assert pairs.in_reach == 2


def test_a_miss_tells_how_far_and_how_far_was_allowed() -> None:
    problem = _kiln_within(60.0)
    (miss,) = reach_misses(problem, screen(problem), supply=1, count=5)
    assert (miss.demand, miss.reach_km) == (0, 60.0)
    assert miss.distance_km == pytest.approx(RADIUS_KM * radians(0.75))
    assert reach_misses(problem, screen(problem), supply=0, count=5) == ()


def test_misses_come_nearest_first_and_only_those_that_would_take_it() -> None:
    problem = clustered(3, 20, 200)
    screened = screen(problem)
    misses = reach_misses(problem, screened, supply=0, count=7)
    taken = {demand for supply, demand in _plain_pairs(problem) if supply == 0}
    acceptable = screened.verdict[0, problem.demands.route] <= problem.params.accept
    beyond = sorted(set(np.flatnonzero(acceptable)) - taken)
    nearest = sorted(beyond, key=lambda demand: _distance_km(problem, 0, demand))
    assert [miss.demand for miss in misses] == nearest[:7]
