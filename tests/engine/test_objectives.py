"""What a plan aims at: each objective against enumeration, and its certificate."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.aims import Aims
from matching.engine.allocate import allocate
from matching.engine.certify import certify
from matching.engine.pairs import Reached
from matching.engine.params import Objective, Params
from matching.engine.plan import plan
from matching.engine.problem import Problem
from matching.engine.road import Roads
from matching.engine.solution import Solution
from matching.engine.solve import solve
from matching.engine.weigh import parts, weights
from tests.engine.clusters import MATERIALS, ROUTES, clustered
from tests.engine.transports import Transport
from tests.engine.worlds import TONNE, two_plants_one_kiln

CARBON_PRICE = 7_000


@dataclass(frozen=True)
class Figures:
    """Sums over a plan: kilograms, fen x kg / t, grams of CO2 x kg / t."""

    mass: int
    money: int
    co2: int

    def rank(self, objective: Objective, unplaced: int) -> Any:
        """The smaller the better, lexicographic where it is a tuple."""
        saved = self.money - unplaced * self.mass
        return {
            Objective.COST: saved,
            Objective.TONNES: (-self.mass, self.money),
            Objective.CO2: (self.co2, saved),
            Objective.MIX: saved + Fraction(CARBON_PRICE, 10**6) * self.co2,
        }[objective]


def _transport(rng: np.random.Generator) -> Transport:
    return Transport(
        mass=rng.integers(0, 4, 2).tolist(),
        material=rng.integers(0, 2, 2).tolist(),
        capacity=rng.integers(0, 5, 2).tolist(),
        caps=rng.integers(0, 4, (2, 2)).tolist(),
        arcs={pair: int(rng.integers(-9, 15)) for pair in product(range(2), range(2))},
        unplaced=10,
    )


def _drawn(seed: int, objective: Objective) -> tuple[Transport, Problem, Reached]:
    """Two supplies and two demands of a few kilograms, with every aim in play."""
    rng = np.random.default_rng(seed)
    transport = _transport(rng)
    problem, pairs = transport.problem(), transport.pairs()
    aims = Aims(
        subsidy_fen_per_t=rng.integers(0, 4, problem.rules.materials),
        subsidy_fen_per_t_km=rng.integers(0, 3, problem.rules.materials).astype(float),
        displaced_g_per_t=rng.integers(0, 500, (2, problem.rules.materials)),
    )
    mixed = objective == Objective.MIX
    params = replace(
        problem.params,
        objective=objective,
        carbon_price_fen_per_t=CARBON_PRICE if mixed else 0,
    )
    roads = Roads(
        measured_supply=pairs.supply,
        measured_demand=pairs.demand,
        measured_km=params.circuity * rng.integers(0, 4, len(pairs)),
    )
    problem = replace(problem, aims=aims, params=params, roads=roads)
    return transport, problem, pairs


def _lawful_flows(transport: Transport) -> Iterator[tuple[int, ...]]:
    keys = sorted(transport.arcs)
    for flow in product(*(range(transport.mass[source] + 1) for source, _ in keys)):
        sent, taken, share = (np.zeros(shape, int) for shape in (2, 2, (2, 2)))
        for (source, sink), mass in zip(keys, flow, strict=True):
            sent[source] += mass
            taken[sink] += mass
            share[sink, transport.material[source]] += mass
        fits = (sent <= transport.mass).all() and (taken <= transport.capacity).all()
        if fits and (share <= np.array(transport.caps)).all():
            yield flow


def _figures(problem: Problem, reached: Reached, flow: Any) -> Figures:
    """By the formulas on paper, a pair at a time."""
    mass = money = co2 = 0
    pairs = reached.every(problem)
    for row, kg in enumerate(flow):
        material = problem.supplies.material[pairs.supply[row]]
        route = problem.demands.route[pairs.demand[row]]
        road_km = problem.roads.measured_km[row]
        aims = problem.aims
        paid = int(aims.subsidy_fen_per_t[material])
        paid += round(float(aims.subsidy_fen_per_t_km[material]) * road_km)
        hauled = round(problem.params.haul_g_per_t_km * road_km)
        mass += int(kg)
        money += int(kg) * (int(pairs.cost_fen_per_t[row]) - paid)
        co2 += int(kg) * (hauled - int(aims.displaced_g_per_t[route, material]))
    return Figures(mass, money, co2)


@pytest.mark.parametrize("objective", list(Objective))
@pytest.mark.parametrize("seed", range(25))
def test_no_plan_is_better_by_its_objective(seed: int, objective: Objective) -> None:
    transport, problem, pairs = _drawn(seed, objective)
    ours = _figures(problem, pairs, allocate(problem, pairs).flow_kg.tolist())
    best = min(
        _figures(problem, pairs, flow).rank(objective, transport.unplaced)
        for flow in _lawful_flows(transport)
    )
    assert ours.rank(objective, transport.unplaced) == best


def _aiming(problem: Problem, objective: Objective, **knobs: Any) -> Problem:
    """A clustered world with subsidies, credits, provinces and a kept pair."""
    rng = np.random.default_rng(len(problem.supplies))
    if objective == Objective.MIX:
        knobs = {"carbon_price_fen_per_t": CARBON_PRICE} | knobs
    aims = Aims(
        subsidy_fen_per_t=rng.integers(0, 900, MATERIALS),
        subsidy_fen_per_t_km=rng.uniform(0, 9, MATERIALS),
        displaced_g_per_t=rng.integers(0, 300_000, (ROUTES, MATERIALS)),
        supply_province=rng.integers(0, 3, len(problem.supplies)),
        demand_province=rng.integers(0, 3, len(problem.demands)),
        kept_supply=[1, 3],
        kept_demand=[0, 2],
        barred_supply=[0, 2, 5],
        barred_demand=[1, 1, 3],
    )
    params = replace(problem.params, objective=objective, **knobs)
    return replace(problem, params=params, aims=aims)


@pytest.mark.parametrize("objective", list(Objective))
@pytest.mark.parametrize("seed", range(3))
def test_every_objective_carries_its_proof(seed: int, objective: Objective) -> None:
    problem = _aiming(
        clustered(seed, 150, 60),
        objective,
        farthest_haul_km=150.0,
        crosses_provinces=False,
        least_shipment_kg=5_000_000,
        kept_bonus_fen_per_t=700,
    )
    last, solution = plan(problem)
    assert solution.certificate.ok, solution.certificate.checks
    carrying = solution.allocation.flow_kg > 0
    assert carrying.any()
    pairs = solution.pairs.at(problem, np.flatnonzero(carrying))
    road_km = problem.params.circuity * pairs.distance_km
    supply, demand = pairs.supply, pairs.demand
    assert road_km.max() <= 150.0
    assert (
        problem.aims.supply_province[supply] == problem.aims.demand_province[demand]
    ).all()
    assert solution.allocation.flow_kg[carrying].min() >= 5_000_000
    barred = zip(problem.aims.barred_supply, problem.aims.barred_demand, strict=True)
    assert not set(barred) & set(zip(supply, demand, strict=True))
    assert len(last.aims.barred_supply) >= 3


@pytest.mark.parametrize("objective", list(Objective))
def test_the_same_aims_give_the_same_flows(objective: Objective) -> None:
    flows = [
        plan(_aiming(clustered(4, 200, 80), objective))[1].allocation.flow_kg.tobytes()
        for _ in range(2)
    ]
    assert flows[0] == flows[1]


@pytest.mark.parametrize("objective", list(Objective)[1:])
def test_the_best_plan_by_another_aim_is_not_certified(objective: Objective) -> None:
    by_cost = solve(_aiming(clustered(0, 150, 60), Objective.COST))
    other = _aiming(clustered(0, 150, 60), objective)
    certificate = certify(other, by_cost.screen, by_cost.pairs, by_cost.allocation)
    assert not certificate.ok


def _sums(problem: Problem, solution: Solution) -> tuple[int, int]:
    """Mass, and grams of CO2 x kg / t."""
    flow_kg = solution.allocation.flow_kg
    found = parts(problem, solution.pairs.every(problem))
    co2 = (found.haul_g_per_t - found.displaced_g_per_t).tolist()
    emitted = sum(a * b for a, b in zip(co2, flow_kg.tolist(), strict=True))
    return int(flow_kg.sum()), emitted


def test_most_tonnes_places_at_least_what_any_other_aim_places() -> None:
    placed = {}
    for objective in Objective:
        problem = _aiming(clustered(2, 150, 60), objective)
        placed[objective] = _sums(problem, solve(problem))
    assert placed[Objective.TONNES][0] == max(mass for mass, _ in placed.values())
    assert placed[Objective.CO2][1] == min(co2 for _, co2 in placed.values())


@given(st.integers(0, 50), st.lists(st.integers(0, 10**6), min_size=2, max_size=3))
@settings(max_examples=25, deadline=None)
def test_a_higher_carbon_price_never_raises_the_co2(
    seed: int, prices: list[int]
) -> None:
    emitted = []
    for price in sorted(prices):
        problem = _aiming(
            clustered(seed, 30, 12), Objective.MIX, carbon_price_fen_per_t=price
        )
        emitted.append(_sums(problem, solve(problem))[1])
    assert emitted == sorted(emitted, reverse=True)


@given(st.integers(0, 50), st.lists(st.integers(0, 10**5), min_size=2, max_size=3))
@settings(max_examples=25, deadline=None)
def test_a_higher_subsidy_never_places_less(seed: int, subsidies: list[int]) -> None:
    placed = []
    for subsidy in sorted(subsidies):
        problem = clustered(seed, 30, 12)
        aims = Aims(subsidy_fen_per_t=np.full(MATERIALS, subsidy))
        placed.append(_sums(problem, solve(replace(problem, aims=aims)))[0])
    assert placed == sorted(placed)


def test_a_carbon_price_of_nothing_is_least_cost() -> None:
    cost, mix = (
        solve(_aiming(clustered(1, 150, 60), objective, carbon_price_fen_per_t=0))
        for objective in (Objective.COST, Objective.MIX)
    )
    assert (cost.allocation.flow_kg == mix.allocation.flow_kg).all()


def test_prices_of_a_mix_are_told_in_fen() -> None:
    """A kiln short of room: one more tonne saves the far plant's 200 yuan less haul."""
    world = two_plants_one_kiln()
    params = replace(
        world.params,
        objective=Objective.MIX,
        carbon_price_fen_per_t=10_000,
        haul_g_per_t_km=0,
    )
    _, solution = plan(replace(world, params=params))
    assert solution.allocation.demand_price_fen_per_t.tolist() == [20_000 - 83]


