"""Why a declaration does not close: what is likely, by rules, in words.

A gap is a thing to look at and to explain; it never stops a declaration.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from wastehub.reporting.figures import Figures

NEAR_FRAC: Final = 0.01
"""How close a gap has to lie to a mass to be taken for it; this product's choice."""


@dataclass(frozen=True, kw_only=True)
class Books:
    """What the ledger says beside the figures of a month."""

    lost_kg: int
    carried_kg: int
    has_opening: bool


def causes(figures: Figures, books: Books) -> list[str]:
    """Likely causes of a gap, the likeliest first; none where the month closes."""
    if not figures.gap_kg:
        return []
    return list(_seen(figures, books)) or [_usual(figures.gap_kg)]


def _seen(figures: Figures, books: Books) -> Iterator[str]:
    gap_kg = figures.gap_kg
    if books.lost_kg and _near(gap_kg, books.lost_kg):
        yield _("It is what the ledger has as loss: weights that differ on the way.")
    if _near(gap_kg, figures.used_old_kg):
        yield _(
            "It is about what was used from former years' stock: was that part taken "
            "off without being in the used mass?"
        )
    if _near(gap_kg, figures.disposed_old_kg):
        yield _(
            "It is about what was disposed from former years' stock: was that part "
            "taken off without being in the disposed mass?"
        )
    if not books.has_opening or figures.carried_kg != books.carried_kg:
        yield _("The stock declared is not that of the ledger: was it counted?")


def _usual(gap_kg: int) -> str:
    if gap_kg > 0:
        return _("More came than is accounted for: a use or a disposal may miss.")
    return _(
        "More is accounted for than came: what was made may miss, or a part came "
        "from former years and is not marked so."
    )


def _near(gap_kg: int, mass_kg: int) -> bool:
    return mass_kg > 0 and abs(abs(gap_kg) - mass_kg) <= NEAR_FRAC * mass_kg
