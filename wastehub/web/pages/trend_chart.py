"""A monthly series with its months ahead, drawn as a line with a fan on the server."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import ceil

from maps.series import month_at
from maps.trend import Expected, Outlook
from wastehub.web.pages import scale

WIDTH, HEIGHT = 720.0, 280.0
LEFT, RIGHT, TOP, BOTTOM = 92.0, 10.0, 20.0, 34.0

Point = tuple[float, float]
Words = Callable[[float], str]


@dataclass(frozen=True)
class Tick:
    """A place on an axis and what stands there."""

    at: float
    words: str


@dataclass(frozen=True)
class Row:
    """One month of the table: what is told of it, or what is expected; else a gap."""

    month: date
    value: str = ""
    is_estimated: bool = False
    is_expected: bool = False
    range_80: tuple[str, str] | None = None
    range_95: tuple[str, str] | None = None


@dataclass(frozen=True)
class TrendChart:
    """Paths on a canvas of 720 by 280, its ticks, and the same numbers as rows.

    ``line`` breaks where a month is not told of; a month alone between two gaps is a
    ``dot``. ``hatched`` covers the months that rest on estimates. The fan opens at the
    last month told; what of it passes the highest tick is cut off there.
    """

    key: str
    line: str
    dots: tuple[Point, ...]
    hatched: str
    ahead: str
    band_80: str
    band_95: str
    target: Tick | None
    heights: tuple[Tick, ...]
    years: tuple[Tick, ...]
    rows: tuple[Row, ...]
    last_told: date
    last: date
    width: float = WIDTH
    height: float = HEIGHT
    floor_y: float = HEIGHT - BOTTOM
    left_x: float = LEFT
    right_x: float = WIDTH - RIGHT


@dataclass(frozen=True)
class _Canvas:
    """From months and values to places."""

    months: int
    top: float

    def x(self, place: int) -> float:
        return LEFT + place * (WIDTH - LEFT - RIGHT) / max(1, self.months - 1)

    def y(self, value: float) -> float:
        share = min(1.0, max(0.0, value / self.top))
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def at(self, place: int, value: float) -> Point:
        return self.x(place), self.y(value)


def trend_chart(
    told: Sequence[float | None],
    estimated: Sequence[bool],
    first: date,
    outlook: Outlook,
    words: Words,
    target: float | None = None,
    key: str = "trend",
) -> TrendChart | None:
    """The chart of a series and its outlook; nothing for fewer than two months told.

    Parameters
    ----------
    told, estimated
        One a month from that of ``first`` on, a gap being ``None``; whether the value
        rests on estimates.
    outlook
        Of the same series; one without months is drawn without a fan.
    words
        What writes a value with its unit, such as ``figures.mass``.
    target
        The value of a line across, in the unit of the series.
    key
        What the ids of this chart begin with, where a page has several.
    """
    known = [(place, value) for place, value in enumerate(told) if value is not None]
    if len(known) < 2:
        return None
    last_place, last_value = known[-1]
    ahead = [one for _, one in outlook.months]
    ticks = _ticks([value for _, value in known], ahead, target)
    months = max(len(told), last_place + 1 + len(ahead))
    canvas = _Canvas(months, ticks[-1])
    runs = list(_runs(known))
    start = (last_place, last_value)
    return TrendChart(
        key=key,
        line="".join(_path(canvas, run) for run in runs if len(run) > 1),
        dots=tuple(canvas.at(*run[0]) for run in runs if len(run) == 1),
        hatched="".join(
            _column(canvas, place, value) for place, value in known if estimated[place]
        ),
        ahead=_ahead(canvas, start, ahead),
        band_80=_band(canvas, start, [(one.low_80, one.high_80) for one in ahead]),
        band_95=_band(canvas, start, [(one.low_95, one.high_95) for one in ahead]),
        target=None if target is None else Tick(canvas.y(target), words(target)),
        heights=tuple(Tick(canvas.y(value), words(value)) for value in ticks),
        years=tuple(_years(canvas, first)),
        rows=tuple(_rows(told, estimated, first, outlook, words)),
        last_told=month_at(first, last_place),
        last=month_at(first, months - 1),
    )


def _ticks(
    values: list[float], ahead: list[Expected], target: float | None
) -> list[float]:
    """Round steps from 0 to above all but the wider interval, which may run away."""
    highest = max([*values, *(one.high_80 for one in ahead), target or 0.0])
    step = next(iter(scale.even_bounds([highest])), 1.0)
    return [step * count for count in range(max(1, ceil(highest / step - 1e-9)) + 1)]


def _runs(known: list[tuple[int, float]]) -> Iterator[list[tuple[int, float]]]:
    """Months told one after the other."""
    for _, run in groupby(enumerate(known), key=lambda item: item[1][0] - item[0]):
        yield [month for _, month in run]


def _path(canvas: _Canvas, run: Sequence[tuple[int, float]]) -> str:
    return "M" + "L".join(_pair(canvas.at(*month)) for month in run)


def _ahead(canvas: _Canvas, start: tuple[int, float], ahead: list[Expected]) -> str:
    if not ahead:
        return ""
    places = range(start[0] + 1, start[0] + 1 + len(ahead))
    values = (one.value for one in ahead)
    return _path(canvas, [start, *zip(places, values, strict=True)])


def _band(
    canvas: _Canvas, start: tuple[int, float], ends: list[tuple[float, float]]
) -> str:
    """Out along the upper ends, back along the lower ones."""
    if not ends:
        return ""
    places = range(start[0] + 1, start[0] + 1 + len(ends))
    upper = [(place, high) for place, (_, high) in zip(places, ends, strict=True)]
    lower = [(place, low) for place, (low, _) in zip(places, ends, strict=True)]
    return _path(canvas, [start, *upper, *reversed(lower)]) + "Z"


def _column(canvas: _Canvas, place: int, value: float) -> str:
    """The area below a month's value, half a month to either side."""
    half = (canvas.x(1) - canvas.x(0)) / 2
    left = max(LEFT, canvas.x(place) - half)
    right = min(WIDTH - RIGHT, canvas.x(place) + half)
    x, y = _pair((left, canvas.y(value))).split()
    return f"M{x} {y}H{right:.1f}V{HEIGHT - BOTTOM:.1f}H{x}Z"


def _years(canvas: _Canvas, first: date) -> Iterator[Tick]:
    for place in range(canvas.months):
        month = month_at(first, place)
        if month.month == 1:
            yield Tick(canvas.x(place), str(month.year))


def _rows(
    told: Sequence[float | None],
    estimated: Sequence[bool],
    first: date,
    outlook: Outlook,
    words: Words,
) -> Iterator[Row]:
    expected = dict(outlook.months)
    for place, value in enumerate(told):
        month = month_at(first, place)
        if value is not None:
            yield Row(month, words(value), estimated[place])
        elif month not in expected:
            yield Row(month)
    for month, one in outlook.months:
        yield Row(
            month,
            words(one.value),
            is_expected=True,
            range_80=(words(one.low_80), words(one.high_80)),
            range_95=(words(one.low_95), words(one.high_95)),
        )


def _pair(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