@pytest.mark.parametrize("objective", [Objective.TONNES, Objective.CO2])
def test_tonnes_and_co2_have_no_prices_in_money(objective: Objective) -> None:
    world = two_plants_one_kiln()
    aims = Aims(displaced_g_per_t=[[245_000, 0]])
    params = replace(world.params, objective=objective)
    _, solution = plan(replace(world, params=params, aims=aims))
    assert solution.allocation.flow_kg.sum() == 90 * TONNE
    assert not solution.allocation.demand_price_fen_per_t.any()


def test_most_tonnes_places_what_costs_more_than_the_yard() -> None:
    world = two_plants_one_kiln()
    cheap_yard = replace(world.params, unplaced_fen_per_t=0)
    by_cost = solve(replace(world, params=cheap_yard))
    by_mass = solve(
        replace(world, params=replace(cheap_yard, objective=Objective.TONNES))
    )
    assert by_cost.allocation.flow_kg.tolist() == [0, 0]
    assert by_mass.allocation.flow_kg.tolist() == [40 * TONNE, 50 * TONNE]


def test_least_co2_leaves_what_saves_none() -> None:
    """Haul emits 78 g/t km x 55.6 km = 4,337 g/t near and 6,505 g/t far."""
    world = two_plants_one_kiln()
    params = replace(world.params, objective=Objective.CO2)
    aims = Aims(displaced_g_per_t=[[5_000, 0]])
    solution = solve(replace(world, params=params, aims=aims))
    assert solution.allocation.flow_kg.tolist() == [40 * TONNE, 0]
    assert _sums(world, solution)[1] == 40 * TONNE * 4337


