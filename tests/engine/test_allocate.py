"""The allocator against paper, brute force and another solver."""

import json
import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.allocate import allocate
from matching.engine.problem import Problem
from matching.engine.reach import reach
from matching.engine.screen import screen
from matching.engine.solution import Allocation
from tests.engine.clusters import clustered
from tests.engine.highs import optimum
from tests.engine.transports import Transport, drawn
from tests.engine.worlds import TONNE, two_plants_one_kiln


def _allocated(transport: Transport) -> Allocation:
    return allocate(transport.problem(), transport.pairs())


def _plan(problem: Problem) -> Allocation:
    return allocate(problem, reach(problem, screen(problem)))


def test_the_near_plant_fills_the_kiln_first() -> None:
    allocation = _plan(two_plants_one_kiln())
    assert allocation.flow_kg.tolist() == [40 * TONNE, 50 * TONNE]
    assert allocation.left_kg.tolist() == [0, 30 * TONNE]


def test_prices_are_what_one_more_tonne_is_worth() -> None:
    """Near costs 56 fen/t, far 83; more room takes far ash out of the yard."""
    allocation = _plan(two_plants_one_kiln())
    assert allocation.demand_price_fen_per_t.tolist() == [20_000 - 83]
    assert allocation.supply_price_fen_per_t.tolist() == [83 - 56, 0]


def test_a_share_cap_binds_before_the_capacity_and_has_the_price() -> None:
    world = two_plants_one_kiln()
    problem = replace(world, demands=replace(world.demands, base_kg=[200 * TONNE]))
    allocation = _plan(problem)
    assert allocation.slots.cap_kg.tolist() == [60 * TONNE]
    assert allocation.flow_kg.tolist() == [40 * TONNE, 20 * TONNE]
    assert allocation.slots.price_fen_per_t.tolist() == [20_000 - 83]
    assert allocation.demand_price_fen_per_t.tolist() == [0]


@pytest.mark.parametrize(
    ("share_frac", "base_kg", "cap_kg"),
    [
        (0.29, 100, 29),
        (0.05, 10**13, 5 * 10**11),
        (1 / 3, 10, 3),
        (0.15, 99, 14),
        (0.0, 100, 0),
    ],
)
def test_a_share_is_rounded_down_to_the_kilogram(
    share_frac: float, base_kg: int, cap_kg: int
) -> None:
    world = two_plants_one_kiln()
    problem = replace(
        world,
        demands=replace(world.demands, base_kg=[base_kg]),
        rules=replace(world.rules, max_share_frac=[[share_frac, 1.0]]),
    )
    assert _plan(problem).slots.cap_kg.tolist() == [cap_kg]


def test_a_pair_as_dear_as_the_yard_carries_nothing() -> None:
    world = two_plants_one_kiln()
    params = replace(world.params, unplaced_fen_per_t=83)
    allocation = _plan(replace(world, params=params))
    assert allocation.flow_kg.tolist() == [40 * TONNE, 0]


def test_dantzigs_two_canneries_and_three_markets() -> None:
    """153.675 thousand dollars.

    G. Dantzig, Linear Programming and Extensions, 1963, chapter 3.3; freight is 90
    dollars per case and thousand miles.
    """
    distances = [[2.5, 1.7, 1.8], [2.5, 1.8, 1.4]]
    transport = Transport(
        mass=[350, 600],
        material=[0, 0],
        capacity=[325, 300, 275],
        caps=[[1000]] * 3,
        arcs={
            (plant, market): round(90 * distances[plant][market])
            for plant, market in product(range(2), range(3))
        },
        unplaced=10**6,
    )
    allocation = _allocated(transport)
    flow = allocation.flow_kg
    assert flow.sum() == 900
    assert int(transport.pairs().cost_fen_per_t @ flow) / 1000 == 153.675


def _cheapest_by_trying_all(transport: Transport) -> int:
    keys = sorted(transport.arcs)
    masses, capacity = np.array(transport.mass), np.array(transport.capacity)
    best = 0
    for flow in product(*(range(transport.mass[source] + 1) for source, _ in keys)):
        sent, taken = np.zeros_like(masses), np.zeros_like(capacity)
        share = np.zeros((len(capacity), 3), dtype=int)
        for (source, sink), mass in zip(keys, flow, strict=True):
            sent[source] += mass
            taken[sink] += mass
            share[sink, transport.material[source]] += mass
        caps = np.array(transport.caps)
        fits = (sent <= masses).all() and (taken <= capacity).all()
        if fits and (share[:, : caps.shape[1]] <= caps).all():
            costs = (transport.arcs[key] - transport.unplaced for key in keys)
            best = min(best, sum(c * m for c, m in zip(costs, flow, strict=True)))
    return best


@pytest.mark.parametrize("seed", range(15))
def test_no_allocation_of_whole_tonnes_is_cheaper(seed: int) -> None:
    rng = np.random.default_rng(seed)
    transport = Transport(
        mass=rng.integers(0, 4, 2).tolist(),
        material=rng.integers(0, 2, 2).tolist(),
        capacity=rng.integers(0, 5, 2).tolist(),
        caps=rng.integers(0, 4, (2, 2)).tolist(),
        arcs={pair: int(rng.integers(-5, 15)) for pair in product(range(2), range(2))},
        unplaced=10,
    )
    assert transport.objective(_allocated(transport)) == _cheapest_by_trying_all(
        transport
    )


