"""A pile's month that is far from what its months usually are."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import copysign, inf, pi, sqrt
from statistics import fmean, median
from typing import Final

from maps import balance, facts, groups
from maps.alerts.found import Found, Record, sites_known
from maps.alerts.kinds import AlertKind, Severity
from maps.alerts.terms import USUAL, AlertTerms
from maps.facts import Asked
from maps.figures import NOTHING, Masses
from maps.groups import Grouping
from maps.periods import last_months
from maps.subjects import Subject, subjects_told
from wastehub.ledger.months import Pile
from wastehub.ledger.periods import month_before
from wastehub.registry.models import Facility
from wastehub.registry.querysets import FacilityQuerySet

HIGHEST_SCORE: Final = 99.0
"""What is written for a score that is higher, or without end."""

Months = Mapping[date, Masses]


def modified_z(value: float, history: Sequence[float]) -> float:
    """The modified z-score: 0.6745 (x - median) / MAD.

    Where more than half of the history is one value the MAD is 0; the mean absolute
    deviation then stands in, scaled by the square root of pi / 2, by which it estimates
    the standard deviation of a normal distribution as the MAD does. Where that is 0 as
    well, anything but the median has a score without end.

    References
    ----------
    Iglewicz and Hoaglin, How to Detect and Handle Outliers, ASQC 1993: they call
    absolute scores above 3.5 possible outliers. NIST/SEMATECH e-Handbook 1.3.5.17.
    """
    middle = median(history)
    apart = [abs(one - middle) for one in history]
    scale = median(apart) / 0.6745 or fmean(apart) * sqrt(pi / 2)
    if scale:
        return (value - middle) / scale
    return copysign(inf, value - middle) if value != middle else 0.0


def find(
    today: date, sites: FacilityQuerySet, terms: AlertTerms = USUAL
) -> Iterator[Found]:
    """The last months of each pile against the months before them.

    What was generated is looked at, and what left the pile (used, shipped, disposed); a
    month that jumps in both is told by the higher score. A month without any entry is
    not looked at: it may not be entered yet. In the history it counts as 0.
    """
    grouping, known = groups.by_site(sites), sites_known(sites)
    for subject in subjects_told(sites):
        begins = _beginnings(subject, sites)
        for site, months in _piles(subject, grouping, today, terms).items():
            first = begins.get(site, min(months))
            for month in last_months(terms.jump_months, month_before(today)).months:
                if month in months:
                    yield from _jump(known[site], subject, month, months, first, terms)


def _piles(
    subject: Subject, grouping: Grouping, today: date, terms: AlertTerms
) -> dict[str, dict[date, Masses]]:
    count = terms.jump_months + terms.jump_history_months
    period = last_months(count, month_before(today))
    asked = Asked(subject.keys, period.first, period.last, balance.ALWAYS, grouping)
    told: dict[str, dict[date, Masses]] = defaultdict(dict)
    for site, month, *masses in facts.sums(asked, "month"):
        told[site][month] = Masses(*masses)
    return told


def _beginnings(subject: Subject, sites: FacilityQuerySet) -> dict[str, date]:
    rows = Pile.objects.filter(
        material__in=subject.keys, facility__in=sites.values("pk")
    )
    columns = rows.values_list("facility__public_id", "first_month")
    return {str(site): month for site, month in columns}


def _jump(
    site: Facility,
    subject: Subject,
    month: date,
    months: Months,
    first: date,
    terms: AlertTerms,
) -> Iterator[Found]:
    period = last_months(terms.jump_history_months, month_before(month))
    history = [months.get(one, NOTHING) for one in period.months if one >= first]
    if len(history) < terms.jump_least_history_months:
        return
    scored = [
        _scored(name, _masses(months[month])[name], past, terms)
        for name in _masses(NOTHING)
        for past in [[_masses(one)[name] for one in history]]
    ]
    score, figures = max(scored, key=lambda one: one[0])
    if score > terms.jump_score:
        yield _found(site, subject, month, score, figures, terms)


def _masses(masses: Masses) -> dict[str, int]:
    left_kg = masses.used_kg + masses.shipped_kg + masses.disposed_kg
    return {"generated_kg": masses.generated_kg, "left_kg": left_kg}


def _scored(
    name: str, mass_kg: int, history_kg: Sequence[int], terms: AlertTerms
) -> tuple[float, dict[str, float]]:
    """The absolute score, 0 where the distance is too small to matter."""
    usual_kg = median(history_kg)
    apart_kg = abs(mass_kg - usual_kg)
    matters = (
        apart_kg >= terms.jump_least_kg and apart_kg >= terms.jump_least_frac * usual_kg
    )
    score = min(HIGHEST_SCORE, abs(modified_z(mass_kg, history_kg)))
    figures = {
        name: mass_kg,
        "median_kg": round(usual_kg),
        "history_months": len(history_kg),
        "score": round(score, 1),
    }
    return (score if matters else 0.0), figures


def _found(
    site: Facility,
    subject: Subject,
    month: date,
    score: float,
    figures: Mapping[str, float],
    terms: AlertTerms,
) -> Found:
    is_far = score > 2 * terms.jump_score
    return Found(
        kind=AlertKind.JUMP,
        severity=Severity.WARNING if is_far else Severity.WATCH,
        adcode=site.county.adcode,
        facility=site,
        material=subject.materials[0],
        month=month,
        size=score,
        figures=figures,
        records=(
            Record("entries", str(site.public_id)),
            Record("ledger", str(site.public_id)),
        ),
    )
