"""Piles whose figures do not close: stock that nothing explains, losses, overuse."""

from collections.abc import Iterator, Mapping
from datetime import date

from maps import balance, groups
from maps.alerts.found import Found, Record, sites_known
from maps.alerts.kinds import AlertKind, Severity
from maps.alerts.terms import USUAL, AlertTerms
from maps.figures import Cell
from maps.periods import last_months
from maps.subjects import subjects_told
from wastehub.catalogue.models import Material
from wastehub.ledger.periods import month_before
from wastehub.registry.models import Facility
from wastehub.registry.querysets import FacilityQuerySet

Told = tuple[AlertKind, Severity, int, Mapping[str, float]]


def find(
    today: date, sites: FacilityQuerySet, terms: AlertTerms = USUAL
) -> Iterator[Found]:
    """What of each pile does not close over the last months."""
    grouping, known = groups.by_site(sites), sites_known(sites)
    period = last_months(terms.closing_months, month_before(today))
    for subject in subjects_told(sites):
        for cell in balance.balance(subject, grouping, period):
            if cell.is_empty:
                continue
            for told in _faults(cell, terms):
                yield _found(known[cell.key], subject.materials[0], told)


def _faults(cell: Cell, terms: AlertTerms) -> Iterator[Told]:
    had_kg = _had_kg(cell)
    apart_kg, lost_kg = cell.unexplained_kg, cell.total.loss_kg
    excess_kg = cell.utilisation.excess_kg
    if _matters(apart_kg, had_kg, terms.closing_apart_frac, terms):
        figures = _over(terms, unexplained_kg=apart_kg)
        yield AlertKind.STOCK, Severity.WARNING, abs(apart_kg), figures
    if _matters(lost_kg, had_kg, terms.loss_above_frac, terms):
        share = round(lost_kg / had_kg, 4) if had_kg else 1.0
        figures = _over(terms, loss_kg=lost_kg, loss_frac=share)
        yield AlertKind.LOSS, Severity.WARNING, lost_kg, figures
    if _matters(excess_kg, had_kg, terms.closing_apart_frac, terms):
        made_kg = cell.utilisation.below_kg
        figures = _over(terms, excess_kg=excess_kg, made_kg=made_kg)
        yield AlertKind.EXCESS, Severity.WATCH, excess_kg, figures


def _had_kg(cell: Cell) -> int:
    """All that the pile had to lose: what was there and what came."""
    total = cell.total
    came_kg = total.opened_kg + total.generated_kg + total.received_kg
    return cell.opening_stock_kg + came_kg


def _matters(mass_kg: int, had_kg: int, frac: float, terms: AlertTerms) -> bool:
    return abs(mass_kg) > max(terms.closing_least_kg, frac * had_kg)


def _over(terms: AlertTerms, **figures: float) -> Mapping[str, float]:
    return {"months": terms.closing_months, **figures}


def _found(site: Facility, material: Material, told: Told) -> Found:
    kind, severity, size, figures = told
    return Found(
        kind=kind,
        severity=severity,
        adcode=site.county.adcode,
        facility=site,
        material=material,
        size=size,
        figures=figures,
        records=(Record("ledger", str(site.public_id)),),
    )
