"""The figures of a monthly declaration, and the identity that they should keep.

    产生量 = (综合利用量 - 其中利用往年贮存量) + 贮存量
             + (处置量 - 其中处置往年贮存量) + 倾倒丢弃量

That is the identity of the National Bureau of Statistics' table of general industrial
solid waste. It counts a site's own waste; where a site also receives some, what it
received stands on the left beside what it generated, else every taker would seem to
have a gap of the size of its receipts.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final

from wastehub.ledger.kinds import Kind


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One month of one material at one site, whole kilograms.

    ``used_kg`` (综合利用量) is what was used, on the site or by those it was shipped
    to; ``used_old_kg`` and ``disposed_old_kg`` are the parts of it and of
    ``disposed_kg`` that former years left. ``stored_kg`` (贮存量) is the flow into
    storage, not the stock; it is below 0 in a month that draws on what the year stored
    before. ``dumped_kg`` (倾倒丢弃量) has no kind in the ledger. ``carried_kg``
    (结转库存) is the stock at the month's end.
    """

    generated_kg: int = 0
    used_on_site_kg: int = 0
    received_kg: int = 0
    shipped_kg: int = 0
    used_kg: int = 0
    used_old_kg: int = 0
    stored_kg: int = 0
    disposed_kg: int = 0
    disposed_old_kg: int = 0
    dumped_kg: int = 0
    carried_kg: int = 0

    @property
    def accounted_kg(self) -> int:
        """The right side of the identity."""
        used_kg = self.used_kg - self.used_old_kg
        disposed_kg = self.disposed_kg - self.disposed_old_kg
        return used_kg + self.stored_kg + disposed_kg + self.dumped_kg

    @property
    def gap_kg(self) -> int:
        """By how much more came than is accounted for; below 0 the other way round."""
        return self.generated_kg + self.received_kg - self.accounted_kg

    @property
    def use_ratio(self) -> float | None:
        """综合利用率: used / (generated + used from former years); else none."""
        whole_kg = self.generated_kg + self.used_old_kg
        return self.used_kg / whole_kg if whole_kg else None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing came, left or was stored."""
        return not any(asdict(self)[name] for name in FLOWS)


COLUMNS: Final = tuple(field.name for field in fields(Figures))
FLOWS: Final = tuple(name for name in COLUMNS if name != "carried_kg")


def figures_of(masses_kg: Mapping[tuple[str, bool], int], carried_kg: int) -> Figures:
    """What the entries of a month say.

    Parameters
    ----------
    masses_kg
        Mass by kind, and by whether it came from what former years left.
    carried_kg
        The stock at the month's end.
    """

    def of(kind: Kind, is_old: bool | None = None) -> int:
        flags = (False, True) if is_old is None else (is_old,)
        return sum(masses_kg.get((kind, flag), 0) for flag in flags)

    used_kg = of(Kind.USED) + of(Kind.SHIPPED)
    used_old_kg = of(Kind.USED, True) + of(Kind.SHIPPED, True)
    came_kg = of(Kind.GENERATED) + of(Kind.RECEIVED)
    left_kg = used_kg + of(Kind.DISPOSED) + of(Kind.LOSS)
    old_kg = used_old_kg + of(Kind.DISPOSED, True)
    return Figures(
        generated_kg=of(Kind.GENERATED),
        used_on_site_kg=of(Kind.USED),
        received_kg=of(Kind.RECEIVED),
        shipped_kg=of(Kind.SHIPPED),
        used_kg=used_kg,
        used_old_kg=used_old_kg,
        # What the stock grew by, but for what former years' stock lost.
        stored_kg=came_kg - left_kg + old_kg,
        disposed_kg=of(Kind.DISPOSED),
        disposed_old_kg=of(Kind.DISPOSED, True),
        carried_kg=carried_kg,
    )
