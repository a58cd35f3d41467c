"""A monthly series as it is told: gaps, zeros, and what is too little to go by.

``None`` is a month that nobody told of; a month of 0 is one in which nothing moved.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from maps.predictor import SEASON_MONTHS, Array, Prediction, predict

LEAST_MONTHS = 12
MOST_MONTHS_AHEAD = 120
# The logarithm has no 0: with more months of 0 than this no ratio is foretold.
MOST_ZERO_FRAC = 0.25
# What stands for a month of 0 among ratios, as a share of the smallest other one.
ZERO_AS_FRAC = 0.65

Parts = tuple[float, float]
Places = NDArray[np.int64]


class Reason(StrEnum):
    """Why there is no forecast."""

    TOO_SHORT = "too_short"
    MOSTLY_ZERO = "mostly_zero"
    NO_BASE = "no_base"
    TOO_FAR = "too_far"


def month_at(first: date, place: int) -> date:
    """The first day of the month so many months after that of a day."""
    years, months = divmod(first.month - 1 + place, SEASON_MONTHS)
    return date(first.year + years, months + 1, 1)


def place_of(first: date, month: date) -> int:
    """How many months one lies after the other."""
    return (month.year - first.year) * SEASON_MONTHS + month.month - first.month


def masses(masses_kg: Sequence[float | None]) -> Array:
    """The masses, a gap being not a number.

    Raises
    ------
    ValueError
        A mass is below 0 or not finite.
    """
    told = np.array([kg is not None for kg in masses_kg], dtype=bool)
    values = np.array([np.nan if kg is None else kg for kg in masses_kg], dtype=float)
    if not np.all(np.isfinite(values[told]) & (values[told] >= 0)):
        raise ValueError("a mass is below 0 or not finite")
    return values


def sides(parts_kg: Sequence[Parts | None]) -> tuple[Array, Array]:
    """Numerators and denominators.

    Raises
    ------
    ValueError
        A mass is below 0 or not finite.
    """
    tops = masses([None if parts is None else parts[0] for parts in parts_kg])
    return tops, masses([None if parts is None else parts[1] for parts in parts_kg])


def ratios(parts_kg: Sequence[Parts | None]) -> Array:
    """The ratios; a month whose denominator is 0 says nothing and is a gap.

    Raises
    ------
    ValueError
        A mass is below 0 or not finite.
    """
    tops, bottoms = sides(parts_kg)
    gaps = np.full(len(tops), np.nan)
    return np.divide(tops, bottoms, out=gaps, where=bottoms > 0)


def logarithms(ratios: Array) -> Array:
    """Logarithms, a ratio of 0 standing as 0.65 of the smallest other one.

    References
    ----------
    Martín-Fernández, J. A., Barceló-Vidal, C. and Pawlowsky-Glahn, V. (2003), Dealing
    with zeros and missing values in compositional data sets using nonparametric
    imputation, Math. Geol. 35, 253-278, doi:10.1023/A:1023866030544.
    """
    least = np.nanmin(ratios[ratios > 0])
    return np.log(np.where(ratios == 0, ZERO_AS_FRAC * least, ratios))


def too_little(values: Array, ahead: Places) -> Reason | None:
    """Why values do not reach to places ahead, if they do not.

    Places before the series are told only within the year in which it begins.
    """
    told = np.flatnonzero(np.isfinite(values))
    if len(told) < LEAST_MONTHS:
        return Reason.TOO_SHORT
    farthest = ahead.max(initial=0) - told[-1]
    too_far = farthest > MOST_MONTHS_AHEAD or ahead.min(initial=0) <= -SEASON_MONTHS
    return Reason.TOO_FAR if too_far else None


def too_many_zeros(ratios: Array) -> Reason | None:
    """Whether ratios are 0 too often to have a logarithm."""
    zeros, told = (ratios == 0).sum(), np.isfinite(ratios).sum()
    return Reason.MOSTLY_ZERO if zeros > MOST_ZERO_FRAC * told else None


def predicted(values: Array, ahead: Places) -> Prediction:
    """The values at places ahead; those that are not numbers are gaps."""
    told = np.flatnonzero(np.isfinite(values))
    start = min(told[0], ahead.min(initial=told[0]))
    return predict(told - start, values[told], ahead - start)
