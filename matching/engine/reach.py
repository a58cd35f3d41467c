"""Who can reach whom."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.cells import Cells, Points, cells, group_of
from matching.engine.columns import F64, I32, I64, Mask
from matching.engine.grid import count_near, desk, list_near
from matching.engine.packed import rows_of
from matching.engine.pairs import Reached
from matching.engine.price import Costs, cost_type, price_all, price_measured, rates
from matching.engine.problem import Problem
from matching.engine.rulebook import ADMITTED
from matching.engine.screen import Screen
from matching.engine.spread import at_once, ranges
from wastehub.geodesy import great_circle_km

# Fewer supplies are searched sooner than a thread is started.
_SUPPLIES_PER_SHARE: Final = 2048
_NO_RIM: Final = np.empty((0, 2), dtype=np.int32)


@dataclass(frozen=True)
class Miss:
    """A demand whose route takes a supply, and which lies beyond the reach."""

    demand: int
    distance_km: float
    reach_km: float


@dataclass(frozen=True, eq=False)
class Share:
    """Supplies of one material that lie together, and the demands that admit it.

    ``group`` is a number for each supply; those that share it stand together.
    """

    rows: I64
    group: I64
    grid: Cells


@dataclass(frozen=True, eq=False)
class Counted:
    """The pairs of supply s will be ``first[s]`` to ``first[s + 1]``.

    ``in_reach`` counts them and those whose verdict is not acceptable; of either kind
    ``doubts`` lie on the rim, in each share of work. Beside what the search goes by.
    """

    first: I64
    in_reach: int
    doubts: list[int]
    sources: Points
    takes: Mask
    shares: list[Share]


def reach(problem: Problem, screened: Screen) -> Reached:
    """All pairs in reach whose verdict is acceptable, with their costs.

    A pair is in reach up to and including the smaller of the material's reach and the
    demand's farthest haul, both great circle, by `great_circle_km`.
    """
    counted = count_pairs(problem, screened)
    demand, rim = _listed(problem, counted)
    first, demand, in_reach = _decided(problem, counted, demand, rim)
    del counted
    cost = _costs(problem, screened, first, demand)
    return Reached(first, demand, cost, in_reach)


def count_pairs(problem: Problem, screened: Screen) -> Counted:
    """How many pairs each supply has, before the rim is decided."""
    supplies, demands = problem.supplies, problem.demands
    sources = Points(supplies.lon, supplies.lat, supplies.vector)
    sinks = Points(demands.lon, demands.lat, demands.vector)
    shares = _shares(problem, sinks)
    takes = screened.verdict <= problem.params.accept
    first = np.zeros(len(supplies) + 1, dtype=np.int64)

    def counted(share: Share) -> tuple[int, int]:
        work = desk(share.grid, problem.rules.routes)
        told = sources, takes, work, first[1:]
        return count_near(share.grid, share.rows, share.group, *told)

    found = at_once(counted, shares, alone=_is_small(problem))
    np.cumsum(first, out=first)
    in_reach, doubts = sum(surely for surely, _ in found), [rim for _, rim in found]
    return Counted(first, in_reach, doubts, sources, takes, shares)


def reach_misses(
    problem: Problem, screened: Screen, supply: int, count: int
) -> tuple[Miss, ...]:
    """The nearest demands that would take a supply if they were in its reach.

    At most ``count`` of them, by distance, then by demand.
    """
    verdict = screened.verdict[supply, problem.demands.route]
    demand = np.flatnonzero(verdict <= problem.params.accept)
    source = np.full(len(demand), supply)
    distance_km = _distance_km(problem, source, demand)
    reach_km = _reach_km(problem, source, demand)
    order = np.lexsort((demand, distance_km))
    beyond = order[distance_km[order] > reach_km[order]][:count]
    return tuple(
        Miss(int(demand[row]), float(distance_km[row]), float(reach_km[row]))
        for row in beyond
    )


def _is_small(problem: Problem) -> bool:
    return len(problem.supplies) <= _SUPPLIES_PER_SHARE


def _shares(problem: Problem, sinks: Points) -> list[Share]:
    """All supplies that any demand admits, in shares of work."""
    supplies, demands, rules = problem.supplies, problem.demands, problem.rules
    shares = []
    for material in np.unique(supplies.material):
        admitted = rules.admitted[demands.route, material] == ADMITTED
        sink = np.flatnonzero(admitted)
        if not len(sink):
            continue
        widest_km = rules.material_reach_km[material]
        reach_km = np.minimum(widest_km, demands.farthest_km[sink])
        grid = cells(sinks, sink, demands.route[sink], reach_km)
        sources = np.flatnonzero(supplies.material == material)
        group = group_of(grid, supplies.lon[sources], supplies.lat[sources])
        order = np.argsort(group, kind="stable")
        sources, group = sources[order], group[order]
        for first, end in ranges(len(sources), _SUPPLIES_PER_SHARE):
            shares.append(Share(sources[first:end], group[first:end], grid))
    return shares


def _listed(problem: Problem, found: Counted) -> tuple[I32, I32]:
    """The demand of every pair counted, and supply and demand of those on the rim."""
    demand = np.empty(found.first[-1], dtype=np.int32)

    def listed(numbered: tuple[int, Share]) -> I32:
        number, share = numbered
        rim = np.empty((found.doubts[number], 2), dtype=np.int32)
        work = desk(share.grid, problem.rules.routes)
        told = found.sources, found.takes, work, found.first, demand, rim
        list_near(share.grid, share.rows, share.group, *told)
        return rim

    rims = at_once(listed, enumerate(found.shares), alone=_is_small(problem))
    return demand, np.concatenate([_NO_RIM, *rims])


def _decided(
    problem: Problem, found: Counted, demand: I32, rim: I32
) -> tuple[I64, I32, int]:
    """First rows, demands, and how many are in reach, by the exact formula."""
    if not len(rim):
        return found.first, demand, found.in_reach
    ends = rim.T.astype(np.int64)
    within = _distance_km(problem, *ends) <= _reach_km(problem, *ends)
    kept = within & found.takes[ends[0], problem.demands.route[ends[1]]]
    supply, sink = ends[:, ~kept]
    lost = rows_of(found.first, demand, supply, sink)
    first = found.first.copy()
    first[1:] -= np.cumsum(np.bincount(supply, minlength=len(first) - 1))
    return first, np.delete(demand, lost), found.in_reach + int(within.sum())


def _costs(problem: Problem, screened: Screen, first: I64, demand: I32) -> Costs:
    """What every pair costs, by measured roads where there are any."""
    told = rates(problem, screened)
    cost = np.empty(len(demand), dtype=cost_type(problem, screened))

    def price(rows: tuple[int, int]) -> None:
        price_all(told, rows, first, demand, cost)

    at_once(price, ranges(len(first) - 1, _SUPPLIES_PER_SHARE))
    price_measured(problem, screened, first, demand, cost)
    return cost


def _distance_km(problem: Problem, supply: NDArray[Any], demand: NDArray[Any]) -> F64:
    supplies, demands = problem.supplies, problem.demands
    distance_km: F64 = great_circle_km(
        supplies.lon[supply],
        supplies.lat[supply],
        demands.lon[demand],
        demands.lat[demand],
    )
    return distance_km


def _reach_km(problem: Problem, supply: NDArray[Any], demand: NDArray[Any]) -> F64:
    material = problem.supplies.material[supply]
    reach_km: F64 = np.minimum(
        problem.rules.material_reach_km[material], problem.demands.farthest_km[demand]
    )
    return reach_km
