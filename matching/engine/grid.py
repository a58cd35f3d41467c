"""Who lies within reach of whom.

The sinks of one material are sorted by cell. Sources that lie together share a box
around their reaches: the sinks of the cells in it are gathered once, in one piece, and
each source sifts them by the square of the chord between unit vectors, which needs no
sine. All functions compiled here touch only their arguments; several sets of sources
can be searched at the same time.
"""

from math import asin, cos, sin
from typing import Final, NamedTuple

import numpy as np

from matching.engine.cells import U64, Cells, Points, Sinks
from matching.engine.columns import F64, I32, I64, Mask
from matching.engine.compiled import compiled

Span = tuple[int, int]

# A turn that is far above rounding, yet far below a metre.
_SLACK_DEG: Final = 1e-6
_HALF_TURN_DEG: Final = 180.0
_POLE_DEG: Final = 90.0
_RADIANS_PER_DEG: Final = np.pi / 180
# Multiplied by this De Bruijn number, each single bit gives other top six bits.
_DE_BRUIJN: Final = np.uint64(0x03F79D71B4CB0A89)
_TOP_SIX: Final = np.uint64(58)
_ONE: Final = np.uint64(1)
_PLACE: Final = np.zeros(64, dtype=np.int64)
_PLACE[(_DE_BRUIJN << np.arange(64, dtype=np.uint64)) >> _TOP_SIX] = np.arange(64)


class Desk(NamedTuple):
    """Room to work in: the sinks gathered, and which routes take the source at hand.

    ``bits`` has one for each sink, none of them set before and after.
    """

    sinks: Sinks
    bits: U64
    taken: I64


class Box(NamedTuple):
    """Rows of cells, and up to three parts of each; no cell is in two."""

    rows: Span
    middle: Span
    east: Span
    west: Span


