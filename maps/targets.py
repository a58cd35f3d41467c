"""What policy targets ask of a region's figures, and how much more use meets them.

The figures are those of one period, usually the target's year, in the terms of the
national statistics: 产生量, 综合利用量, 其中综合利用往年贮存量, 处置量.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil

from django.db.models import Q

from wastehub.catalogue.models import PolicyTarget
from wastehub.places import adcodes
from wastehub.units import KG_PER_MEGATONNE

Measure = PolicyTarget.Measure


@dataclass(frozen=True)
class Figures:
    """Masses of a period, whole kilograms.

    ``used_old_kg`` is the part of ``used_kg`` that comes of former years' stock.

    Raises
    ------
    ValueError
        A mass is below 0, or more old stock is used than is used at all.
    """

    generated_kg: int
    used_kg: int
    used_old_kg: int = 0
    disposed_kg: int = 0

    def __post_init__(self) -> None:
        if min(self.generated_kg, self.used_kg, self.disposed_kg) < 0:
            raise ValueError("a mass is below 0")
        if not 0 <= self.used_old_kg <= self.used_kg:
            raise ValueError("used_old_kg is not a part of used_kg")


class Stage(StrEnum):
    """Where a day lies against a target's year."""

    TO_COME = "to_come"
    RUNNING = "running"
    OVER = "over"


class Bearing(StrEnum):
    """Whether a target is a region's and a material's own, or beside it to compare."""

    OWN = "own"
    COMPARISON = "comparison"


@dataclass(frozen=True)
class Standing:
    """One target beside a region's figures.

    ``reached`` is a fraction, of a mass kilograms; ``gap_kg`` is how much more must be
    used, 0 where the target is met. Both are ``None`` where the figures say nothing.
    """

    target: PolicyTarget
    bearing: Bearing
    stage: Stage
    asked: float
    reached: float | None
    gap_kg: int | None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached, if that can be told."""
        return None if self.gap_kg is None else self.gap_kg == 0


def targets_beside(adcode: str, material_code: str | None) -> list[PolicyTarget]:
    """Targets that bear on a region and a material, its own first, then by year.

    Those of the region and of what lies around it; those of the material and of all
    bulk waste. Without a material those of all bulk waste only. One statement.
    """
    bearing = Q(material__isnull=True) | Q(material__code=material_code)
    rows = PolicyTarget.objects.filter(bearing, adcode__in=_around(adcode))
    return sorted(
        rows.select_related("material"),
        key=lambda row: (
            bearing_of(row, adcode, material_code) != Bearing.OWN,
            row.year,
            row.code,
        ),
    )


def standings(
    targets: Sequence[PolicyTarget],
    figures: Figures,
    adcode: str,
    material_code: str | None,
    day: date,
) -> list[Standing]:
    """Each target beside the figures of a region and a material on a day.

    A mass asked of the whole country is no measure of a part of it, and one without a
    material counts what no ledger here does: of both neither reached nor gap is told.
    """
    return [
        _standing(target, figures, bearing_of(target, adcode, material_code), day)
        for target in targets
    ]


def bearing_of(target: PolicyTarget, adcode: str, material_code: str | None) -> Bearing:
    """Whether the target is set for just this region and material."""
    of = target.material.code if target.material else None
    is_own = (target.adcode, of) == (adcode, material_code)
    return Bearing.OWN if is_own else Bearing.COMPARISON


def stage_of(target: PolicyTarget, day: date) -> Stage:
    """Whether the target's year is over on a day, runs, or is to come."""
    if day.year == target.year:
        return Stage.RUNNING
    return Stage.TO_COME if day.year < target.year else Stage.OVER


def asked(target: PolicyTarget) -> float:
    """What a target asks for: a fraction, or of a mass kilograms."""
    return float(_asked(target))


def reached(measure: str, figures: Figures) -> float | None:
    """What the figures reach: a fraction, or of a mass kilograms.

    With the generated mass G, the used U, of it from former years' stock UO, and the
    disposed D: the comprehensive utilisation rate is U / (G + UO), the balance of
    consumed over generated (U + D) / G. ``None`` where that divides by 0.

    References
    ----------
    The rate and its terms are those of the National Bureau of Statistics: 综合利用率 =
    综合利用量 / (产生量 + 综合利用往年贮存量). 综合消纳量, what is consumed, is what is
    used and what is rendered harmless (工信部联节〔2024〕58号); that the latter is
    处置量 here, and the ratio itself, are our reading, confidence M.
    """
    if measure == Measure.MASS:
        return float(figures.used_kg)
    base_kg = _base_kg(measure, figures)
    return _consumed_kg(measure, figures) / base_kg if base_kg else None


def gap_kg(measure: str, share: float | Fraction, figures: Figures) -> int | None:
    """How much more must be used for a measure to reach a share, whole kilograms.

    What is generated, disposed of and taken from old stock stays as it is, so the use
    added is of what the period generated and left: for the rate r(G + UO) - U, for the
    balance r G - U - D, never below 0. Were it all taken from former years' stock, the
    rate would need 1 / (1 - r) times as much, because its base grows too. ``None``
    where nothing was generated or used of old stock.

    Parameters
    ----------
    share
        A fraction; of a mass kilograms.
    """
    if measure == Measure.MASS:
        return max(0, ceil(share - figures.used_kg))
    base_kg = _base_kg(measure, figures)
    if not base_kg:
        return None
    return max(0, ceil(Fraction(share) * base_kg - _consumed_kg(measure, figures)))


def _standing(
    target: PolicyTarget, figures: Figures, bearing: Bearing, day: date
) -> Standing:
    is_told = target.measure != Measure.MASS or (
        bearing == Bearing.OWN and target.material is not None
    )
    return Standing(
        target=target,
        bearing=bearing,
        stage=stage_of(target, day),
        asked=asked(target),
        reached=reached(target.measure, figures) if is_told else None,
        gap_kg=gap_kg(target.measure, _asked(target), figures) if is_told else None,
    )


def _asked(target: PolicyTarget) -> Fraction:
    """Exact, so that a target that is just met has no gap of a kilogram."""
    value = Fraction(str(target.value))
    return value * KG_PER_MEGATONNE if target.measure == Measure.MASS else value / 100


def _base_kg(measure: str, figures: Figures) -> int:
    old_kg = figures.used_old_kg if measure == Measure.UTILISATION_RATE else 0
    return figures.generated_kg + old_kg


def _consumed_kg(measure: str, figures: Figures) -> int:
    disposed_kg = figures.disposed_kg if measure == Measure.BALANCE else 0
    return figures.used_kg + disposed_kg


def _around(adcode: str) -> set[str]:
    return {*adcodes.around(adcode), adcodes.COUNTRY}