def _two_equally_green(dear_fen: int, cheap_fen: int) -> tuple[Problem, Reached]:
    """Two plants as far from a kiln with room for one of them, at two prices."""
    transport = Transport(
        mass=[5, 5],
        material=[0, 0],
        capacity=[5],
        caps=[[5]],
        arcs={(0, 0): dear_fen, (1, 0): cheap_fen},
        unplaced=10,
    )
    problem = transport.problem()
    params = replace(problem.params, objective=Objective.CO2)
    aims = Aims(displaced_g_per_t=[[900]])
    return replace(problem, params=params, aims=aims), transport.pairs()


def test_of_two_plans_of_the_same_co2_the_cheaper_is_made() -> None:
    problem, pairs = _two_equally_green(dear_fen=7, cheap_fen=6)
    assert allocate(problem, pairs).flow_kg.tolist() == [0, 5]


def test_no_money_outweighs_a_gram_of_co2() -> None:
    problem, pairs = _two_equally_green(dear_fen=10**9, cheap_fen=-(10**9))
    kiln = problem.demands
    near_and_far = [kiln.lon[0], kiln.lon[0] + 0.001]
    supplies = replace(
        problem.supplies, lon=near_and_far, lat=[kiln.lat[0], kiln.lat[0]]
    )
    greener = replace(problem, supplies=supplies)
    assert allocate(greener, pairs).flow_kg.tolist() == [5, 0]


