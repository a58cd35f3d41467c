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
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import I64, Mask
from matching.engine.problem import Problem
from matching.engine.screen import Screen
from matching.engine.solution import Allocation, Certificate, Check, Pairs
from matching.engine.spread import at_once, ranges
from matching.engine.survey import survey

# Pairs whose columns of work stay in a core's cache.
_PAIRS_PER_SHARE: Final = 2**16


@dataclass(frozen=True)
class _Reduced:
    """The least reduced cost of all pairs, and how many carry at another than 0."""

    least: int
    loose: int


def certify(
    problem: Problem, screened: Screen, pairs: Pairs, allocation: Allocation
) -> Certificate:
    """Check an allocation's balances and its optimality.

    The verdicts and treatment costs are taken from the screen; all else is reckoned
    again. The first two checks fail alone: without the right pairs and shapes the
    others would compare unlike things.
    """
    same_pairs, found = _same_pairs(problem, screened, pairs)
    if not same_pairs.ok:
        return Certificate(False, (same_pairs,), found, 0)
    same_slots = _same_slots(problem, pairs, allocation)
    if not same_slots.ok:
        return Certificate(False, (same_pairs, same_slots), found, 0)
    value = _value(problem, pairs)
    primal = _primal(value, allocation)
    reduced = _reduced(problem, pairs, allocation, value)
    checks = (
        same_pairs,
        same_slots,
        _not_negative("flows", [allocation.flow_kg, allocation.left_kg]),
        _not_negative("prices", _prices(allocation)),
        _supplies_balance(problem, pairs, allocation),
        _demands_hold(problem, pairs, allocation),
        _slots_hold(problem, pairs, allocation),
        _none_cheaper(reduced),
        _slack(problem, pairs, allocation, reduced),
        _same_value(primal, _dual(problem, allocation)),
    )
    ok = all(check.ok for check in checks)
    return Certificate(ok, checks, found, primal)


def _same_pairs(problem: Problem, screened: Screen, pairs: Pairs) -> tuple[Check, int]:
    """Whether just the right pairs are given, at the right costs; how many exist."""
    if not _ascend(problem, pairs):
        return Check("pairs", False, f"{len(pairs)} given, not in their order"), 0
    told = survey(problem, screened, pairs)
    dear = _wrong_costs(problem, screened, pairs)
    detail = f"{told.found} found, {len(pairs)} given"
    if told.misplaced or dear:
        detail += f", {told.misplaced} at a wrong distance, {dear} at a wrong cost"
    wrong = told.missing + told.extra + told.misplaced + dear
    return Check("pairs", wrong == 0, detail), told.found


def _ascend(problem: Problem, pairs: Pairs) -> bool:
    """Whether pairs name rows of the problem, and each is after the one before."""
    supply, demand = pairs.supply, pairs.demand
    columns = vars(pairs).values()
    if any(len(c) != len(pairs) for c in columns if isinstance(c, np.ndarray)):
        return False
    if not len(pairs):
        return True
    rows_exist = (
        min(supply.min(), demand.min()) >= 0
        and supply.max() < len(problem.supplies)
        and demand.max() < len(problem.demands)
    )
    step = np.diff(supply)
    after = (step > 0) | ((step == 0) & (np.diff(demand) > 0))
    return bool(rows_exist and after.all())


def _wrong_costs(problem: Problem, screened: Screen, pairs: Pairs) -> int:
    supplies, demands, params = problem.supplies, problem.demands, problem.params
    treatment_fen_per_t = screened.treatment_fen_per_t

    def wrong(rows: tuple[int, int]) -> int:
        part = slice(*rows)
        supply, demand = pairs.supply[part], pairs.demand[part]
        road_km = params.circuity * pairs.distance_km[part]
        haul = np.rint(params.haul_fixed_fen_per_t + params.haul_fen_per_t_km * road_km)
        cost = supplies.ask_fen_per_t[supply] - demands.offer_fen_per_t[demand]
        cost += treatment_fen_per_t[supply, demands.route[demand]]
        cost += haul.astype(np.int64)
        same = (cost == pairs.cost_fen_per_t[part]) & (
            haul == pairs.haul_fen_per_t[part]
        )
        return int((~same).sum())

    return sum(at_once(wrong, _shares(problem, pairs)))


def _shares(problem: Problem, pairs: Pairs) -> list[tuple[int, int]]:
    most = min(_PAIRS_PER_SHARE, problem.params.block_pairs)
    return ranges(len(pairs), most)


def _value(problem: Problem, pairs: Pairs) -> I64:
    """What a tonne on each pair adds to the whole, next to one left in the yard."""
    value: I64 = pairs.cost_fen_per_t - problem.params.unplaced_fen_per_t
    return value


