"""Proof that an allocation is lawful and that none is cheaper, from scratch.

Nothing here comes from the allocator: the pairs are searched again by measuring every
supply against every demand, the caps are reckoned again, and the sums are exact.

References
----------
Optimality by complementary slackness: R. Ahuja, T. Magnanti, J. Orlin, Network Flows,
1993, chapter 9.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import F64, I64
from matching.engine.problem import Problem
from matching.engine.recount import road_km_again, weights_again
from matching.engine.screen import Screen
from matching.engine.solution import Allocation, Certificate, Check, Pairs
from wastehub.geodesy import great_circle_km


@dataclass(frozen=True, eq=False)
class _Found:
    """The pairs of the certificate's own search, sorted by supply, then demand."""

    supply: I64
    demand: I64
    material: I64
    cost: I64
    weight: I64


def certify(
    problem: Problem, screened: Screen, pairs: Pairs, allocation: Allocation
) -> Certificate:
    """Check an allocation's balances and its optimality.

    The verdicts and treatment costs are taken from the screen; all else is reckoned
    again. The first two checks fail alone: without the right pairs and shapes the
    others would compare unlike things.
    """
    found = _search(problem, screened)
    forms = (_same_pairs(found, pairs), _same_slots(problem, found, allocation))
    if not all(check.ok for check in forms):
        return Certificate(False, forms, len(found.supply), 0)
    reduced = _reduced_costs(problem, found, allocation)
    primal = _primal(found, allocation)
    checks = (
        *forms,
        _not_negative("flows", [allocation.flow_kg, allocation.left_kg]),
        _not_negative("prices", _prices(allocation)),
        _supplies_balance(problem, found, allocation),
        _demands_hold(problem, found, allocation),
        _slots_hold(problem, found, allocation),
        _none_cheaper(reduced),
        _slack(problem, found, allocation, reduced),
        _same_value(primal, _dual(problem, allocation)),
    )
    ok = all(check.ok for check in checks)
    return Certificate(ok, checks, len(found.supply), primal)


def _search(problem: Problem, screened: Screen) -> _Found:
    blocks = [_search_block(problem, screened, rows) for rows in _row_blocks(problem)]
    none = np.zeros(0, dtype=np.int64)
    columns = zip((none, none, none, np.zeros(0)), *blocks, strict=True)
    supply, demand, cost, distance_km = (np.concatenate(column) for column in columns)
    material = problem.supplies.material[supply].astype(np.int64)
    weight = weights_again(problem, supply, demand, distance_km, cost)
    return _Found(supply, demand, material, cost, weight)


