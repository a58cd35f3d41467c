"""Who can reach whom by SciPy's trees: unit vectors within the widest chord.

The tree gives pairs with their chords; NumPy sifts them by each pair's own reach, and
the exact distance decides what lies on the rim.
"""

import numpy as np
from scipy.spatial import cKDTree

from matching.engine.columns import F64, I64, Mask
from matching.engine.problem import Problem
from matching.engine.rulebook import ADMITTED
from matching.engine.screen import Screen
from tests.bench.plain_reach import unit_vectors
from wastehub.geodesy import SPHERE_RADIUS_KM, great_circle_km

BLOCK_ROWS = 4096
CHORD_SLACK = 1e-12


def count_pairs(problem: Problem, screened: Screen) -> int:
    """How many acceptable pairs are in reach."""
    materials = np.unique(problem.supplies.material)
    return sum(_of_material(problem, screened, int(kind)) for kind in materials)


def _of_material(problem: Problem, screened: Screen, material: int) -> int:
    supplies, demands = problem.supplies, problem.demands
    admitted = problem.rules.admitted[demands.route, material] == ADMITTED
    sinks = np.flatnonzero(admitted)
    if not len(sinks):
        return 0
    widest_km = problem.rules.material_reach_km[material]
    reach_km = np.minimum(widest_km, demands.farthest_km[sinks])
    angle = np.minimum(reach_km / SPHERE_RADIUS_KM, np.pi)
    chord = 2 * np.sin(angle / 2)
    takers = cKDTree(unit_vectors(demands.lon[sinks], demands.lat[sinks]))
    takes = screened.verdict <= problem.params.accept
    sources = np.flatnonzero(supplies.material == material)
    count = 0
    for start in range(0, len(sources), BLOCK_ROWS):
        block = sources[start : start + BLOCK_ROWS]
        givers = cKDTree(unit_vectors(supplies.lon[block], supplies.lat[block]))
        widest = chord.max() + CHORD_SLACK
        near = givers.sparse_distance_matrix(takers, widest, output_type="ndarray")
        supply, demand = block[near["i"]], sinks[near["j"]]
        taken = takes[supply, demands.route[demand]]
        beyond = near["v"][taken] - chord[near["j"][taken]]
        within = beyond < -CHORD_SLACK
        doubt = np.abs(beyond) <= CHORD_SLACK
        ends = supply[taken][doubt], demand[taken][doubt]
        within[doubt] = _within(problem, *ends, reach_km[near["j"][taken][doubt]])
        count += int(within.sum())
    return count


def _within(problem: Problem, supply: I64, demand: I64, reach_km: F64) -> Mask:
    supplies, demands = problem.supplies, problem.demands
    distance_km = great_circle_km(
        supplies.lon[supply],
        supplies.lat[supply],
        demands.lon[demand],
        demands.lat[demand],
    )
    return distance_km <= reach_km
