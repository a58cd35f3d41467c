"""What an allocation minimises: a whole number per tonne of each pair, by objective.

A weight below 0 beats leaving the tonne in the yard. What may carry nothing weighs more
than 0, so that no optimum uses it and the certificate needs no rule of its own for it.
Money and CO2 are kept apart (:func:`parts`); only a weight brings them together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import gcd
from typing import Final

import numpy as np

from matching.engine.columns import I32, I64, Mask, seal
from matching.engine.pairs import Pairs, Reached
from matching.engine.params import BOUNDLESS_KM, Objective, Params
from matching.engine.problem import Problem
from matching.engine.solution import Solution
from matching.engine.spread import at_once

G_PER_T: Final = 1_000_000
BARRED: Final = 1
# Below what the allocator takes for a pair that is shut.
_ROOM: Final = 2**60
_INT32: Final = np.iinfo(np.int32)


@dataclass(frozen=True, eq=False)
class Parts:
    """Subsidy and CO2 of a tonne on each pair, beside its cost; estimates.

    ``subsidy_fen_per_t`` is what is paid for it, ``haul_g_per_t`` the CO2 of its haul,
    ``displaced_g_per_t`` the CO2 it saves where it is used; shape (n,) each.
    """

    subsidy_fen_per_t: I64
    haul_g_per_t: I64
    displaced_g_per_t: I64

    def __post_init__(self) -> None:
        seal(self)


@dataclass(frozen=True)
class _Order:
    """How two aims become one number: first x scale + money // fen - surplus.

    ``fen`` is 0 where no money stands behind the first aim.
    """

    surplus: int = 0
    scale: int = 1
    fen: int = 0


def parts(problem: Problem, pairs: Pairs) -> Parts:
    """Subsidy and CO2 of each pair, haul parts rounded half to even once per pair."""
    road_km = problem.road_km(pairs.supply, pairs.demand, pairs.distance_km)
    haul = np.rint(problem.params.haul_g_per_t_km * road_km).astype(np.int64)
    return Parts(_paid(problem, pairs), haul, _displaced(problem, pairs))


def weights(problem: Problem, reached: Reached) -> I32 | I64:
    """What each pair's tonne adds to what is minimised, next to staying in the yard.

    ====== =================================================== ======================
    cost   net cost - subsidy - bonus - unplaced value         fen
    tonnes net cost - subsidy - bonus - M                      fen
    co2    (haul - displaced) x N + cost's weight              grams / N
    mix    (cost's weight) x scale + CO2 x price x scale / 1e6 fen / scale
    ====== =================================================== ======================

    ``M`` is more than any chain of exchanges can save, so that one kilogram more always
    outweighs all money. ``N`` is more than any round of exchanges can save, so that one
    gram of CO2 more always outweighs all money, which is cut to tens, hundreds... of
    fen where 64 bits have no room for fen. The mix is scaled so that it is whole
    without rounding. They are kept in 32 bits where all fit.

    Raises
    ------
    ValueError
        The prices of so large a problem could pass 64 bits.
    """
    order = _order(problem, reached)
    weight = np.empty(len(reached), dtype=np.int32)
    least, most = _fill(problem, reached, order, weight)
    if least < _INT32.min or most > _INT32.max:
        weight = np.empty(len(reached), dtype=np.int64)
        _fill(problem, reached, order, weight)
    _check_room(int((np.diff(reached.first) > 0).sum()), least, most)
    return weight


def _fill(
    problem: Problem, reached: Reached, order: _Order, weight: I32 | I64
) -> tuple[int, int]:
    """Weigh all pairs, in shares of work; the least and the largest weight."""

    def weigh(rows: tuple[int, int]) -> tuple[int, int]:
        pairs = reached.between(problem, *rows)
        found = _in_order(problem, pairs, order)
        found[_is_barred(problem, pairs)] = BARRED
        weight[slice(*rows)] = found
        return int(found.min()), int(found.max())

    return _span(at_once(weigh, reached.shares(problem)))


def _span(spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """What holds all spans of values; 0 where there is none."""
    if not spans:
        return 0, 0
    return min(least for least, _ in spans), max(most for _, most in spans)


def weight_per_fen(params: Params) -> int:
    """How many units of weight a fen is; 0 where weights are no money alone."""
    if not params.objective.is_money:
        return 0
    if params.objective == Objective.COST:
        return 1
    return G_PER_T // gcd(params.carbon_price_fen_per_t, G_PER_T)


def priced_in_fen(problem: Problem, solution: Solution) -> Solution:
    """The solution with shadow prices in whole fen, rounded down.

    Most tonnes and least CO2 have no prices in money; theirs become 0.
    """
    scale = weight_per_fen(problem.params)
    allocation = solution.allocation
    slots = allocation.slots

    def in_fen(price: I64) -> I64:
        return price // scale if scale else np.zeros_like(price)

    told = replace(
        allocation,
        supply_price_fen_per_t=in_fen(allocation.supply_price_fen_per_t),
        demand_price_fen_per_t=in_fen(allocation.demand_price_fen_per_t),
        slots=replace(slots, price_fen_per_t=in_fen(slots.price_fen_per_t)),
    )
    return replace(solution, allocation=told)


def _in_order(problem: Problem, pairs: Pairs, order: _Order) -> I64:
    """The weights of some pairs, the first aim before the second."""
    found = _next_to_the_yard(problem, pairs, problem.params.objective)
    if order.fen:
        money = _next_to_the_yard(problem, pairs, Objective.COST)
        found = found * order.scale + _cut(money, order.fen)
    weight: I64 = found - order.surplus
    return weight


def _next_to_the_yard(problem: Problem, pairs: Pairs, objective: Objective) -> I64:
    """The weights of some pairs; those of most tonnes and of CO2 lack M and N."""
    params = problem.params
    if objective == Objective.CO2:
        return _emitted(problem, pairs)
    money: I64 = pairs.cost_fen_per_t - _paid(problem, pairs)
    if len(problem.aims.kept_supply):
        money -= params.kept_bonus_fen_per_t * _is_kept(problem, pairs)
    if objective == Objective.TONNES:
        return money
    money -= params.unplaced_fen_per_t
    if objective == Objective.MIX:
        return _mixed(params, money, _emitted(problem, pairs))
    return money


def _paid(problem: Problem, pairs: Pairs) -> I64:
    """Subsidy of a tonne, fen."""
    aims, material = problem.aims, problem.supplies.material
    paid = np.zeros(len(pairs), dtype=np.int64)
    if aims.subsidy_fen_per_t.any():
        paid += aims.subsidy_fen_per_t[material[pairs.supply]]
    if aims.subsidy_fen_per_t_km.any():
        road_km = problem.road_km(pairs.supply, pairs.demand, pairs.distance_km)
        by_km = aims.subsidy_fen_per_t_km[material[pairs.supply]] * road_km
        paid += np.rint(by_km).astype(np.int64)
    return paid


def _displaced(problem: Problem, pairs: Pairs) -> I64:
    """CO2 that a tonne saves where it is used, grams."""
    table = problem.aims.displaced_g_per_t
    if not table.size:
        return np.zeros(len(pairs), dtype=np.int64)
    route = problem.demands.route[pairs.demand]
    saved_g: I64 = table[route, problem.supplies.material[pairs.supply]]
    return saved_g


def _emitted(problem: Problem, pairs: Pairs) -> I64:
    """CO2 of a tonne's haul less what it displaces, grams."""
    found = parts(problem, pairs)
    emitted_g: I64 = found.haul_g_per_t - found.displaced_g_per_t
    return emitted_g


def _mixed(params: Params, money: I64, emitted_g: I64) -> I64:
    scale = weight_per_fen(params)
    price = params.carbon_price_fen_per_t * scale // G_PER_T
    if _widest(money) * scale + _widest(emitted_g) * price >= _ROOM:
        raise ValueError("the carbon price and the costs together overflow 64 bits")
    mixed: I64 = money * scale + emitted_g * price
    return mixed


def _is_kept(problem: Problem, pairs: Pairs) -> Mask:
    return _among(problem, pairs, problem.aims.kept_supply, problem.aims.kept_demand)


def _is_barred(problem: Problem, pairs: Pairs) -> Mask:
    """Too far, over a border, too small for a shipment, or named."""
    params, aims = problem.params, problem.aims
    supplies, demands = problem.supplies, problem.demands
    barred = np.zeros(len(pairs), dtype=np.bool_)
    if params.farthest_haul_km < BOUNDLESS_KM:
        road_km = problem.road_km(pairs.supply, pairs.demand, pairs.distance_km)
        barred |= road_km > params.farthest_haul_km
    if not params.crosses_provinces and len(aims.supply_province):
        barred |= (
            aims.supply_province[pairs.supply] != aims.demand_province[pairs.demand]
        )
    if params.least_shipment_kg:
        barred |= supplies.mass_kg[pairs.supply] < params.least_shipment_kg
        barred |= demands.capacity_kg[pairs.demand] < params.least_shipment_kg
    if len(aims.barred_supply):
        barred |= _among(problem, pairs, aims.barred_supply, aims.barred_demand)
    return barred


def _among(problem: Problem, pairs: Pairs, supply: I32, demand: I32) -> Mask:
    width = len(problem.demands)
    listed = supply.astype(np.int64) * width + demand
    return np.isin(pairs.supply.astype(np.int64) * width + pairs.demand, listed)


def _order(problem: Problem, reached: Reached) -> _Order:
    if problem.params.objective == Objective.TONNES:
        return _Order(surplus=_surplus(problem, reached))
    if problem.params.objective == Objective.CO2:
        return _co2_before_money(problem, reached)
    return _Order()


def _surplus(problem: Problem, reached: Reached) -> int:
    """The table's M.

    An augmenting path takes k pairs up and k - 1 down, and no supply twice, so that it
    costs at most k x dearest - (k - 1) x cheapest.
    """
    has_open = np.zeros(len(problem.supplies), dtype=np.bool_)

    def money(rows: tuple[int, int]) -> list[tuple[int, int]]:
        pairs = reached.between(problem, *rows)
        is_open = ~_is_barred(problem, pairs)
        has_open[pairs.supply[is_open]] = True
        found = _next_to_the_yard(problem, pairs, Objective.TONNES)[is_open]
        return [(int(found.min()), int(found.max()))] if len(found) else []

    spans = at_once(money, reached.shares(problem))
    cheapest, dearest = _span([span for share in spans for span in share])
    supplies = int(has_open.sum())
    return max(1, 1 + supplies * dearest - (supplies - 1) * cheapest)


def _co2_before_money(problem: Problem, reached: Reached) -> _Order:
    """The table's N, and as much of the money as there is room for beside CO2.

    Optimality asks that no round of exchanges lowers the sum. One that lowers the CO2
    lowers it by a gram at least, and must do so whatever its money. It meets a supply
    once at most, going up one of its pairs, or the yard at no cost, and down another.
    """
    dearest, cheapest = (np.zeros(len(problem.supplies), np.int64) for _ in range(2))

    def extremes(supplies: tuple[int, int]) -> int:
        begin, end = reached.first[list(supplies)].tolist()
        pairs = reached.between(problem, begin, end)
        is_open = ~_is_barred(problem, pairs)
        money = _next_to_the_yard(problem, pairs, Objective.COST)[is_open]
        np.maximum.at(dearest, pairs.supply[is_open], money)
        np.minimum.at(cheapest, pairs.supply[is_open], money)
        return _widest(_emitted(problem, pairs)[is_open])

    widest_g = max(at_once(extremes, reached.supply_shares(problem)), default=0)
    paths = 4 * int((np.diff(reached.first) > 0).sum()) + 3
    fen = 1
    while True:
        high, low = _cut(dearest, fen), _cut(cheapest, fen)
        scale = 1 + sum((high - low).tolist())
        widest = widest_g * scale + max(_widest(high), _widest(low)) + BARRED
        if scale == 1 or widest * paths < _ROOM:
            return _Order(scale=scale, fen=fen)
        fen *= 10


def _cut(money: I64, fen: int) -> I64:
    """Money in a coarser unit, rounded towards nothing."""
    cut: I64 = np.sign(money) * (np.abs(money) // fen)
    return cut


def _check_room(supplies: int, least: int, most: int) -> None:
    """No price or reduced cost can pass 64 bits.

    A path in the tree takes pairs up and down by turns, no supply twice.
    """
    widest = max(abs(least), abs(most))
    if widest + (most - least) * (2 * supplies + 1) >= _ROOM:
        raise ValueError("the costs of so many pairs overflow 64 bits")


def _widest(column: I64) -> int:
    return max(int(column.max()), -int(column.min())) if len(column) else 0
