"""A right answer is certified; each way of spoiling it is caught by name."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matching.engine.certify import certify
from matching.engine.pairs import Reached
from matching.engine.problem import Demands, Problem
from matching.engine.solution import Certificate, Solution
from matching.engine.solve import solve
from matching.engine.sphere import unit_vectors
from tests.engine.clusters import clustered
from tests.engine.worlds import TONNE, two_plants_one_kiln
from wastehub.geodesy import great_circle_km


def _capped() -> Problem:
    """Two plants and a kiln whose share cap of 60 t binds, not its capacity."""
    world = two_plants_one_kiln()
    return replace(world, demands=replace(world.demands, base_kg=[200 * TONNE]))


PROBLEM = _capped()
SOLUTION = solve(PROBLEM)
NEAR_FLOW, FAR_FLOW = 40 * TONNE, 20 * TONNE
FAR_LEFT = 60 * TONNE
WORTH = 20_000 - 83


def _certified(solution: Solution) -> Certificate:
    return certify(PROBLEM, solution.screen, solution.pairs, solution.allocation)


def _failing(solution: Solution) -> set[str]:
    certificate = _certified(solution)
    assert certificate.ok == all(check.ok for check in certificate.checks)
    return {check.name for check in certificate.checks if not check.ok}


def _with_allocation(**change: Any) -> Solution:
    columns = {name: np.asarray(column) for name, column in change.items()}
    return replace(SOLUTION, allocation=replace(SOLUTION.allocation, **columns))


def _with_slots(**change: Any) -> Solution:
    columns = {name: np.asarray(column) for name, column in change.items()}
    slots = replace(SOLUTION.allocation.slots, **columns)
    return replace(SOLUTION, allocation=replace(SOLUTION.allocation, slots=slots))


def test_the_answer_itself_is_certified() -> None:
    certificate = _certified(SOLUTION)
    assert certificate.ok
    assert certificate.pairs_checked == 2
    assert certificate.objective_fen_kg_per_t == (
        NEAR_FLOW * (56 - 20_000) + FAR_FLOW * (83 - 20_000)
    )


@pytest.mark.parametrize(
    ("spoilt", "failing"),
    [
        # One kilogram appears.
        (_with_allocation(flow_kg=[NEAR_FLOW, FAR_FLOW + 1]), "supplies"),
        (_with_allocation(left_kg=[1, FAR_LEFT]), "supplies"),
        # A kilogram beyond the cap, though the supply balances.
        (
            _with_allocation(
                flow_kg=[NEAR_FLOW, FAR_FLOW + 1], left_kg=[0, FAR_LEFT - 1]
            ),
            "shares",
        ),
        # 31 t beyond it, and 1 t beyond the capacity.
        (
            _with_allocation(
                flow_kg=[NEAR_FLOW, FAR_FLOW + 31 * TONNE],
                left_kg=[0, FAR_LEFT - 31 * TONNE],
            ),
            "demands",
        ),
        # Lawful, but a tonne that would pay stays in the yard.
        (
            _with_allocation(
                flow_kg=[NEAR_FLOW, FAR_FLOW - TONNE], left_kg=[0, FAR_LEFT + TONNE]
            ),
            "value",
        ),
        # Lawful and full, but a far tonne takes the place of a near one.
        (
            _with_allocation(
                flow_kg=[NEAR_FLOW - TONNE, FAR_FLOW + TONNE],
                left_kg=[TONNE, FAR_LEFT - TONNE],
            ),
            "slackness",
        ),
        (_with_allocation(flow_kg=[NEAR_FLOW + FAR_FLOW, 0]), "supplies"),
        (_with_allocation(flow_kg=[-1, FAR_FLOW]), "flows"),
        (_with_allocation(flow_kg=[NEAR_FLOW + 0.5, FAR_FLOW]), "flows"),
        # Prices one fen off, either way, and below nothing.
        (_with_allocation(supply_price_fen_per_t=[26, 0]), "none_cheaper"),
        (_with_allocation(supply_price_fen_per_t=[28, 0]), "value"),
        (_with_allocation(supply_price_fen_per_t=[27, 1]), "slackness"),
        (_with_allocation(supply_price_fen_per_t=[27, -1]), "prices"),
        (_with_allocation(demand_price_fen_per_t=[1]), "slackness"),
        (_with_slots(price_fen_per_t=[WORTH - 1]), "none_cheaper"),
        (_with_slots(price_fen_per_t=[WORTH + 1]), "value"),
        (_with_slots(cap_kg=[90 * TONNE]), "slots"),
        (_with_slots(material=[1]), "slots"),
        (_with_allocation(flow_kg=[NEAR_FLOW]), "slots"),
    ],
)
def test_a_spoilt_allocation_is_caught(spoilt: Solution, failing: str) -> None:
    assert failing in _failing(spoilt)


def test_a_dropped_pair_is_caught() -> None:
    """The near plant is forgotten, and the answer is the best without it."""
    pairs = SOLUTION.pairs
    kept = {
        "first": np.array([0, 0, 1]),
        "demand": pairs.demand[1:],
        "cost_fen_per_t": pairs.cost_fen_per_t[1:],
    }
    allocation = replace(
        SOLUTION.allocation,
        flow_kg=np.array([60 * TONNE]),
        left_kg=np.array([40 * TONNE, 20 * TONNE]),
        supply_price_fen_per_t=np.array([0, 0]),
    )
    spoilt = replace(SOLUTION, pairs=replace(pairs, **kept), allocation=allocation)
    assert "pairs" in _failing(spoilt)


def _changed(pairs: Reached, **change: Any) -> Solution:
    columns = {name: np.asarray(column) for name, column in change.items()}
    return replace(SOLUTION, pairs=replace(pairs, **columns))


def test_a_pair_beyond_its_reach_is_caught() -> None:
    """The far plant's kiln will have nothing from beyond 60 km."""
    demands = replace(PROBLEM.demands, farthest_km=[60.0])
    short = replace(PROBLEM, demands=demands)
    certificate = certify(short, SOLUTION.screen, SOLUTION.pairs, SOLUTION.allocation)
    assert [check.name for check in certificate.checks if not check.ok] == ["pairs"]


