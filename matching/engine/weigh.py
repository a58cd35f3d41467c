"""What an allocation minimises: a whole number per tonne of each pair, by objective.

A weight below 0 beats leaving the tonne in the yard. What may carry nothing weighs more
than 0, so that no optimum uses it and the certificate needs no rule of its own for it.
Money and CO2 are kept apart (:func:`parts`); only a weight brings them together.
"""

from dataclasses import dataclass, replace
from math import gcd
from typing import Final

import numpy as np

from matching.engine.columns import I32, I64, Mask, seal
from matching.engine.params import BOUNDLESS_KM, Objective, Params
from matching.engine.problem import Problem
from matching.engine.solution import Pairs, Solution

G_PER_T: Final = 1_000_000
BARRED: Final = 1
# Below what the allocator takes for a pair that is shut.
_ROOM: Final = 2**60


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


def parts(problem: Problem, pairs: Pairs) -> Parts:
    """Subsidy and CO2 of each pair, haul parts rounded half to even once per pair."""
    road_km = problem.road_km(pairs.supply, pairs.demand, pairs.distance_km)
    haul = np.rint(problem.params.haul_g_per_t_km * road_km).astype(np.int64)
    return Parts(_paid(problem, pairs), haul, _displaced(problem, pairs))


def weights(problem: Problem, pairs: Pairs) -> I64:
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
    without rounding.

    Raises
    ------
    ValueError
        The prices of so large a problem could pass 64 bits.
    """
    objective = problem.params.objective
    weight = np.empty(len(pairs), dtype=np.int64)
    money = np.empty_like(weight) if objective == Objective.CO2 else weight
    barred = np.empty(len(pairs), dtype=np.bool_)
    for start in range(0, len(pairs), problem.params.block_pairs):
        rows = slice(start, start + problem.params.block_pairs)
        block = _rows(pairs, rows)
        if objective == Objective.CO2:
            money[rows] = _next_to_the_yard(problem, block, Objective.COST)
        weight[rows] = _next_to_the_yard(problem, block, objective)
        barred[rows] = _is_barred(problem, block)
    if objective == Objective.TONNES:
        weight -= _more_than_money(pairs.supply[~barred], weight[~barred])
    if objective == Objective.CO2:
        weight[~barred] = _then_money(
            pairs.supply[~barred],
            weight[~barred],
            money[~barred],
            _distinct(pairs.supply),
        )
    weight[barred] = BARRED
    _check_room(pairs.supply, weight)
    return weight


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


def _rows(pairs: Pairs, rows: slice) -> Pairs:
    columns = ("supply", "demand", "distance_km", "haul_fen_per_t", "cost_fen_per_t")
    return replace(pairs, **{name: getattr(pairs, name)[rows] for name in columns})


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


def _more_than_money(supply: I32, money: I64) -> int:
    """Above what any augmenting path over these pairs can cost.

    Such a path takes k pairs up and k - 1 down, and no supply twice, so that it costs
    at most k x dearest - (k - 1) x cheapest.
    """
    if not len(money):
        return 1
    longest = _distinct(supply)
    dearest, cheapest = int(money.max()), int(money.min())
    return max(1, 1 + longest * dearest - (longest - 1) * cheapest)


def _then_money(supply: I32, emitted_g: I64, money: I64, supplies: int) -> I64:
    """CO2 first, then as much of the money as there is room for beside it.

    Optimality asks that no round of exchanges lowers the sum. One that lowers the CO2
    lowers it by a gram at least, and must do so whatever its money.
    """
    fen = 1
    while True:
        told = np.sign(money) * (np.abs(money) // fen)
        scale = 1 + _dearest_round(supply, told)
        widest = _widest(emitted_g) * scale + _widest(told) + BARRED
        if scale == 1 or widest * (4 * supplies + 3) < _ROOM:
            found: I64 = emitted_g * scale + told
            return found
        fen *= 10


def _dearest_round(supply: I32, money: I64) -> int:
    """No round of exchanges costs more.

    It meets a supply once at most, going up one of its pairs, or the yard at no cost,
    and down another.
    """
    first = np.flatnonzero(np.diff(supply, prepend=-1))
    dearest = np.maximum.reduceat(money, first).clip(min=0)
    cheapest = np.minimum.reduceat(money, first).clip(max=0)
    return sum((dearest - cheapest).tolist())


def _check_room(supply: I32, weight: I64) -> None:
    """No price or reduced cost can pass 64 bits.

    A path in the tree takes pairs up and down by turns, no supply twice.
    """
    if not len(weight):
        return
    spread = int(weight.max()) - int(weight.min())
    if _widest(weight) + spread * (2 * _distinct(supply) + 1) >= _ROOM:
        raise ValueError("the costs of so many pairs overflow 64 bits")


def _distinct(ascending: I32) -> int:
    return int(np.count_nonzero(np.diff(ascending))) + 1


def _widest(column: I64) -> int:
    return max(int(column.max()), -int(column.min())) if len(column) else 0
