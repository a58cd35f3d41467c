"""Months that a site owes a declaration of, and whose due day is over."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from maps.alerts.found import Found, Record
from maps.alerts.kinds import AlertKind, Severity
from maps.alerts.terms import USUAL, AlertTerms
from maps.periods import last_months
from wastehub.ledger.periods import month_before
from wastehub.registry.querysets import FacilityQuerySet
from wastehub.reporting.standing import Owed, Standing, owed


def find(
    today: date, sites: FacilityQuerySet, terms: AlertTerms = USUAL
) -> Iterator[Found]:
    """Each pile of which a month is overdue; several months are one finding."""
    late: dict[tuple[int, int], list[Owed]] = defaultdict(list)
    for month in last_months(terms.missing_months, month_before(today)).months:
        for one in owed(sites, month, today):
            if one.standing == Standing.OVERDUE:
                late[one.facility.pk, one.material.pk].append(one)
    for months in late.values():
        yield _found(months, terms)


def _found(months: list[Owed], terms: AlertTerms) -> Found:
    oldest = months[0]
    is_severe = len(months) >= terms.missing_severe_months
    returned = [
        Record("declaration", str(one.declaration.public_id))
        for one in months
        if one.declaration is not None and one.declaration.status == "returned"
    ]
    ledger = Record("ledger", str(oldest.facility.public_id))
    return Found(
        kind=AlertKind.MISSING,
        severity=Severity.SEVERE if is_severe else Severity.WARNING,
        adcode=oldest.facility.county.adcode,
        facility=oldest.facility,
        material=oldest.material,
        month=oldest.month,
        size=len(months),
        figures={"months": len(months), "returned": len(returned)},
        records=(ledger, *returned[: terms.most_records - 1]),
    )
