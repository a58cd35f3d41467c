"""The stock of a material by day, drawn as a line on the server."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from wastehub.ledger.kinds import change_kg
from wastehub.ledger.querysets import EntryQuerySet

WIDTH, HEIGHT = 720.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 8.0, 8.0, 34.0, 34.0


@dataclass(frozen=True)
class StockChart:
    """A stepped line on a canvas of 720 by 200, with what its axes say."""

    path: str
    first: date
    last: date
    highest_kg: int
    floor_y: float = HEIGHT - BOTTOM
    top_y: float = TOP
    left_x: float = LEFT
    right_x: float = WIDTH - RIGHT


def stock_chart(rows: EntryQuerySet, today: date) -> StockChart | None:
    """The stock after each day on which something occurred, corrections included.

    Entries that were written late count for their own day, so a stock in the past may
    lie below 0 where a ledger is not complete; it is drawn as 0 then. Nothing is drawn
    for fewer than two days.
    """
    stocks = list(_stocks(rows))
    if len(stocks) < 2 or stocks[0][0] >= today:
        return None
    if stocks[-1][0] < today:
        stocks.append((today, stocks[-1][1]))
    first, last = stocks[0][0], stocks[-1][0]
    highest_kg = max(1, *(stock for _day, stock in stocks))
    wide = (WIDTH - LEFT - RIGHT) / (last - first).days
    high = (HEIGHT - TOP - BOTTOM) / highest_kg
    points = [
        (LEFT + (day - first).days * wide, HEIGHT - BOTTOM - max(0, stock) * high)
        for day, stock in stocks
    ]
    return StockChart(_stepped(points), first, last, highest_kg)


def _stocks(rows: EntryQuerySet) -> Iterator[tuple[date, int]]:
    stock_kg = 0
    ordered = rows.order_by("occurred_on").values_list("occurred_on", "kind", "mass_kg")
    for day, changes in groupby(ordered.iterator(2000), key=lambda row: row[0]):
        stock_kg += sum(change_kg(kind, mass) for _day, kind, mass in changes)
        yield day, stock_kg


def _stepped(points: list[tuple[float, float]]) -> str:
    (x, y), *others = points
    steps = "".join(f"H{x:.1f}V{y:.1f}" for x, y in others)
    return f"M{x:.1f} {y:.1f}{steps}"
