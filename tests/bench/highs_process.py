"""HiGHS over the arcs of a file, only each supply's cheapest; a program of its own.

OR-Tools and highspy can not share a process. What it prints is one line of JSON: the
objective, the seconds of choosing the arcs, building the model and solving it, without
the start of Python and the reading of the file, and the peak memory of the process.
"""

import json
import sys
from time import perf_counter
from typing import Any

import highspy
import numpy as np

from tests.bench.engine_process import peak_mib

CHEAPEST = 20
Columns = dict[str, np.ndarray]


def solve(arcs: Columns) -> dict[str, Any]:
    begun = perf_counter()
    kept = cheapest(arcs["supply"], arcs["cost"], CHEAPEST)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(_model(arcs, kept))
    solver.run()
    seconds = perf_counter() - begun
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS stopped: {solver.getModelStatus()}")
    return {
        "objective": round(solver.getObjectiveValue()),
        "seconds": seconds,
        "peak_mib": peak_mib(),
    }


def cheapest(supply: np.ndarray, cost: np.ndarray, most: int) -> np.ndarray:
    """The rows of the cheapest arcs of each supply, ascending; supplies ascend."""
    order = np.lexsort((cost, supply))
    first = np.searchsorted(supply, supply)
    return np.sort(order[np.arange(len(supply)) - first < most])


def _model(arcs: Columns, kept: np.ndarray) -> highspy.HighsLp:
    """A column for each arc; rows hold masses, the caps of slots, and capacities."""
    supply, slot = arcs["supply"][kept], arcs["slot"][kept]
    room = np.concatenate([arcs["mass"], arcs["slot_cap"], arcs["capacity"]])
    first_slot = len(arcs["mass"])
    first_demand = first_slot + len(arcs["slot_cap"])
    rows = (supply, first_slot + slot, first_demand + arcs["slot_demand"][slot])
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(kept), len(room)
    model.col_cost_ = arcs["cost"][kept].astype(np.float64)
    model.col_lower_ = np.zeros(len(kept))
    model.col_upper_ = np.full(len(kept), highspy.kHighsInf)
    model.row_lower_ = np.full(len(room), -highspy.kHighsInf)
    model.row_upper_ = room.astype(np.float64)
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = np.arange(0, 3 * len(kept) + 1, 3, dtype=np.int32)
    matrix.index_ = np.column_stack(rows).ravel().astype(np.int32)
    matrix.value_ = np.ones(3 * len(kept))
    return model


if __name__ == "__main__":
    with np.load(sys.argv[1]) as file:
        print(json.dumps(solve(dict(file))))
