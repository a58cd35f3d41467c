"""Points in cells of longitude and latitude, for a search of who is near whom."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import F64, I32, I64
from wastehub.geodesy import SPHERE_RADIUS_KM

U64 = NDArray[np.uint64]

# Of 4 to 8 cells to a reach, and 1 to 3 of them a side for sources that search
# together, these took the least time.
_CELLS_PER_REACH: Final = 4
_CELLS_TO_SHARE: Final = 1.5
# A turn that is far above rounding, yet far below a metre.
_SLACK_DEG: Final = 1e-6
# Unit vectors and their differences are good to some 1e-15: a chord whose square is
# nearer than this to the limit's is for the exact formula to decide.
_RIM_SHARE: Final = 1e-11
_LEAST_RIM: Final = 1e-20
_ROUND_DEG: Final = 360.0


class Points(NamedTuple):
    """Places, a row each: degrees, and the unit vector of shape (n, 3)."""

    lon: F64
    lat: F64
    vector: F64


class Sinks(NamedTuple):
    """Sinks, a row each, ascending by the number they go by.

    A squared chord up to ``surely`` is in reach, one beyond ``perhaps`` is not.
    """

    number: I32
    x: F64
    y: F64
    z: F64
    surely: F64
    perhaps: F64
    route: U64


class Cells(NamedTuple):
    """Sinks by cell: those of cell c are the rows ``first[c]`` to ``first[c + 1]``.

    Cells go by row (latitude), then column (longitude), each ``size_deg`` wide.
    ``window_deg`` is the widest reach. ``member`` is the place of each sink by its
    number; by that place ``record`` has all there is of it in one piece.
    """

    sinks: Sinks
    member: I32
    record: F64
    first: I64
    rows: int
    columns: int
    south: float
    west: float
    size_deg: float
    window_deg: float


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
    record = np.column_stack([sink, places.vector[sink], *_limits(angle), route])
    return Cells(
        sinks=_sinks(record[order]),
        member=order.astype(np.int32),
        record=record,
        first=np.searchsorted(cell[order], np.arange(rows * columns + 1)),
        rows=rows,
        columns=columns,
        south=south,
        west=west,
        size_deg=size_deg,
        window_deg=window_deg,
    )


def _sinks(record: F64) -> Sinks:
    number, x, y, z, surely, perhaps, route = record.T.copy()
    return Sinks(
        number=number.astype(np.int32),
        x=x,
        y=y,
        z=z,
        surely=surely,
        perhaps=perhaps,
        route=route.astype(np.uint64),
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


def group_of(grid: Cells, lon: F64, lat: F64) -> I64:
    """A number for each place, within the grid or not, that only neighbours share."""
    size_deg = grid.size_deg * _CELLS_TO_SHARE
    row = np.floor((lat - grid.south) / size_deg).astype(np.int64)
    column = np.floor((lon - grid.west) / size_deg).astype(np.int64)
    width = int(_ROUND_DEG / size_deg) + 2
    number: I64 = row * width + column
    return number
