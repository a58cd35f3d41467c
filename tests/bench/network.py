"""An allocation as a bare network, so that others can solve the same question."""

from dataclasses import dataclass

import numpy as np

from matching.engine.columns import I64
from matching.engine.pairs import Reached
from matching.engine.problem import Problem

PARTS_PER_MILLION = 10**6


@dataclass(frozen=True, eq=False)
class Network:
    """Arcs from supplies to slots, and what each end holds.

    A slot is room for one material at one demand. ``cost`` is fen per tonne less the
    planning value of a tonne kept out of the yard; arcs on which it is not negative
    carry nothing in an optimum and are left out, as the engine does.
    """

    mass: I64
    capacity: I64
    slot_demand: I64
    slot_cap: I64
    supply: I64
    slot: I64
    cost: I64


def network_of(problem: Problem, reached: Reached) -> Network:
    """The network that an allocation over these pairs is to solve."""
    unplaced = problem.params.unplaced_fen_per_t
    paying = np.flatnonzero(reached.cost_fen_per_t < unplaced)
    pairs = reached.at(problem, paying)
    supply = pairs.supply
    key = pairs.demand * problem.rules.materials
    keys, slot = np.unique(key + problem.supplies.material[supply], return_inverse=True)
    demand, material = np.divmod(keys, problem.rules.materials)
    return Network(
        mass=problem.supplies.mass_kg,
        capacity=problem.demands.capacity_kg,
        slot_demand=demand,
        slot_cap=_caps(problem, demand, material),
        supply=supply,
        slot=slot,
        cost=pairs.cost_fen_per_t - unplaced,
    )


def _caps(problem: Problem, demand: I64, material: I64) -> I64:
    """Each slot's share of its demand's base, in whole numbers of any size."""
    share = problem.rules.max_share_frac[problem.demands.route[demand], material]
    base_kg = problem.demands.base_kg[demand]
    caps = [
        base * round(frac * PARTS_PER_MILLION) // PARTS_PER_MILLION
        for base, frac in zip(base_kg.tolist(), share.tolist(), strict=True)
    ]
    return np.array(caps, dtype=np.int64)


def greedy(network: Network) -> int:
    """Sum of cost x flow if the cheapest arc always takes all it can."""
    mass, capacity = network.mass.tolist(), network.capacity.tolist()
    room, demand_of = network.slot_cap.tolist(), network.slot_demand.tolist()
    order = np.argsort(network.cost, kind="stable")
    columns = (network.supply[order], network.slot[order], network.cost[order])
    total = 0
    for supply, slot, cost in zip(*(c.tolist() for c in columns), strict=True):
        demand = demand_of[slot]
        sent = min(mass[supply], room[slot], capacity[demand])
        mass[supply] -= sent
        room[slot] -= sent
        capacity[demand] -= sent
        total += sent * cost
    return total
