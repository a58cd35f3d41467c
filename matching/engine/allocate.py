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
R. Ahuja, T. Magnanti, J. Orlin, Network Flows, 1993, chapter 11 (unimodularity).
"""

from dataclasses import replace
from typing import Final

import numpy as np

from matching.engine.columns import F64, I64
from matching.engine.problem import Problem
from matching.engine.programme import Programme, minimise
from matching.engine.solution import Allocation, Pairs, Slots

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
    supplies, demands = problem.supplies, problem.demands
    slots, slot_of_pair = _slots(problem, pairs)
    paying = np.flatnonzero(pairs.cost_fen_per_t < problem.params.unplaced_fen_per_t)
    first_slot = len(supplies) + len(demands)
    rows = np.column_stack(
        [pairs.supply, len(supplies) + pairs.demand, first_slot + slot_of_pair]
    )
    flow, price = minimise(
        Programme(
            cost=pairs.cost_fen_per_t[paying] - problem.params.unplaced_fen_per_t,
            rows=rows[paying],
            room=np.concatenate(
                [supplies.mass_kg, demands.capacity_kg, _binding_kg(problem, slots)]
            ),
        )
    )
    flow_kg = np.zeros(len(pairs), dtype=np.int64)
    flow_kg[paying] = flow
    left_kg = supplies.mass_kg.copy()
    np.subtract.at(left_kg, pairs.supply, flow_kg)
    return Allocation(
        flow_kg=flow_kg,
        left_kg=left_kg,
        supply_price_fen_per_t=price[: len(supplies)],
        demand_price_fen_per_t=price[len(supplies) : first_slot],
        slots=replace(slots, price_fen_per_t=price[first_slot:]),
    )


def _slots(problem: Problem, pairs: Pairs) -> tuple[Slots, I64]:
    """The slots that pairs touch, not yet priced, and the slot of each pair."""
    key = pairs.demand.astype(np.int64) * problem.rules.materials
    key += problem.supplies.material[pairs.supply]
    keys, slot_of_pair = np.unique(key, return_inverse=True)
    demand, material = np.divmod(keys, problem.rules.materials)
    cap_kg = share_caps_kg(problem, demand, material)
    return Slots(demand, material, cap_kg, np.zeros_like(cap_kg)), slot_of_pair


def _binding_kg(problem: Problem, slots: Slots) -> F64:
    """The caps that can bind, inf for those that leave a demand its whole capacity.

    Without a row of such a cap the worth of room goes to the demand alone.
    """
    capacity_kg = problem.demands.capacity_kg[slots.demand]
    return np.where(slots.cap_kg < capacity_kg, slots.cap_kg, np.inf)


def share_caps_kg(problem: Problem, demand: I64, material: I64) -> I64:
    """Whole kilograms of a material that a demand's base allows, rounded down."""
    share = problem.rules.max_share_frac[problem.demands.route[demand], material]
    share_ppm = np.rint(share * _PARTS_PER_MILLION).astype(np.int64)
    # Split, since base x parts per million need not fit 64 bits.
    millions, rest = np.divmod(problem.demands.base_kg[demand], _PARTS_PER_MILLION)
    cap_kg: I64 = millions * share_ppm + rest * share_ppm // _PARTS_PER_MILLION
    return cap_kg
