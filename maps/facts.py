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
from wastehub.ledger.periods import month_before

Row = tuple[Any, ...]

_LEDGER_COLUMNS: Final = """
    m.facility_id, m.month, m.told_on, m.evidence, m.opening_kg, m.generated_kg,
    m.received_kg, m.used_kg, m.used_old_kg, m.shipped_kg, m.shipped_old_kg,
    m.disposed_kg, m.disposed_old_kg, m.loss_kg"""


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

_FROM_LEDGER: Final = f"""
    SELECT {_LEDGER_COLUMNS}, {_OWN}
    FROM ledger_pilemonth m JOIN {{takers}} pile USING (facility_id, material_id)
    WHERE m.material_id = ANY(%(materials)s) AND m.month BETWEEN %(first)s AND %(last)s
        AND m.told_on <= %(as_of)s"""  # noqa: S608 - our own names only

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
        {_FROM_LEDGER} UNION ALL {_FROM_DECLARED})
"""

# What each month did to the stock: a declared stock is a level, so its changes are the
# differences of levels, and it is given up to the ledger that takes over.
STOCK_CHANGES: Final = f"""
    SELECT m.facility_id, m.month, (0 {CHANGE_SQL})::bigint AS change_kg
    FROM ledger_pilemonth m
    WHERE m.material_id = ANY(%(materials)s) AND m.month <= %(last)s
        AND m.told_on <= %(as_of)s
    UNION ALL
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
    WHERE taken_over.month <= %(last)s"""  # noqa: S608


@dataclass(frozen=True)
class Asked:
    """Which months of which materials, as known on a day, and grouped how."""

    materials: Sequence[int]
    first: date
    last: date
    as_of: date
    grouping: Grouping


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
    )


def stock_changes(asked: Asked) -> list[Row]:
    """Key, month and what the stock grew by: before the first month in one row."""
    return rows(
        asked,
        f"""SELECT s.key, greatest(h.month, %(before)s), sum(h.change_kg)::bigint
            FROM ({STOCK_CHANGES}) h JOIN site s USING (facility_id)
            GROUP BY 1, 2 ORDER BY 1, 2""",  # noqa: S608
        before=month_before(asked.first),
    )


def rows(asked: Asked, select: str, **more: Any) -> list[Row]:
    """What a select says that may read ``site``, ``declared`` and ``facts``."""
    try:
        inner, values = asked.grouping.sites.query.sql_with_params()
    except EmptyResultSet:
        # No site can be among them, so nothing is known.
        return []
    with connection.cursor() as cursor:
        # The sites' statement is the ORM's own; its values go in by a name each.
        named = {f"site_{place}": value for place, value in enumerate(values)}
        sites = inner % tuple(f"%({name})s" for name in named)
        takers = _TAKERS_NOW if asked.as_of == date.max else _TAKERS_THEN
        facts = _FACTS.replace("{sites}", sites).replace("{takers}", takers)
        cursor.execute(
            facts + select,
            {
                "materials": list(asked.materials),
                "first": asked.first,
                "last": asked.last,
                "as_of": asked.as_of,
                **named,
                **more,
            },
        )
        return cursor.fetchall()
