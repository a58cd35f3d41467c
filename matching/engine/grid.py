"""Points in cells of longitude and latitude, and who lies within reach of whom.

The sinks of one material are sorted by cell; a source looks only at the cells of the
box around its reach, and sifts by the square of the chord between unit vectors, which
needs no sine. All functions compiled here touch only their arguments; ranges of
sources can be searched at the same time.
"""

from math import asin, atan2, cos, sin, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import F64, I32, I64, Mask
from matching.engine.compiled import compiled
from wastehub.geodesy import SPHERE_RADIUS_KM

U64 = NDArray[np.uint64]
Span = tuple[int, int]

# Of 2 to 8 tried, these cells to a reach took the least time.
_CELLS_PER_REACH: Final = 4
# A turn that is far above rounding, yet far below a metre.
_SLACK_DEG: Final = 1e-6
# Unit vectors and their differences are good to some 1e-15: a chord whose square is
# nearer than this to the limit's is for the exact formula to decide.
_RIM_SHARE: Final = 1e-11
_LEAST_RIM: Final = 1e-20
_HALF_TURN_DEG: Final = 180.0
_POLE_DEG: Final = 90.0
_RADIANS_PER_DEG: Final = np.pi / 180
# Up to here the series of the arcsine is exact to the last bits.
_SHORT_HALF_CHORD: Final = 0.1
# Multiplied by this De Bruijn number, each single bit gives other top six bits.
_DE_BRUIJN: Final = np.uint64(0x03F79D71B4CB0A89)
_TOP_SIX: Final = np.uint64(58)
_ONE: Final = np.uint64(1)
_PLACE: Final = np.zeros(64, dtype=np.int64)
_PLACE[(_DE_BRUIJN << np.arange(64, dtype=np.uint64)) >> _TOP_SIX] = np.arange(64)


class Points(NamedTuple):
    """Places, a row each: degrees, and the unit vector of shape (n, 3)."""

    lon: F64
    lat: F64
    vector: F64


class Columns(NamedTuple):
    """Pairs to fill in, a row each."""

    supply: I32
    demand: I32
    distance_km: F64


class Cells(NamedTuple):
    """Sinks by cell: those of cell c are rows ``first[c]`` to ``first[c + 1]``.

    Cells go by row (latitude), then column (longitude), each ``size_deg`` wide.
    ``sink`` is the number a point goes by; a squared chord up to ``surely`` is in
    reach, one beyond ``perhaps`` is not. ``window_deg`` is the widest reach.
    ``by_number`` has the vector and ``surely`` of each sink where its number says.
    """

    first: I64
    rows: int
    columns: int
    south: float
    west: float
    size_deg: float
    window_deg: float
    sink: I32
    route: I32
    x: F64
    y: F64
    z: F64
    surely: F64
    perhaps: F64
    by_number: F64


def points(lon: F64, lat: F64) -> Points:
    """Places with their unit vectors."""
    turn, rise = np.radians(lon), np.radians(lat)
    vector = np.column_stack(
        [np.cos(rise) * np.cos(turn), np.cos(rise) * np.sin(turn), np.sin(rise)]
    )
    return Points(lon, lat, vector)


def cells(places: Points, sink: I64, route: I32, reach_km: F64) -> Cells:
    """The cells of some places, at least one; ``route`` and ``reach_km`` are theirs."""
    lon, lat = places.lon[sink], places.lat[sink]
    angle = np.minimum(reach_km / SPHERE_RADIUS_KM, np.pi)
    window_deg = float(np.degrees(angle.max())) + _SLACK_DEG
    size_deg = _size_deg(lon, lat, window_deg)
    south, west = float(lat.min()), float(lon.min())
    row = ((lat - south) / size_deg).astype(np.int64)
    column = ((lon - west) / size_deg).astype(np.int64)
    rows, columns = int(row.max()) + 1, int(column.max()) + 1
    cell = row * columns + column
    order = np.argsort(cell, kind="stable")
    x, y, z = (np.ascontiguousarray(axis) for axis in places.vector[sink[order]].T)
    surely, perhaps = _limits(angle[order])
    by_number = np.zeros((len(places.lon), 4))
    by_number[sink[order]] = np.column_stack([x, y, z, surely])
    return Cells(
        first=np.searchsorted(cell[order], np.arange(rows * columns + 1)),
        rows=rows,
        columns=columns,
        south=south,
        west=west,
        size_deg=size_deg,
        window_deg=window_deg,
        sink=sink[order].astype(np.int32),
        route=route[order].astype(np.int32),
        x=x,
        y=y,
        z=z,
        surely=surely,
        perhaps=perhaps,
        by_number=by_number,
    )


