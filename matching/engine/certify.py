"""Proof that an allocation is lawful and that none is cheaper, from scratch.

Nothing here comes from the search or the allocator: the pairs are searched again in
another way (`survey`), costs and caps are reckoned again, and the sums are exact.

References
----------
Optimality by complementary slackness: R. Ahuja, T. Magnanti, J. Orlin, Network Flows,
1993, chapter 9.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import I32, I64, Mask
from matching.engine.compiled import compiled
from matching.engine.pairs import Reached
from matching.engine.problem import Problem
from matching.engine.recount import Order, order_of, road_km_again, weights_again
from matching.engine.screen import Screen
from matching.engine.solution import (
    Allocation,
    Carried,
    Certificate,
    Check,
    carried,
)
from matching.engine.spread import at_once
from matching.engine.survey import survey


@dataclass(frozen=True)
class _Reduced:
    """The least reduced cost of all pairs, and how many carry at another than 0."""

    least: int
    loose: int


def certify(
    problem: Problem, screened: Screen, reached: Reached, allocation: Allocation
) -> Certificate:
    """Check an allocation's balances and its optimality.

    The verdicts and treatment costs are taken from the screen; all else is reckoned
    again. The first two checks fail alone: without the right pairs and shapes the
    others would compare unlike things.
    """
    same_pairs, found = _same_pairs(problem, screened, reached)
    if not same_pairs.ok:
        return Certificate(False, (same_pairs,), found, 0)
    same_slots = _same_slots(problem, reached, allocation)
    if not same_slots.ok:
        return Certificate(False, (same_pairs, same_slots), found, 0)
    order = order_of(problem, reached)
    sent = carried(problem, reached, allocation)
    value = weights_again(problem, sent.pairs, order)
    primal = _exact_product(value, sent.flow_kg)
    reduced = _reduced(problem, reached, allocation, order)
    checks = (
        same_pairs,
        same_slots,
        _not_negative("flows", [allocation.flow_kg, allocation.left_kg]),
        _not_negative("prices", _prices(allocation)),
        _supplies_balance(problem, sent, allocation),
        _demands_hold(problem, sent),
        _slots_hold(problem, sent, allocation),
        _none_cheaper(reduced),
        _slack(problem, sent, allocation, reduced),
        _same_value(primal, _dual(problem, allocation)),
    )
    ok = all(check.ok for check in checks)
    return Certificate(ok, checks, found, primal)


def _same_pairs(
    problem: Problem, screened: Screen, reached: Reached
) -> tuple[Check, int]:
    """Whether just the right pairs are given, at the right costs; how many exist."""
    if not _ascend(problem, reached):
        return Check("pairs", False, f"{len(reached)} given, not in their order"), 0
    told = survey(problem, screened, reached)
    dear = _wrong_costs(problem, screened, reached)
    detail = f"{told.found} found, {len(reached)} given"
    if told.misplaced or dear:
        detail += f", {told.misplaced} at a wrong distance, {dear} at a wrong cost"
    wrong = told.missing + told.extra + told.misplaced + dear
    return Check("pairs", wrong == 0, detail), told.found


def _ascend(problem: Problem, reached: Reached) -> bool:
    """Whether pairs name rows of the problem, and each is after the one before."""
    first, given = reached.first, len(reached)
    return bool(
        len(first) == len(problem.supplies) + 1
        and first[0] == 0
        and first[-1] == given == len(reached.cost_fen_per_t)
        and (np.diff(first) >= 0).all()
        and _demands_ascend(first, reached.demand, len(problem.demands))
    )


@compiled
def _demands_ascend(first: I64, demand: I32, end: int) -> bool:
    """Whether those of each supply ascend, from 0 to below the end."""
    for supply in range(len(first) - 1):
        before = -1
        for row in range(first[supply], first[supply + 1]):
            if not before < demand[row] < end:
                return False
            before = demand[row]
    return True


def _wrong_costs(problem: Problem, screened: Screen, reached: Reached) -> int:
    supplies, demands, params = problem.supplies, problem.demands, problem.params
    treatment_fen_per_t = screened.treatment_fen_per_t

    def wrong(rows: tuple[int, int]) -> int:
        pairs = reached.between(problem, *rows)
        supply, demand = pairs.supply, pairs.demand
        road_km = road_km_again(problem, pairs)
        haul = np.rint(params.haul_fixed_fen_per_t + params.haul_fen_per_t_km * road_km)
        cost = supplies.ask_fen_per_t[supply] - demands.offer_fen_per_t[demand]
        cost += treatment_fen_per_t[supply, demands.route[demand]]
        cost += haul.astype(np.int64)
        return int((cost != pairs.cost_fen_per_t).sum())

    return sum(at_once(wrong, reached.shares(problem)))


def _same_slots(problem: Problem, reached: Reached, allocation: Allocation) -> Check:
    slots = allocation.slots
    own = np.argwhere(_touched(problem, reached)).tolist()
    given = [
        list(slot)
        for slot in zip(slots.demand.tolist(), slots.material.tolist(), strict=True)
    ]
    shapes_agree = (
        len(slots.cap_kg) == len(slots.price_fen_per_t) == len(own)
        and len(allocation.flow_kg) == len(reached)
        and len(allocation.left_kg) == len(problem.supplies)
        and len(allocation.supply_price_fen_per_t) == len(problem.supplies)
        and len(allocation.demand_price_fen_per_t) == len(problem.demands)
    )
    same = shapes_agree and own == given
    caps = [_cap_kg(problem, *slot) for slot in own]
    same = same and caps == slots.cap_kg.tolist()
    return Check("slots", same, f"{len(own)} found, {len(given)} given")


def _touched(problem: Problem, reached: Reached) -> Mask:
    """Whether any pair brings a material to a demand; shape (D, M)."""
    touched = np.zeros((len(problem.demands), problem.rules.materials), dtype=np.bool_)
    for rows in reached.shares(problem):
        pairs = reached.between(problem, *rows)
        touched[pairs.demand, problem.supplies.material[pairs.supply]] = True
    return touched


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


def _supplies_balance(problem: Problem, sent: Carried, allocation: Allocation) -> Check:
    placed = np.zeros(len(problem.supplies), dtype=np.int64)
    np.add.at(placed, sent.pairs.supply, sent.flow_kg)
    off = int((placed + allocation.left_kg != problem.supplies.mass_kg).sum())
    return Check("supplies", off == 0, f"{off} off balance")


def _demands_hold(problem: Problem, sent: Carried) -> Check:
    over = int((_demand_room(problem, sent) < 0).sum())
    return Check("demands", over == 0, f"{over} over capacity")


def _slots_hold(problem: Problem, sent: Carried, allocation: Allocation) -> Check:
    over = int((_slot_room(problem, sent, allocation) < 0).sum())
    return Check("shares", over == 0, f"{over} over their cap")


def _reduced(
    problem: Problem, reached: Reached, allocation: Allocation, order: Order
) -> _Reduced:
    room_price = _by_slot(problem, allocation.slots.price_fen_per_t, allocation)
    room_price += allocation.demand_price_fen_per_t[:, None]

    def part_of(rows: tuple[int, int]) -> _Reduced:
        pairs = reached.between(problem, *rows)
        reduced = weights_again(problem, pairs, order)
        reduced += allocation.supply_price_fen_per_t[pairs.supply]
        reduced += room_price[pairs.demand, problem.supplies.material[pairs.supply]]
        loose = (allocation.flow_kg[slice(*rows)] > 0) & (reduced != 0)
        return _Reduced(int(reduced.min()), int(loose.sum()))

    parts = at_once(part_of, reached.shares(problem))
    least = min((part.least for part in parts), default=0)
    return _Reduced(least, sum(part.loose for part in parts))


def _none_cheaper(reduced: _Reduced) -> Check:
    least = reduced.least
    return Check("none_cheaper", least >= 0, f"least reduced cost {least} fen per t")


def _slack(
    problem: Problem, sent: Carried, allocation: Allocation, reduced: _Reduced
) -> Check:
    """What carries costs its price exactly; what has room left has no price."""
    loose = reduced.loose
    rooms = (
        allocation.left_kg,
        _demand_room(problem, sent),
        _slot_room(problem, sent, allocation),
    )
    for price, spare in zip(_prices(allocation), rooms, strict=True):
        loose += int(((price > 0) & (spare > 0)).sum())
    return Check("slackness", loose == 0, f"{loose} carry or cost without reason")


def _same_value(primal: int, dual: int) -> Check:
    return Check("value", primal == dual, f"primal {primal}, dual {dual} fen kg per t")


def _demand_room(problem: Problem, sent: Carried) -> I64:
    room: I64 = problem.demands.capacity_kg.copy()
    np.subtract.at(room, sent.pairs.demand, sent.flow_kg)
    return room


def _slot_room(problem: Problem, sent: Carried, allocation: Allocation) -> I64:
    slots, pairs = allocation.slots, sent.pairs
    row_of = _by_slot(problem, np.arange(len(slots)), allocation)
    material = problem.supplies.material[pairs.supply]
    room: I64 = slots.cap_kg.copy()
    np.subtract.at(room, row_of[pairs.demand, material], sent.flow_kg)
    return room


def _by_slot(problem: Problem, column: NDArray[Any], allocation: Allocation) -> I64:
    """What slots have, as a table by demand and material; 0 where there is no slot."""
    table = np.zeros((len(problem.demands), problem.rules.materials), dtype=np.int64)
    table[allocation.slots.demand, allocation.slots.material] = column
    return table


def _prices(allocation: Allocation) -> tuple[I64, I64, I64]:
    return (
        allocation.supply_price_fen_per_t,
        allocation.demand_price_fen_per_t,
        allocation.slots.price_fen_per_t,
    )


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
