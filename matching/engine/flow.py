"""A cheapest flow over many more arcs than take part: those that may gain join by need.

The flow is made cheapest over a few of the offered arcs, every offered arc is priced
against the answer, those that would improve it join, and so on until none would. That
last state is optimal over all of them, and the prices are its proof.

References
----------
R. Ahuja, T. Magnanti, J. Orlin, Network Flows, 1993, chapter 17 (column generation).
"""

from typing import Final, NamedTuple

import numpy as np

from matching.engine.columns import I32, I64
from matching.engine.compiled import compiled
from matching.engine.simplex import Arcs, Tree, joined, pivot_to_optimum

# Of 3 to 30 tried on 12,000,000 arcs, these took the least time.
_FIRST_PER_TAIL: Final = 10
_NEXT_PER_TAIL: Final = 5


class Offers(NamedTuple):
    """Arcs that may join, sorted by tail: ``first[t]`` to ``first[t + 1]`` leave t."""

    first: I64
    head: I32
    cost: I64


def cheapest_flow(arcs: Arcs, tree: Tree, offers: Offers) -> I64:
    """The flow of each offer, once no offer would make the whole cheaper.

    The tree's potentials are then the prices of the nodes.
    """
    taken: list[I64] = []
    known, most = len(arcs.tail), _FIRST_PER_TAIL
    while True:
        offer, tail = _gaining(offers, tree.potential, most)
        if not len(offer):
            break
        taken.append(offer)
        arcs = joined(arcs, tail, offers.head[offer], offers.cost[offer])
        pivot_to_optimum(arcs, tree)
        most = _NEXT_PER_TAIL
    flow = np.zeros(len(offers.head), dtype=np.int64)
    if taken:
        flow[np.concatenate(taken)] = arcs.flow[known:]
    return flow


def _gaining(offers: Offers, potential: I64, most: int) -> tuple[I64, I32]:
    """The offers of each tail that gain most, at most so many, and their tails."""
    tails = len(offers.first) - 1
    offer = np.empty(tails * most, dtype=np.int64)
    gain = np.empty_like(offer)
    tail = np.empty(tails * most, dtype=np.int32)
    count = _gather_gaining(offers, potential, most, offer, gain, tail)
    return offer[:count], tail[:count]


@compiled
def _gather_gaining(
    offers: Offers, potential: I64, most: int, offer: I64, gain: I64, tail: I32
) -> int:
    """Fill the columns with the offers that gain most, tail by tail; their number."""
    count = 0
    for node in range(len(offers.first) - 1):
        begin = count
        for row in range(offers.first[node], offers.first[node + 1]):
            reduced = offers.cost[row] + potential[node] - potential[offers.head[row]]
            is_full = count == begin + most
            if reduced >= 0 or (is_full and reduced >= gain[count - 1]):
                continue
            if not is_full:
                tail[count] = node
                count += 1
            place = count - 1
            while place > begin and gain[place - 1] > reduced:
                gain[place], offer[place] = gain[place - 1], offer[place - 1]
                place -= 1
            gain[place], offer[place] = reduced, row
    return count
