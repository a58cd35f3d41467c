"""Small charts drawn as SVG on the server, so that they need no script and print."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template

register = template.Library()

WIDTH = 1000


@register.inclusion_tag("web/_cost_bar.html")
def cost_bar(match: Any, widest_yuan_per_t: Decimal) -> dict[str, Any]:
    """What a tonne costs delivered, in parts: costs right of zero, income left.

    Parameters
    ----------
    match
        A match with its price parts in yuan per tonne.
    widest_yuan_per_t
        The largest sum of costs or of income among the matches shown together, so
        that their bars compare.
    """
    return {"bars": _cost_bars(match, widest_yuan_per_t), "zero": WIDTH // 2}


def cost_parts(match: Any) -> list[tuple[str, Decimal]]:
    """The parts of the net cost by name; income is negative."""
    return [
        ("asked", match.asked_yuan_per_t),
        ("treatment", match.treatment_yuan_per_t),
        ("haul", match.haul_yuan_per_t),
        ("offered", -match.offered_yuan_per_t),
    ]


def widest_cost(matches: Iterable[Any]) -> Decimal:
    """The longest arm that any of the matches' bars has, one yuan at least."""
    arms = [Decimal(1)]
    for match in matches:
        amounts = [amount for _, amount in cost_parts(match)]
        arms.append(sum((part for part in amounts if part > 0), Decimal(0)))
        arms.append(-sum((part for part in amounts if part < 0), Decimal(0)))
    return max(arms)


@register.inclusion_tag("web/_share_bar.html")
def share_bar(rows: Iterable[dict[str, Any]], whole_kg: int) -> dict[str, Any]:
    """Masses with their colours side by side, as parts of a whole."""
    bars, start = [], 0.0
    for row in rows:
        width = WIDTH * row["mass_kg"] / whole_kg if whole_kg else 0
        bars.append({"x": f"{start:.1f}", "width": f"{width:.1f}", **row})
        start += width
    return {"bars": bars}


def _cost_bars(match: Any, widest: Decimal) -> list[dict[str, Any]]:
    half = WIDTH // 2
    right = left = Decimal(half)
    bars = []
    for name, amount in cost_parts(match):
        width = half * abs(amount) / widest
        if amount > 0:
            bars.append({"name": name, "x": f"{right:.1f}", "width": f"{width:.1f}"})
            right += width
        elif amount < 0:
            left -= width
            bars.append({"name": name, "x": f"{left:.1f}", "width": f"{width:.1f}"})
    return bars
