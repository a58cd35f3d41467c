"""The cheapest allocation over all acceptable pairs, as a flow in a network.

Minimise the sum of weight x flow, where the weight of a pair follows from its cost by
:func:`matching.engine.weigh.weights`, subject to the mass of each supply, the capacity
of each demand and the share cap of each material at a demand (its slot).

A slot lies within its demand, so that this is a flow in a network: supply, slot,
demand. All is whole: masses, costs, flows and prices, and nothing is rounded.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import I32, I64, Mask
from matching.engine.compiled import compiled
from matching.engine.flow import Offers, cheapest_flow
from matching.engine.nearby import by_place
from matching.engine.pairs import Pairs, Reached
from matching.engine.problem import Problem
from matching.engine.simplex import IN_TREE, NONE, UNBOUNDED, Arcs, Tree, hanging
from matching.engine.solution import Allocation, Slots
from matching.engine.spread import at_once
from matching.engine.weigh import weights

_PARTS_PER_MILLION: Final = 1_000_000


def allocate(
    problem: Problem, reached: Reached, progress: Callable[[float], None] | None = None
) -> Allocation:
    """An optimal allocation in whole kilograms with whole prices.

    A pair that costs as much as a tonne left in the yard, or more, carries nothing;
    prices are never negative, so that its reduced cost is not negative either.
    ``progress`` is told now and then how far it is; what it raises ends the work.
    """
    slots = _slots(problem, reached)
    network = _network(problem, slots)
    is_open = (slots.cap_kg > 0) & (problem.demands.capacity_kg[slots.demand] > 0)
    shut = _shut(problem, reached, slots, ~is_open)
    supply = network.supply_of_node
    offers = Offers(
        begin=reached.first[supply],
        end=reached.first[supply + 1],
        kind=problem.supplies.material[supply],
        head=_by_slot(problem, slots, np.where(is_open, network.node_of_slot, NONE)),
        place=reached.demand,
        cost=weights(problem, reached),
    )
    carrying, kg = cheapest_flow(network.arcs, network.tree, offers, progress)
    gain = -offers.cost[shut].astype(np.int64)
    # The weights go before the flows come: they are as large.
    del offers
    flow_kg = np.zeros(len(reached), dtype=np.int64)
    flow_kg[carrying] = kg
    left_kg = problem.supplies.mass_kg.copy()
    np.subtract.at(left_kg, reached.at(problem, carrying).supply, kg)
    priced = _priced(network, slots, flow_kg, left_kg)
    return _shut_priced(problem, reached.at(problem, shut), priced, gain)


@dataclass(frozen=True, eq=False)
class _Network:
    """Supplies, demands, slots whose cap can bind, and the yard, which is the root.

    A supply's own arc leads to the yard; a demand's leads there too, as what is taken
    ends; a slot's leads to its demand. They are the first basis. Nodes of a kind go by
    place: pivots stay in the neighbourhood, and so in the cache.
    """

    arcs: Arcs
    tree: Tree
    supply_of_node: I64
    node_of_supply: I64
    node_of_demand: I64
    node_of_slot: I32


def _network(problem: Problem, slots: Slots) -> _Network:
    supplies, demands = len(problem.supplies), len(problem.demands)
    supply_of_node = by_place(problem.supplies.lon, problem.supplies.lat)
    demand_of_node = by_place(problem.demands.lon, problem.demands.lat)
    node_of_demand = supplies + _places(demand_of_node)
    capacity_kg = problem.demands.capacity_kg
    binding = np.flatnonzero(slots.cap_kg < capacity_kg[slots.demand])
    binding = binding[np.argsort(node_of_demand[slots.demand[binding]], kind="stable")]
    root = supplies + demands + len(binding)
    node_of_slot = node_of_demand[slots.demand].astype(np.int32)
    parent = np.full(root + 1, root, dtype=np.int32)
    parent[supplies + demands : root] = node_of_slot[binding]
    node_of_slot[binding] = supplies + demands + np.arange(len(binding))
    unbounded = np.full(supplies, UNBOUNDED)
    rooms = (unbounded, capacity_kg[demand_of_node], slots.cap_kg[binding])
    arcs = Arcs(
        tail=np.arange(root, dtype=np.int32),
        head=parent[:root].copy(),
        cost=np.zeros(root, dtype=np.int64),
        capacity=np.concatenate(rooms),
        flow=np.zeros(root, dtype=np.int64),
        state=np.full(root, IN_TREE, dtype=np.int8),
    )
    arcs.flow[:supplies] = problem.supplies.mass_kg[supply_of_node]
    own_arc = np.append(np.arange(root, dtype=np.int32), np.int32(NONE))
    return _Network(
        arcs=arcs,
        tree=hanging(arcs, parent, own_arc),
        supply_of_node=supply_of_node,
        node_of_supply=_places(supply_of_node),
        node_of_demand=node_of_demand,
        node_of_slot=node_of_slot,
    )


def _places(order: I64) -> I64:
    """Where each row stands in an order."""
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place


def _priced(network: _Network, slots: Slots, flow_kg: I64, left_kg: I64) -> Allocation:
    """Prices from potentials: what one more unit of room saves, never below 0.

    Where nothing is taken a potential may lie above that of what follows it; room
    there is worth nothing.
    """
    potential = network.tree.potential
    after = np.minimum(potential[network.node_of_demand], 0)
    behind = after[slots.demand]
    within = np.minimum(potential[network.node_of_slot], behind)
    return Allocation(
        flow_kg=flow_kg,
        left_kg=left_kg,
        supply_price_fen_per_t=potential[network.node_of_supply],
        demand_price_fen_per_t=-after,
        slots=replace(slots, price_fen_per_t=behind - within),
    )


def _shut(problem: Problem, reached: Reached, slots: Slots, is_shut: Mask) -> I64:
    """The rows of the pairs whose slot has no room."""
    if not is_shut.any():
        return np.zeros(0, dtype=np.int64)
    shut = _by_slot(problem, slots, is_shut.astype(np.int32)) == 1

    def found(rows: tuple[int, int]) -> I64:
        pairs = reached.between(problem, *rows)
        return rows[0] + np.flatnonzero(shut[_slot_of(problem, pairs)])

    return np.concatenate(at_once(found, reached.shares(problem)))


def _shut_priced(
    problem: Problem, shut: Pairs, allocation: Allocation, gain: I64
) -> Allocation:
    """Prices of room where there is none: what the best payer that waits would bring.

    Of a demand without capacity the demand has the price, else the slot.
    """
    demand, slots = shut.demand, allocation.slots
    demand_price = allocation.demand_price_fen_per_t.copy()
    slot_price = slots.price_fen_per_t.copy()
    gain = gain - allocation.supply_price_fen_per_t[shut.supply]
    is_full = problem.demands.capacity_kg[demand] == 0
    np.maximum.at(demand_price, demand[is_full], gain[is_full])
    left = gain - demand_price[demand]
    slot = _by_slot(problem, slots, np.arange(len(slots)))[_slot_of(problem, shut)]
    np.maximum.at(slot_price, slot[~is_full], left[~is_full])
    return replace(
        allocation,
        demand_price_fen_per_t=demand_price,
        slots=replace(slots, price_fen_per_t=slot_price),
    )


def _slots(problem: Problem, reached: Reached) -> Slots:
    """The slots that pairs touch, not yet priced."""
    shape = problem.rules.materials, len(problem.demands)
    touched = np.zeros(shape, dtype=np.bool_)
    _touch(reached.first, reached.demand, problem.supplies.material, touched)
    demand, material = np.nonzero(touched.T)
    cap_kg = share_caps_kg(problem, demand, material)
    return Slots(demand, material, cap_kg, np.zeros_like(cap_kg))


@compiled
def _touch(first: I64, demand: I32, material: I32, touched: Mask) -> None:
    for supply in range(len(material)):
        for row in range(first[supply], first[supply + 1]):
            touched[material[supply], demand[row]] = True


def _by_slot(problem: Problem, slots: Slots, column: NDArray[Any]) -> I32:
    """What slots have, by material and demand; -1 where there is no slot."""
    shape = problem.rules.materials, len(problem.demands)
    table = np.full(shape, NONE, dtype=np.int32)
    table[slots.material, slots.demand] = column
    return table


def _slot_of(problem: Problem, pairs: Pairs) -> tuple[I32, I64]:
    """Where `_by_slot` has the slot of each pair."""
    return problem.supplies.material[pairs.supply], pairs.demand


def share_caps_kg(problem: Problem, demand: I64, material: I64) -> I64:
    """Whole kilograms of a material that a demand's base allows, rounded down."""
    share = problem.rules.max_share_frac[problem.demands.route[demand], material]
    share_ppm = np.rint(share * _PARTS_PER_MILLION).astype(np.int64)
    # Split, since base x parts per million need not fit 64 bits.
    millions, rest = np.divmod(problem.demands.base_kg[demand], _PARTS_PER_MILLION)
    cap_kg: I64 = millions * share_ppm + rest * share_ppm // _PARTS_PER_MILLION
    return cap_kg
