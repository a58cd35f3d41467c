"""Monthly briefs: one for every region that somebody watches, once a month is told."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from wastehub.accounts.models import Jurisdiction
from wastehub.catalogue.models import Category
from wastehub.ledger.months import PileMonth
from wastehub.ledger.periods import month_before
from wastehub.registry.models import Facility
from wastehub.reporting.models import MonthlyBrief
from wastehub.trail.models import SYSTEM, record

BRIEFED = ("SW10",)
"""The categories that have a brief: phosphogypsum, the one watched first."""


def briefs_make(today: date) -> int:
    """Make the briefs of the month before, where they are due and not made yet.

    They are due on the day after declarations are (DECLARATION_DUE_DAY), for each
    region of a regulator and each category of which the month tells anything there.

    Returns
    -------
    How many were made; twice on a day makes none.
    """
    if today.day <= settings.DECLARATION_DUE_DAY:
        return 0
    month = month_before(today)
    watched = Jurisdiction.objects.order_by("adcode").values_list("adcode", flat=True)
    return sum(
        _make(adcode, category, month, today)
        for adcode in watched.distinct()
        for category in _told(adcode, month)
    )


def _told(adcode: str, month: date) -> QuerySet[Category]:
    """The categories of which a month tells anything in a region."""
    here = Facility.objects.within(adcode)
    told = PileMonth.objects.filter(month=month, facility__in=here)
    return Category.objects.filter(
        code__in=BRIEFED, pk__in=told.values("material__category")
    )


@transaction.atomic
def _make(adcode: str, category: Category, month: date, today: date) -> bool:
    brief, is_new = MonthlyBrief.objects.get_or_create(
        adcode=adcode, category=category, month=month, defaults={"made_on": today}
    )
    if is_new:
        record(actor=SYSTEM, of=brief, action="make", after={"month": f"{month:%Y-%m}"})
    return is_new
