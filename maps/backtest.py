"""How well a forecast would have done on the past of its own series.

References
----------
Tashman, L. J. (2000), Out-of-sample tests of forecasting accuracy: an analysis and
review, Int. J. Forecast. 16, 437-450, doi:10.1016/S0169-2070(00)00065-0: the origin
rolls forward, and every forecast knows only what was told before it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from maps.predictor import SEASON_MONTHS
from maps.series import Parts, month_at
from maps.trend import Expected, Outlook

_Told = TypeVar("_Told", float, Parts)


@dataclass(frozen=True)
class Backtest:
    """Forecasts of the past held against what came.

    ``mean_error`` and ``naive_error`` are mean absolute errors in the series' own unit,
    of the forecast and of the same month a year before. ``covered_80_frac`` of what
    came lay in its interval.
    """

    forecasts: int
    mean_error: float
    naive_error: float
    covered_80_frac: float


def backtest(
    told: Sequence[_Told | None],
    first: date,
    months_ahead: int,
    look: Callable[[Sequence[_Told | None], date, date], Outlook],
) -> Backtest | None:
    """Forecast every month from those that end so many months before it.

    Only months count of which both they and the same month a year before are told;
    without any there is nothing to say.

    Parameters
    ----------
    look
        :func:`maps.trend.mass_outlook` or :func:`maps.trend.ratio_outlook`.

    Raises
    ------
    ValueError
        The months ahead are not 1 to 12.
    """
    if not 1 <= months_ahead <= SEASON_MONTHS:
        raise ValueError("the months ahead are not 1 to 12")
    tried = [
        (foretold, came, naive)
        for place in range(SEASON_MONTHS, len(told))
        if (came := _value(told[place])) is not None
        and (naive := _value(told[place - SEASON_MONTHS])) is not None
        and (foretold := _foretold(told, first, place, months_ahead, look))
    ]
    return _judged(tried) if tried else None


def _foretold(
    told: Sequence[_Told | None],
    first: date,
    place: int,
    months_ahead: int,
    look: Callable[[Sequence[_Told | None], date, date], Outlook],
) -> Expected | None:
    outlook = look(told[: place - months_ahead + 1], first, month_at(first, place))
    return outlook.months[-1][1] if outlook.months else None


def _judged(tried: Sequence[tuple[Expected, float, float]]) -> Backtest:
    count = len(tried)
    return Backtest(
        forecasts=count,
        mean_error=sum(abs(one.value - came) for one, came, _ in tried) / count,
        naive_error=sum(abs(naive - came) for _, came, naive in tried) / count,
        covered_80_frac=sum(one.low_80 <= came <= one.high_80 for one, came, _ in tried)
        / count,
    )


def _value(told: _Told | None) -> float | None:
    """A mass as it is, a pair as its ratio; nothing where there is none."""
    if not isinstance(told, tuple):
        return told
    top, bottom = told
    return top / bottom if bottom else None
