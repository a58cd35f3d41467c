"""Where a monthly series is heading: its trend, and the months ahead with intervals.

A mass is predicted as it is and never below 0. A ratio is predicted as its logarithm,
so that it stays above 0, and a change counts the same up as down. Whoever asks too much
of too little gets a reason and no number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import exp, inf, log
from sys import float_info

import numpy as np

from maps.predictor import Array, Prediction, student_quantile
from maps.series import (
    Parts,
    Places,
    Reason,
    logarithms,
    masses,
    month_at,
    place_of,
    predicted,
    ratios,
    too_little,
    too_many_zeros,
)

Shown = Callable[[float], float]


@dataclass(frozen=True)
class Expected:
    """A value that is not known yet, and where it lies at 80 and at 95 %.

    Of a ratio ``value`` is the median.
    """

    value: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float


@dataclass(frozen=True)
class Slope:
    """The change in a month, and where it lies at 95 %.

    Of a mass kilograms a month; of a ratio the share by which it changes.
    """

    value: float
    low_95: float
    high_95: float

    @property
    def is_clear(self) -> bool:
        """Whether the series tells up from down."""
        return self.low_95 > 0 or self.high_95 < 0


@dataclass(frozen=True)
class Outlook:
    """The months after the last one told, or else the reason why there are none."""

    months: tuple[tuple[date, Expected], ...] = ()
    slope: Slope | None = None
    reason: Reason | None = None


def mass_outlook(
    masses_kg: Sequence[float | None], first: date, until: date
) -> Outlook:
    """The months after the last mass told, up to and including that of a day.

    Parameters
    ----------
    masses_kg
        One a month from that of ``first`` on; ``None`` where nobody told of it.

    Raises
    ------
    ValueError
        A mass is below 0 or not finite.
    """
    values = masses(masses_kg)
    ahead = _ahead(values, place_of(first, until))
    reason = too_little(values, ahead)
    if reason:
        return Outlook(reason=reason)
    found = predicted(values, ahead)
    return _outlook(found, first, ahead, partial(max, 0.0), float)


def ratio_outlook(
    parts_kg: Sequence[Parts | None], first: date, until: date, most: float = inf
) -> Outlook:
    """The same for the ratio of two masses, each pair numerator and denominator.

    A month whose denominator is 0 is a gap; one whose numerator is 0 stands as 0.65 of
    the smallest other ratio (:func:`maps.series.logarithms`).

    Parameters
    ----------
    most
        What the ratio can not pass, if anything.

    Raises
    ------
    ValueError
        A mass is below 0 or not finite.
    """
    values = ratios(parts_kg)
    ahead = _ahead(values, place_of(first, until))
    reason = too_little(values, ahead) or too_many_zeros(values)
    if reason:
        return Outlook(reason=reason)
    found = predicted(logarithms(values), ahead)
    return _outlook(found, first, ahead, from_logarithm(most), _share)


def expected(middle: float, sd: float, degrees: int, shown: Shown) -> Expected:
    """A value and its intervals by Student's t, each end brought back by ``shown``."""
    near, far = (student_quantile(share, degrees) * sd for share in (0.80, 0.95))
    offsets = (0.0, -near, near, -far, far)
    return Expected(*(shown(middle + offset) for offset in offsets))


def from_logarithm(most: float) -> Shown:
    """What brings a logarithm back, up to a bound; never an overflow."""
    top = log(float_info.max)
    return lambda value: min(most, exp(min(value, top)))


def _ahead(values: Array, last: int) -> Places:
    """The places after the last value told, up to and including one."""
    told = np.flatnonzero(np.isfinite(values))
    return np.arange(told[-1] + 1 if len(told) else 0, last + 1)


def _outlook(
    found: Prediction, first: date, ahead: Places, shown: Shown, steep: Shown
) -> Outlook:
    sds = np.sqrt(np.diag(found.covariance))
    months = tuple(
        (month_at(first, int(place)), expected(middle, sd, found.degrees, shown))
        for place, middle, sd in zip(ahead, found.mean, sds, strict=True)
    )
    slope = expected(found.slope, found.slope_sd, found.degrees, steep)
    return Outlook(months, Slope(slope.value, slope.low_95, slope.high_95))


def _share(change_of_logarithm: float) -> float:
    return from_logarithm(inf)(change_of_logarithm) - 1
