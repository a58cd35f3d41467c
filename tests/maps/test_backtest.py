"""Forecasts of the past, held against what came."""

from datetime import date

import numpy as np
import pytest

from maps.backtest import backtest
from maps.trend import mass_outlook, ratio_outlook

FIRST = date(2023, 1, 1)


def test_a_line_is_hit_where_last_year_misses_by_a_year_of_growth():
    found = backtest([500 + 7 * i for i in range(36)], FIRST, 3, mass_outlook)
    assert found.forecasts == 36 - 12 - 2
    assert found.mean_error == pytest.approx(0, abs=1e-3)
    assert found.naive_error == pytest.approx(84)


def test_a_forecast_knows_nothing_of_what_comes_after_its_origin():
    told = [500.0] * 24 + [9_000.0]
    found = backtest(told, FIRST, 1, mass_outlook)
    assert found.mean_error == pytest.approx(8_500 / found.forecasts)
    assert found.covered_80_frac == pytest.approx(1 - 1 / found.forecasts)


def test_a_gap_is_not_judged():
    told = [500 + 7 * i for i in range(36)]
    holed = [None if i == 30 else kg for i, kg in enumerate(told)]
    whole, less = (backtest(each, FIRST, 1, mass_outlook) for each in (told, holed))
    assert less.forecasts == whole.forecasts - 1


def test_ratios_are_judged_as_ratios():
    found = backtest([(30, 60)] * 30, FIRST, 6, ratio_outlook)
    assert (found.mean_error, found.naive_error) == (pytest.approx(0, abs=1e-9), 0)


def test_a_short_series_has_no_past_to_try():
    assert backtest([1.0] * 12, FIRST, 1, mass_outlook) is None


@pytest.mark.parametrize("months_ahead", [0, 13])
def test_the_months_ahead_lie_within_a_year(months_ahead):
    with pytest.raises(ValueError, match="1 to 12"):
        backtest([1.0] * 30, FIRST, months_ahead, mass_outlook)


def test_about_four_of_five_months_of_a_noisy_past_are_covered():
    """600 months of line and noise, tried from two years on."""
    rng = np.random.default_rng(20261120)
    tried = []
    for _ in range(25):
        told = (1_000 + 5 * np.arange(36) + rng.normal(0, 40, 36)).tolist()
        tried.append(backtest(told, FIRST, 1, mass_outlook).covered_80_frac)
    assert np.mean(tried) == pytest.approx(0.80, abs=0.07)
