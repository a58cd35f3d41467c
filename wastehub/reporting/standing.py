"""Which months are declared, which are late, and which are missing.

A zero declaration is one; a month without any is missing, whatever moved in it. A site
owes a month of a material from the month of its first entry on.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wastehub.catalogue.models import Material
from wastehub.ledger.models import Entry
from wastehub.ledger.periods import month_after, month_end
from wastehub.registry.models import Facility
from wastehub.registry.querysets import FacilityQuerySet
from wastehub.reporting.models import Declaration

_NO_SHAPES = [
    f"facility__county__{path}"
    for path in ("shape", "drawn_shape", "parent__shape", "parent__drawn_shape")
]


class Standing(models.TextChoices):
    """How a month stands on a day."""

    GIVEN = "given", _("declared in time")
    GIVEN_LATE = "given_late", _("declared late")
    NOT_GIVEN = "not_given", _("not declared yet")
    OVERDUE = "overdue", _("overdue")


MISSING = (Standing.NOT_GIVEN, Standing.OVERDUE)


@dataclass(frozen=True)
class Owed:
    """A month of a material that a site owes, and the newest version of it."""

    facility: Facility
    material: Material
    month: date
    declaration: Declaration | None
    standing: Standing

    @property
    def is_zero(self) -> bool:
        """Whether it was told that nothing moved; a draft tells nothing."""
        was_told = self.standing not in MISSING
        return was_told and self.declaration is not None and self.declaration.is_zero


def due_on(month: date) -> date:
    """The last day on which a month is declared in time (DECLARATION_DUE_DAY)."""
    following = month_after(month)
    day = min(settings.DECLARATION_DUE_DAY, month_end(following).day)
    return following.replace(day=day)


def owed(facilities: FacilityQuerySet, month: date, today: date) -> list[Owed]:
    """What these sites owe for a month, by site and material."""
    newest = {
        (row.facility_id, row.material_id): row
        for row in Declaration.objects.of_month(month)
        .filter(facility__in=facilities.values("pk"))
        .newest()
    }
    return [
        _owed(pile, month, newest.get((pile.facility_id, pile.material_id)), today)
        for pile in _piles(facilities, month)
    ]


def standing_of(declaration: Declaration | None, month: date, today: date) -> Standing:
    """How a month stands, by its newest version; a correction is never late."""
    told_at = _told_at(declaration)
    due = due_on(month)
    if told_at is None:
        return Standing.OVERDUE if today > due else Standing.NOT_GIVEN
    told_on = timezone.localdate(told_at)
    is_first = declaration is not None and declaration.version == 1
    return Standing.GIVEN_LATE if is_first and told_on > due else Standing.GIVEN


def _told_at(declaration: Declaration | None) -> datetime | None:
    """When a month was told; a returned first version counts as not told.

    A version after the first one follows an accepted one, so the month is told.
    """
    if declaration is None:
        return None
    if declaration.version > 1:
        return declaration.made_at
    is_out = declaration.status in ("submitted", "accepted")
    return declaration.submitted_at if is_out else None


def _piles(facilities: FacilityQuerySet, month: date) -> QuerySet[Entry]:
    """An entry of each material that a site had by the end of a month."""
    rows = Entry.objects.filter(
        facility__in=facilities.values("pk"), occurred_on__lte=month_end(month)
    )
    firsts: QuerySet = rows.order_by().values("facility", "material")
    keys = firsts.annotate(first=Min("pk")).values("first")
    piles = Entry.objects.filter(pk__in=keys).select_related(
        "material", "facility__organisation", "facility__county__parent"
    )
    return piles.defer(*_NO_SHAPES).order_by("facility__name_zh", "material__code")


def _owed(
    pile: Entry, month: date, declaration: Declaration | None, today: date
) -> Owed:
    standing = standing_of(declaration, month, today)
    return Owed(pile.facility, pile.material, month, declaration, standing)
