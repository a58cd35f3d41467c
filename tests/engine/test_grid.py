"""The search by cells finds, anywhere on the sphere, what measuring all pairs finds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.pairs import Reached
from matching.engine.problem import Demands, Problem, Supplies
from matching.engine.reach import reach
from matching.engine.screen import screen
from tests.engine.clusters import clustered
from tests.engine.worlds import ASH, KILN, TONNE, kiln_rules, two_plants_one_kiln
from wastehub.geodesy import great_circle_km

HALF_ROUND_KM = np.pi * 6371.0087714150598


def world(sources, sinks, farthest_km, reach_km) -> Problem:
    """Good ash at the sources, kilns at the sinks; places are (lon, lat)."""
    s_lon, s_lat = np.array(sources, dtype=float).reshape(-1, 2).T
    d_lon, d_lat = np.array(sinks, dtype=float).reshape(-1, 2).T
    many, several = len(s_lon), len(d_lon)
    return Problem(
        supplies=Supplies(
            ids=tuple(f"s{row:03d}" for row in range(many)),
            lon=s_lon,
            lat=s_lat,
            material=[ASH] * many,
            mass_kg=[TONNE] * many,
            ask_fen_per_t=[0] * many,
            # Every third one burns too badly to be taken.
            values=[[9.0 if row % 3 == 2 else 4.0, 0.5] for row in range(many)],
        ),
        demands=Demands(
            ids=tuple(f"d{row:03d}" for row in range(several)),
            lon=d_lon,
            lat=d_lat,
            route=[KILN] * several,
            capacity_kg=[TONNE] * several,
            base_kg=[TONNE] * several,
            offer_fen_per_t=[0] * several,
            farthest_km=farthest_km,
        ),
        rules=replace(kiln_rules(), material_reach_km=[reach_km, reach_km]),
        params=two_plants_one_kiln().params,
    )


def found(problem: Problem) -> Reached:
    return reach(problem, screen(problem))


def require_all_and_only(problem: Problem) -> None:
    """The pairs, distances and count of a table of all distances."""
    supplies, demands = problem.supplies, problem.demands
    table = great_circle_km(
        supplies.lon[:, None], supplies.lat[:, None], demands.lon, demands.lat
    )
    material_km = problem.rules.material_reach_km[supplies.material]
    within = (table <= material_km[:, None]) & (table <= demands.farthest_km)
    admitted = problem.rules.admitted[demands.route][:, supplies.material].T == 1
    verdict = screen(problem).verdict[:, demands.route]
    pairs = found(problem)
    supply, demand = np.nonzero(within & (verdict <= problem.params.accept))
    np.testing.assert_array_equal(pairs.supply, supply)
    np.testing.assert_array_equal(pairs.demand, demand)
    told_km = pairs.every(problem).distance_km
    np.testing.assert_allclose(told_km, table[supply, demand], rtol=0, atol=1e-9)
    assert pairs.in_reach == int((within & admitted).sum())


lons = st.one_of(st.sampled_from([-180.0, 180.0, 0.0, 179.9]), st.floats(-180, 180))
lats = st.one_of(st.sampled_from([-90.0, 90.0, 0.0, 89.9]), st.floats(-90, 90))
places = st.lists(st.tuples(lons, lats), min_size=1, max_size=12)
reaches = st.one_of(
    st.sampled_from([0.0, 1.0, 300.0, 10_000.0, HALF_ROUND_KM, np.inf]),
    st.floats(0, 21_000),
)


@given(places, places, reaches, st.data())
def test_no_place_on_the_sphere_is_overlooked(sources, sinks, reach_km, data) -> None:
    wishes = st.lists(reaches, min_size=len(sinks), max_size=len(sinks))
    require_all_and_only(world(sources, sinks, data.draw(wishes), reach_km))


@given(places, st.floats(0, 360), st.floats(0.01, 3000))
def test_neighbours_are_found_wherever_they_lie(sources, heading, far_km) -> None:
    """A sink is set at a distance from every source; its reach is just that."""
    turn, angle = np.radians(heading), far_km / 6371.0087714150598
    lon, lat = np.radians(np.array(sources)).T
    sine = np.sin(lat) * np.cos(angle) + np.cos(lat) * np.sin(angle) * np.cos(turn)
    across = np.sin(turn) * np.sin(angle) * np.cos(lat)
    there = np.degrees(lon + np.arctan2(across, np.cos(angle) - np.sin(lat) * sine))
    lon = (there + 180) % 360 - 180
    sinks = np.column_stack([lon, np.degrees(np.arcsin(np.clip(sine, -1, 1)))])
    require_all_and_only(world(sources, sinks, [np.inf] * len(sinks), far_km))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("provinces", [1, 4])
def test_crowded_towns_lose_no_pair(seed: int, provinces: int) -> None:
    require_all_and_only(clustered(seed, 700, 400, provinces))


@pytest.mark.parametrize("beside_km", [-1e-9, 0.0, 1e-9])
def test_on_the_rim_the_exact_formula_decides(beside_km: float) -> None:
    """Each sink's reach ends within a micrometre of the source, or just there."""
    rng = np.random.default_rng(7)
    sinks = rng.uniform([100, 26], [108, 34], (200, 2))
    rim_km = great_circle_km(104.0, 30.0, sinks[:, 0], sinks[:, 1]) + beside_km
    problem = world([(104.0, 30.0)] * 3, sinks, rim_km, np.inf)
    require_all_and_only(problem)
    assert len(found(problem)) == (0 if beside_km < 0 else 400)


def test_many_at_one_place_with_no_reach_at_all_are_pairs() -> None:
    problem = world([(104.0, 30.0)] * 70, [(104.0, 30.0)] * 130, [0.0] * 130, 0.0)
    require_all_and_only(problem)


def test_threads_change_nothing() -> None:
    """More supplies of a material than one thread takes at once."""
    problem = clustered(3, 15_000, 60)
    require_all_and_only(problem)
