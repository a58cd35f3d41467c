"""Periods of a balance in words, and those that a page offers."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from maps.periods import Period, parse
from maps.question import newest_months

SLIDER_MONTHS = 36
QUARTERS_OFFERED = 8


def month_words(month: date) -> str:
    """``2026年3月``, ``March 2026``."""
    return date_format(month, "YEAR_MONTH_FORMAT")


def period_words(period: Period) -> str:
    """A month, a year or quarter by its name, or the first month and the last."""
    if period.month_count == 1:
        return month_words(period.first)
    if period.month_count == 12 and period.first.month == 1:
        return _("the year %(year)s") % {"year": period.first.year}
    return f"{month_words(period.first)} – {month_words(period.last)}"


def slider_months() -> Period:
    """The months that the page can run through."""
    return newest_months(SLIDER_MONTHS)


def periods_offered(chosen: Period | None) -> list[tuple[str, object]]:
    """Options of a select: twelve months, years, quarters, months, newest first."""
    span = slider_months()
    last_year = newest_months()
    years = range(span.last.year, span.first.year - 1, -1)
    quarters = _quarters(span.last)
    groups: list[tuple[str, object]] = [
        (last_year.code, _("last twelve months")),
        (_("Years"), [_option(parse(str(year))) for year in years]),
        (_("Quarters"), [(quarter.code, quarter.code) for quarter in quarters]),
        (_("Months"), [_option(Period(m, m)) for m in reversed(span.months)]),
    ]
    offered = {last_year.code, *_codes(groups)}
    if chosen and chosen.code not in offered:
        groups.insert(0, _option(chosen))
    return groups


def _quarters(last: date) -> list[Period]:
    newest = parse(f"{last.year}-Q{(last.month - 1) // 3 + 1}")
    ago = 0 if newest.last <= last else 1
    return [newest.shifted(-3 * (ago + place)) for place in range(QUARTERS_OFFERED)]


def _option(period: Period) -> tuple[str, str]:
    return period.code, period_words(period)


def _codes(groups: list[tuple[str, object]]) -> set[str]:
    return {
        code
        for _words, options in groups
        if isinstance(options, list)
        for code, _told in options
    }