def _same_slots(problem: Problem, pairs: Pairs, allocation: Allocation) -> Check:
    slots = allocation.slots
    own = np.argwhere(_touched(problem, pairs)).tolist()
    given = [
        list(slot)
        for slot in zip(slots.demand.tolist(), slots.material.tolist(), strict=True)
    ]
    shapes_agree = (
        len(slots.cap_kg) == len(slots.price_fen_per_t) == len(own)
        and len(allocation.flow_kg) == len(pairs)
        and len(allocation.left_kg) == len(problem.supplies)
        and len(allocation.supply_price_fen_per_t) == len(problem.supplies)
        and len(allocation.demand_price_fen_per_t) == len(problem.demands)
    )
    same = shapes_agree and own == given
    caps = [_cap_kg(problem, *slot) for slot in own]
    same = same and caps == slots.cap_kg.tolist()
    return Check("slots", same, f"{len(own)} found, {len(given)} given")


def _touched(problem: Problem, pairs: Pairs) -> Mask:
    """Whether any pair brings a material to a demand; shape (D, M)."""
    touched = np.zeros((len(problem.demands), problem.rules.materials), dtype=np.bool_)
    for first, end in _shares(problem, pairs):
        material = problem.supplies.material[pairs.supply[first:end]]
        touched[pairs.demand[first:end], material] = True
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


def _supplies_balance(problem: Problem, pairs: Pairs, allocation: Allocation) -> Check:
    placed = np.zeros(len(problem.supplies), dtype=np.int64)
    carrying, flow_kg = _carrying(allocation)
    np.add.at(placed, pairs.supply[carrying], flow_kg)
    off = int((placed + allocation.left_kg != problem.supplies.mass_kg).sum())
    return Check("supplies", off == 0, f"{off} off balance")


def _demands_hold(problem: Problem, pairs: Pairs, allocation: Allocation) -> Check:
    over = int((_demand_room(problem, pairs, allocation) < 0).sum())
    return Check("demands", over == 0, f"{over} over capacity")


def _slots_hold(problem: Problem, pairs: Pairs, allocation: Allocation) -> Check:
    over = int((_slot_room(problem, pairs, allocation) < 0).sum())
    return Check("shares", over == 0, f"{over} over their cap")


def _reduced(
    problem: Problem, pairs: Pairs, allocation: Allocation, value: I64
) -> _Reduced:
    room_price = _by_slot(problem, allocation.slots.price_fen_per_t, allocation)
    room_price += allocation.demand_price_fen_per_t[:, None]

    def part_of(rows: tuple[int, int]) -> _Reduced:
        part = slice(*rows)
        supply, demand = pairs.supply[part], pairs.demand[part]
        reduced = value[part] + allocation.supply_price_fen_per_t[supply]
        reduced += room_price[demand, problem.supplies.material[supply]]
        loose = (allocation.flow_kg[part] > 0) & (reduced != 0)
        return _Reduced(int(reduced.min()), int(loose.sum()))

    parts = at_once(part_of, _shares(problem, pairs))
    least = min((part.least for part in parts), default=0)
    return _Reduced(least, sum(part.loose for part in parts))


def _none_cheaper(reduced: _Reduced) -> Check:
    least = reduced.least
    return Check("none_cheaper", least >= 0, f"least reduced cost {least} fen per t")


def _slack(
    problem: Problem, pairs: Pairs, allocation: Allocation, reduced: _Reduced
) -> Check:
    """What carries costs its price exactly; what has room left has no price."""
    loose = reduced.loose
    rooms = (
        allocation.left_kg,
        _demand_room(problem, pairs, allocation),
        _slot_room(problem, pairs, allocation),
    )
    for price, spare in zip(_prices(allocation), rooms, strict=True):
        loose += int(((price > 0) & (spare > 0)).sum())
    return Check("slackness", loose == 0, f"{loose} carry or cost without reason")


def _same_value(primal: int, dual: int) -> Check:
    return Check("value", primal == dual, f"primal {primal}, dual {dual} fen kg per t")


def _carrying(allocation: Allocation) -> tuple[I64, I64]:
    """The rows of the pairs that carry anything, and what they carry."""
    rows = np.flatnonzero(allocation.flow_kg)
    return rows, allocation.flow_kg[rows]


def _demand_room(problem: Problem, pairs: Pairs, allocation: Allocation) -> I64:
    room: I64 = problem.demands.capacity_kg.copy()
    carrying, flow_kg = _carrying(allocation)
    np.subtract.at(room, pairs.demand[carrying], flow_kg)
    return room


def _slot_room(problem: Problem, pairs: Pairs, allocation: Allocation) -> I64:
    slots = allocation.slots
    carrying, flow_kg = _carrying(allocation)
    row_of = _by_slot(problem, np.arange(len(slots)), allocation)
    material = problem.supplies.material[pairs.supply[carrying]]
    room: I64 = slots.cap_kg.copy()
    np.subtract.at(room, row_of[pairs.demand[carrying], material], flow_kg)
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


def _primal(value: I64, allocation: Allocation) -> int:
    carrying, flow_kg = _carrying(allocation)
    return _exact_product(value[carrying], flow_kg)


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
