"""Who can reach whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.engine.columns import F64, I64
from matching.engine.price import priced
from matching.engine.problem import Problem
from matching.engine.rulebook import ADMITTED
from matching.engine.screen import Screen
from matching.engine.solution import Pairs
from wastehub.geodesy import SPHERE_RADIUS_KM, great_circle_km

_BLOCK_ROWS: Final = 256
# Far above the rounding of a dot product of unit vectors (1e-15), yet it lets no
# more through than what lies within some 10 m of the rim.
_COSINE_SLACK: Final = 1e-12
_LATITUDE_SLACK_DEG: Final = 1e-6


@dataclass(frozen=True)
class Miss:
    """A demand whose route takes a supply, and which lies beyond the reach."""

    demand: int
    distance_km: float
    reach_km: float


def reach(problem: Problem, screened: Screen) -> Pairs:
    """All pairs in reach whose verdict is acceptable, with their costs.

    A pair is in reach up to and including the smaller of the material's reach and the
    demand's farthest haul, both great circle.
    """
    route, none = problem.demands.route, np.zeros(0, dtype=np.int64)
    found: list[tuple[I64, I64, F64]] = [(none, none, np.zeros(0))]
    in_reach = 0
    for material in np.unique(problem.supplies.material):
        for supply, demand in _candidates(problem, int(material)):
            distance_km = _distance_km(problem, supply, demand)
            near = distance_km <= _reach_km(problem, supply, demand)
            in_reach += int(near.sum())
            verdict = screened.verdict[supply, route[demand]]
            keep = near & (verdict <= problem.params.accept)
            found.append((supply[keep], demand[keep], distance_km[keep]))
    supply, demand, distance_km = (
        np.concatenate([part[column] for part in found]) for column in range(3)
    )
    order = np.lexsort((demand, supply))
    return priced(
        problem, screened, supply[order], demand[order], distance_km[order], in_reach
    )


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


def _candidates(problem: Problem, material: int) -> Iterator[tuple[I64, I64]]:
    """Pairs of a material that may be in reach; none that is gets lost.

    Both sides are sorted by latitude, so that a block of supplies meets a window of
    demands; unit vectors then sift what the exact distance must decide.
    """
    supplies, demands = problem.supplies, problem.demands
    sources = _by_latitude(np.flatnonzero(supplies.material == material), supplies.lat)
    admitted = problem.rules.admitted[demands.route, material] == ADMITTED
    sinks = _by_latitude(np.flatnonzero(admitted), demands.lat)
    if not len(sinks):
        return
    widest_km = problem.rules.material_reach_km[material]
    reach_km = np.minimum(widest_km, demands.farthest_km[sinks])
    angle = np.minimum(reach_km / SPHERE_RADIUS_KM, np.pi)
    least_cosine = np.cos(angle) - _COSINE_SLACK
    window_deg = np.degrees(angle.max()) + _LATITUDE_SLACK_DEG
    from_vectors = _unit_vectors(supplies.lon[sources], supplies.lat[sources])
    to_vectors = _unit_vectors(demands.lon[sinks], demands.lat[sinks])
    rows = min(_BLOCK_ROWS, max(1, problem.params.block_pairs // len(sinks)))
    for start in range(0, len(sources), rows):
        block = sources[start : start + rows]
        ends = supplies.lat[block[[0, -1]]] + [-window_deg, window_deg]
        first, last = np.searchsorted(demands.lat[sinks], ends)
        cosine = from_vectors[start : start + rows] @ to_vectors[first:last].T
        row, column = np.nonzero(cosine >= least_cosine[first:last])
        yield block[row], sinks[first + column]


def _by_latitude(rows: I64, lat: F64) -> I64:
    return rows[np.argsort(lat[rows], kind="stable")]


def _unit_vectors(lon: F64, lat: F64) -> F64:
    turn, rise = np.radians(lon), np.radians(lat)
    return np.column_stack(
        [np.cos(rise) * np.cos(turn), np.cos(rise) * np.sin(turn), np.sin(rise)]
    )


def _distance_km(problem: Problem, supply: I64, demand: I64) -> F64:
    supplies, demands = problem.supplies, problem.demands
    return great_circle_km(
        supplies.lon[supply],
        supplies.lat[supply],
        demands.lon[demand],
        demands.lat[demand],
    )


def _reach_km(problem: Problem, supply: I64, demand: I64) -> F64:
    material = problem.supplies.material[supply]
    reach_km: F64 = np.minimum(
        problem.rules.material_reach_km[material], problem.demands.farthest_km[demand]
    )
    return reach_km
