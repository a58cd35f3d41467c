"""A region that consumes less of a material than it makes (产消平衡)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from maps import balance, groups
from maps.alerts.found import Found, Record, sites_known
from maps.alerts.kinds import AlertKind, Severity
from maps.alerts.terms import USUAL, AlertTerms
from maps.figures import Cell
from maps.groups import Grouping
from maps.periods import Period, last_months
from maps.subjects import Subject, subjects_told
from wastehub.ledger.periods import month_before
from wastehub.registry.querysets import FacilityQuerySet

LEVELS: Final = ("prefecture", "province")
WINDOWS: Final = (12, 3)
"""Months; the longer window speaks first, and a region is told once."""


def find(
    today: date, sites: FacilityQuerySet, terms: AlertTerms = USUAL
) -> Iterator[Found]:
    """Regions whose balance of the last 12 months, or only of the last 3, is too low.

    The sites of the largest surplus stand behind each.
    """
    groupings = [groups.by_level(level, sites) for level in LEVELS]
    for subject in subjects_told(sites):
        told: set[str] = set()
        for months in WINDOWS:
            period = last_months(months, month_before(today))
            behind = _Behind(subject, sites, period, terms)
            for cell, grouping in _cells(subject, groupings, period):
                if cell.key not in told and _is_too_low(cell, terms):
                    told.add(cell.key)
                    yield behind.found(cell, grouping)


def _cells(
    subject: Subject, groupings: Iterable[Grouping], period: Period
) -> Iterator[tuple[Cell, Grouping]]:
    for grouping in groupings:
        for cell in balance.flows_only(subject, grouping, period):
            yield cell, grouping


def _is_too_low(cell: Cell, terms: AlertTerms) -> bool:
    value = cell.balance.value
    is_low = value is not None and value < terms.deficit_below_frac
    return is_low and cell.total.surplus_kg >= terms.deficit_least_kg


class _Behind:
    """The sites behind a region's deficit, read when the first region asks."""

    def __init__(
        self,
        subject: Subject,
        sites: FacilityQuerySet,
        period: Period,
        terms: AlertTerms,
    ) -> None:
        self.subject, self.period, self.terms = subject, period, terms
        self._sites = sites
        self._surplus: list[tuple[int, str, str]] | None = None

    def found(self, cell: Cell, grouping: Grouping) -> Found:
        """The finding of a region."""
        value = cell.balance.value or 0.0
        total = cell.total
        return Found(
            kind=AlertKind.DEFICIT,
            severity=self._severity(value),
            adcode=cell.key,
            material=self.subject.materials[0],
            size=total.surplus_kg,
            figures={
                "months": self.period.month_count,
                "balance_frac": round(value, 4),
                "generated_kg": total.generated_kg,
                "consumed_kg": total.consumed_kg,
                "surplus_kg": total.surplus_kg,
            },
            records=self._records(cell.key, grouping),
        )

    def _severity(self, value: float) -> Severity:
        if self.period.month_count < max(WINDOWS):
            return Severity.WATCH
        is_severe = value < self.terms.deficit_severe_frac
        return Severity.SEVERE if is_severe else Severity.WARNING

    def _records(self, region: str, grouping: Grouping) -> tuple[Record, ...]:
        if self._surplus is None:
            self._surplus = self._by_site()
        here = [
            Record("ledger", public_id)
            for _surplus_kg, public_id, county in self._surplus
            if grouping.fold(county) == region
        ]
        return tuple(here[: self.terms.most_records])

    def _by_site(self) -> list[tuple[int, str, str]]:
        """Surplus, site and county, the largest surplus first."""
        known = sites_known(self._sites)
        cells = balance.flows_only(
            self.subject, groups.by_site(self._sites), self.period
        )
        rows = [
            (cell.total.surplus_kg, cell.key, known[cell.key].county.adcode)
            for cell in cells
            if cell.total.surplus_kg > 0
        ]
        return sorted(rows, key=lambda row: (-row[0], row[1]))
