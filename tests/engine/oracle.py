"""OR-Tools' minimum-cost flow as a second opinion.

A program of its own, since OR-Tools and highspy can not share a process: one network
per line of JSON comes in, one optimal objective per line goes out.
"""

import json
import sys
from typing import Any

from ortools.graph.python import min_cost_flow


def optimum(network: dict[str, Any]) -> int:
    """The least sum of cost x flow; what is not sent costs nothing."""
    mass, capacity = network["mass"], network["capacity"]
    slots, arcs = network["slots"], network["arcs"]
    first_slot = len(mass)
    first_demand = first_slot + len(slots)
    sink = first_demand + len(capacity)
    flow = min_cost_flow.SimpleMinCostFlow()
    for source, slot, cost in arcs:
        flow.add_arc_with_capacity_and_unit_cost(
            source, first_slot + slot, mass[source], cost
        )
    for slot, (demand, cap) in enumerate(slots):
        flow.add_arc_with_capacity_and_unit_cost(
            first_slot + slot, first_demand + demand, cap, 0
        )
    for demand, room in enumerate(capacity):
        flow.add_arc_with_capacity_and_unit_cost(first_demand + demand, sink, room, 0)
    for source, offered in enumerate(mass):
        flow.add_arc_with_capacity_and_unit_cost(source, sink, offered, 0)
        flow.set_node_supply(source, offered)
    flow.set_node_supply(sink, -sum(mass))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"OR-Tools stopped: {status}")
    return int(flow.optimal_cost())


if __name__ == "__main__":
    for line in sys.stdin:
        print(optimum(json.loads(line)))
