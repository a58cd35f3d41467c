"""Packed pairs, spread out again: each by the formulas on paper."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.aims import Aims
from matching.engine.packed import rows_of
from matching.engine.pairs import Reached
from matching.engine.params import Objective
from matching.engine.problem import Problem
from matching.engine.reach import reach
from matching.engine.road import Roads
from matching.engine.screen import screen
from matching.engine.solve import solve
from matching.engine.weigh import weights
from tests.engine.clusters import clustered
from tests.engine.worlds import two_plants_one_kiln

PROBLEM = clustered(5, 200, 90)


def packed(problem: Problem) -> Reached:
    return reach(problem, screen(problem))


def winding(problem: Problem) -> Problem:
    """Circuities at both ends, and every third pair measured."""
    pairs = packed(problem).every(problem)
    rng = np.random.default_rng(1)
    roads = Roads(
        supply_circuity=rng.uniform(1, 2, len(problem.supplies)),
        demand_circuity=rng.uniform(1, 2, len(problem.demands)),
        measured_supply=pairs.supply[::3],
        measured_demand=pairs.demand[::3],
        measured_km=rng.uniform(1, 500, len(pairs.supply[::3])),
    )
    return replace(problem, roads=roads)


@pytest.mark.parametrize("problem", [PROBLEM, winding(PROBLEM)])
def test_a_packed_cost_is_ask_less_offer_plus_treatment_plus_haul(
    problem: Problem,
) -> None:
    pairs, params = packed(problem).every(problem), problem.params
    treatment = screen(problem).treatment_fen_per_t
    road_km = problem.road_km(pairs.supply, pairs.demand, pairs.distance_km)
    for row, (supply, demand) in enumerate(
        zip(pairs.supply.tolist(), pairs.demand.tolist(), strict=True)
    ):
        haul = round(
            params.haul_fixed_fen_per_t + params.haul_fen_per_t_km * road_km[row]
        )
        assert pairs.haul_fen_per_t[row] == haul
        assert pairs.cost_fen_per_t[row] == (
            problem.supplies.ask_fen_per_t[supply]
            - problem.demands.offer_fen_per_t[demand]
            + treatment[supply, problem.demands.route[demand]]
            + haul
        )


def test_costs_take_64_bits_only_where_they_may_need_them() -> None:
    dear = replace(
        PROBLEM,
        params=replace(PROBLEM.params, haul_fen_per_t_km=10_000),
        supplies=replace(
            PROBLEM.supplies,
            mass_kg=PROBLEM.supplies.mass_kg % 1000,
            ask_fen_per_t=np.full(200, 10**9),
        ),
        demands=replace(
            PROBLEM.demands,
            capacity_kg=PROBLEM.demands.capacity_kg % 1000,
            offer_fen_per_t=np.full(90, -(10**9)),
        ),
    )
    small, large = packed(PROBLEM), packed(dear)
    assert (small.cost_fen_per_t.dtype, large.cost_fen_per_t.dtype) == (
        np.int32,
        np.int64,
    )
    assert large.cost_fen_per_t.min() > 2 * 10**9
    assert solve(dear).certificate.ok


@pytest.mark.parametrize(
    ("objective", "dtype"), [(Objective.COST, np.int32), (Objective.MIX, np.int64)]
)
def test_weights_take_64_bits_only_where_they_need_them(
    objective: Objective, dtype: type
) -> None:
    """A mix at 1 fen/t of CO2 counts in millionths of a fen."""
    params = replace(PROBLEM.params, objective=objective, carbon_price_fen_per_t=1)
    aims = Aims(displaced_g_per_t=np.full((5, 6), 250_000))
    problem = replace(PROBLEM, params=params, aims=aims)
    reached = packed(problem)
    found = weights(problem, reached)
    assert found.dtype == dtype
    pairs = reached.every(problem)
    if objective == Objective.MIX:
        emitted_g = np.rint(params.haul_g_per_t_km * pairs.road_km) - 250_000
        fen = 10**6 * (pairs.cost_fen_per_t - params.unplaced_fen_per_t)
        np.testing.assert_array_equal(found, fen + emitted_g.astype(np.int64))
    else:
        fen = pairs.cost_fen_per_t - params.unplaced_fen_per_t
        np.testing.assert_array_equal(found, fen)


@given(
    st.lists(st.lists(st.integers(0, 20), unique=True, max_size=5), max_size=6),
    st.data(),
)
def test_any_rows_are_those_of_the_whole_column(
    demands: list[list[int]], data: st.DataObject
) -> None:
    takers = [sorted(row) for row in demands]
    count = sum(map(len, takers))
    first = np.cumsum([0, *map(len, takers)])
    demand = np.array([one for row in takers for one in row], dtype=np.int32)
    reached = Reached(first, demand, np.arange(count), in_reach=count)
    ends = [(s, d) for s, row in enumerate(takers) for d in row]
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, count)] * 2)))
    world = two_plants_one_kiln()
    for pairs, told in (
        (reached.every(world), ends),
        (reached.between(world, begin, end), ends[begin:end]),
        (reached.at(world, np.arange(end - 1, -1, -2)), ends[:end][::-2]),
    ):
        assert list(zip(pairs.supply, pairs.demand, strict=True)) == told
    assert reached.supply.tolist() == [s for s, _ in ends]


def test_a_row_is_found_by_its_ends_and_told_missing() -> None:
    first, demand = np.array([0, 2, 2, 4]), np.array([3, 7, 1, 3], dtype=np.int32)
    asked = np.array([(0, 7), (0, 3), (0, 5), (1, 3), (2, 3), (2, 9), (2, 0)])
    rows = rows_of(first, demand, *asked.T)
    assert rows.tolist() == [1, 0, -1, -1, 3, -1, -1]


def test_many_pairs_take_eight_bytes_each() -> None:
    reached = packed(clustered(1, 3000, 900))
    columns = reached.demand.nbytes + reached.cost_fen_per_t.nbytes
    assert columns == 8 * len(reached) > 8 * 10**5
