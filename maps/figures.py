"""The figures of a balance, and the two ratios that are never mixed.

综合利用率 (utilisation) asks how much of what is made finds a use, wherever that is:

    used of one's own / (generated + used from former years' stock), at most 100 %

the definition of the National Bureau of Statistics' table of general industrial solid
waste. 产消平衡 (balance) asks whether a region consumes as much as it makes:

    (used there + harmlessly treated there) / generated there, which may pass 100 %

in the words of 工信部联节〔2024〕58号 (综合消纳量, 产生量). That it is this quotient,
and that disposal to standard is the harmless treatment, is this product's reading.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Final

from wastehub.ledger.kinds import Evidence


@dataclass(frozen=True)
class Masses:
    """What moved, whole kilograms.

    ``opened_kg`` is stock that was first counted. ``used_kg`` was used in the region,
    wherever it was made. ``own_used_kg`` is what the region's producers used or shipped
    for use, less what they received; ``own_used_old_kg`` the part of it that former
    years left. ``*_old_kg`` are parts of the figure before them.
    """

    opened_kg: int = 0
    generated_kg: int = 0
    received_kg: int = 0
    used_kg: int = 0
    used_old_kg: int = 0
    shipped_kg: int = 0
    shipped_old_kg: int = 0
    disposed_kg: int = 0
    disposed_old_kg: int = 0
    loss_kg: int = 0
    own_used_kg: int = 0
    own_used_old_kg: int = 0

    def __add__(self, other: "Masses") -> "Masses":
        return Masses(
            **{name: getattr(self, name) + getattr(other, name) for name in COLUMNS}
        )

    @property
    def change_kg(self) -> int:
        """What it did to the stock."""
        came_kg = self.opened_kg + self.generated_kg + self.received_kg
        left_kg = self.used_kg + self.shipped_kg + self.disposed_kg + self.loss_kg
        return came_kg - left_kg

    @property
    def consumed_kg(self) -> int:
        """Used and harmlessly treated in the region (综合消纳量)."""
        return self.used_kg + self.disposed_kg

    @property
    def surplus_kg(self) -> int:
        """Generated and not consumed; below 0 where more was consumed."""
        return self.generated_kg - self.consumed_kg


COLUMNS: Final = tuple(column.name for column in fields(Masses))
NOTHING: Final = Masses()


@dataclass(frozen=True)
class Ratio:
    """A quotient with what it was made of; ``value`` is none where nothing was made.

    ``excess_kg`` is what the numerator has beyond a quotient of at most 1: a figure
    that does not close, as old stock was used and not marked so.
    """

    above_kg: int
    below_kg: int
    excess_kg: int = 0

    @property
    def value(self) -> float | None:
        """The fraction; the excess left out."""
        if self.below_kg <= 0:
            return None
        return max(0.0, (self.above_kg - self.excess_kg) / self.below_kg)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One region's, zone's, company's or site's balance of a period.

    ``parts`` holds the masses by how they are known. Stocks are those at the beginning
    and at the end. ``shipped_out_kg`` and ``received_in_kg`` crossed its border;
    of the former ``unplaced_kg`` went to where only a name tells. Where ``is_public``
    only what is published is told: generated, consumed (all as used), what producers
    used of their own, and stocks; nothing else, nor how it is known.
    """

    key: str
    name_zh: str
    name_en: str
    parts: Mapping[Evidence, Masses] = field(default_factory=dict)
    opening_stock_kg: int = 0
    closing_stock_kg: int = 0
    shipped_out_kg: int = 0
    received_in_kg: int = 0
    unplaced_kg: int = 0
    is_public: bool = False

    @cached_property
    def total(self) -> Masses:
        """All of it, however well known."""
        return sum(self.parts.values(), NOTHING)

    @property
    def utilisation(self) -> Ratio:
        """综合利用率, see the module."""
        total = self.total
        whole_kg = total.generated_kg + total.own_used_old_kg
        excess_kg = max(0, total.own_used_kg - whole_kg)
        return Ratio(total.own_used_kg, whole_kg, excess_kg)

    @property
    def balance(self) -> Ratio:
        """产消平衡, see the module."""
        return Ratio(self.total.consumed_kg, self.total.generated_kg)

    @property
    def stock_change_kg(self) -> int:
        """What the stock grew by; below 0 where it shrank."""
        return self.closing_stock_kg - self.opening_stock_kg

    @property
    def unexplained_kg(self) -> int:
        """What the stock changed by beyond what moved; 0 where the figures close."""
        if self.is_public:
            return 0
        return self.stock_change_kg - self.total.change_kg

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of it: no mass and no stock."""
        return not (self.parts or self.opening_stock_kg or self.closing_stock_kg)

    def share(self, evidence: Evidence) -> float:
        """Which part of what was generated and consumed is known in this way."""
        part = self.parts.get(evidence, NOTHING)
        whole_kg = 0 if self.is_public else _weight_kg(self.total)
        return _weight_kg(part) / whole_kg if whole_kg else 0.0


def merged(key: str, name_zh: str, name_en: str, cells: Iterable[Cell]) -> Cell:
    """Several cells as one, but for what crosses borders: that does not add up."""
    parts: dict[Evidence, Masses] = {}
    opening_kg = closing_kg = 0
    for cell in cells:
        for evidence, masses in cell.parts.items():
            parts[evidence] = parts.get(evidence, NOTHING) + masses
        opening_kg += cell.opening_stock_kg
        closing_kg += cell.closing_stock_kg
    return Cell(
        key=key,
        name_zh=name_zh,
        name_en=name_en,
        parts=parts,
        opening_stock_kg=opening_kg,
        closing_stock_kg=closing_kg,
    )


def _weight_kg(masses: Masses) -> int:
    return masses.generated_kg + masses.consumed_kg
