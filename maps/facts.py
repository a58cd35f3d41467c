"""The one statement that every balance is read by: months of piles, told by whom.

``facts`` is a common table of what a ledger tells of each pile and month, and of what
accepted declarations tell where no ledger does. All masses are whole kilograms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from maps.figures import COLUMNS
from maps.groups import Grouping
from wastehub.ledger.months import CHANGE_SQL
from wastehub.ledger.periods import month_after, month_before

Row = tuple[Any, ...]
Statement = tuple[str, dict[str, Any]]

_MASSES: Final = """m.opening_kg, m.generated_kg, m.received_kg, m.used_kg,
        m.used_old_kg, m.shipped_kg, m.shipped_old_kg, m.disposed_kg,
        m.disposed_old_kg, m.loss_kg"""


def _own(used: str, shipped: str, received: str) -> str:
    return f"CASE WHEN takes THEN 0 ELSE {used} + {shipped} - {received} END"


_OWN: Final = (
    _own("m.used_kg", "m.shipped_kg", "m.received_kg")
    + ", "
    + _own("m.used_old_kg", "m.shipped_old_kg", "0")
)

# A taker is known by the whole of its ledger, not by the months asked for.
_TAKERS_NOW: Final = """(
    SELECT facility_id, material_id, generated_kg = 0 AND received_kg > 0 AS takes
    FROM ledger_pile)"""

_TAKERS_THEN: Final = """(
    SELECT facility_id, material_id,
        sum(generated_kg) = 0 AND sum(received_kg) > 0 AS takes
    FROM ledger_pilemonth
    WHERE material_id = ANY(%(materials)s) AND told_on <= %(as_of)s GROUP BY 1, 2)"""

_FROM_MONTHS: Final = f"""
    SELECT m.facility_id, m.month, m.told_on, m.evidence, {_MASSES}, {_OWN}
    FROM ledger_pilemonth m JOIN {{takers}} pile USING (facility_id, material_id)
    WHERE m.material_id = ANY(%(materials)s) AND m.month BETWEEN %(first)s AND %(last)s
        AND m.told_on <= %(as_of)s"""  # noqa: S608 - our own names only

# Whole years by a row each: what is known today needs no months and no days. Years and
# months are two statements, each of which the index serves.
_FROM_SPANS: Final = " UNION ALL ".join(
    f"""
    SELECT m.facility_id, m.first, m.first, m.evidence, {_MASSES}, {_OWN}
    FROM ledger_pilespan m JOIN {{takers}} pile USING (facility_id, material_id)
    WHERE m.material_id = ANY(%(materials)s) AND m.months = {months}
        AND m.first = ANY(%({firsts})s)"""  # noqa: S608
    for months, firsts in ((12, "years"), (1, "months"))
)

# Of what a site declares as used, shipped for use is a part; what it says of the rest
# counts as used there. What was dumped is lost to every use. The first declaration
# opens the stock with what was there before its month, by its own figures.
_DECLARED: Final = """
    SELECT DISTINCT ON (d.facility_id, d.material_id, d.month)
        d.facility_id, d.material_id, d.month, c.told_on, d.generated_kg, d.received_kg,
        greatest(d.used_on_site_kg, d.used_kg - d.shipped_kg) AS used_kg, d.shipped_kg,
        d.used_old_kg, d.disposed_kg, d.disposed_old_kg, d.dumped_kg, d.carried_kg,
        d.stored_kg
    FROM reporting_counteddeclaration c
    JOIN reporting_declaration d ON d.id = c.declaration_id
    WHERE d.material_id = ANY(%(materials)s) AND d.month <= %(last)s
        AND c.told_on <= %(as_of)s AND NOT EXISTS (
            SELECT 1 FROM ledger_pilemonth p
            WHERE p.facility_id = d.facility_id AND p.material_id = d.material_id
                AND p.month <= d.month AND p.told_on <= %(as_of)s)
    ORDER BY d.facility_id, d.material_id, d.month, d.version DESC"""

_OPENED: Final = """CASE WHEN m.is_first
    THEN greatest(m.carried_kg - m.stored_kg + m.used_old_kg + m.disposed_old_kg, 0)
    ELSE 0 END"""

_FROM_DECLARED: Final = f"""
    SELECT m.facility_id, m.month, m.told_on, 'declared', {_OPENED}, m.generated_kg,
        m.received_kg, m.used_kg, least(m.used_old_kg, m.used_kg), m.shipped_kg,
        greatest(m.used_old_kg - m.used_kg, 0), m.disposed_kg, m.disposed_old_kg,
        m.dumped_kg, {_own("m.used_kg", "m.shipped_kg", "m.received_kg")},
        {_own("m.used_old_kg", "0", "0")}
    FROM (SELECT *, month = min(month) OVER pile AS is_first,
            sum(generated_kg) OVER pile = 0 AND sum(received_kg) OVER pile > 0 AS takes
        FROM declared WINDOW pile AS (PARTITION BY facility_id, material_id)) m
    WHERE m.month >= %(first)s"""  # noqa: S608

_FACTS: Final = f"""
    WITH site (facility_id, key) AS MATERIALIZED ({{sites}}),
    declared AS MATERIALIZED ({_DECLARED}),
    facts (facility_id, month, told_on, evidence, {", ".join(COLUMNS)}) AS (
        {{ledger}} UNION ALL {_FROM_DECLARED})
