"""OR-Tools' minimum-cost flow over the arcs of a file; a program of its own.

OR-Tools and highspy can not share a process. What it prints is one line of JSON: the
objective, the seconds of building the network and solving it, without the start of
Python and the reading of the file, and the peak memory of the process.
"""

import json
import sys
from time import perf_counter
from typing import Any

import numpy as np
from ortools.graph.python import min_cost_flow

from tests.bench.engine_process import peak_mib

Columns = dict[str, np.ndarray]


def solve(arcs: Columns) -> dict[str, Any]:
    begun = perf_counter()
    flow = _network(arcs)
    status = flow.solve()
    seconds = perf_counter() - begun
    if status != flow.OPTIMAL:
        raise RuntimeError(f"OR-Tools stopped: {status}")
    return {
        "objective": int(flow.optimal_cost()),
        "seconds": seconds,
        "peak_mib": peak_mib(),
    }


def _network(arcs: Columns) -> min_cost_flow.SimpleMinCostFlow:
    """Supply -> slot -> demand -> sink; what stays goes to the sink for nothing."""
    mass, capacity, slot_demand = arcs["mass"], arcs["capacity"], arcs["slot_demand"]
    supply = np.arange(len(mass))
    slot = len(mass) + np.arange(len(slot_demand))
    demand = len(mass) + len(slot) + np.arange(len(capacity))
    sink = len(mass) + len(slot) + len(demand)
    flow = min_cost_flow.SimpleMinCostFlow()
    add = flow.add_arcs_with_capacity_and_unit_cost
    carried = mass[arcs["supply"]]
    add(arcs["supply"], slot[arcs["slot"]], carried, arcs["cost"])
    add(slot, demand[slot_demand], arcs["slot_cap"], np.zeros_like(slot))
    add(demand, np.full_like(demand, sink), capacity, np.zeros_like(demand))
    add(supply, np.full_like(supply, sink), mass, np.zeros_like(supply))
    flow.set_nodes_supplies(supply, mass)
    flow.set_node_supply(sink, -int(mass.sum()))
    return flow


if __name__ == "__main__":
    with np.load(sys.argv[1]) as file:
        print(json.dumps(solve(dict(file))))
