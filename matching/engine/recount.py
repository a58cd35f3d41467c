"""The weights of pairs reckoned again, pair by pair, for the certificate.

Nothing here comes from :mod:`matching.engine.weigh`: the formulas that its
``weights`` documents are written out once more, in another form.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import F64, I32, I64, Mask
from matching.engine.compiled import compiled
from matching.engine.pairs import Pairs, Reached
from matching.engine.params import BOUNDLESS_KM, Objective
from matching.engine.problem import Problem

_SHUT: Final = 1
_PER_MICRO: Final = 10**6


@dataclass(frozen=True)
class Order:
    """How a second aim stands behind the first: what a tonne counts for beside its
    money, what a gram of CO2 counts for, and the fen that money is counted in (0 where
    the objective is not CO2).
    """

    per_tonne: int = 0
    per_gram: int = 1
    unit_fen: int = 0


def weights_again(problem: Problem, pairs: Pairs, order: Order) -> I64:
    """What a tonne on each of some pairs adds to what is minimised; shape (n,).

    ``order`` is what `order_of` all pairs says.
    """
    weight = _aimed(problem, pairs, problem.params.objective) - order.per_tonne
    if order.unit_fen:
        money = _aimed(problem, pairs, Objective.COST)
        weight = weight * order.per_gram + _in_units(money, order.unit_fen)
    weight[_shut(problem, pairs)] = _SHUT
    return weight


def order_of(problem: Problem, reached: Reached) -> Order:
    """What puts the first aim before the second; nothing where there is one aim."""
    if problem.params.objective == Objective.TONNES:
        return Order(per_tonne=_per_tonne(problem, reached))
    if problem.params.objective == Objective.CO2:
        return _per_gram(problem, reached)
    return Order()


def _per_tonne(problem: Problem, reached: Reached) -> int:
    """One more than the dearest exchange over all supplies, and never below 1."""
    open_supplies: set[int] = set()
    dearest, cheapest = [], []
    for rows in reached.shares(problem):
        pairs = reached.between(problem, *rows)
        is_open = ~_shut(problem, pairs)
        if is_open.any():
            money = _aimed(problem, pairs, Objective.TONNES)[is_open]
            dearest.append(int(money.max()))
            cheapest.append(int(money.min()))
            open_supplies.update(pairs.supply[is_open].tolist())
    if not open_supplies:
        return 1
    spread = max(dearest) - min(cheapest)
    return max(1, 1 + max(dearest) + (len(open_supplies) - 1) * spread)


def _per_gram(problem: Problem, reached: Reached) -> Order:
    """More than all supplies' money can lie apart, in the finest unit with room."""
    most, least = (np.zeros(len(problem.supplies), np.int64) for _ in "ab")
    grams, supplies = 0, set[int]()
    for rows in reached.shares(problem):
        pairs = reached.between(problem, *rows)
        supplies.update(pairs.supply.tolist())
        is_shut = _shut(problem, pairs)
        money = np.where(is_shut, 0, _aimed(problem, pairs, Objective.COST))
        np.maximum.at(most, pairs.supply, money)
        np.minimum.at(least, pairs.supply, money)
        emitted = np.where(is_shut, 0, _aimed(problem, pairs, Objective.CO2))
        grams = max(grams, int(np.abs(emitted).max(initial=0)))
    rounds = 2 * len(supplies) + 1
    unit = 1
    while True:
        high, low = _in_units(most, unit), _in_units(least, unit)
        apart = 1 + sum(high.tolist()) - sum(low.tolist())
        largest = grams * apart + max(high.max(initial=0), -low.min(initial=0)) + 1
        if int(largest) * (1 + 2 * rounds) < 2**60 or apart == 1:
            return Order(per_gram=apart, unit_fen=unit)
        unit *= 10


def _in_units(money: I64, unit: int) -> I64:
    whole: I64 = (money - np.fmod(money, unit)) // unit
    return whole


def road_km_again(problem: Problem, pairs: Pairs) -> F64:
    """Road kilometres of pairs, what is measured looked up one by one."""
    roads, supply, demand = problem.roads, pairs.supply, pairs.demand
    road_km: F64 = problem.params.circuity * pairs.distance_km
    if len(roads.supply_circuity) and len(roads.demand_circuity):
        circuity = roads.supply_circuity[supply] + roads.demand_circuity[demand]
        road_km = circuity / 2 * pairs.distance_km
    measured = zip(
        roads.measured_supply.tolist(), roads.measured_demand.tolist(), strict=True
    )
    known = dict(zip(measured, roads.measured_km.tolist(), strict=True))
    if known:
        ends = zip(supply.tolist(), demand.tolist(), strict=True)
        for row, pair in enumerate(ends):
            road_km[row] = known.get(pair, road_km[row])
    return road_km


