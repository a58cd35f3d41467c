"""Months and quarters of the ledger."""

from calendar import monthrange
from datetime import date, timedelta


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_end(month: date) -> date:
    """The last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def month_before(month: date) -> date:
    """The first day of the month before."""
    return month_of(month_of(month) - timedelta(days=1))


def month_after(month: date) -> date:
    """The first day of the month after."""
    return month_end(month) + timedelta(days=1)


def quarter_of(day: date) -> date:
    """The first day of its calendar quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_before(day: date) -> date:
    """The first day of the calendar quarter before that of a day."""
    return quarter_of(quarter_of(day) - timedelta(days=1))


def months_later(month: date, count: int) -> date:
    """The first day of the month so many later, earlier below 0."""
    year, place = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, place + 1, 1)
