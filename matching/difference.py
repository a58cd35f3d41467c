"""What one plan sends otherwise than another: pure, exact, from the rows of both.

Every tonne has a sender and a taker, so each side's changes add up to the change of the
whole. Money is the net cost of the tonnes that a site sends, or takes: the same yuan
stand once on either side, and the sides are never added together.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

KG_PER_TONNE: Final = 1000


class Side(StrEnum):
    """Which end of a delivery a site is."""

    SENDS = "sends"
    TAKES = "takes"


@dataclass(frozen=True)
class Site:
    """A site, or a plant that a scenario supposes, by its public id."""

    key: str
    name_zh: str
    name_en: str
    is_supposed: bool = False


@dataclass(frozen=True)
class Delivered:
    """What one site sends another: kilograms, and yuan a tonne of net cost."""

    sender: Site
    taker: Site
    mass_kg: int
    net_cost_yuan_per_t: Decimal

    @property
    def cost_yuan(self) -> Decimal:
        """The net cost of the whole."""
        return self.net_cost_yuan_per_t * self.mass_kg / KG_PER_TONNE


@dataclass(frozen=True)
class Turn:
    """What becomes of one side of one site; costs in yuan over the horizon."""

    site: Site
    side: Side
    before_kg: int
    after_kg: int
    cost_before_yuan: Decimal
    cost_after_yuan: Decimal

    @property
    def gained_kg(self) -> int:
        """More tonnes sent, or taken; negative where it is less."""
        return self.after_kg - self.before_kg

    @property
    def cost_gained_yuan(self) -> Decimal:
        """What the tonnes cost more; negative where they cost less."""
        return self.cost_after_yuan - self.cost_before_yuan

    @property
    def is_gain(self) -> bool:
        """More tonnes, or as many for less money."""
        return (self.gained_kg, -self.cost_gained_yuan) > (0, 0)


def turns(before: Iterable[Delivered], after: Iterable[Delivered]) -> list[Turn]:
    """Every side of a site that another plan turns, the largest changes of mass first.

    What stays in mass and in money is left out.
    """
    was, now = _by_site(before), _by_site(after)
    found = [
        Turn(site, side, *_both(was, now, (site, side)))
        for site, side in {**was, **now}
    ]
    changed = [turn for turn in found if turn.gained_kg or turn.cost_gained_yuan]
    return sorted(changed, key=_largest_first)


_Sums = dict[tuple[Site, Side], tuple[int, Decimal]]


def _by_site(rows: Iterable[Delivered]) -> _Sums:
    sums: _Sums = defaultdict(lambda: (0, Decimal(0)))
    for row in rows:
        for key in ((row.sender, Side.SENDS), (row.taker, Side.TAKES)):
            mass_kg, cost_yuan = sums[key]
            sums[key] = mass_kg + row.mass_kg, cost_yuan + row.cost_yuan
    return dict(sums)


def _both(
    was: _Sums, now: _Sums, key: tuple[Site, Side]
) -> tuple[int, int, Decimal, Decimal]:
    nothing = 0, Decimal(0)
    before_kg, before_yuan = was.get(key, nothing)
    after_kg, after_yuan = now.get(key, nothing)
    return before_kg, after_kg, before_yuan, after_yuan


def _largest_first(turn: Turn) -> tuple[int, Decimal, str, str]:
    return (
        -abs(turn.gained_kg),
        -abs(turn.cost_gained_yuan),
        turn.site.key,
        turn.side,
    )
