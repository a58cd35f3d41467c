"""Who can reach whom."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import F64, I64, Mask
from matching.engine.grid import (
    Cells,
    Columns,
    Points,
    cells,
    count_near,
    list_near,
    points,
)
from matching.engine.price import priced
from matching.engine.problem import Problem
from matching.engine.rulebook import ADMITTED
from matching.engine.screen import Screen
from matching.engine.solution import Pairs
from matching.engine.spread import at_once, ranges
from wastehub.geodesy import great_circle_km

# Fewer supplies are searched sooner than a thread is started.
_SUPPLIES_PER_SHARE: Final = 2048
# Pairs whose columns of work stay in a core's cache.
_PAIRS_PER_SHARE: Final = 2**16


@dataclass(frozen=True)
class Miss:
    """A demand whose route takes a supply, and which lies beyond the reach."""

    demand: int
    distance_km: float
    reach_km: float


@dataclass(frozen=True, eq=False)
class Near:
    """Pairs in reach whose verdict is acceptable, sorted by supply, then demand.

    ``in_reach`` counts those by an admitted use whose verdict is not, too.
    """

    columns: Columns
    in_reach: int


@dataclass(frozen=True, eq=False)
class Share:
    """Supplies of one material, and the demands that admit it."""

    rows: I64
    grid: Cells


@dataclass(frozen=True, eq=False)
class Counted:
    """The pairs of supply s will be ``first[s]`` to ``first[s + 1]``.

    Beside what the search goes by: the places of the supplies, whether a supply is
    acceptable on a route, and the shares of work.
    """

    first: I64
    in_reach: int
    sources: Points
    takes: Mask
    shares: list[Share]


def reach(problem: Problem, screened: Screen) -> Pairs:
    """All pairs in reach whose verdict is acceptable, with their costs.

    A pair is in reach up to and including the smaller of the material's reach and the
    demand's farthest haul, both great circle.
    """
    found = near(problem, screened)
    return _priced(problem, screened, found)


def near(problem: Problem, screened: Screen) -> Near:
    """All pairs in reach whose verdict is acceptable, not yet priced.

    Distances are those of `great_circle_km` to a micrometre; on the rim that formula
    itself decides.
    """
    found = count_pairs(problem, screened)
    columns = _empty(int(found.first[-1]))
    words = len(problem.demands) // 64 + 1

    def listed(share: Share) -> None:
        bits = np.zeros(words, dtype=np.uint64)
        sources, takes, first = found.sources, found.takes, found.first
        list_near(share.grid, share.rows, sources, takes, first, bits, columns)

    at_once(listed, found.shares)
    return _decided(problem, found.takes, Near(columns, found.in_reach))


def count_pairs(problem: Problem, screened: Screen) -> Counted:
    """How many pairs `near` will list for each supply, before the rim is decided."""
    supplies, demands = problem.supplies, problem.demands
    sources = points(supplies.lon, supplies.lat)
    shares = _shares(problem, points(demands.lon, demands.lat))
    takes = screened.verdict <= problem.params.accept
    count = np.zeros(len(supplies), dtype=np.int64)

    def counted(share: Share) -> int:
        return count_near(share.grid, share.rows, sources, takes, count)

    in_reach = sum(at_once(counted, shares))
    first = np.concatenate([[0], np.cumsum(count)])
    return Counted(first, in_reach, sources, takes, shares)


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
        for first, end in ranges(len(sources), _SUPPLIES_PER_SHARE):
            shares.append(Share(sources[first:end], grid))
    return shares


def _empty(count: int) -> Columns:
    return Columns(
        supply=np.empty(count, dtype=np.int32),
        demand=np.empty(count, dtype=np.int32),
        distance_km=np.empty(count),
    )


def _decided(problem: Problem, takes: Mask, found: Near) -> Near:
    """Without the pairs on the rim that the exact formula puts beyond it."""
    columns = found.columns
    rim = np.flatnonzero(np.isnan(columns.distance_km))
    if not len(rim):
        return found
    supply, demand = columns.supply[rim], columns.demand[rim]
    distance_km = _distance_km(problem, supply, demand)
    within = distance_km <= _reach_km(problem, supply, demand)
    columns.distance_km[rim] = distance_km
    kept = within & takes[supply, problem.demands.route[demand]]
    lost = rim[~kept]
    left = Columns(
        supply=np.delete(columns.supply, lost),
        demand=np.delete(columns.demand, lost),
        distance_km=np.delete(columns.distance_km, lost),
    )
    return Near(left, found.in_reach + int(within.sum()))


def _priced(problem: Problem, screened: Screen, found: Near) -> Pairs:
    """The pairs with their costs, reckoned share by share."""
    columns = found.columns
    haul, cost = (np.empty(len(columns.supply), dtype=np.int64) for _ in range(2))

    def price(rows: tuple[int, int]) -> None:
        part = slice(*rows)
        told = priced(
            problem,
            screened,
            columns.supply[part].astype(np.int64),
            columns.demand[part].astype(np.int64),
            columns.distance_km[part],
            found.in_reach,
        )
        haul[part], cost[part] = told.haul_fen_per_t, told.cost_fen_per_t

    most = min(_PAIRS_PER_SHARE, problem.params.block_pairs)
    at_once(price, ranges(len(haul), most))
    return Pairs(*columns, haul, cost, found.in_reach)


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
