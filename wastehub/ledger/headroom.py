"""How long a yard lasts, and how much may still be made: two small models, pure.

The headroom is this product's working model of 以用定产 (what is made follows what is
used). No official formula of the province was found; its confidence is L, and every
number in it can be changed by the site.
"""

from dataclasses import dataclass
from typing import Final

WINDOW_DAYS: Final = 90
"""How far back the clock looks for the net rate; this product's choice."""

WEIGHT: Final = 1.0
"""The default of ``k``: a tonne above the planned stock takes a tonne off."""

WEIGHT_CEILING: Final = 10.0


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A yard that fills or empties as fast as it lately did.

    ``net_kg`` is what the stock grew by in the last ``days`` days, the opening stock
    not counted; below 0 where it shrank.
    """

    stock_kg: int
    capacity_kg: int
    net_kg: int
    days: int

    @property
    def days_left(self) -> float | None:
        """Days until the yard is full: 0 where it is, none where it does not fill."""
        room_kg = self.capacity_kg - self.stock_kg
        if room_kg <= 0:
            return 0.0
        if self.net_kg <= 0:
            return None
        return room_kg * self.days / self.net_kg

    @property
    def fill_frac(self) -> float:
        """Which part of the yard is full; above 1 where more lies there than fits."""
        return self.stock_kg / self.capacity_kg


@dataclass(frozen=True, kw_only=True)
class Headroom:
    """What may be made in a quarter, from what was verifiably used in the one before.

    ``used_kg`` is the verified use of the last quarter, ``carry_kg`` what an unused
    quota carries over, ``stock_kg`` the stock when the quarter began and ``made_kg``
    what was generated since. ``weight`` is the k of the formula.
    """

    used_kg: int
    carry_kg: int
    stock_kg: int
    stock_plan_kg: int | None
    weight: float
    made_kg: int

    @property
    def above_plan_kg(self) -> int:
        """How far the stock lies above the planned one; 0 where nothing is planned."""
        if self.stock_plan_kg is None:
            return 0
        return max(0, self.stock_kg - self.stock_plan_kg)

    @property
    def quota_kg(self) -> int:
        """Q = U + carry - k max(0, stock - planned stock), never below 0."""
        taken_off = round(self.weight * self.above_plan_kg)
        return max(0, self.used_kg + self.carry_kg - taken_off)

    @property
    def left_kg(self) -> int:
        """What of the quota is not made yet, never below 0."""
        return max(0, self.quota_kg - self.made_kg)
