"""What a calendar year comes to: the months told of, and the others as expected.

Targets are of years, so a month's figure can not be held against one. The months ahead
are predicted together: their errors go the same way, and do not cancel as errors of
their own would.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import inf, log

import numpy as np

from maps.predictor import SEASON_MONTHS, Array
from maps.series import (
    Parts,
    Places,
    Reason,
    logarithms,
    masses,
    place_of,
    predicted,
    ratios,
    sides,
    too_little,
    too_many_zeros,
)
from maps.trend import Expected, expected, from_logarithm


@dataclass(frozen=True)
class YearAhead:
    """A year's figure, or the reason why there is none.

    ``told_months`` of its twelve are told; with all of them nothing is left to expect.
    """

    year: int
    told_months: int
    expected: Expected | None = None
    reason: Reason | None = None


def mass_year(masses_kg: Sequence[float | None], first: date, year: int) -> YearAhead:
    """The mass of a calendar year; a month not told of is expected, not 0.

    Raises
    ------
    ValueError
        A mass is below 0 or not finite.
    """
    values = masses(masses_kg)
    told, ahead = _places(values, first, year)
    sum_kg = float(values[told].sum())
    if not len(ahead):
        return YearAhead(year, len(told), _known(sum_kg))
    reason = too_little(values, ahead)
    if reason:
        return YearAhead(year, len(told), reason=reason)
    found = predicted(values, ahead)
    middle_kg = sum_kg + float(found.mean.sum())
    sd_kg = max(0.0, float(found.covariance.sum())) ** 0.5
    shown = partial(max, sum_kg)
    return YearAhead(year, len(told), expected(middle_kg, sd_kg, found.degrees, shown))


def ratio_year(
    parts_kg: Sequence[Parts | None], first: date, year: int, most: float = inf
) -> YearAhead:
    """The ratio of a calendar year: its numerators together over its denominators.

    A month not told of enters with the ratio and with the denominator expected of it.
    The interval is that of the ratios, to first order (the delta method); denominators
    are weights and count as expected.

    Parameters
    ----------
    most
        What the ratio can not pass, if anything.

    Raises
    ------
    ValueError
        A mass is below 0 or not finite.
    """
    values, (tops, bottoms) = ratios(parts_kg), sides(parts_kg)
    told, ahead = _places(tops, first, year)
    top_kg, bottom_kg = float(tops[told].sum()), float(bottoms[told].sum())
    reason = None
    if len(ahead):
        reason = too_little(values, ahead) or too_many_zeros(values)
    elif not bottom_kg:
        reason = Reason.NO_BASE
    if reason:
        return YearAhead(year, len(told), reason=reason)
    if not len(ahead):
        return YearAhead(year, len(told), _known(top_kg / bottom_kg))
    found = _of_the_rest(values, bottoms, ahead, (top_kg, bottom_kg), most)
    return YearAhead(year, len(told), found)


def _of_the_rest(
    ratios: Array, bottoms: Array, ahead: Places, told_kg: Parts, most: float
) -> Expected:
    found = predicted(logarithms(ratios), ahead)
    # At least a kilogram, so that a rest that makes nothing still divides.
    rest_kg = np.maximum(1.0, predicted(bottoms, ahead).mean)
    used_kg = rest_kg * np.exp(found.mean)
    top_kg, bottom_kg = told_kg[0] + used_kg.sum(), told_kg[1] + rest_kg.sum()
    pull = used_kg / top_kg
    sd = max(0.0, float(pull @ found.covariance @ pull)) ** 0.5
    return expected(log(top_kg / bottom_kg), sd, found.degrees, from_logarithm(most))


def _places(values: Array, first: date, year: int) -> tuple[Places, Places]:
    """The months of a year that are told, and those that are not."""
    start = place_of(first, date(year, 1, 1))
    places = np.arange(start, start + SEASON_MONTHS)
    inside = (places >= 0) & (places < len(values))
    is_told = np.zeros(SEASON_MONTHS, dtype=bool)
    is_told[inside] = np.isfinite(values[places[inside]])
    return places[is_told], places[~is_told]


def _known(value: float) -> Expected:
    return Expected(value, value, value, value, value)
