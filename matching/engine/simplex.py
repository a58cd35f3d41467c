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

from typing import Final, NamedTuple

import numpy as np

from matching.engine.columns import I8, I32, I64
from matching.engine.compiled import compiled

NONE: Final = -1
IN_TREE: Final = 0
AT_LOWER: Final = 1
AT_UPPER: Final = -1
UNBOUNDED: Final = 2**62
# Of 16 to 5,000 tried on 400,000 arcs, this took the least time.
_BLOCK: Final = 64


class Arcs(NamedTuple):
    """Arcs from ``tail`` to ``head``, a row each; their flow and state change in place.

    ``cost`` is that of a unit, ``capacity`` the most it carries, above 0, ``state``
    whether it is in the tree, or carries nothing, or all it can.
    """

    tail: I32
    head: I32
    cost: I64
    capacity: I64
    flow: I64
    state: I8


class Tree(NamedTuple):
    """The basis, a row for each node; the root is its own parent and has price 0.

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

    It must be strongly feasible: from every node a little more can flow to the root,
    which is the one node that is its own parent.
    """
    nodes = len(parent)
    child, after, before = (np.full(nodes, NONE, dtype=np.int32) for _ in range(3))
    depth, potential = np.zeros(nodes, dtype=np.int32), np.zeros(nodes, dtype=np.int64)
    tree = Tree(parent.copy(), arc.copy(), depth, child, after, before, potential)
    _hang_all(arcs, tree)
    return tree


def up_to(arcs: Arcs, count: int) -> Arcs:
    """The first arcs, in the same memory."""
    return Arcs(
        tail=arcs.tail[:count],
        head=arcs.head[:count],
        cost=arcs.cost[:count],
        capacity=arcs.capacity[:count],
        flow=arcs.flow[:count],
        state=arcs.state[:count],
    )


def pivot_to_optimum(arcs: Arcs, tree: Tree) -> int:
    """Make the flow cheapest, and the potentials its proof; the number of pivots.

    With ``reduced = cost + potential[tail] - potential[head]`` no arc that carries
    nothing has a negative one, and none that carries all it can a positive one.
    """
    return _pivot(arcs, tree, _BLOCK)


@compiled
def _pivot(arcs: Arcs, tree: Tree, block: int) -> int:
    start, pivots = 0, 0
    while True:
        entering, start = _entering(arcs, tree.potential, start, block)
        if entering == NONE:
            return pivots
        pivots += 1
        rising = arcs.state[entering] == AT_LOWER
        ends = arcs.tail[entering], arcs.head[entering]
        first, second = ends if rising else (ends[1], ends[0])
        apex = _apex(tree, first, second)
        below, mass, side = _leaving(arcs, tree, entering, first, second, apex)
        if mass > 0:
            arcs.flow[entering] += mass if rising else -mass
            _push(arcs, tree, -mass, first, apex)
            _push(arcs, tree, mass, second, apex)
        if side == 0:
            arcs.state[entering] = -arcs.state[entering]
            continue
        leaving = tree.arc[below]
        arcs.state[leaving] = AT_LOWER if arcs.flow[leaving] == 0 else AT_UPPER
        arcs.state[entering] = IN_TREE
        inner, outer = (first, second) if side == 1 else (second, first)
        _rehang(tree, inner, outer, below, entering)
        _shift_below(tree, inner, _change(arcs, tree, entering, inner))


@compiled
def _entering(arcs: Arcs, potential: I64, start: int, block: int) -> tuple[int, int]:
    """The arc that gains most in the first block that holds one, looking from start.

    And where the next search starts; -1 for the arc where none gains.
    """
    count = len(arcs.tail)
    best, least, left = NONE, 0, block
    place = start
    for _ in range(count):
        reduced = arcs.state[place] * (
            arcs.cost[place] + potential[arcs.tail[place]] - potential[arcs.head[place]]
        )
        if reduced < least:
            least, best = reduced, place
        place += 1
        if place == count:
            place = 0
        left -= 1
        if left == 0:
            if best != NONE:
                return best, place
            left = block
    return best, place


@compiled
def _apex(tree: Tree, one: int, other: int) -> int:
    """The lowest node that both hang from."""
    while one != other:
        if tree.depth[one] < tree.depth[other]:
            other = tree.parent[other]
        elif tree.depth[other] < tree.depth[one]:
            one = tree.parent[one]
        else:
            one, other = tree.parent[one], tree.parent[other]
    return one


