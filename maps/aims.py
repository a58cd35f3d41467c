"""What policy asks of a region's balance, and what its year is expected to come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone

from maps.figures import Cell, Masses
from maps.subjects import ALL, BULK, Subject
from maps.targets import Figures, Measure, Standing, standings, targets_beside
from maps.year_ahead import YearAhead, ratio_year
from wastehub.catalogue.models import PolicyTarget

FARTHEST_YEARS: Final = 5
PHOSPHOGYPSUM: Final = "phosphogypsum"
MOST: Final = {Measure.UTILISATION_RATE: 1.0}
"""What a ratio can not pass, where there is such a thing."""

Parts = tuple[int, int]


@dataclass(frozen=True)
class Target:
    """A target beside the figures, and its year's expected value where there is one."""

    standing: Standing
    year: YearAhead | None


def material_of(subject: Subject) -> str | None:
    """The material that targets of a subject are set for; none for bulk waste.

    Phosphogypsum's targets are set for all its forms together.
    """
    codes = [material.code for material in subject.materials]
    if subject.code in (ALL, BULK):
        return None
    return PHOSPHOGYPSUM if PHOSPHOGYPSUM in codes else next(iter(codes), None)


def targets_told(
    subject: Subject, adcode: str, total: Cell, months: Mapping[date, Cell]
) -> list[Target]:
    """Every target that bears on a region and a subject, beside a period's figures.

    ``months`` are the months on record, from which its year is expected.
    """
    code, today = material_of(subject), timezone.localdate()
    return [
        Target(_standing(row, total.total, adcode, code, today), _year(row, months))
        for row in targets_beside(adcode, code)
    ]


def parts_of(cell: Cell, measure: str) -> Parts | None:
    """Numerator and denominator of a month's ratio; none where nothing was made."""
    masses = cell.total
    if measure == Measure.UTILISATION_RATE:
        below_kg = masses.generated_kg + masses.own_used_old_kg
        parts = max(0, min(masses.own_used_kg, below_kg)), below_kg
    else:
        parts = masses.consumed_kg, masses.generated_kg
    return parts if parts[1] > 0 else None


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


def _year(target: PolicyTarget, months: Mapping[date, Cell]) -> YearAhead | None:
    """What the target's year comes to, or this one's where that is over."""
    if target.measure == Measure.MASS or not months:
        return None
    this_year = max(months).year
    year = max(target.year, this_year)
    if year > this_year + FARTHEST_YEARS:
        return None
    parts = [parts_of(cell, target.measure) for cell in months.values()]
    most = MOST.get(Measure(target.measure), float("inf"))
    return ratio_year(parts, min(months), year, most)