def _size_deg(lon: F64, lat: F64, window_deg: float) -> float:
    """Some cells to a reach, but not many more cells than points."""
    tall, wide = np.ptp(lat), np.ptp(lon)
    return float(
        max(
            window_deg / _CELLS_PER_REACH,
            np.sqrt(tall * wide / len(lat)),
            max(tall, wide) / len(lat),
        )
    )


def _limits(angle: F64) -> tuple[F64, F64]:
    """Squared chords up to which a pair surely, and perhaps, is within an angle."""
    chord = 2 * np.sin(angle / 2)
    slack = _RIM_SHARE * chord + _LEAST_RIM
    limit = np.where(angle < np.pi, chord * chord, np.inf)
    return limit - slack, limit + slack


@compiled
def count_near(
    grid: Cells, sources: I64, places: Points, takes: Mask, count: I64
) -> int:
    """Set each source's number of sinks to list; how many surely are in reach.

    To list are the sinks surely in reach whose route takes the source, by ``takes`` of
    shape (S, R), and all so near the rim that rounding decides.
    """
    in_reach = 0
    for source in sources:
        x, y, z = places.vector[source]
        taken = takes[source]
        listed = 0
        parts = _columns(grid, places, source)
        low, high = _rows(grid, places.lat[source])
        for row in range(low, high):
            for west, end in parts:
                first, last = _span(grid, row, west, end)
                for at in range(first, last):
                    surely, is_listed = _near(grid, at, x, y, z, taken)
                    in_reach += surely
                    listed += is_listed
        count[source] = listed
    return in_reach


@compiled
def list_near(
    grid: Cells,
    sources: I64,
    places: Points,
    takes: Mask,
    first: I64,
    bits: U64,
    columns: Columns,
) -> None:
    """Fill the columns from ``first[source]`` on with the sinks to list, ascending.

    The distance is NaN for those that the exact formula must decide. ``bits`` has one
    for each sink, none of them set before and after.
    """
    for source in sources:
        low, high = _mark(grid, places, source, takes[source], bits)
        at = first[source]
        for word in range(low, high + 1):
            left = bits[word]
            bits[word] = 0
            while left != 0:
                lowest = left & (~left + _ONE)
                left ^= lowest
                sink = word * 64 + _PLACE[(lowest * _DE_BRUIJN) >> _TOP_SIX]
                columns.supply[at] = source
                columns.demand[at] = sink
                columns.distance_km[at] = _distance_km(
                    places.vector[source], grid.by_number[sink]
                )
                at += 1


@compiled
def _mark(
    grid: Cells, places: Points, source: int, taken: Mask, bits: U64
) -> tuple[int, int]:
    """Set the bits of the sinks to list; the first and last word that may hold any."""
    x, y, z = places.vector[source]
    lowest, highest = len(bits), -1
    parts = _columns(grid, places, source)
    low, high = _rows(grid, places.lat[source])
    for row in range(low, high):
        for west, end in parts:
            first, last = _span(grid, row, west, end)
            for at in range(first, last):
                bit = np.uint64(_near(grid, at, x, y, z, taken)[1])
                word = grid.sink[at] >> 6
                bits[word] |= bit << np.uint64(grid.sink[at] & 63)
                lowest, highest = min(lowest, word), max(highest, word)
    return lowest, highest


