"""What firms put into the published figures: one statement, a row a firm and step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from django.db.models import F

from maps import facts
from maps.confidential import Integers
from maps.facts import STOCK_CHANGES, Asked
from maps.groups import Grouping
from maps.suppression import Contributions
from wastehub.catalogue.models import Material
from wastehub.ledger.periods import months_later
from wastehub.registry.querysets import FacilityQuerySet

PUBLISHED: Final = (
    "generated_kg",
    "consumed_kg",
    "own_used_kg",
    "own_used_old_kg",
    "opening_stock_kg",
    "closing_stock_kg",
)
"""What is published of a region: all that both ratios need, and the stocks.

What was used and what was disposed of is told together, as consumed (综合消纳量): few
firms of a region dispose of anything, and told apart that would hide all the rest.
"""

_UNITS: Final = {3: "quarter", 12: "year"}

_SELECT: Final = f"""
    , change AS (
        SELECT facility_id, date_trunc(%(unit)s, month)::date AS step,
            sum(change_kg) AS change_kg
        FROM ({STOCK_CHANGES}) c GROUP BY 1, 2),
    level AS (
        SELECT c.facility_id, s.step,
            coalesce(sum(change_kg) FILTER (WHERE c.step < s.step), 0) AS opening_kg,
            sum(change_kg) AS closing_kg
        FROM unnest(%(steps)s::date[]) AS s (step) JOIN change c ON c.step <= s.step
        GROUP BY 1, 2),
    told AS (
        SELECT facility_id, date_trunc(%(unit)s, month)::date AS step, generated_kg,
            used_kg + disposed_kg AS consumed_kg, own_used_kg, own_used_old_kg,
            0 AS opening_kg, 0 AS closing_kg
        FROM facts
        UNION ALL
        SELECT facility_id, step, 0, 0, 0, 0, opening_kg, closing_kg
        FROM level WHERE opening_kg <> 0 OR closing_kg <> 0)
    SELECT f.organisation_id, s.key, t.step, sum(generated_kg)::bigint,
        sum(consumed_kg)::bigint, sum(own_used_kg)::bigint,
        sum(own_used_old_kg)::bigint, sum(opening_kg)::bigint, sum(closing_kg)::bigint
    FROM told t JOIN site s USING (facility_id)
        JOIN registry_facility f ON f.id = t.facility_id
    GROUP BY 1, 2, 3 ORDER BY 2, 1, 3"""  # noqa: S608 - our own names only


@dataclass(frozen=True)
class Span:
    """The published steps of some years that are over on a day, and as known then.

    ``step_months`` is 3 or 12: quarters or years.
    """

    first_year: int
    as_of: date
    step_months: int

    @property
    def steps(self) -> list[date]:
        """The first month of each."""
        found, month = [], date(self.first_year, 1, 1)
        while (after := months_later(month, self.step_months)) <= self.as_of:
            found.append(month)
            month = after
        return found

    @property
    def last_month(self) -> date:
        """The first day of the last month, before the first where no step is over."""
        steps = self.steps
        last = steps[-1] if steps else date(self.first_year - 1, 12, 1)
        return months_later(last, self.step_months - 1) if steps else last


@dataclass(frozen=True)
class FirmSteps:
    """Rows of firm, county and step; ``mass_kg`` has a column for each of PUBLISHED.

    A firm that reports nought has a row; masses may be below zero.
    """

    firm: Integers
    county: Sequence[str]
    step: Sequence[date]
    mass_kg: Integers

    def contributions(self) -> Contributions:
        """What the decisions are made of; what is below zero is a measure of its own.

        What a stock gained beyond the published flows follows from them, and so is a
        measure too.
        """
        made, consumed, _own, _old, opening, closing = self.mass_kg.T
        otherwise = closing - opening - made + consumed
        signed = np.column_stack([self.mass_kg, otherwise])
        split = np.column_stack([np.maximum(signed, 0), np.maximum(-signed, 0)])
        return Contributions(
            firm=self.firm,
            county=self.county,
            step=np.array([step.toordinal() for step in self.step], np.int64),
            mass_kg=split[:, split.any(axis=0)],
        )


def firm_steps(material: Material, sites: FacilityQuerySet, span: Span) -> FirmSteps:
    """What each firm put into each county and step of a span, as known on its day."""
    keyed = sites.order_by().annotate(key=F("county__adcode")).values("pk", "key")
    first = date(span.first_year, 1, 1)
    asked = Asked(
        [material.pk], first, span.last_month, span.as_of, Grouping((), keyed, str)
    )
    unit = _UNITS[span.step_months]
    rows = facts.rows(asked, _SELECT, unit=unit, steps=span.steps) if span.steps else []
    masses = np.array([row[3:] for row in rows], np.int64)
    return FirmSteps(
        firm=np.array([row[0] for row in rows], np.int64),
        county=[row[1] for row in rows],
        step=[row[2] for row in rows],
        mass_kg=masses.reshape(len(rows), len(PUBLISHED)),
    )
