"""A cheapest flow over many more arcs than take part: those that may gain join by need.

Every offered arc is priced against the prices of the nodes; those of each tail that
gain most join, the flow is made cheapest over them and the arcs of the tree, and so on
until none would gain. That last state is optimal over all of them, and the prices are
its proof. An offer that left the tree carries nothing: it is forgotten until it gains
again, so that the network stays small however many the offers are.

References
----------
R. Ahuja, T. Magnanti, J. Orlin, Network Flows, 1993, chapter 17 (column generation).
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import I32, I64
from matching.engine.compiled import compiled
from matching.engine.simplex import (
    AT_LOWER,
    IN_TREE,
    UNBOUNDED,
    Arcs,
    Tree,
    pivot_to_optimum,
    up_to,
)
from matching.engine.spread import at_once, ranges

# What no cost makes up for; a reduced cost with it still fits 64 bits.
_NEVER: Final = -(2**61)
# Of 1 to 10 tried on 7,000,000 offers, these took the least time.
_PER_TAIL: Final = 5
_TAILS_PER_SHARE: Final = 4096


class Offers(NamedTuple):
    """Arcs that may join: those from ``begin[t]`` to ``end[t]`` leave tail t.

    They may carry anything. Offer o of tail t leads to node ``head[kind[t], place[o]]``
    of shape (K, P); below 0 it is shut.
    """

    begin: I64
    end: I64
    kind: I32
    head: I32
    place: I32
    cost: I32 | I64


class _Gains(NamedTuple):
    """Offers that gain: ``_PER_TAIL`` rows to a tail, the first ``found`` in use."""

    offer: I64
    reduced: I64
    found: I64


def cheapest_flow(
    arcs: Arcs,
    tree: Tree,
    offers: Offers,
    progress: Callable[[float], None] | None = None,
) -> tuple[I64, I64]:
    """The offers in the tree and their flow, once none would make the whole cheaper.

    All others carry nothing. The tree's potentials are then the prices of the nodes.
    ``progress`` is told before each round which fraction of the tails that gained at
    first gain no more; what it raises ends the search.
    """
    own, tails = len(arcs.tail), len(offers.begin)
    most = own + len(tree.parent) + tails * _PER_TAIL
    network, offer = _with_room(arcs, most), np.empty(most, dtype=np.int64)
    gains = _no_gains(tails)
    count = own
    gaining = at_first = _find_gaining(offers, tree, gains)
    while gaining:
        if progress:
            progress(max(0.0, 1 - gaining / at_first))
        kept = _forget_idle(network, tree, offer, own, count)
        count = _join(network, offer, kept, offers, gains)
        pivot_to_optimum(up_to(network, count), tree)
        gaining = _find_gaining(offers, tree, gains)
    return offer[own:count], network.flow[own:count]


def _with_room(arcs: Arcs, most: int) -> Arcs:
    """The arcs at the head of columns that hold as many as may ever take part."""

    def longer(column: NDArray[Any]) -> NDArray[Any]:
        room = np.empty(most, dtype=column.dtype)
        room[: len(column)] = column
        return room

    return Arcs(
        tail=longer(arcs.tail),
        head=longer(arcs.head),
        cost=longer(arcs.cost),
        capacity=longer(arcs.capacity),
        flow=longer(arcs.flow),
        state=longer(arcs.state),
    )


def _no_gains(tails: int) -> _Gains:
    return _Gains(
        offer=np.empty(tails * _PER_TAIL, dtype=np.int64),
        reduced=np.empty(tails * _PER_TAIL, dtype=np.int64),
        found=np.zeros(tails, dtype=np.int64),
    )


def _find_gaining(offers: Offers, tree: Tree, gains: _Gains) -> int:
    """Look for the offers of each tail that gain most; how many tails have any."""
    potential = tree.potential
    price = np.where(offers.head < 0, _NEVER, potential[offers.head])

    def look(tails: tuple[int, int]) -> None:
        _gather_gaining(offers, potential, price, tails, gains)

    at_once(look, ranges(len(offers.begin), _TAILS_PER_SHARE))
    return int(np.count_nonzero(gains.found))


@compiled
def _gather_gaining(
    offers: Offers, potential: I64, price: I64, tails: tuple[int, int], gains: _Gains
) -> None:
    """Fill in the offers that gain most, of each tail from the first up to the end.

    ``price`` is that of where each kind of offer leads, shape (K, P).
    """
    for tail in range(tails[0], tails[1]):
        begin = tail * _PER_TAIL
        count, own, kind = begin, potential[tail], offers.kind[tail]
        for row in range(offers.begin[tail], offers.end[tail]):
            reduced = offers.cost[row] + own - price[kind, offers.place[row]]
            is_full = count == begin + _PER_TAIL
            if reduced >= 0 or (is_full and reduced >= gains.reduced[count - 1]):
                continue
            if not is_full:
                count += 1
            place = count - 1
            while place > begin and gains.reduced[place - 1] > reduced:
                gains.reduced[place] = gains.reduced[place - 1]
                gains.offer[place] = gains.offer[place - 1]
                place -= 1
            gains.reduced[place], gains.offer[place] = reduced, row
        gains.found[tail] = count - begin


@compiled
def _forget_idle(network: Arcs, tree: Tree, offer: I64, own: int, count: int) -> int:
    """Close up the offers in the tree behind the network's own arcs; how many remain.

    The tree follows them to their new rows.
    """
    kept = own
    for arc in range(own, count):
        if network.state[arc] != IN_TREE:
            continue
        tail, head = network.tail[arc], network.head[arc]
        below = tail if tree.arc[tail] == arc else head
        tree.arc[below] = kept
        network.tail[kept], network.head[kept] = tail, head
        network.cost[kept], network.flow[kept] = network.cost[arc], network.flow[arc]
        network.capacity[kept], network.state[kept] = UNBOUNDED, IN_TREE
        offer[kept] = offer[arc]
        kept += 1
    return kept


@compiled
def _join(network: Arcs, offer: I64, kept: int, offers: Offers, gains: _Gains) -> int:
    """Add the offers that gain behind the arcs that are kept; how many there are."""
    count = kept
    for tail in range(len(gains.found)):
        begin = tail * _PER_TAIL
        for row in range(begin, begin + gains.found[tail]):
            joining = gains.offer[row]
            network.tail[count] = tail
            network.head[count] = offers.head[offers.kind[tail], offers.place[joining]]
            network.cost[count], network.flow[count] = offers.cost[joining], 0
            network.capacity[count], network.state[count] = UNBOUNDED, AT_LOWER
            offer[count] = joining
            count += 1
    return count
