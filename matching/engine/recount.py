"""The weights of pairs reckoned again, pair by pair, for the certificate.

Nothing here comes from :mod:`matching.engine.weigh`: the formulas that its
``weights`` documents are written out once more, in another form.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import F64, I32, I64, Mask
from matching.engine.compiled import compiled
from matching.engine.params import BOUNDLESS_KM, Objective
from matching.engine.problem import Problem

Rows = NDArray[Any]
_SHUT: Final = 1
_PER_MICRO: Final = 10**6


def weights_again(
    problem: Problem,
    supply: Rows,
    demand: NDArray[Any],
    distance_km: F64,
    cost_fen_per_t: I64,
) -> I64:
    """What a tonne on each pair adds to what is minimised; shape (n,)."""
    weight = np.empty(len(supply), dtype=np.int64)
    shut = np.empty(len(supply), dtype=np.bool_)
    objective = problem.params.objective
    money = np.empty(len(supply), dtype=np.int64)
    for first in range(0, len(supply), problem.params.block_pairs):
        rows = slice(first, first + problem.params.block_pairs)
        ends, far_km = (supply[rows], demand[rows]), distance_km[rows]
        asked = *ends, far_km, cost_fen_per_t[rows]
        weight[rows] = _aimed(problem, objective, *asked)
        if objective == Objective.CO2:
            money[rows] = _aimed(problem, Objective.COST, *asked)
        shut[rows] = _shut(problem, *ends, far_km)
    if objective == Objective.CO2:
        weight = _outweighed(weight, money, supply, shut)
    if objective == Objective.TONNES:
        weight -= _outweighing(weight[~shut], supply[~shut])
    weight[shut] = _SHUT
    return weight


def road_km_again(
    problem: Problem, supply: Rows, demand: Rows, distance_km: F64
) -> F64:
    """Road kilometres of pairs, what is measured looked up one by one."""
    roads = problem.roads
    road_km: F64 = problem.params.circuity * distance_km
    if len(roads.supply_circuity) and len(roads.demand_circuity):
        circuity = roads.supply_circuity[supply] + roads.demand_circuity[demand]
        road_km = circuity / 2 * distance_km
    measured = zip(
        roads.measured_supply.tolist(), roads.measured_demand.tolist(), strict=True
    )
    known = dict(zip(measured, roads.measured_km.tolist(), strict=True))
    if known:
        pairs = zip(supply.tolist(), demand.tolist(), strict=True)
        for row, pair in enumerate(pairs):
            road_km[row] = known.get(pair, road_km[row])
    return road_km


def _aimed(
    problem: Problem,
    objective: Objective,
    supply: Rows,
    demand: NDArray[Any],
    distance_km: F64,
    cost_fen_per_t: I64,
) -> I64:
    """Weights by an objective; most tonnes count money alone so far, CO2 grams."""
    params, aims = problem.params, problem.aims
    money = cost_fen_per_t.copy()
    is_paid = aims.subsidy_fen_per_t.any() or aims.subsidy_fen_per_t_km.any()
    if is_paid or objective in (Objective.CO2, Objective.MIX):
        road_km = road_km_again(problem, supply, demand, distance_km)
        paid, emitted_g = _paid_and_emitted(problem, supply, demand, road_km)
        money -= paid
    if objective == Objective.CO2:
        return emitted_g
    money[_named(problem, supply, demand, "kept")] -= params.kept_bonus_fen_per_t
    if objective == Objective.TONNES:
        return money
    money -= params.unplaced_fen_per_t
    if objective == Objective.MIX:
        rate = Fraction(params.carbon_price_fen_per_t, _PER_MICRO)
        return money * rate.denominator + emitted_g * rate.numerator
    return money


def _outweighed(emitted_g: I64, money: I64, supply: Rows, shut: Mask) -> I64:
    """Grams of CO2 with the money behind them, in the finest unit that has room."""
    rounds = 2 * len(set(supply.tolist())) + 1
    grams, fen = np.where(shut, 0, emitted_g), np.where(shut, 0, money)
    unit = 1
    while True:
        cut = (fen - np.fmod(fen, unit)) // unit
        apart = 1 + sum(_between_extremes(cut, supply))
        largest = int(np.abs(grams).max(initial=0)) * apart
        largest += int(np.abs(cut).max(initial=0)) + 1
        if largest * (1 + 2 * rounds) < 2**60 or not cut.any():
            weight: I64 = grams * apart + cut
            return weight
        unit *= 10


def _between_extremes(money: I64, supply: Rows) -> Iterator[int]:
    """How far the money of each supply's pairs lies apart, the yard's 0 with them."""
    most, least = (np.zeros(int(supply.max(initial=-1)) + 1, np.int64) for _ in "ab")
    np.maximum.at(most, supply, money)
    np.minimum.at(least, supply, money)
    for high, low in zip(most.tolist(), least.tolist(), strict=True):
        yield high - low


def _outweighing(money: I64, supply: Rows) -> int:
    """One more than the dearest exchange over all supplies, and never below 1."""
    if not money.size:
        return 1
    dearest, cheapest = int(money.max()), int(money.min())
    exchanges = len(set(supply.tolist())) - 1
    return max(1, 1 + dearest + exchanges * (dearest - cheapest))


def _shut(problem: Problem, supply: Rows, demand: Rows, distance_km: F64) -> Mask:
    params = problem.params
    shut = np.zeros(len(supply), dtype=np.bool_)
    shut[_named(problem, supply, demand, "barred")] = True
    if params.farthest_haul_km != BOUNDLESS_KM:
        road_km = road_km_again(problem, supply, demand, distance_km)
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


def _named(problem: Problem, supply: Rows, demand: Rows, kind: str) -> list[int]:
    """The rows of the pairs that the aims list, found by name one by one."""
    ends = (getattr(problem.aims, f"{kind}_{end}") for end in ("supply", "demand"))
    listed = set(zip(*(end.tolist() for end in ends), strict=True))
    if not listed:
        return []
    pairs = zip(supply.tolist(), demand.tolist(), strict=True)
    return [row for row, pair in enumerate(pairs) if pair in listed]


def _paid_and_emitted(
    problem: Problem, supply: Rows, demand: Rows, road_km: F64
) -> tuple[I64, I64]:
    rules, aims = problem.rules, problem.aims
    by_use = (rules.routes, rules.materials)
    paid, emitted_g = (np.empty(len(supply), dtype=np.int64) for _ in range(2))
    _count(
        problem.supplies.material[supply],
        problem.demands.route[demand],
        road_km,
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
