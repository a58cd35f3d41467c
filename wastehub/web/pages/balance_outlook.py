"""What policy asks of a region, how far off it is, and what would close the gap."""

from datetime import date
from typing import Any, Final

from maps import balance
from maps.aims import MOST, Parts, Target, material_of, parts_of, targets_told
from maps.figures import Cell
from maps.question import region_of
from maps.sinks import Sink, closing_sinks
from maps.subjects import Subject
from maps.targets import (
    Bearing,
    Measure,
)
from maps.trend import ratio_outlook
from wastehub.ledger.kinds import Evidence
from wastehub.web import policy
from wastehub.web.pages.balance_reading import Reading
from wastehub.web.pages.period_words import slider_months
from wastehub.web.pages.trend_chart import TrendChart, trend_chart
from wastehub.web.templatetags.figures import percent

# By the code of the page's measure; of any other the balance is drawn.
RATIOS: Final = {"utilisation": Measure.UTILISATION_RATE}
MOST_SINKS: Final = 8
MONTHS_A_YEAR: Final = 12
_MOSTLY: Final = 0.5


def outlook_of(user: policy.Viewer, reading: Reading, measure: str) -> dict[str, Any]:
    """What the section shows; nothing of a region that is not seen in full."""
    asked, total = reading.question, reading.total(reading.question.period)
    if total.hidden or total.cell.is_public or total.cell.is_empty:
        return {}
    span = slider_months()
    cells = balance.series(asked.subject, reading.whole, span, asked.as_of)
    months = {month: row[0] for month, row in cells.items()}
    ratio = RATIOS.get(measure, Measure.BALANCE)
    targets = []
    if not asked.place.zone:
        adcode = region_of(asked).adcode
        targets = targets_told(asked.subject, adcode, total.cell, months)
    own = next((t.standing for t in targets if _is_own(t, ratio)), None)
    gap_kg = max((t.standing.gap_kg or 0 for t in targets), default=0)
    return {
        "targets": targets,
        "chart": chart_of(months, ratio, own.asked if own else None),
        "chart_title": ratio.label,
        "sinks": sinks_told(user, asked.subject, gap_kg, asked.period.month_count),
    }


def chart_of(
    months: dict[date, Cell], measure: str, target: float | None
) -> TrendChart | None:
    """The ratio by month with the months ahead and their intervals."""
    if not months:
        return None
    first, last = min(months), max(months)
    parts = [parts_of(cell, measure) for cell in months.values()]
    most = MOST.get(Measure(measure), float("inf"))
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


def _is_own(target: Target, measure: str) -> bool:
    standing = target.standing
    return standing.bearing == Bearing.OWN and standing.target.measure == measure


def _value(parts: Parts | None, most: float) -> float | None:
    return None if parts is None else min(most, parts[0] / parts[1])