@compiled
def _leaving(
    arcs: Arcs, tree: Tree, entering: int, first: int, second: int, apex: int
) -> tuple[int, int, int]:
    """The last arc to block when flow is pushed round the cycle from its apex.

    The node below it, how much can be pushed, and on which side it lies: 1 before the
    entering arc, 2 behind it, 0 for the entering arc itself. That it is the last keeps
    the basis strongly feasible.
    """
    most, below, side = arcs.capacity[entering], NONE, 0
    node = first
    while node != apex:
        room = _room(arcs, tree.arc[node], arcs.tail[tree.arc[node]] != node)
        if room < most:
            most, below, side = room, node, 1
        node = tree.parent[node]
    node = second
    while node != apex:
        room = _room(arcs, tree.arc[node], arcs.tail[tree.arc[node]] == node)
        if room <= most:
            most, below, side = room, node, 2
        node = tree.parent[node]
    return below, most, side


@compiled
def _room(arcs: Arcs, arc: int, is_along: bool) -> int:
    """What more can be pushed along an arc, or back."""
    if is_along:
        return int(arcs.capacity[arc] - arcs.flow[arc])
    return int(arcs.flow[arc])


@compiled
def _push(arcs: Arcs, tree: Tree, mass: int, node: int, apex: int) -> None:
    """Push flow up the tree from a node; what is below 0 comes down."""
    while node != apex:
        arc = tree.arc[node]
        arcs.flow[arc] += mass if arcs.tail[arc] == node else -mass
        node = tree.parent[node]


@compiled
def _rehang(tree: Tree, inner: int, outer: int, below: int, entering: int) -> None:
    """Cut the tree above ``below`` and hang that part by its ``inner`` node."""
    node, under, by = inner, outer, entering
    while True:
        over, above = tree.parent[node], tree.arc[node]
        _unhang(tree, node)
        _hang(tree, node, under)
        tree.arc[node] = by
        if node == below:
            return
        node, under, by = over, node, above


@compiled
def _hang(tree: Tree, node: int, under: int) -> None:
    """Put a node first among the children of another."""
    tree.parent[node] = under
    first = tree.child[under]
    tree.after[node] = first
    tree.before[node] = NONE
    if first != NONE:
        tree.before[first] = node
    tree.child[under] = node


@compiled
def _unhang(tree: Tree, node: int) -> None:
    """Take a node out of the children of its parent."""
    earlier, later = tree.before[node], tree.after[node]
    if earlier == NONE:
        tree.child[tree.parent[node]] = later
    else:
        tree.after[earlier] = later
    if later != NONE:
        tree.before[later] = earlier


@compiled
def _change(arcs: Arcs, tree: Tree, arc: int, inner: int) -> int:
    """How the potential of an arc's inner node must change to make its cost 0."""
    tail, head = arcs.tail[arc], arcs.head[arc]
    reduced = arcs.cost[arc] + tree.potential[tail] - tree.potential[head]
    return int(-reduced if tail == inner else reduced)


@compiled
def _shift_below(tree: Tree, top: int, change: int) -> None:
    """Shift the potential of a node and of all that hangs from it, and tell depths."""
    node = top
    while True:
        tree.depth[node] = tree.depth[tree.parent[node]] + 1
        tree.potential[node] += change
        if tree.child[node] != NONE:
            node = tree.child[node]
            continue
        while node != top and tree.after[node] == NONE:
            node = tree.parent[node]
        if node == top:
            return
        node = tree.after[node]


@compiled
def _hang_all(arcs: Arcs, tree: Tree) -> None:
    """Link every node to its parent, and tell depths and potentials from the root."""
    nodes, root = len(tree.parent), NONE
    for node in range(nodes - 1, -1, -1):
        if tree.parent[node] == node:
            root = node
        else:
            _hang(tree, node, tree.parent[node])
    node = tree.child[root]
    while node != NONE and node != root:
        tree.depth[node] = tree.depth[tree.parent[node]] + 1
        tree.potential[node] += _change(arcs, tree, tree.arc[node], node)
        if tree.child[node] != NONE:
            node = tree.child[node]
            continue
        while node != root and tree.after[node] == NONE:
            node = tree.parent[node]
        if node != root:
            node = tree.after[node]