def _row_blocks(problem: Problem) -> Iterator[I64]:
    count = len(problem.supplies)
    step = max(1, problem.params.block_pairs // max(1, len(problem.demands)))
    for start in range(0, count, step):
        yield np.arange(start, min(start + step, count))


def _search_block(
    problem: Problem, screened: Screen, rows: I64
) -> tuple[I64, I64, I64, F64]:
    """Supply, demand, cost and distance of acceptable pairs in reach: brute force."""
    supplies, demands, params = problem.supplies, problem.demands, problem.params
    verdict = screened.verdict[rows][:, demands.route]
    row, demand = np.nonzero(verdict <= params.accept)
    supply = rows[row]
    distance_km = great_circle_km(
        supplies.lon[supply],
        supplies.lat[supply],
        demands.lon[demand],
        demands.lat[demand],
    )
    material_km = problem.rules.material_reach_km[supplies.material[supply]]
    near = (distance_km <= material_km) & (distance_km <= demands.farthest_km[demand])
    supply, demand, distance_km = supply[near], demand[near], distance_km[near]
    road_km = road_km_again(problem, supply, demand, distance_km)
    haul = np.rint(params.haul_fixed_fen_per_t + params.haul_fen_per_t_km * road_km)
    treatment = screened.treatment_fen_per_t[supply, demands.route[demand]]
    traded = supplies.ask_fen_per_t[supply] - demands.offer_fen_per_t[demand]
    return supply, demand, traded + treatment + haul.astype(np.int64), distance_km


def _same_pairs(found: _Found, pairs: Pairs) -> Check:
    same = (
        np.array_equal(found.supply, pairs.supply)
        and np.array_equal(found.demand, pairs.demand)
        and np.array_equal(found.cost, pairs.cost_fen_per_t)
    )
    return Check("pairs", same, f"{len(found.supply)} found, {len(pairs)} given")


def _same_slots(problem: Problem, found: _Found, allocation: Allocation) -> Check:
    slots = allocation.slots
    own = sorted(set(zip(found.demand.tolist(), found.material.tolist(), strict=True)))
    given = list(zip(slots.demand.tolist(), slots.material.tolist(), strict=True))
    shapes_agree = (
        len(slots.cap_kg) == len(slots.price_fen_per_t) == len(own)
        and len(allocation.flow_kg) == len(found.supply)
        and len(allocation.left_kg) == len(problem.supplies)
        and len(allocation.supply_price_fen_per_t) == len(problem.supplies)
        and len(allocation.demand_price_fen_per_t) == len(problem.demands)
    )
    same = shapes_agree and own == given
    caps = [_cap_kg(problem, *slot) for slot in own]
    same = same and caps == slots.cap_kg.tolist()
    return Check("slots", same, f"{len(own)} found, {len(given)} given")


def _cap_kg(problem: Problem, demand: int, material: int) -> int:
    route = problem.demands.route[demand]
    share_ppm = round(float(problem.rules.max_share_frac[route, material]) * 10**6)
    return int(problem.demands.base_kg[demand]) * share_ppm // 10**6


def _not_negative(name: str, columns: Iterable[NDArray[Any]]) -> Check:
    wrong = sum(
        int((column < 0).sum()) if column.dtype.kind == "i" else len(column)
        for column in columns
    )
    return Check(name, wrong == 0, f"{wrong} negative or not whole")


def _supplies_balance(problem: Problem, found: _Found, allocation: Allocation) -> Check:
    placed = np.zeros(len(problem.supplies), dtype=np.int64)
    np.add.at(placed, found.supply, allocation.flow_kg)
    off = int((placed + allocation.left_kg != problem.supplies.mass_kg).sum())
    return Check("supplies", off == 0, f"{off} off balance")


def _demands_hold(problem: Problem, found: _Found, allocation: Allocation) -> Check:
    over = int((_demand_room(problem, found, allocation) < 0).sum())
    return Check("demands", over == 0, f"{over} over capacity")


def _slots_hold(problem: Problem, found: _Found, allocation: Allocation) -> Check:
    over = int((_slot_room(problem, found, allocation) < 0).sum())
    return Check("shares", over == 0, f"{over} over their cap")


def _none_cheaper(reduced: I64) -> Check:
    least = int(reduced.min()) if len(reduced) else 0
    return Check("none_cheaper", least >= 0, f"least reduced cost {least} fen per t")


def _slack(
    problem: Problem, found: _Found, allocation: Allocation, reduced: I64
) -> Check:
    """What carries costs its price exactly; what has room left has no price."""
    room = allocation.left_kg, _demand_room(problem, found, allocation)
    loose = int(((allocation.flow_kg > 0) & (reduced != 0)).sum())
    for price, spare in zip(
        _prices(allocation),
        (*room, _slot_room(problem, found, allocation)),
        strict=True,
    ):
        loose += int(((price > 0) & (spare > 0)).sum())
    return Check("slackness", loose == 0, f"{loose} carry or cost without reason")


def _same_value(primal: int, dual: int) -> Check:
    return Check("value", primal == dual, f"primal {primal}, dual {dual} fen kg per t")


def _demand_room(problem: Problem, found: _Found, allocation: Allocation) -> I64:
    room: I64 = problem.demands.capacity_kg.copy()
    np.subtract.at(room, found.demand, allocation.flow_kg)
    return room


def _slot_room(problem: Problem, found: _Found, allocation: Allocation) -> I64:
    slots = allocation.slots
    room: I64 = slots.cap_kg.copy()
    np.subtract.at(room, _slot_rows(problem, found, allocation), allocation.flow_kg)
    return room


def _slot_rows(problem: Problem, found: _Found, allocation: Allocation) -> I64:
    table = np.zeros((len(problem.demands), problem.rules.materials), dtype=np.int64)
    slots = allocation.slots
    table[slots.demand, slots.material] = np.arange(len(slots))
    rows: I64 = table[found.demand, found.material]
    return rows


def _reduced_costs(problem: Problem, found: _Found, allocation: Allocation) -> I64:
    slot = _slot_rows(problem, found, allocation)
    reduced: I64 = (
        found.weight
        + allocation.supply_price_fen_per_t[found.supply]
        + allocation.demand_price_fen_per_t[found.demand]
        + allocation.slots.price_fen_per_t[slot]
    )
    return reduced


def _prices(allocation: Allocation) -> tuple[I64, I64, I64]:
    return (
        allocation.supply_price_fen_per_t,
        allocation.demand_price_fen_per_t,
        allocation.slots.price_fen_per_t,
    )


def _primal(found: _Found, allocation: Allocation) -> int:
    carrying = np.flatnonzero(allocation.flow_kg)
    return _exact_product(found.weight[carrying], allocation.flow_kg[carrying])


def _dual(problem: Problem, allocation: Allocation) -> int:
    room = (
        problem.supplies.mass_kg,
        problem.demands.capacity_kg,
        allocation.slots.cap_kg,
    )
    return -sum(map(_exact_product, _prices(allocation), room))


def _exact_product(left: I64, right: I64) -> int:
    """The scalar product in Python's whole numbers, which do not overflow."""
    return sum(
        a * b for a, b in zip(left.tolist(), right.tolist(), strict=True) if a and b
    )
