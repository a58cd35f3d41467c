"""What policy asks of a region, how far off it is, and what would close the gap."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone

from maps import balance
from maps.figures import Cell, Masses
from maps.question import Question, region_of
from maps.sinks import Sink, closing_sinks
from maps.subjects import ALL, BULK, Subject
from maps.targets import (
    Bearing,
    Figures,
    Measure,
    Standing,
    standings,
    targets_beside,
)
from maps.trend import ratio_outlook
from maps.year_ahead import YearAhead, ratio_year
from wastehub.catalogue.models import PolicyTarget
from wastehub.ledger.kinds import Evidence
from wastehub.web import policy
from wastehub.web.pages.balance_reading import Reading
from wastehub.web.pages.period_words import slider_months
from wastehub.web.pages.trend_chart import TrendChart, trend_chart
from wastehub.web.templatetags.figures import percent

# By the code of the page's measure; of any other the balance is drawn.
RATIOS: Final = {"utilisation": Measure.UTILISATION_RATE}
FARTHEST_YEARS: Final = 5
MOST_SINKS: Final = 8
MONTHS_A_YEAR: Final = 12
PHOSPHOGYPSUM: Final = "phosphogypsum"
_MOSTLY: Final = 0.5
_MOST: Final = {Measure.UTILISATION_RATE: 1.0}

Parts = tuple[int, int]


@dataclass(frozen=True)
class Target:
    """A target beside the figures, and its year's expected value where there is one."""

    standing: Standing
    year: YearAhead | None


def outlook_of(user: policy.Viewer, reading: Reading, measure: str) -> dict[str, Any]:
    """What the section shows; nothing of a region that is not seen in full."""
    asked, total = reading.question, reading.total(reading.question.period)
    if total.hidden or total.cell.is_empty:
        return {}
    span = slider_months()
    cells = balance.series(asked.subject, reading.whole, span, asked.as_of)
    months = {month: row[0] for month, row in cells.items()}
    ratio = RATIOS.get(measure, Measure.BALANCE)
    targets = targets_told(asked, total.cell, months)
    own = next((t.standing for t in targets if _is_own(t, ratio)), None)
    gap_kg = max((t.standing.gap_kg or 0 for t in targets), default=0)
    return {
        "targets": targets,
        "chart": chart_of(months, ratio, own.asked if own else None),
        "chart_title": ratio.label,
        "sinks": sinks_told(user, asked.subject, gap_kg, asked.period.month_count),
    }


def material_of(subject: Subject) -> str | None:
    """The material that targets of a subject are set for; none for bulk waste.

    Phosphogypsum's targets are set for all its forms together.
    """
    codes = [material.code for material in subject.materials]
    if subject.code in (ALL, BULK):
        return None
    return PHOSPHOGYPSUM if PHOSPHOGYPSUM in codes else next(iter(codes), None)


def targets_told(
    question: Question, total: Cell, months: dict[date, Cell]
) -> list[Target]:
    """Every target that bears on the region and the subject, beside their figures."""
    if question.place.zone:
        return []
    adcode = region_of(question).adcode
    code, today = material_of(question.subject), timezone.localdate()
    return [
        Target(_standing(row, total.total, adcode, code, today), _year(row, months))
        for row in targets_beside(adcode, code)
    ]


def chart_of(
    months: dict[date, Cell], measure: str, target: float | None
) -> TrendChart | None:
    """The ratio by month with the months ahead and their intervals."""
    if not months:
        return None
    first, last = min(months), max(months)
    parts = [parts_of(cell, measure) for cell in months.values()]
    most = _MOST.get(Measure(measure), float("inf"))
    until = date(last.year + 1, last.month, 1)
    return trend_chart(
        told=[_value(part, most) for part in parts],
        estimated=[
            cell.share(Evidence.ESTIMATED) > _MOSTLY for cell in months.values()
        ],
        first=first,
        outlook=ratio_outlook(parts, first, until, most),
        words=percent,
        target=target,
    )


def sinks_told(
    user: policy.Viewer, subject: Subject, gap_kg: int, month_count: int
) -> list[Sink]:
    """Takers whose spare room would close a gap, by the newest plan of the widest area.

    A period's gap is stretched to the plan's horizon.
    """
    code = material_of(subject)
    run = policy.runs(user).factual().published().plans().widest()
    if code is None or run is None or not gap_kg:
        return []
    horizon = run.params.get("horizon_months", MONTHS_A_YEAR)
    asked_kg = gap_kg * horizon // month_count
    demands = policy.demands(user).filter(is_in_full=True)
    supplies = policy.supplies(user).filter(is_in_full=True)
    found = closing_sinks(code, asked_kg, run, demands, supplies)
    return found[:MOST_SINKS]


def parts_of(cell: Cell, measure: str) -> Parts | None:
    """Numerator and denominator of a month's ratio; none where nothing was made."""
    masses = cell.total
    if measure == Measure.UTILISATION_RATE:
        below_kg = masses.generated_kg + masses.own_used_old_kg
        parts = max(0, min(masses.own_used_kg, below_kg)), below_kg
    else:
        parts = masses.consumed_kg, masses.generated_kg
    return parts if parts[1] > 0 else None


def _is_own(target: Target, measure: str) -> bool:
    standing = target.standing
    return standing.bearing == Bearing.OWN and standing.target.measure == measure


def _value(parts: Parts | None, most: float) -> float | None:
    return None if parts is None else min(most, parts[0] / parts[1])


def _standing(
    target: PolicyTarget, masses: Masses, adcode: str, code: str | None, today: date
) -> Standing:
    figures = _figures(masses, target.measure)
    return standings([target], figures, adcode, code, today)[0]


def _figures(masses: Masses, measure: str) -> Figures:
    """A rate follows the maker, a balance the place of use."""
    if measure == Measure.UTILISATION_RATE:
        used_kg = max(0, masses.own_used_kg)
        old_kg = min(used_kg, max(0, masses.own_used_old_kg))
    else:
        used_kg, old_kg = max(0, masses.used_kg), 0
    return Figures(
        generated_kg=max(0, masses.generated_kg),
        used_kg=used_kg,
        used_old_kg=old_kg,
        disposed_kg=max(0, masses.disposed_kg),
    )


def _year(target: PolicyTarget, months: dict[date, Cell]) -> YearAhead | None:
    """What the target's year comes to, or this one's where that is over."""
    if target.measure == Measure.MASS or not months:
        return None
    this_year = max(months).year
    year = max(target.year, this_year)
    if year > this_year + FARTHEST_YEARS:
        return None
    parts = [parts_of(cell, target.measure) for cell in months.values()]
    most = _MOST.get(Measure(target.measure), float("inf"))
    return ratio_year(parts, min(months), year, most)