def desk(grid: Cells, routes: int) -> Desk:
    """Room to work in for one thread."""
    count = len(grid.member)
    return Desk(
        sinks=Sinks(
            number=np.empty(count, dtype=np.int32),
            x=np.empty(count),
            y=np.empty(count),
            z=np.empty(count),
            surely=np.empty(count),
            perhaps=np.empty(count),
            route=np.empty(count, dtype=np.uint64),
        ),
        bits=np.zeros(count // 64 + 1, dtype=np.uint64),
        taken=np.zeros(routes, dtype=np.int64),
    )


@compiled
def count_near(
    grid: Cells,
    sources: I64,
    group: I64,
    places: Points,
    takes: Mask,
    work: Desk,
    count: I64,
) -> tuple[int, int]:
    """Set each source's number of sinks to list; how many surely are in reach.

    To list are the sinks surely in reach whose route takes the source, by ``takes`` of
    shape (S, R), and all so near the rim that rounding decides: how many these are
    comes second. Sources of a group stand together.
    """
    in_reach, doubts, end = 0, 0, 0
    while end < len(sources):
        begin, end = end, _end_of_group(group, end)
        near = _gather(grid, _box(grid, places, sources[begin:end]), work.sinks)
        for source in sources[begin:end]:
            _note_routes(takes[source], work.taken)
            found, listed, rim = _count(places.vector[source], near, work)
            in_reach += found
            doubts += rim
            count[source] = listed
    return in_reach, doubts


@compiled
def list_near(
    grid: Cells,
    sources: I64,
    group: I64,
    places: Points,
    takes: Mask,
    work: Desk,
    first: I64,
    demand: I32,
    rim: I32,
) -> None:
    """Fill in the sinks to list from ``demand[first[source]]`` on, ascending.

    Those on the rim come with their source in ``rim``, of shape (doubts, 2), as well.
    """
    doubts, end = 0, 0
    while end < len(sources):
        begin, end = end, _end_of_group(group, end)
        box = _box(grid, places, sources[begin:end])
        near = _gather_sorted(grid, box, work.sinks, work.bits)
        for source in sources[begin:end]:
            _note_routes(takes[source], work.taken)
            vector, place = places.vector[source], first[source]
            listed = demand[place : first[source + 1]]
            if _list(vector, work, listed):
                doubts = _list_rim(vector, near, work.sinks, source, rim, doubts)


@compiled
def _end_of_group(group: I64, begin: int) -> int:
    end = begin + 1
    while end < len(group) and group[end] == group[begin]:
        end += 1
    return end


@compiled
def _note_routes(takes: Mask, taken: I64) -> None:
    for route in range(len(taken)):
        taken[route] = takes[route]


@compiled
def _count(source: F64, near: int, work: Desk) -> tuple[int, int, int]:
    """How many of the sinks gathered are surely in reach, to list, and on the rim."""
    sinks, taken = work.sinks, work.taken
    in_reach, listed, doubts = 0, 0, 0
    for at in range(near):
        surely, rim = _within(source, sinks, at)
        in_reach += surely
        doubts += rim
        listed += (surely & taken[sinks.route[at]]) | rim
    return in_reach, listed, doubts


@compiled
def _list(source: F64, work: Desk, listed: I32) -> int:
    """Fill in the sinks to list; how many of them are on the rim."""
    sinks, taken = work.sinks, work.taken
    count, doubts, at = 0, 0, 0
    while count < len(listed):
        surely, rim = _within(source, sinks, at)
        doubts += rim
        listed[count] = sinks.number[at]
        count += (surely & taken[sinks.route[at]]) | rim
        at += 1
    return doubts


@compiled
def _list_rim(
    vector: F64, near: int, sinks: Sinks, source: int, rim: I32, doubts: int
) -> int:
    """Add what is on the rim of a source; how many there are by now."""
    for at in range(near):
        if _within(vector, sinks, at)[1]:
            rim[doubts, 0], rim[doubts, 1] = source, sinks.number[at]
            doubts += 1
    return doubts


@compiled
def _within(source: F64, sinks: Sinks, at: int) -> tuple[int, int]:
    """Whether a sink is surely in reach of a source, and whether it is on the rim."""
    dx, dy = sinks.x[at] - source[0], sinks.y[at] - source[1]
    dz = sinks.z[at] - source[2]
    square = dx * dx + dy * dy + dz * dz
    surely = int(square <= sinks.surely[at])
    return surely, int(square <= sinks.perhaps[at]) ^ surely


@compiled
def _gather(grid: Cells, box: Box, near: Sinks) -> int:
    """Lay out the sinks in a box of cells, as they come; how many there are."""
    count = 0
    for row in range(box.rows[0], box.rows[1]):
        for west, end in (box.middle, box.east, box.west):
            cell = row * grid.columns
            for place in range(grid.first[cell + west], grid.first[cell + end]):
                near.x[count], near.y[count] = grid.sinks.x[place], grid.sinks.y[place]
                near.z[count] = grid.sinks.z[place]
                near.surely[count] = grid.sinks.surely[place]
                near.perhaps[count] = grid.sinks.perhaps[place]
                near.route[count] = grid.sinks.route[place]
                count += 1
    return count


@compiled
def _gather_sorted(grid: Cells, box: Box, near: Sinks, bits: U64) -> int:
    """Lay out the sinks in a box of cells, ascending by number; how many there are."""
    lowest, highest = _mark(grid, box, bits)
    count = 0
    for word in range(lowest, highest + 1):
        left = bits[word]
        bits[word] = 0
        while left != 0:
            bit = left & (~left + _ONE)
            left ^= bit
            member = word * 64 + _PLACE[(bit * _DE_BRUIJN) >> _TOP_SIX]
            near.number[count] = np.int32(grid.record[member, 0])
            near.x[count] = grid.record[member, 1]
            near.y[count] = grid.record[member, 2]
            near.z[count] = grid.record[member, 3]
            near.surely[count] = grid.record[member, 4]
            near.perhaps[count] = grid.record[member, 5]
            near.route[count] = np.uint64(grid.record[member, 6])
            count += 1
    return count


@compiled
def _mark(grid: Cells, box: Box, bits: U64) -> Span:
    """Set the bits of the sinks in a box; the first and last word that has any."""
    lowest, highest = len(bits), -1
    for row in range(box.rows[0], box.rows[1]):
        for west, end in (box.middle, box.east, box.west):
            cell = row * grid.columns
            for place in range(grid.first[cell + west], grid.first[cell + end]):
                member = grid.member[place]
                word = member >> 6
                bits[word] |= _ONE << np.uint64(member & 63)
                lowest, highest = min(lowest, word), max(highest, word)
    return lowest, highest


@compiled
def _box(grid: Cells, places: Points, sources: I64) -> Box:
    """The cells that the reaches of some sources can touch."""
    low, high = places.lat[sources[0]], places.lat[sources[0]]
    left, right = places.lon[sources[0]], places.lon[sources[0]]
    for source in sources:
        low, high = min(low, places.lat[source]), max(high, places.lat[source])
        left, right = min(left, places.lon[source]), max(right, places.lon[source])
    half = _half_width_deg(max(abs(low), abs(high)), grid.window_deg)
    left, right = left - half, right + half
    west, end = _column(grid, left), _column(grid, right + grid.size_deg)
    east_part, west_part = (0, 0), (0, 0)
    if left < -_HALF_TURN_DEG:
        beyond = _column(grid, left + 2 * _HALF_TURN_DEG)
        east_part = (max(beyond, end), grid.columns)
    if right > _HALF_TURN_DEG:
        beyond = _column(grid, right - 2 * _HALF_TURN_DEG + grid.size_deg)
        west_part = (0, min(beyond, west))
    return Box(_rows(grid, low, high), (west, end), east_part, west_part)


@compiled
def _half_width_deg(lat: float, window_deg: float) -> float:
    """How far east and west a reach from a latitude, or from nearer to 0, extends."""
    if lat + window_deg >= _POLE_DEG:
        return _HALF_TURN_DEG + _SLACK_DEG
    widest = sin(window_deg * _RADIANS_PER_DEG) / cos(lat * _RADIANS_PER_DEG)
    return asin(min(widest, 1.0)) / _RADIANS_PER_DEG + _SLACK_DEG


@compiled
def _rows(grid: Cells, low: float, high: float) -> Span:
    """The first row of cells that reaches from these latitudes touch, and the end."""
    first = (low - grid.window_deg - grid.south) / grid.size_deg
    last = (high + grid.window_deg - grid.south) / grid.size_deg
    if last < 0 or first >= grid.rows:
        return 0, 0
    return int(max(first, 0.0)), min(int(last) + 1, grid.rows)


@compiled
def _column(grid: Cells, lon: float) -> int:
    """The column that a longitude lies in, or the nearest end."""
    return int(min(max((lon - grid.west) / grid.size_deg, 0.0), float(grid.columns)))
