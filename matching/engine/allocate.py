"""The cheapest allocation over all acceptable pairs, by linear programming.

Minimise the sum of (cost - unplaced) x flow, where ``unplaced`` is the planning value
of a tonne kept out of the yard, subject to the mass of each supply, the capacity of
each demand and the share cap of each material at a demand (its slot).

The three kinds of rows nest (a slot lies within its demand) and every pair meets one
of each kind, so the matrix is that of a network: with whole masses and whole costs
every basic solution is whole, in flows and in prices, and rounding only removes the
noise of floating point.

References
----------
R. Ahuja, T. Magnanti, J. Orlin, Network Flows, 1993, chapter 11.
Q. Huangfu, J. Hall, Parallelizing the dual revised simplex method, Mathematical
Programming Computation 10, 2018, doi:10.1007/s12532-017-0130-5 (HiGHS).
"""

from typing import Any, Final

import highspy
import numpy as np

from matching.engine.columns import F64, I64
from matching.engine.problem import Problem
from matching.engine.solution import Allocation, Pairs, Slots

# One thread, a fixed seed and no scaling: the same input gives the same basis, and a
# network's numbers stay whole along the way.
_OPTIONS: Final[dict[str, Any]] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "solver": "simplex",
    "simplex_scale_strategy": 0,
}
_PARTS_PER_MILLION: Final = 1_000_000


def allocate(problem: Problem, pairs: Pairs) -> Allocation:
    """An optimal allocation in whole kilograms with whole prices.

    A pair that costs as much as a tonne left in the yard, or more, carries nothing
    and is left out of the programme; prices are never negative, so that its reduced
    cost is not negative either.

    Raises
    ------
    RuntimeError
        The solver stopped before it proved an optimum.
    """
    supplies, demands, rules = problem.supplies, problem.demands, problem.rules
    slot_key = pairs.demand.astype(np.int64) * rules.materials
    slot_key += supplies.material[pairs.supply]
    keys, slot = np.unique(slot_key, return_inverse=True)
    slot_demand, slot_material = np.divmod(keys, rules.materials)
    cap_kg = _share_caps(problem, slot_demand, slot_material)
    capacity_kg = demands.capacity_kg

    # A cap above the demand's capacity never binds; without its row the worth of
    # room goes to the demand alone.
    binding_kg = np.where(cap_kg < capacity_kg[slot_demand], cap_kg, np.inf)
    paying = np.flatnonzero(pairs.cost_fen_per_t < problem.params.unplaced_fen_per_t)
    first_slot = len(supplies) + len(demands)
    rows = np.column_stack(
        [pairs.supply, len(supplies) + pairs.demand, first_slot + slot]
    )
    flow, prices = _solved(
        saving=pairs.cost_fen_per_t[paying] - problem.params.unplaced_fen_per_t,
        rows=rows[paying],
        room_kg=np.concatenate([supplies.mass_kg, capacity_kg, binding_kg]),
    )
    flow_kg = np.zeros(len(pairs), dtype=np.int64)
    flow_kg[paying] = flow
    left_kg = supplies.mass_kg.copy()
    np.subtract.at(left_kg, pairs.supply, flow_kg)
    return Allocation(
        flow_kg=flow_kg,
        left_kg=left_kg,
        supply_price_fen_per_t=prices[: len(supplies)],
        demand_price_fen_per_t=prices[len(supplies) : first_slot],
        slots=Slots(slot_demand, slot_material, cap_kg, prices[first_slot:]),
    )


def _share_caps(problem: Problem, demand: I64, material: I64) -> I64:
    """Whole kilograms of a material that a demand's base allows, rounded down."""
    share = problem.rules.max_share_frac[problem.demands.route[demand], material]
    share_ppm = np.rint(share * _PARTS_PER_MILLION).astype(np.int64)
    # Split, since base x parts per million need not fit 64 bits.
    millions, rest = np.divmod(problem.demands.base_kg[demand], _PARTS_PER_MILLION)
    cap_kg: I64 = millions * share_ppm + rest * share_ppm // _PARTS_PER_MILLION
    return cap_kg


def _solved(saving: I64, rows: I64, room_kg: F64) -> tuple[I64, I64]:
    """Flow of each column and price of each row, whole."""
    if not len(saving):
        return np.zeros(0, dtype=np.int64), np.zeros(len(room_kg), dtype=np.int64)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.passModel(_programme(saving, rows, room_kg))
    solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS stopped: {solver.modelStatusToString(status)}")
    solution = solver.getSolution()
    flow_kg = np.rint(solution.col_value).astype(np.int64)
    return flow_kg, -np.rint(solution.row_dual).astype(np.int64)


def _programme(saving: I64, rows: I64, room_kg: F64) -> highspy.HighsLp:
    columns, entries = rows.shape
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = columns, len(room_kg)
    programme.col_cost_ = saving.astype(np.float64)
    programme.col_lower_ = np.zeros(columns)
    programme.col_upper_ = np.full(columns, highspy.kHighsInf)
    programme.row_lower_ = np.full(len(room_kg), -highspy.kHighsInf)
    programme.row_upper_ = room_kg
    matrix = programme.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = np.arange(columns + 1, dtype=np.int32) * entries
    matrix.index_ = rows.astype(np.int32).ravel()
    matrix.value_ = np.ones(rows.size)
    return programme