@pytest.mark.parametrize(
    "change",
    [
        {"first": np.array([0, 2, 1])},
        {"first": np.array([0, 2, 2])},
        {"first": np.array([0, 1, 1, 2])},
        {"first": np.array([1, 1, 2])},
        {"demand": np.array([-1, 0], dtype=np.int32)},
        {"demand": np.array([0, 1], dtype=np.int32)},
        {"demand": np.array([0], dtype=np.int32)},
        {"cost_fen_per_t": SOLUTION.pairs.cost_fen_per_t[:1]},
    ],
)
def test_a_column_of_the_pairs_that_is_off_is_caught(change: dict[str, Any]) -> None:
    assert "pairs" in _failing(_changed(SOLUTION.pairs, **change))


def test_a_distance_that_is_told_wrong_is_caught() -> None:
    """The far plant's place is taken a hundredth of a second of arc off."""
    supplies = replace(PROBLEM.supplies)
    turned = unit_vectors(supplies.lon, supplies.lat + np.array([0, 3e-6]))
    vars(supplies)["vector"] = turned
    problem = replace(PROBLEM, supplies=supplies)
    check = certify(
        problem, SOLUTION.screen, SOLUTION.pairs, SOLUTION.allocation
    ).checks[0]
    assert not check.ok
    assert "1 at a wrong distance" in check.detail


def _rim_world(beside_km: float) -> Problem:
    """Many kilns, each with a reach that ends at the plants, or beside them."""
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform([100, 26], [108, 34], (300, 2)).T
    rim_km = great_circle_km(104.0, 29.5, lon, lat) + beside_km
    world = two_plants_one_kiln()
    columns = {
        name: np.repeat(getattr(world.demands, name), 300)
        for name in ("route", "capacity_kg", "base_kg", "offer_fen_per_t")
    }
    return replace(
        world,
        supplies=replace(world.supplies, lon=[104.0, 104.0], lat=[29.5, 29.5]),
        demands=Demands(
            ids=tuple(f"d{row:03d}" for row in range(300)),
            lon=lon,
            lat=lat,
            farthest_km=rim_km,
            **columns,
        ),
        rules=replace(world.rules, material_reach_km=[np.inf, np.inf]),
    )


@pytest.mark.parametrize(("beside_km", "pairs"), [(0.0, 600), (-1e-9, 0)])
def test_on_the_rim_the_exact_formula_decides(beside_km: float, pairs: int) -> None:
    certificate = solve(_rim_world(beside_km)).certificate
    assert certificate.ok
    assert certificate.pairs_checked == pairs


def test_a_pair_on_the_rim_that_is_forgotten_or_made_up_is_caught() -> None:
    inside, outside = _rim_world(0.0), _rim_world(-1e-9)
    right, empty = solve(inside), solve(outside)
    for problem, wrong in ((outside, right), (inside, empty)):
        certificate = certify(problem, wrong.screen, wrong.pairs, wrong.allocation)
        assert [check.name for check in certificate.checks] == ["pairs"]
        assert not certificate.ok


def test_a_wrong_cost_is_caught() -> None:
    cost = SOLUTION.pairs.cost_fen_per_t + np.array([0, 1])
    spoilt = replace(SOLUTION, pairs=replace(SOLUTION.pairs, cost_fen_per_t=cost))
    assert "pairs" in _failing(spoilt)


def test_a_pair_that_the_screen_refuses_is_caught() -> None:
    verdict = SOLUTION.screen.verdict.copy()
    verdict[1, 0] = 4
    spoilt = replace(SOLUTION, screen=replace(SOLUTION.screen, verdict=verdict))
    assert "pairs" in _failing(spoilt)


@pytest.mark.parametrize("seed", range(3))
def test_any_kilogram_moved_in_a_large_world_is_caught(seed: int) -> None:
    problem = clustered(seed, 200, 60)
    solution = solve(problem)
    assert solution.certificate.ok
    for row in np.flatnonzero(solution.allocation.flow_kg)[:20]:
        flow_kg = solution.allocation.flow_kg.copy()
        flow_kg[row] -= 1
        left_kg = solution.allocation.left_kg.copy()
        left_kg[solution.pairs.supply[row]] += 1
        spoilt = replace(solution.allocation, flow_kg=flow_kg, left_kg=left_kg)
        assert not certify(problem, solution.screen, solution.pairs, spoilt).ok


def test_masses_times_costs_beyond_64_bits_are_summed_exactly() -> None:
    world = two_plants_one_kiln()
    mass = 9 * 10**12
    problem = replace(
        world,
        supplies=replace(
            world.supplies, mass_kg=[mass, mass], ask_fen_per_t=[-(10**6), -(10**6)]
        ),
        demands=replace(world.demands, capacity_kg=[2 * mass], base_kg=[10 * mass]),
    )
    certificate = solve(problem).certificate
    assert certificate.ok
    assert certificate.objective_fen_kg_per_t == (
        mass * (-(10**6) + 56 - 20_000) + mass * (-(10**6) + 83 - 20_000)
    )
    assert certificate.objective_fen_kg_per_t < np.iinfo(np.int64).min