"""

_CHANGED_BY_MONTHS: Final = f"""
    SELECT m.facility_id, m.month, (0 {CHANGE_SQL})::bigint AS change_kg
    FROM ledger_pilemonth m
    WHERE m.material_id = ANY(%(materials)s) AND m.month <= %(last)s
        AND m.told_on <= %(as_of)s"""  # noqa: S608

_CHANGED_BY_SPANS: Final = f"""
    SELECT m.facility_id, m.first AS month, (0 {CHANGE_SQL})::bigint AS change_kg
    FROM ledger_pilespan m
    WHERE m.material_id = ANY(%(materials)s) AND m.months = 12
        AND (m.first < %(new_year)s OR m.first = ANY(%(years)s))
    UNION ALL
    SELECT m.facility_id, m.first, (0 {CHANGE_SQL})::bigint
    FROM ledger_pilespan m
    WHERE m.material_id = ANY(%(materials)s) AND m.months = 1
        AND (m.first >= %(new_year)s AND m.first < %(first)s
            OR m.first = ANY(%(months)s))"""  # noqa: S608

# A declared stock is a level, so its changes are the differences of levels, and it is
# given up to the ledger that takes over.
_CHANGED_BY_LEVELS: Final = """
    SELECT facility_id, month, carried_kg - coalesce(lag(carried_kg) OVER pile, 0)
    FROM declared WINDOW pile AS (PARTITION BY facility_id, material_id ORDER BY month)
    UNION ALL
    SELECT facility_id, taken_over.month, -carried_kg FROM (
        SELECT DISTINCT ON (facility_id, material_id) * FROM declared
        ORDER BY facility_id, material_id, month DESC) level
    CROSS JOIN LATERAL (
        SELECT min(p.month) AS month FROM ledger_pilemonth p
        WHERE p.facility_id = level.facility_id
            AND p.material_id = level.material_id AND p.told_on <= %(as_of)s) taken_over
    WHERE taken_over.month <= %(last)s"""

STOCK_CHANGES: Final = f"{_CHANGED_BY_MONTHS} UNION ALL {_CHANGED_BY_LEVELS}"
"""What each month did to the stock, as known on a day: site, month and mass."""


@dataclass(frozen=True)
class Asked:
    """Which months of which materials, as known on a day, and grouped how."""

    materials: Sequence[int]
    first: date
    last: date
    as_of: date
    grouping: Grouping

    @property
    def is_now(self) -> bool:
        """Whether all that is known counts, whenever it was told."""
        return self.as_of == date.max

    def spans(self, by_month: bool) -> dict[str, Any]:
        """The first days of its whole ``years`` and of its other ``months``.

        All of them are months where each is to be told for itself.
        """
        years, months, month = [], [], self.first
        while month <= self.last:
            december = month.replace(month=12)
            if month.month == 1 and december <= self.last and not by_month:
                years.append(month)
                month = december
            else:
                months.append(month)
            month = month_after(month)
        return {"years": years, "months": months}


def sums(asked: Asked, *by: str) -> list[Row]:
    """Sums of the masses in the order of :data:`~maps.figures.COLUMNS`.

    Each row begins with the site's key and the columns of ``by``, which are some of
    ``month``, ``evidence`` and ``told_on``.
    """
    named = ", ".join(["s.key", *(f"f.{name}" for name in by)])
    totals = ", ".join(f"sum(f.{name})::bigint" for name in COLUMNS)
    places = ", ".join(str(place + 1) for place in range(len(by) + 1))
    return rows(
        asked,
        f"SELECT {named}, {totals} FROM facts f JOIN site s USING (facility_id)"  # noqa: S608
        f" GROUP BY {places} ORDER BY {places}",
        ledger=_ledger_of(asked, by),
        **asked.spans(by_month=False),
    )


def summing(asked: Asked, select: str, **more: Any) -> Statement | None:
    """A select over ``facts`` that needs no months, to stand inside another statement.

    Nothing where no site can be among those that are asked about.
    """
    told = {**asked.spans(by_month=False), **more}
    return _statement(asked, select, _ledger_of(asked, ()), told)


def stock_changes(asked: Asked, by_month: bool) -> list[Row]:
    """Key, month and what the stock grew by: before the first month in one row.

    What need not be told by month may stand all at the beginning of its year.
    """
    changed = _CHANGED_BY_SPANS if asked.is_now else _CHANGED_BY_MONTHS
    return rows(
        asked,
        f"""SELECT s.key, greatest(h.month, %(before)s), sum(h.change_kg)::bigint
            FROM ({changed} UNION ALL {_CHANGED_BY_LEVELS}) h
            JOIN site s USING (facility_id)
            GROUP BY 1, 2 ORDER BY 1, 2""",  # noqa: S608
        before=month_before(asked.first),
        new_year=asked.first.replace(month=1),
        **asked.spans(by_month),
    )


def rows(
    asked: Asked, select: str, ledger: str = _FROM_MONTHS, **more: Any
) -> list[Row]:
    """What a select says that may read ``site``, ``declared`` and ``facts``."""
    statement = _statement(asked, select, ledger, more)
    if statement is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return cursor.fetchall()


def _statement(
    asked: Asked, select: str, ledger: str, more: dict[str, Any]
) -> Statement | None:
    try:
        inner, values = asked.grouping.sites.query.sql_with_params()
    except EmptyResultSet:
        # No site can be among them, so nothing is known.
        return None
    # The sites' statement is the ORM's own; its values go in by a name each.
    named = {f"site_{place}": value for place, value in enumerate(values)}
    sites = inner % tuple(f"%({name})s" for name in named)
    takers = _TAKERS_NOW if asked.is_now else _TAKERS_THEN
    told = _FACTS.replace("{sites}", sites).replace("{ledger}", ledger)
    told = told.replace("{takers}", takers)
    return told + select, {**_values(asked), **named, **more}


def _ledger_of(asked: Asked, by: Sequence[str]) -> str:
    """Whole years by a row each, where neither month nor day is asked for."""
    return _FROM_SPANS if asked.is_now and set(by) <= {"evidence"} else _FROM_MONTHS


def _values(asked: Asked) -> dict[str, Any]:
    return {
        "materials": list(asked.materials),
        "first": asked.first,
        "last": asked.last,
        "as_of": asked.as_of,
    }
