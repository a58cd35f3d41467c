"""A yard that is nearly full, or will be soon, by its clock."""

from collections.abc import Iterator
from datetime import date

from maps.alerts.found import Found, Record
from maps.alerts.kinds import AlertKind, Severity
from maps.alerts.terms import USUAL, AlertTerms
from wastehub.ledger.headroom import Clock
from wastehub.ledger.models import YardCapacity
from wastehub.ledger.yards import clocks_of
from wastehub.registry.querysets import FacilityQuerySet


def find(
    today: date, sites: FacilityQuerySet, terms: AlertTerms = USUAL
) -> Iterator[Found]:
    """Yards at or above a part of their capacity, or with few days left."""
    for yard, clock in clocks_of(facilities=sites, today=today):
        days = clock.days_left
        is_soon = days is not None and days <= terms.yard_days
        if clock.fill_frac >= terms.yard_full_frac or is_soon:
            yield _found(yard, clock, terms)


def _found(yard: YardCapacity, clock: Clock, terms: AlertTerms) -> Found:
    days = clock.days_left
    is_severe = days is not None and days <= terms.yard_severe_days
    figures = {
        "stock_kg": clock.stock_kg,
        "capacity_kg": clock.capacity_kg,
        "fill_frac": round(clock.fill_frac, 4),
    }
    if days is not None:
        figures["days_left"] = int(days)
    return Found(
        kind=AlertKind.YARD,
        severity=Severity.SEVERE if is_severe else Severity.WARNING,
        adcode=yard.facility.county.adcode,
        facility=yard.facility,
        material=yard.material,
        size=clock.fill_frac,
        figures=figures,
        records=(Record("ledger", str(yard.facility.public_id)),),
    )