def test_money_beyond_64_bits_is_cut_to_what_there_is_room_for() -> None:
    """Beside 900 g of CO2 no room is left for 10^14 fen; in coarser money there is."""
    problem, pairs = _two_equally_green(dear_fen=10**14, cheap_fen=-(10**14))
    assert allocate(problem, pairs).flow_kg.tolist() == [0, 5]
    assert abs(weights(problem, pairs)).max() < 900 * 10**14


def test_a_haul_as_far_as_the_farthest_still_carries() -> None:
    world = two_plants_one_kiln()
    far_km = float(solve(world).pairs.every(world).distance_km[1])
    for farthest_km, flow in [(far_km, 50 * TONNE), (np.nextafter(far_km, 0), 0)]:
        params = replace(world.params, farthest_haul_km=float(farthest_km))
        flow_kg = solve(replace(world, params=params)).allocation.flow_kg
        assert flow_kg.tolist() == [40 * TONNE, flow]


def test_a_border_that_is_shut_lets_nothing_through() -> None:
    world = two_plants_one_kiln()
    aims = Aims(supply_province=[51, 50], demand_province=[50])
    params = replace(world.params, crosses_provinces=False)
    flow_kg = solve(replace(world, params=params, aims=aims)).allocation.flow_kg
    assert flow_kg.tolist() == [0, 80 * TONNE]


def test_an_earlier_partner_is_kept_for_its_bonus() -> None:
    """The far plant is 27 fen/t dearer: a bonus above that turns the order."""
    world = two_plants_one_kiln()
    aims = Aims(kept_supply=[1], kept_demand=[0])
    flows = []
    for bonus in (27, 28):
        params = replace(world.params, kept_bonus_fen_per_t=bonus)
        solution = solve(replace(world, params=params, aims=aims))
        flows.append(solution.allocation.flow_kg.tolist())
    assert flows == [[40 * TONNE, 50 * TONNE], [10 * TONNE, 80 * TONNE]]


def test_a_shipment_too_small_is_dropped_and_the_rest_solved_afresh() -> None:
    """The near plant has 40 t only; without it the far plant's 80 t go."""
    world = two_plants_one_kiln()
    params = replace(world.params, least_shipment_kg=45 * TONNE)
    _, solution = plan(replace(world, params=params))
    assert solution.allocation.flow_kg.tolist() == [0, 80 * TONNE]
    params = replace(world.params, least_shipment_kg=51 * TONNE)
    supplies = replace(world.supplies, mass_kg=[52 * TONNE, 80 * TONNE])
    last, solution = plan(replace(world, supplies=supplies, params=params))
    assert solution.allocation.flow_kg.tolist() == [52 * TONNE, 0]
    assert (last.aims.barred_supply.tolist(), last.aims.barred_demand.tolist()) == (
        [1],
        [0],
    )


def test_prices_that_could_pass_64_bits_are_refused() -> None:
    transport = Transport(
        mass=[1] * 40,
        material=[0] * 40,
        capacity=[1],
        caps=[[1]],
        arcs={(row, 0): 10**17 * (row % 2) for row in range(40)},
    )
    with pytest.raises(ValueError, match="64 bits"):
        weights(transport.problem(), transport.pairs())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"subsidy_fen_per_t": [1]}, "shape"),
        ({"subsidy_fen_per_t": [-1, 0]}, "within"),
        ({"subsidy_fen_per_t_km": [np.nan, 0]}, "within"),
        ({"displaced_g_per_t": [[0, 10**9]]}, "within"),
        ({"displaced_g_per_t": [0, 0]}, "shape"),
        ({"kept_supply": [0]}, "1 supplies and 0 demands"),
        ({"barred_supply": [2], "barred_demand": [0]}, "not in the problem"),
        ({"barred_supply": [0], "barred_demand": [-1]}, "not in the problem"),
        ({"supply_province": [1, 2]}, "provinces"),
    ],
)
def test_aims_that_do_not_fit_are_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(two_plants_one_kiln(), aims=Aims(**change))


@pytest.mark.parametrize(
    "knob",
    [
        {"carbon_price_fen_per_t": -1},
        {"carbon_price_fen_per_t": 0.5},
        {"haul_g_per_t_km": float("nan")},
        {"farthest_haul_km": float("inf")},
        {"least_shipment_kg": -1},
        {"kept_bonus_fen_per_t": 10**7},
        {"objective": "best"},
    ],
)
def test_a_knob_out_of_range_is_refused(knob: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(knob))):
        Params(**knob)
