"""A line of the ledger before it is written, and what the ledger does not take."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from wastehub.catalogue.models import Material, UseRoute
from wastehub.ledger.kinds import MOVES, TAKES_OLD_STOCK, Evidence, Kind
from wastehub.ledger.models import Entry
from wastehub.registry.models import MASS_CEILING_KG, Facility

EARLIEST = date(1950, 1, 1)
"""Before the first of the yards that this product counts."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is to be written; the names are those of :class:`~.models.Entry`."""

    facility: Facility
    material: Material
    kind: Kind
    mass_kg: int
    occurred_on: date
    evidence: Evidence
    is_old_stock: bool = False
    route: UseRoute | None = None
    counterparty: Facility | None = None
    counterparty_name: str = ""
    corrects: Entry | None = None
    reference: str = ""
    note: str = ""
    source_key: str | None = None

    def other_end(self) -> str:
        """The name of the other site, as it is called today."""
        if self.counterparty and not self.counterparty_name:
            return self.counterparty.name_zh
        return self.counterparty_name


def faults_of(line: Line) -> dict[str, str]:
    """What is wrong, by field; the database holds the same rules."""
    return dict([*_mass(line), *_day(line), *_use(line), *_move(line), *_reason(line)])


def _mass(line: Line) -> Iterator[tuple[str, str]]:
    if line.corrects is None and line.mass_kg <= 0:
        yield "mass_kg", _("Enter a mass above 0.")
    elif line.mass_kg == 0:
        yield "mass_kg", _("This is the mass that is already known.")
    elif abs(line.mass_kg) > MASS_CEILING_KG:
        yield "mass_kg", _("More than a thousand million tonnes can not be right.")


def _day(line: Line) -> Iterator[tuple[str, str]]:
    if line.occurred_on > timezone.localdate():
        yield "occurred_on", _("This day is still to come.")
    elif line.occurred_on < EARLIEST:
        yield "occurred_on", _("This day is before any ledger.")


def _use(line: Line) -> Iterator[tuple[str, str]]:
    if line.kind == Kind.USED and line.route is None:
        yield "route", _("Say by which route it was used.")
    elif line.kind != Kind.USED and line.route is not None:
        yield "route", _("Only what is used has a route.")
    if line.is_old_stock and line.kind not in TAKES_OLD_STOCK:
        yield "is_old_stock", _("Only what leaves can come from former years.")


def _move(line: Line) -> Iterator[tuple[str, str]]:
    if line.kind in MOVES and not line.other_end():
        yield "counterparty_name", _("Say who is at the other end.")
    elif line.kind not in MOVES and line.other_end():
        yield "counterparty_name", _("Only what is shipped or received has one.")
    if line.counterparty == line.facility:
        yield "counterparty", _("A site does not ship to itself.")


def _reason(line: Line) -> Iterator[tuple[str, str]]:
    if line.corrects is not None and not line.note:
        yield "reason", _("A correction says why.")