def _oracle(networks: list[dict[str, Any]]) -> list[int]:
    finished = subprocess.run(
        [sys.executable, Path(__file__).with_name("oracle.py")],
        input="\n".join(map(json.dumps, networks)),
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(line) for line in finished.stdout.split()]


def test_another_solver_finds_the_same_optimum_to_the_unit() -> None:
    transports = [drawn(np.random.default_rng(seed)) for seed in range(200)]
    ours = [transport.objective(_allocated(transport)) for transport in transports]
    assert ours == _oracle([transport.network() for transport in transports])


def test_a_general_solver_finds_the_same_optimum_to_the_unit() -> None:
    transports = [drawn(np.random.default_rng(seed)) for seed in range(200, 500)]
    ours = [transport.objective(_allocated(transport)) for transport in transports]
    assert ours == [optimum(transport) for transport in transports]


def _as_transport(problem: Problem) -> Transport:
    pairs = reach(problem, screen(problem))
    share = problem.rules.max_share_frac[problem.demands.route]
    caps = [
        [base * round(frac * 10**6) // 10**6 for frac in row]
        for base, row in zip(
            problem.demands.base_kg.tolist(), share.tolist(), strict=True
        )
    ]
    ends = zip(pairs.supply.tolist(), pairs.demand.tolist(), strict=True)
    return Transport(
        mass=problem.supplies.mass_kg.tolist(),
        material=problem.supplies.material.tolist(),
        capacity=problem.demands.capacity_kg.tolist(),
        caps=caps,
        arcs=dict(zip(ends, pairs.cost_fen_per_t.tolist(), strict=True)),
        unplaced=problem.params.unplaced_fen_per_t,
    )


def test_another_solver_agrees_on_worlds_with_geography() -> None:
    problems = [clustered(seed, 300, 120) for seed in range(10)]
    transports = [_as_transport(problem) for problem in problems]
    ours = [
        transport.objective(_plan(problem))
        for transport, problem in zip(transports, problems, strict=True)
    ]
    assert ours == _oracle([transport.network() for transport in transports])


@st.composite
def transports(draw: st.DrawFn) -> Transport:
    sources, sinks = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    mass = st.integers(0, 10**6)
    return Transport(
        mass=draw(st.lists(mass, min_size=sources, max_size=sources)),
        material=draw(st.lists(st.just(0), min_size=sources, max_size=sources)),
        capacity=draw(st.lists(mass, min_size=sinks, max_size=sinks)),
        caps=[[cap] for cap in draw(st.lists(mass, min_size=sinks, max_size=sinks))],
        arcs=draw(
            st.dictionaries(
                st.tuples(st.integers(0, sources - 1), st.integers(0, sinks - 1)),
                st.integers(-2000, 2000),
            )
        ),
    )


@given(transports())
def test_no_kilogram_appears_or_is_lost(transport: Transport) -> None:
    allocation = _allocated(transport)
    flow = np.zeros((len(transport.mass), len(transport.capacity)), dtype=int)
    for (source, sink), mass in zip(
        sorted(transport.arcs), allocation.flow_kg.tolist(), strict=True
    ):
        flow[source, sink] = mass
    assert (flow >= 0).all()
    assert (allocation.left_kg >= 0).all()
    assert (flow.sum(axis=1) + allocation.left_kg).tolist() == list(transport.mass)
    assert (flow.sum(axis=0) <= np.array(transport.capacity)).all()
    assert (flow.sum(axis=0) <= np.array(transport.caps)[:, 0]).all()


@given(transports())
def test_twice_the_mass_and_room_saves_twice_as_much(transport: Transport) -> None:
    doubled = replace(
        transport,
        mass=[2 * mass for mass in transport.mass],
        capacity=[2 * room for room in transport.capacity],
        caps=[[min(2 * cap, 10**6)] for (cap,) in transport.caps],
    )
    halved_caps = replace(
        transport, caps=[[min(cap, 10**6 // 2)] for (cap,) in transport.caps]
    )
    assert doubled.objective(_allocated(doubled)) == 2 * halved_caps.objective(
        _allocated(halved_caps)
    )


@pytest.mark.parametrize("scale", [10**6, 10**9])
def test_masses_of_millions_of_tonnes_stay_exact(scale: int) -> None:
    world = two_plants_one_kiln()
    problem = replace(
        world,
        supplies=replace(world.supplies, mass_kg=[40 * scale + 1, 80 * scale + 7]),
        demands=replace(world.demands, capacity_kg=[90 * scale + 3], base_kg=[10**13]),
    )
    allocation = _plan(problem)
    assert allocation.flow_kg.tolist() == [40 * scale + 1, 50 * scale + 2]
    assert allocation.left_kg.tolist() == [0, 30 * scale + 5]
