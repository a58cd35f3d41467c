"""The network simplex on networks small enough to know, and its own promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.simplex import (
    AT_LOWER,
    AT_UPPER,
    IN_TREE,
    UNBOUNDED,
    Arcs,
    Tree,
    hanging,
    pivot_to_optimum,
)


def transport(mass: list[int], room: list[int]) -> tuple[Arcs, Tree]:
    """Sources, then sinks, then the yard, from which all hang."""
    sources, sinks = len(mass), len(room)
    yard = sources + sinks
    arcs = Arcs(
        tail=np.arange(yard, dtype=np.int32),
        head=np.full(yard, yard, dtype=np.int32),
        cost=np.zeros(yard, dtype=np.int64),
        capacity=np.array([UNBOUNDED] * sources + room, dtype=np.int64),
        flow=np.array(mass + [0] * sinks, dtype=np.int64),
        state=np.full(yard, IN_TREE, dtype=np.int8),
    )
    parent = np.full(yard + 1, yard, dtype=np.int32)
    own = np.append(np.arange(yard), -1).astype(np.int32)
    return arcs, hanging(arcs, parent, own)


def offered(arcs: Arcs, *links: tuple[int, int, int]) -> Arcs:
    """The arcs and more of them, which carry nothing yet and may carry anything."""
    count = len(links)
    more = (*zip(*links, strict=True), [UNBOUNDED] * count, [0] * count)
    columns = zip(arcs, (*more, [AT_LOWER] * count), strict=True)
    return Arcs(*(np.append(old, new).astype(old.dtype) for old, new in columns))


def reduced(arcs: Arcs, tree: Tree) -> np.ndarray:
    return arcs.cost + tree.potential[arcs.tail] - tree.potential[arcs.head]


def is_balanced(arcs: Arcs, nodes: int, mass: list[int]) -> bool:
    """What enters a node and is made there leaves it; the yard keeps all."""
    left = np.zeros(nodes, dtype=np.int64)
    left[: len(mass)] += mass
    np.subtract.at(left, arcs.tail, arcs.flow)
    np.add.at(left, arcs.head, arcs.flow)
    return bool((left[:-1] == 0).all() and left[-1] == sum(mass))


def is_optimal(arcs: Arcs, tree: Tree) -> bool:
    cost = reduced(arcs, tree)
    return bool(
        (cost[arcs.state == IN_TREE] == 0).all()
        and (cost[arcs.state == AT_LOWER] >= 0).all()
        and (cost[arcs.state == AT_UPPER] <= 0).all()
        and (arcs.flow >= 0).all()
        and (arcs.flow <= arcs.capacity).all()
    )


def is_strongly_feasible(arcs: Arcs, tree: Tree) -> bool:
    """From every node a little more can flow up to the root."""
    for node, by in enumerate(tree.arc[:-1].tolist()):
        goes_up = arcs.tail[by] == node
        if goes_up and arcs.flow[by] == arcs.capacity[by]:
            return False
        if not goes_up and arcs.flow[by] == 0:
            return False
    return True


def test_the_dear_source_gives_way_to_the_cheap_one():
    arcs, tree = transport([40, 80], [90])
    arcs = offered(arcs, (0, 2, -5), (1, 2, -3))
    pivot_to_optimum(arcs, tree)
    assert arcs.flow[3:].tolist() == [40, 50]
    assert tree.potential.tolist() == [2, 0, -3, 0]


def test_what_pays_nothing_stays_in_the_yard():
    arcs, tree = transport([7], [9])
    assert pivot_to_optimum(offered(arcs, (0, 1, 0)), tree) == 0


def test_a_full_sink_turns_to_the_better_payer_when_it_joins():
    arcs, tree = transport([5, 5], [5])
    arcs = offered(arcs, (0, 2, -1))
    pivot_to_optimum(arcs, tree)
    arcs = offered(arcs, (1, 2, -9))
    pivot_to_optimum(arcs, tree)
    assert arcs.flow[3:].tolist() == [0, 5]
    assert is_optimal(arcs, tree)


def test_a_single_source_without_sinks_is_optimal_as_it_is():
    arcs, tree = transport([3], [])
    assert pivot_to_optimum(arcs, tree) == 0


@st.composite
def networks(draw):
    mass = draw(st.lists(st.integers(0, 6), min_size=1, max_size=6))
    room = draw(st.lists(st.integers(1, 8), min_size=1, max_size=5))
    ends = st.tuples(st.integers(0, len(mass) - 1), st.integers(0, len(room) - 1))
    costs = draw(st.dictionaries(ends, st.integers(-4, 2), min_size=1, max_size=30))
    links = [(s, len(mass) + t, cost) for (s, t), cost in costs.items()]
    return mass, room, links


@given(networks())
def test_the_end_is_its_own_proof(network):
    mass, room, links = network
    arcs, tree = transport(mass, room)
    arcs = offered(arcs, *links)
    pivot_to_optimum(arcs, tree)
    assert is_balanced(arcs, len(tree.parent), mass)
    assert is_optimal(arcs, tree)
    assert is_strongly_feasible(arcs, tree)


@given(networks())
def test_arcs_that_join_one_by_one_lead_to_the_same_cost(network):
    mass, room, links = network
    at_once, tree = transport(mass, room)
    at_once = offered(at_once, *links)
    pivot_to_optimum(at_once, tree)
    by_turns, tree = transport(mass, room)
    for link in links:
        by_turns = offered(by_turns, link)
        pivot_to_optimum(by_turns, tree)
    assert at_once.cost @ at_once.flow == by_turns.cost @ by_turns.flow


@given(networks())
def test_the_tree_knows_its_depths_and_its_children(network):
    mass, room, links = network
    arcs, tree = transport(mass, room)
    pivot_to_optimum(offered(arcs, *links), tree)
    root = len(tree.parent) - 1
    for node in range(root):
        assert tree.depth[node] == tree.depth[tree.parent[node]] + 1
    children = {node: [] for node in range(root + 1)}
    for node in range(root):
        children[int(tree.parent[node])].append(node)
    for node, expected in children.items():
        listed, at = [], int(tree.child[node])
        while at != -1:
            listed.append(at)
            at = int(tree.after[at])
        assert sorted(listed) == expected


@pytest.mark.parametrize("scale", [1, 10**12])
def test_large_masses_and_costs_stay_exact(scale):
    arcs, tree = transport([3 * scale, 2 * scale + 1], [4 * scale])
    arcs = offered(arcs, (0, 2, -(10**9)), (1, 2, -(10**9) - 1))
    pivot_to_optimum(arcs, tree)
    assert arcs.flow[3:].tolist() == [2 * scale - 1, 2 * scale + 1]
