"""Spans of whole months that a balance is struck over, and how people write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from wastehub.errors import Refused
from wastehub.ledger.periods import month_after, months_later

MOST_MONTHS: Final = 120
EARLIEST_YEAR, LATEST_YEAR = 1950, 2100
_FORM = re.compile(r"(\d{4})(?:-?(?:(Q[1-4])|(H[12])|(\d{2})))?", re.IGNORECASE)
_RANGE = ".."


@dataclass(frozen=True, order=True)
class Period:
    """The first days of its first and last month, both included.

    Raises
    ------
    Refused
        ``bad_period``: it ends before it starts, or is longer than ten years.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise _refusal(_("The period ends before it starts."))
        if self.month_count > MOST_MONTHS:
            told = _("A period is at most %(most)s months long.")
            raise _refusal(told % {"most": MOST_MONTHS})

    @property
    def month_count(self) -> int:
        """How many months it has."""
        years = self.last.year - self.first.year
        return years * 12 + self.last.month - self.first.month + 1

    @property
    def end(self) -> date:
        """The first day after it."""
        return month_after(self.last)

    @property
    def months(self) -> list[date]:
        """The first day of each of its months, in order."""
        return list(self._months())

    @property
    def code(self) -> str:
        """``2025``, ``2025-Q1``, ``2025-H1``, ``2025-03`` or ``2025-03..2026-02``."""
        first, last = self.first, self.last
        if self.month_count == 1:
            return f"{first:%Y-%m}"
        if first.year == last.year and (first.month - 1) % self.month_count == 0:
            form = {3: "{0}-Q{1}", 6: "{0}-H{1}", 12: "{0}"}.get(self.month_count)
            if form:
                part = (first.month - 1) // self.month_count + 1
                return form.format(first.year, part)
        return f"{first:%Y-%m}{_RANGE}{last:%Y-%m}"

    @property
    def before(self) -> "Period":
        """As many months, just before."""
        return self.shifted(-self.month_count)

    @property
    def year_before(self) -> "Period":
        """The same months of the year before."""
        return self.shifted(-12)

    def shifted(self, months: int) -> "Period":
        """So many months later, earlier below 0."""
        return Period(months_later(self.first, months), months_later(self.last, months))

    def _months(self) -> Iterator[date]:
        month = self.first
        while month <= self.last:
            yield month
            month = month_after(month)


def parse(text: str) -> Period:
    """What a person or a program calls a period: the forms of :attr:`Period.code`.

    Raises
    ------
    Refused
        ``bad_period``: no such form, no such month, or see :class:`Period`. The finest
        step is a month.
    """
    first, separator, last = text.strip().partition(_RANGE)
    begins = _part(first)
    return Period(begins.first, _part(last).last) if separator else begins


def last_months(count: int, until: date) -> Period:
    """The months up to that of a day."""
    last = until.replace(day=1)
    return Period(months_later(last, 1 - count), last)


def _part(text: str) -> Period:
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise _refusal(
            _("Write a period as 2025, 2025-H1, 2025-Q1, 2025-03 or 2025-03..2026-02.")
        )
    year, quarter, half, month = found.groups()
    if not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
        raise _refusal(_("There are no figures of the year %(year)s.") % {"year": year})
    if month and not 1 <= int(month) <= 12:
        raise _refusal(_("There is no month %(month)s.") % {"month": month})
    length = 3 if quarter else 6 if half else 1 if month else 12
    place = int(month) if month else int((quarter or half or "x1")[1])
    begins = date(int(year), (place - 1) * length + 1, 1)
    return Period(begins, months_later(begins, length - 1))


def _refusal(told: str) -> Refused:
    return Refused("bad_period", told, {"period": told})
