"""Who can reach whom in plain NumPy: blocks of supplies against windows of demands.

Both sides are sorted by latitude; products of unit vectors sift what the exact distance
then decides.
"""

from collections.abc import Iterator

import numpy as np

from matching.engine.columns import F64, I64
from matching.engine.problem import Problem
from matching.engine.rulebook import ADMITTED
from matching.engine.screen import Screen
from wastehub.geodesy import SPHERE_RADIUS_KM, great_circle_km

BLOCK_ROWS = 256
COSINE_SLACK = 1e-12
LATITUDE_SLACK_DEG = 1e-6


def count_pairs(problem: Problem, screened: Screen) -> int:
    """How many acceptable pairs are in reach."""
    count = 0
    for material in np.unique(problem.supplies.material):
        for supply, demand in _candidates(problem, int(material)):
            count += _acceptable(problem, screened, supply, demand)
    return count


def _acceptable(problem: Problem, screened: Screen, supply: I64, demand: I64) -> int:
    supplies, demands = problem.supplies, problem.demands
    distance_km = great_circle_km(
        supplies.lon[supply],
        supplies.lat[supply],
        demands.lon[demand],
        demands.lat[demand],
    )
    material_km = problem.rules.material_reach_km[supplies.material[supply]]
    near = distance_km <= np.minimum(material_km, demands.farthest_km[demand])
    verdict = screened.verdict[supply, demands.route[demand]]
    return int((near & (verdict <= problem.params.accept)).sum())


def _candidates(problem: Problem, material: int) -> Iterator[tuple[I64, I64]]:
    """Pairs of a material that may be in reach; none that is gets lost."""
    supplies, demands = problem.supplies, problem.demands
    sources = _by_latitude(np.flatnonzero(supplies.material == material), supplies.lat)
    admitted = problem.rules.admitted[demands.route, material] == ADMITTED
    sinks = _by_latitude(np.flatnonzero(admitted), demands.lat)
    if not len(sinks):
        return
    widest_km = problem.rules.material_reach_km[material]
    reach_km = np.minimum(widest_km, demands.farthest_km[sinks])
    angle = np.minimum(reach_km / SPHERE_RADIUS_KM, np.pi)
    least_cosine = np.cos(angle) - COSINE_SLACK
    window_deg = np.degrees(angle.max()) + LATITUDE_SLACK_DEG
    from_vectors = unit_vectors(supplies.lon[sources], supplies.lat[sources])
    to_vectors = unit_vectors(demands.lon[sinks], demands.lat[sinks])
    for start in range(0, len(sources), BLOCK_ROWS):
        block = sources[start : start + BLOCK_ROWS]
        ends = supplies.lat[block[[0, -1]]] + [-window_deg, window_deg]
        first, last = np.searchsorted(demands.lat[sinks], ends)
        cosine = from_vectors[start : start + BLOCK_ROWS] @ to_vectors[first:last].T
        row, column = np.nonzero(cosine >= least_cosine[first:last])
        yield block[row], sinks[first + column]


def _by_latitude(rows: I64, lat: F64) -> I64:
    return rows[np.argsort(lat[rows], kind="stable")]


def unit_vectors(lon: F64, lat: F64) -> F64:
    """Of places in degrees, shape (n, 3)."""
    turn, rise = np.radians(lon), np.radians(lat)
    return np.column_stack(
        [np.cos(rise) * np.cos(turn), np.cos(rise) * np.sin(turn), np.sin(rise)]
    )