@compiled
def _near(
    grid: Cells, at: int, x: float, y: float, z: float, taken: Mask
) -> tuple[bool, bool]:
    """Whether a sink is surely in reach of a source, and whether it is to be listed."""
    dx, dy, dz = grid.x[at] - x, grid.y[at] - y, grid.z[at] - z
    square = dx * dx + dy * dy + dz * dz
    surely = square <= grid.surely[at]
    rim = (square <= grid.perhaps[at]) ^ surely
    return surely, (surely & taken[grid.route[at]]) | rim


@compiled
def _rows(grid: Cells, lat: float) -> tuple[int, int]:
    """The first row of cells that a reach around a latitude touches, and the end."""
    low = (lat - grid.window_deg - grid.south) / grid.size_deg
    high = (lat + grid.window_deg - grid.south) / grid.size_deg
    if high < 0 or low >= grid.rows:
        return 0, 0
    return int(max(low, 0.0)), min(int(high) + 1, grid.rows)


@compiled
def _columns(grid: Cells, places: Points, source: int) -> tuple[Span, Span]:
    """The columns of cells within the box around a reach, as first and end.

    And those of what of the box lies beyond the date line; none is in both.
    """
    lon, lat, window_deg = places.lon[source], places.lat[source], grid.window_deg
    half = _HALF_TURN_DEG + _SLACK_DEG
    if abs(lat) + window_deg < _POLE_DEG:
        widest = sin(window_deg * _RADIANS_PER_DEG) / cos(lat * _RADIANS_PER_DEG)
        half = asin(min(widest, 1.0)) / _RADIANS_PER_DEG + _SLACK_DEG
    west, east = _column(grid, lon - half), _column(grid, lon + half + grid.size_deg)
    if lon - half < -_HALF_TURN_DEG:
        beyond = _column(grid, lon - half + 2 * _HALF_TURN_DEG)
        return (west, east), (max(beyond, east), grid.columns)
    if lon + half > _HALF_TURN_DEG:
        beyond = _column(grid, lon + half - 2 * _HALF_TURN_DEG + grid.size_deg)
        return (west, east), (0, min(beyond, west))
    return (west, east), (0, 0)


@compiled
def _span(grid: Cells, row: int, column: int, end: int) -> Span:
    """The sinks in a row of cells from a column up to another, as first and end."""
    cell = row * grid.columns
    return grid.first[cell + column], grid.first[cell + end]


@compiled
def _column(grid: Cells, lon: float) -> int:
    """The column that a longitude lies in, or the nearest end."""
    return int(min(max((lon - grid.west) / grid.size_deg, 0.0), float(grid.columns)))


@compiled
def _half_chord_angle(half_chord: float) -> float:
    """The arcsine of a short half chord, by its series."""
    square = half_chord * half_chord
    rest = square * (63 / 2816 + square * (231 / 13312 + square * (143 / 10240)))
    rest = square * (3 / 40 + square * (5 / 112 + square * (35 / 1152 + rest)))
    return half_chord * (1 + square * (1 / 6 + rest))


@compiled
def _distance_km(source: F64, sink: F64) -> float:
    """The great circle between two unit vectors; NaN on the rim of the sink's reach."""
    dx, dy, dz = source[0] - sink[0], source[1] - sink[1], source[2] - sink[2]
    square = dx * dx + dy * dy + dz * dz
    if square > sink[3]:
        return np.nan
    half_chord = sqrt(square) / 2
    if half_chord < _SHORT_HALF_CHORD:
        return 2 * SPHERE_RADIUS_KM * _half_chord_angle(half_chord)
    sx, sy, sz = source[0] + sink[0], source[1] + sink[1], source[2] + sink[2]
    return 2 * SPHERE_RADIUS_KM * atan2(sqrt(square), sqrt(sx * sx + sy * sy + sz * sz))