def _aimed(problem: Problem, pairs: Pairs, objective: Objective) -> I64:
    """Weights by an objective; most tonnes count money alone so far, CO2 grams."""
    params, aims = problem.params, problem.aims
    money = pairs.cost_fen_per_t.copy()
    is_paid = aims.subsidy_fen_per_t.any() or aims.subsidy_fen_per_t_km.any()
    if is_paid or objective in (Objective.CO2, Objective.MIX):
        paid, emitted_g = _paid_and_emitted(problem, pairs)
        money -= paid
    if objective == Objective.CO2:
        return emitted_g
    money[_named(problem, pairs, "kept")] -= params.kept_bonus_fen_per_t
    if objective == Objective.TONNES:
        return money
    money -= params.unplaced_fen_per_t
    if objective == Objective.MIX:
        rate = Fraction(params.carbon_price_fen_per_t, _PER_MICRO)
        return money * rate.denominator + emitted_g * rate.numerator
    return money


def _shut(problem: Problem, pairs: Pairs) -> Mask:
    params, supply, demand = problem.params, pairs.supply, pairs.demand
    shut = np.zeros(len(pairs), dtype=np.bool_)
    shut[_named(problem, pairs, "barred")] = True
    if params.farthest_haul_km != BOUNDLESS_KM:
        road_km = road_km_again(problem, pairs)
        shut = shut | ~(road_km <= params.farthest_haul_km)
    if params.least_shipment_kg > 0:
        lightest_kg = np.minimum(
            problem.supplies.mass_kg[supply], problem.demands.capacity_kg[demand]
        )
        shut = shut | (lightest_kg < params.least_shipment_kg)
    provinces = problem.aims.supply_province, problem.aims.demand_province
    if not params.crosses_provinces and all(map(len, provinces)):
        shut = shut | (provinces[0][supply] != provinces[1][demand])
    return shut


def _named(problem: Problem, pairs: Pairs, kind: str) -> list[int]:
    """The rows of the pairs that the aims list, found by name one by one."""
    ends = (getattr(problem.aims, f"{kind}_{end}") for end in ("supply", "demand"))
    listed = set(zip(*(end.tolist() for end in ends), strict=True))
    if not listed:
        return []
    named = zip(pairs.supply.tolist(), pairs.demand.tolist(), strict=True)
    return [row for row, pair in enumerate(named) if pair in listed]


def _paid_and_emitted(problem: Problem, pairs: Pairs) -> tuple[I64, I64]:
    rules, aims = problem.rules, problem.aims
    by_use = (rules.routes, rules.materials)
    paid, emitted_g = (np.empty(len(pairs), dtype=np.int64) for _ in range(2))
    _count(
        problem.supplies.material[pairs.supply],
        problem.demands.route[pairs.demand],
        road_km_again(problem, pairs),
        _or_zeros(aims.subsidy_fen_per_t, (rules.materials,)),
        _or_zeros(aims.subsidy_fen_per_t_km, (rules.materials,)),
        _or_zeros(aims.displaced_g_per_t, by_use),
        problem.params.haul_g_per_t_km,
        paid,
        emitted_g,
    )
    return paid, emitted_g


def _or_zeros(column: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    return column if column.size else np.zeros(shape, dtype=column.dtype)


@compiled
def _count(
    material: I32,
    route: I32,
    road_km: F64,
    paid_per_t: I64,
    paid_per_t_km: F64,
    displaced_g: I64,
    haul_g_per_t_km: float,
    paid: I64,
    emitted_g: I64,
) -> None:
    """Fill subsidy and net CO2, a pair at a time."""
    for row in range(len(material)):
        kind = material[row]
        by_distance = np.rint(paid_per_t_km[kind] * road_km[row])
        paid[row] = paid_per_t[kind] + np.int64(by_distance)
        hauled = np.int64(np.rint(haul_g_per_t_km * road_km[row]))
        emitted_g[row] = hauled - displaced_g[route[row], kind]
