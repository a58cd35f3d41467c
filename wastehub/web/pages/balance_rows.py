"""Rows of the balance's table, and the sides that stand beside each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from django.utils.translation import gettext as _

from maps.figures import Cell
from maps.market import DEFAULT_HORIZON_MONTHS
from maps.periods import Period
from maps.placed import placed
from maps.published import Shown
from maps.question import OWNED_LEVELS, REGION_LEVELS
from matching.models import MatchRun
from wastehub.web.pages.balance_measures import PLACED, Measure, Scale, sign
from wastehub.web.pages.balance_reading import (
    Reading,
    is_mostly_estimated,
)
from wastehub.web.pages.period_words import period_words, slider_months
from wastehub.web.templatetags.figures import (
    percent,
    signed_mass,
    signed_tonnes,
    tonnes,
)

NOTHING_KNOWN: Final = "–"


@dataclass(frozen=True)
class Coloured:
    """A figure with its class and its words."""

    value: float | None
    code: str
    told: str
    is_hidden: bool = False
    is_estimated: bool = False

    @property
    def sign(self) -> str:
        """Of a surplus or a deficit."""
        return sign(self.code)


@dataclass(frozen=True)
class Side:
    """One of the maps: what it shows, each group's figure, and that of them all."""

    words: str
    figures: Mapping[str, Coloured]
    legend: Sequence[tuple[str, str]]
    total: Coloured


@dataclass(frozen=True)
class Row:
    """A group with its figures: ``beside`` and ``difference`` only where compared."""

    cell: Cell
    hidden: str
    figure: Coloured
    into: str | None
    door: str
    beside: Coloured | None = None
    difference: str = ""

    @property
    def cells(self) -> list[str]:
        """The figures that every period has, as the table writes them."""
        return cells_of(self.cell)

    @property
    def has_excess(self) -> bool:
        """Whether its figures do not close."""
        return bool(self.cell.utilisation.excess_kg or self.cell.unexplained_kg)


def cells_of(cell: Cell) -> list[str]:
    """Generated, used, treated, balance, utilisation, surplus and stock, in words."""
    if cell.is_empty:
        return [NOTHING_KNOWN] * 7
    total = cell.total
    return [
        tonnes(total.generated_kg),
        NOTHING_KNOWN if cell.is_public else tonnes(total.used_kg),
        NOTHING_KNOWN if cell.is_public else tonnes(total.disposed_kg),
        _percent(cell.balance.value),
        _percent(cell.utilisation.value),
        signed_tonnes(total.surplus_kg),
        tonnes(cell.closing_stock_kg),
    ]


def rows_of(
    reading: Reading, sides: Sequence[Side], measure: Measure, doors: Mapping[str, str]
) -> list[Row]:
    """A row a group, those first of which something is known, then as the cells are.

    Of sites and companies only those: there are many others, and that they have a
    ledger at all is not told to everybody.

    Parameters
    ----------
    doors
        Where a site leads to, by its key.
    """
    rows = [_row(reading, one, sides, measure, doors) for one in reading.shown]
    if reading.question.level not in REGION_LEVELS:
        return [row for row in rows if not row.cell.is_empty]
    return sorted(rows, key=lambda row: row.cell.is_empty)


def sides_of_periods(
    reading: Reading, measure: Measure, other: Period | None
) -> list[Side]:
    """The question's own side, and that of another period in the same classes."""
    period = reading.question.period
    told = [(period, reading.shown)]
    if other is not None:
        told.append((other, reading.cells(other)))
    of_months = _months_shown(reading) if period.month_count == 1 else []
    everything = [*of_months, *(one for _period, cells in told for one in cells)]
    scaled = scale_over(measure, everything)
    return [
        Side(
            period_words(when),
            figures_of(cells, measure, scaled),
            scaled.legend(),
            _figure(reading.total(when), measure, scaled),
        )
        for when, cells in told
    ]


def sides_of_plans(reading: Reading, runs: Sequence[MatchRun]) -> list[Side]:
    """What each scenario's plan places, in the same classes."""
    keys = [one.cell.key for one in reading.shown]
    masses = [placed(run, reading.question.subject.keys, keys) for run in runs]
    scaled = PLACED.scaled(mass for one in masses for mass in one.values())
    return [
        Side(
            _plan_words(run),
            {key: coloured(found[key], PLACED, scaled) for key in keys},
            scaled.legend(),
            coloured(found.total(), PLACED, scaled),
        )
        for run, found in zip(runs, masses, strict=True)
    ]


def difference_of_totals(sides: Sequence[Side], measure: Measure) -> str:
    """That of the region looked into; empty where nothing stands beside."""
    if len(sides) == 1:
        return ""
    return _difference(sides[0].total, sides[1].total, measure)


def figures_of(
    shown: Iterable[Shown], measure: Measure, scaled: Scale
) -> dict[str, Coloured]:
    """Each group's figure by its key."""
    return {one.cell.key: _figure(one, measure, scaled) for one in shown}


def scale_over(measure: Measure, shown: Iterable[Shown]) -> Scale:
    """The classes in which all of some cells are coloured."""
    values = (measure.value(one.cell) for one in shown if not one.hidden)
    return measure.scaled(value for value in values if value is not None)


def coloured(value: float | None, measure: Measure, scaled: Scale) -> Coloured:
    """A value with its class and words."""
    return Coloured(value, scaled.class_of(value), measure.tell(value))


def _plan_words(run: MatchRun) -> str:
    months = run.params.get("horizon_months", DEFAULT_HORIZON_MONTHS)
    told = _("plan of %(scenario)s, %(months)s months")
    return told % {"scenario": run.scenario, "months": months}


def _months_shown(reading: Reading) -> list[Shown]:
    """A month has the classes of all months, so that it keeps them when time runs."""
    told = reading.months(slider_months())
    return [one for cells in told.values() for one in cells[1:]]


def _figure(one: Shown, measure: Measure, scaled: Scale) -> Coloured:
    if one.hidden:
        return Coloured(None, "none", _("not public"), is_hidden=True)
    value = None if one.cell.is_empty else measure.value(one.cell)
    found = coloured(value, measure, scaled)
    return Coloured(
        found.value, found.code, found.told, False, is_mostly_estimated(one.cell)
    )


def _row(
    reading: Reading,
    one: Shown,
    sides: Sequence[Side],
    measure: Measure,
    doors: Mapping[str, str],
) -> Row:
    key = one.cell.key
    figure = sides[0].figures[key]
    into = None if reading.question.level in OWNED_LEVELS else key
    known = one.cell, one.hidden, figure, into, doors.get(key, "")
    if len(sides) == 1:
        return Row(*known)
    beside = sides[1].figures[key]
    return Row(*known, beside, _difference(figure, beside, measure))


def _percent(value: float | None) -> str:
    return NOTHING_KNOWN if value is None else percent(value)


def _difference(here: Coloured, beside: Coloured, measure: Measure) -> str:
    """The question's figure less the one beside it; percentage points for a ratio."""
    if here.value is None or beside.value is None:
        return NOTHING_KNOWN
    change = here.value - beside.value
    if not isfinite(change):
        return NOTHING_KNOWN
    if measure.is_ratio:
        return f"{'−' if change < 0 else '+'}{abs(change) * 100:.1f} " + _("points")
    return signed_mass(int(change)) if change else "0"
