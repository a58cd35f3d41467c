"""A linear programme of packing rows, solved over all its columns by a few of them.

Columns are taken in by need: the programme is solved over the cheapest columns of
each group, every other column is priced against the answer, those that would improve
it join, and so on until none would. That last state is optimal over all columns.

References
----------
R. Ahuja, T. Magnanti, J. Orlin, Network Flows, 1993, chapter 17 (column generation).
Q. Huangfu, J. Hall, Parallelizing the dual revised simplex method, Mathematical
Programming Computation 10, 2018, doi:10.1007/s12532-017-0130-5 (HiGHS).
"""

from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np

from matching.engine.columns import F64, I64

_DUAL_SIMPLEX: Final = 1
_PRIMAL_SIMPLEX: Final = 4
# One thread and a fixed seed: the same input gives the same basis. Without presolve
# and scaling the answer is a basis of the matrix as given, whose numbers stay whole.
_OPTIONS: Final[dict[str, Any]] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "solver": "simplex",
    "simplex_strategy": _DUAL_SIMPLEX,
    "simplex_scale_strategy": 0,
    "presolve": "off",
}
# Of 3 to 20 tried on 835,000 columns, these took the least time.
_FIRST_PER_GROUP: Final = 10
_NEXT_PER_GROUP: Final = 5


@dataclass(frozen=True, eq=False)
class Programme:
    """Minimise cost x flow; each row's sum of flows is at most its room, none below 0.

    Parameters
    ----------
    cost
        Of a unit of each column, shape (n,); whole.
    rows
        The rows in which a column stands, with coefficient 1, shape (n, k); the first
        names the column's group.
    room
        Of each row, shape (m,); whole or inf.
    """

    cost: I64
    rows: I64
    room: F64


def minimise(programme: Programme) -> tuple[I64, I64]:
    """Flow of each column, and price of each row: what one more unit of room saves.

    Both are rounded to whole numbers, which is exact if the matrix is totally
    unimodular.

    Raises
    ------
    RuntimeError
        The solver stopped before it proved an optimum.
    """
    cost, rows = programme.cost, programme.rows
    flow = np.zeros(len(cost), dtype=np.int64)
    price = np.zeros(len(programme.room), dtype=np.int64)
    waiting = np.ones(len(cost), dtype=np.bool_)
    columns = smallest_per_group(rows[:, 0], cost, _FIRST_PER_GROUP)
    taken = [columns]
    solver = _solver(programme.room)
    while len(columns):
        _add_columns(solver, cost[columns], rows[columns])
        price = _solved_prices(solver)
        waiting[columns] = False
        reduced = cost + price[rows].sum(axis=1)
        better = np.flatnonzero(waiting & (reduced < 0))
        best = smallest_per_group(rows[better, 0], reduced[better], _NEXT_PER_GROUP)
        columns = better[best]
        taken.append(columns)
    if len(cost):
        flow[np.concatenate(taken)] = np.rint(solver.getSolution().col_value)
    return flow, price


def smallest_per_group(group: I64, value: I64, count: int) -> I64:
    """Rows of the ``count`` smallest values in each group, the first among equals.

    Ascending.
    """
    order = np.lexsort((value, group))
    ranked = group[order]
    rank = np.arange(len(order)) - np.searchsorted(ranked, ranked)
    return np.sort(order[rank < count])


def _solver(room: F64) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    none, no_values = np.zeros(0, dtype=np.int32), np.zeros(0)
    lowest = np.full(len(room), -highspy.kHighsInf)
    starts = np.zeros(len(room), dtype=np.int32)
    solver.addRows(len(room), lowest, room, 0, starts, none, no_values)
    return solver


def _add_columns(solver: highspy.Highs, cost: I64, rows: I64) -> None:
    count, entries = rows.shape
    solver.addCols(
        count,
        cost.astype(np.float64),
        np.zeros(count),
        np.full(count, highspy.kHighsInf),
        rows.size,
        np.arange(count, dtype=np.int32) * entries,
        rows.astype(np.int32).ravel(),
        np.ones(rows.size),
    )


def _solved_prices(solver: highspy.Highs) -> I64:
    solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS stopped: {solver.modelStatusToString(status)}")
    # The basis stays feasible when columns join, so that from now on primal is next.
    solver.setOptionValue("simplex_strategy", _PRIMAL_SIMPLEX)
    return -np.rint(solver.getSolution().row_dual).astype(np.int64)
