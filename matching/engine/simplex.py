"""The network simplex method on whole numbers: exact, with prices, and resumable.

A network is a list of arcs between nodes, each with a cost, a capacity and a flow. The
basis is a spanning tree that hangs from its root; it is kept strongly feasible, so that
the method ends however degenerate the network is. Arcs may join later: the tree stays
a basis, and pivoting goes on from it.

References
----------
R. Ahuja, T. Magnanti, J. Orlin, Network Flows, 1993, chapter 11.
W. Cunningham, A network simplex method, Mathematical Programming 11, 1976,
doi:10.1007/BF01580379 (strongly feasible bases).
Z. Kiraly, P. Kovacs, Efficient implementations of minimum-cost flow algorithms, 2012,
arXiv:1207.6381 (block search).
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numba import njit

from matching.engine.columns import I8, I32, I64

NONE: Final = -1
IN_TREE: Final = 0
AT_LOWER: Final = 1
AT_UPPER: Final = -1
UNBOUNDED: Final = 2**62


@dataclass(frozen=True, eq=False)
class Arcs:
    """Arcs from ``tail`` to ``head``, a row each; their flow changes in place.

    ``cost`` is that of a unit, ``capacity`` the most it carries, above 0, ``state``
    whether it is in the tree, or carries nothing, or all it can.
    """

    tail: I32
    head: I32
    cost: I64
    capacity: I64
    flow: I64
    state: I8

    def __len__(self) -> int:
        return len(self.tail)


@dataclass(frozen=True, eq=False)
class Tree:
    """The basis, a row for each node; the root is its own parent and price 0.

    ``arc`` joins a node to its parent. The children of a node are a doubly linked
    list: ``child`` is its first, ``after`` and ``before`` are the next and the one
    before among its parent's. All change in place.
    """

    parent: I32
    arc: I32
    depth: I32
    child: I32
    after: I32
    before: I32
    potential: I64


def hanging(arcs: Arcs, parent: I32, arc: I32) -> Tree:
    """The tree in which every node hangs from ``parent`` by ``arc``.

    It must be strongly feasible: from every node a little more can flow to the root.
    Parents come after their children or before, in any order; the root is the one node
    that is its own parent.
    """
    nodes = len(parent)
    tree = Tree(
        parent=parent.copy(),
        arc=arc.copy(),
        depth=np.zeros(nodes, dtype=np.int32),
        child=np.full(nodes, NONE, dtype=np.int32),
        after=np.full(nodes, NONE, dtype=np.int32),
        before=np.full(nodes, NONE, dtype=np.int32),
        potential=np.zeros(nodes, dtype=np.int64),
    )
    _hang_all(*_columns(arcs), *_columns(tree))
    return tree


def joined(arcs: Arcs, tail: I32, head: I32, cost: I64) -> Arcs:
    """The arcs and more of them, which carry nothing yet and may carry anything."""
    count = len(tail)
    return replace(
        arcs,
        tail=np.concatenate([arcs.tail, tail]),
        head=np.concatenate([arcs.head, head]),
        cost=np.concatenate([arcs.cost, cost]),
        capacity=np.concatenate([arcs.capacity, np.full(count, UNBOUNDED)]),
        flow=np.concatenate([arcs.flow, np.zeros(count, dtype=np.int64)]),
        state=np.concatenate([arcs.state, np.full(count, AT_LOWER, dtype=np.int8)]),
    )


def pivot_to_optimum(arcs: Arcs, tree: Tree) -> int:
    """Make the flow cheapest, and the potentials its proof; the number of pivots.

    With ``reduced = cost + potential[tail] - potential[head]`` no arc that carries
    nothing has a negative one, and none that carries all it can a positive one.
    """
    block = max(16, int(np.sqrt(len(arcs))))
    arguments = (*_columns(arcs), *_columns(tree), block)
    return int(_pivot(*arguments))


def _columns(table: Arcs | Tree) -> tuple[np.ndarray, ...]:
    return tuple(vars(table).values())


@njit(cache=True, nogil=True)
def _hang(node, under, parent, child, after, before):  # type: ignore[no-untyped-def]
    """Put a node first among the children of another."""
    parent[node] = under
    first = child[under]
    after[node] = first
    before[node] = NONE
    if first != NONE:
        before[first] = node
    child[under] = node


@njit(cache=True, nogil=True)
def _unhang(node, parent, child, after, before):  # type: ignore[no-untyped-def]
    """Take a node out of the children of its parent."""
    earlier, later = before[node], after[node]
    if earlier == NONE:
        child[parent[node]] = later
    else:
        after[earlier] = later
    if later != NONE:
        before[later] = earlier


@njit(cache=True, nogil=True)
def _hang_all(  # type: ignore[no-untyped-def]
    tail,
    head,
    cost,
    capacity,
    flow,
    state,
    parent,
    arc,
    depth,
    child,
    after,
    before,
    potential,
):
    root = NONE
    for node in range(len(parent) - 1, -1, -1):
        if parent[node] == node:
            root = node
        else:
            _hang(node, parent[node], parent, child, after, before)
    for node in range(len(parent)):
        if parent[node] == root and node != root:
            _reckon_below(node, tail, cost, parent, arc, depth, child, after, potential)


@njit(cache=True, nogil=True)
def _reckon_below(  # type: ignore[no-untyped-def]
    top, tail, cost, parent, arc, depth, child, after, potential
):
    """Depth and potential of a node and of all that hangs from it, from its parent's.

    The node's own potential is what its arc asks for; those below change alike.
    """
    node = top
    while True:
        over, by = parent[node], arc[node]
        depth[node] = depth[over] + 1
        if tail[by] == node:
            potential[node] = potential[over] - cost[by]
        else:
            potential[node] = potential[over] + cost[by]
        if child[node] != NONE:
            node = child[node]
            continue
        while node != top and after[node] == NONE:
            node = parent[node]
        if node == top:
            return
        node = after[node]


@njit(cache=True, nogil=True)
def _shift_below(  # type: ignore[no-untyped-def]
    top, change, parent, depth, child, after, potential
):
    """Shift the potential of a node and of all that hangs from it, and tell depths."""
    node = top
    while True:
        depth[node] = depth[parent[node]] + 1
        potential[node] += change
        if child[node] != NONE:
            node = child[node]
            continue
        while node != top and after[node] == NONE:
            node = parent[node]
        if node == top:
            return
        node = after[node]


@njit(cache=True, nogil=True)
def _entering(  # type: ignore[no-untyped-def]
    tail, head, cost, state, potential, start, block
):
    """The arc that gains most in the first block that holds one, looking from start.

    And where the next search starts; -1 for the arc where none gains.
    """
    count = len(tail)
    best, least, in_block = NONE, 0, block
    place = start
    for _ in range(count):
        reduced = state[place] * (
            cost[place] + potential[tail[place]] - potential[head[place]]
        )
        if reduced < least:
            least, best = reduced, place
        place += 1
        if place == count:
            place = 0
        in_block -= 1
        if in_block == 0:
            if best != NONE:
                return best, place
            in_block = block
    return best, place


@njit(cache=True, nogil=True)
def _apex(one, other, parent, depth):  # type: ignore[no-untyped-def]
    """The lowest node that both hang from."""
    while one != other:
        if depth[one] < depth[other]:
            other = parent[other]
        elif depth[other] < depth[one]:
            one = parent[one]
        else:
            one, other = parent[one], parent[other]
    return one


@njit(cache=True, nogil=True)
def _leaving(  # type: ignore[no-untyped-def]
    entering, first, second, apex, tail, capacity, flow, parent, arc
):
    """The last arc to block when flow is pushed round the cycle from its apex.

    The node below it, how much can be pushed, and on which side it lies: 1 before the
    entering arc, 2 behind it, 0 for the entering arc itself. The last one keeps the
    basis strongly feasible.
    """
    most, below, side = capacity[entering], NONE, 0
    node = first
    while node != apex:
        by = arc[node]
        room = flow[by] if tail[by] == node else capacity[by] - flow[by]
        if room < most:
            most, below, side = room, node, 1
        node = parent[node]
    node = second
    while node != apex:
        by = arc[node]
        room = capacity[by] - flow[by] if tail[by] == node else flow[by]
        if room <= most:
            most, below, side = room, node, 2
        node = parent[node]
    return below, most, side


@njit(cache=True, nogil=True)
def _push(  # type: ignore[no-untyped-def]
    mass, first, second, apex, tail, flow, parent, arc
):
    """Push flow along the tree: down to the first node and up from the second."""
    node = first
    while node != apex:
        by = arc[node]
        flow[by] += -mass if tail[by] == node else mass
        node = parent[node]
    node = second
    while node != apex:
        by = arc[node]
        flow[by] += mass if tail[by] == node else -mass
        node = parent[node]


@njit(cache=True, nogil=True)
def _rehang(  # type: ignore[no-untyped-def]
    inner, outer, below, entering, parent, arc, child, after, before
):
    """Cut the tree above ``below`` and hang that part by its ``inner`` node."""
    node, under, by = inner, outer, entering
    while True:
        over, above = parent[node], arc[node]
        _unhang(node, parent, child, after, before)
        _hang(node, under, parent, child, after, before)
        arc[node] = by
        if node == below:
            return
        node, under, by = over, node, above


@njit(cache=True, nogil=True)
def _pivot(  # type: ignore[no-untyped-def]
    tail,
    head,
    cost,
    capacity,
    flow,
    state,
    parent,
    arc,
    depth,
    child,
    after,
    before,
    potential,
    block,
):
    start, pivots = 0, 0
    while True:
        entering, start = _entering(tail, head, cost, state, potential, start, block)
        if entering == NONE:
            return pivots
        pivots += 1
        rising = state[entering] == AT_LOWER
        first = tail[entering] if rising else head[entering]
        second = head[entering] if rising else tail[entering]
        apex = _apex(first, second, parent, depth)
        below, mass, side = _leaving(
            entering, first, second, apex, tail, capacity, flow, parent, arc
        )
        if mass > 0:
            flow[entering] += mass if rising else -mass
            _push(mass, first, second, apex, tail, flow, parent, arc)
        if side == 0:
            state[entering] = -state[entering]
            continue
        leaving = arc[below]
        state[leaving] = AT_LOWER if flow[leaving] == 0 else AT_UPPER
        state[entering] = IN_TREE
        inner, outer = (first, second) if side == 1 else (second, first)
        _rehang(inner, outer, below, entering, parent, arc, child, after, before)
        reduced = cost[entering] + potential[tail[entering]] - potential[head[entering]]
        change = -reduced if tail[entering] == inner else reduced
        _shift_below(inner, change, parent, depth, child, after, potential)
