"""Months whose declared figures are not those of the site's own ledger."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet, Sum

from maps.alerts.found import Found, Record
from maps.alerts.kinds import AlertKind, Severity
from maps.alerts.terms import USUAL, AlertTerms
from maps.periods import last_months
from wastehub.ledger.kinds import Kind
from wastehub.ledger.months import PARTS, Pile, PileMonth
from wastehub.ledger.periods import month_before
from wastehub.registry.querysets import FacilityQuerySet
from wastehub.reporting.figures import Figures, figures_of
from wastehub.reporting.models import Declaration

COMPARED: Final = (
    "generated_kg",
    "used_on_site_kg",
    "received_kg",
    "shipped_kg",
    "used_kg",
    "disposed_kg",
)
"""What both say. Stocks follow from it, and what was dumped has no kind in a ledger."""

Key = tuple[int, int, date]


def find(
    today: date, sites: FacilityQuerySet, terms: AlertTerms = USUAL
) -> Iterator[Found]:
    """The newest version of each month that was handed in, where a ledger tells of it.

    The figure that lies farthest apart is told.
    """
    first = last_months(terms.closing_months, month_before(today)).first
    ledger = _of_ledgers(sites, first)
    begins = {
        (facility, material): month
        for facility, material, month in Pile.objects.values_list(
            "facility", "material", "first_month"
        )
    }
    for row in _handed_in(sites, first):
        begun = begins.get((row.facility_id, row.material_id))
        if begun is not None and begun <= row.month:
            key = row.facility_id, row.material_id, row.month
            yield from _compared(row, ledger.get(key, Figures()), terms)


def _handed_in(sites: FacilityQuerySet, first: date) -> list[Declaration]:
    rows = Declaration.objects.filter(facility__in=sites.values("pk"), month__gte=first)
    newest = rows.given().newest().select_related("material", "facility__county")
    return list(
        newest.defer("facility__county__shape", "facility__county__drawn_shape")
    )


def _of_ledgers(sites: FacilityQuerySet, first: date) -> dict[Key, Figures]:
    rows: QuerySet[Any] = PileMonth.objects.filter(
        facility__in=sites.values("pk"), month__gte=first
    )
    sums = {f"sum_{name}": Sum(name) for name in PARTS}
    by = ("facility_id", "material_id", "month")
    return {
        (row["facility_id"], row["material_id"], row["month"]): _figures(row)
        for row in rows.order_by().values(*by).annotate(**sums)
    }


def _figures(row: dict[str, int]) -> Figures:
    masses_kg: dict[tuple[str, bool], int] = {}
    for name, (kind, is_old) in PARTS.items():
        masses_kg[kind, bool(is_old)] = row[f"sum_{name}"]
    for kind in Kind:
        masses_kg[kind, False] -= masses_kg.get((kind, True), 0)
    return figures_of(masses_kg, carried_kg=0)


def _compared(row: Declaration, ledger: Figures, terms: AlertTerms) -> Iterator[Found]:
    said = row.figures
    apart = {
        name: abs(getattr(said, name) - getattr(ledger, name)) for name in COMPARED
    }
    name = max(apart, key=lambda one: apart[one])
    declared_kg, ledger_kg = getattr(said, name), getattr(ledger, name)
    allowed_kg = terms.closing_apart_frac * max(declared_kg, ledger_kg)
    if apart[name] > max(allowed_kg, terms.closing_least_kg):
        yield Found(
            kind=AlertKind.DECLARED,
            severity=Severity.WARNING,
            adcode=row.facility.county.adcode,
            facility=row.facility,
            material=row.material,
            month=row.month,
            size=apart[name],
            figures={
                f"declared_{name}": declared_kg,
                f"ledger_{name}": ledger_kg,
                "apart_kg": apart[name],
            },
            records=(
                Record("declaration", str(row.public_id)),
                Record("entries", str(row.facility.public_id)),
            ),
        )
