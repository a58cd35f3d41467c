"""Places as unit vectors, and the great circle between two of them, compiled."""

from math import atan2, sqrt
from typing import Final

import numpy as np

from matching.engine.columns import F64, I64
from matching.engine.compiled import compiled
from wastehub.geodesy import SPHERE_RADIUS_KM

# Up to here the series of the arcsine is exact to the last bits.
_SHORT_HALF_CHORD: Final = 0.1


def unit_vectors(lon: F64, lat: F64) -> F64:
    """Of places in degrees, as shape (n, 3)."""
    turn, rise = np.radians(lon), np.radians(lat)
    return np.column_stack(
        [np.cos(rise) * np.cos(turn), np.cos(rise) * np.sin(turn), np.sin(rise)]
    )


@compiled
def measure(sources: F64, sinks: F64, source: I64, sink: I64, distance_km: F64) -> None:
    """Fill in the distances of pairs, each of a row of sources and a row of sinks."""
    for row in range(len(source)):
        distance_km[row] = between_km(sources[source[row]], sinks[sink[row]])


@compiled
def between_km(source: F64, sink: F64) -> float:
    """The great circle between two unit vectors; good to a micrometre."""
    dx, dy, dz = source[0] - sink[0], source[1] - sink[1], source[2] - sink[2]
    square = dx * dx + dy * dy + dz * dz
    half_chord = sqrt(square) / 2
    if half_chord < _SHORT_HALF_CHORD:
        return 2 * SPHERE_RADIUS_KM * _half_chord_angle(half_chord)
    sx, sy, sz = source[0] + sink[0], source[1] + sink[1], source[2] + sink[2]
    return 2 * SPHERE_RADIUS_KM * atan2(sqrt(square), sqrt(sx * sx + sy * sy + sz * sz))


@compiled
def _half_chord_angle(half_chord: float) -> float:
    """The arcsine of a short half chord, by its series."""
    square = half_chord * half_chord
    rest = square * (63 / 2816 + square * (231 / 13312 + square * (143 / 10240)))
    rest = square * (3 / 40 + square * (5 / 112 + square * (35 / 1152 + rest)))
    return half_chord * (1 + square * (1 / 6 + rest))
