"""A calendar year of months told and months expected."""

from datetime import date

import numpy as np
import pytest

from maps.series import Reason
from maps.year_ahead import mass_year, ratio_year

FIRST = date(2024, 1, 1)
SEED = 20261120


def test_a_year_that_is_told_is_its_sum():
    year = mass_year(list(range(12)), FIRST, 2024)
    assert (year.told_months, year.expected.value) == (12, 66)
    assert (year.expected.low_95, year.expected.high_95) == (66, 66)


def test_the_rest_of_a_line_is_added_to_what_is_told():
    year = mass_year([1_000 + 10 * i for i in range(30)], FIRST, 2026)
    assert year.told_months == 6
    assert year.expected.value == pytest.approx(
        sum(1_000 + 10 * i for i in range(24, 36))
    )


def test_a_month_not_told_of_is_expected_and_not_zero():
    told = [None if i == 26 else 1_000 for i in range(36)]
    year = mass_year(told, FIRST, 2026)
    assert (year.told_months, year.expected.value) == (11, pytest.approx(12_000))


def test_a_year_never_ends_below_what_is_told_of_it():
    told = [900 - 25 * i for i in range(30)]
    year = mass_year(told, FIRST, 2026)
    assert year.expected.low_95 >= sum(told[24:])


def test_errors_of_a_year_go_the_same_way():
    """The interval of twelve months is wider than that of twelve separate errors."""
    rng = np.random.default_rng(SEED)
    told = (10_000 + np.cumsum(rng.normal(0, 100, 36))).tolist()
    year = mass_year(told, FIRST, 2027).expected
    first = mass_year([*told, *told[:11]], FIRST, 2027).expected
    wide, narrow = year.high_80 - year.low_80, first.high_80 - first.low_80
    assert wide > 12**0.5 * narrow


def test_a_years_ratio_is_of_its_sums_and_not_the_mean_of_its_ratios():
    pairs = [(10, 100) if i % 2 else (900, 1_000) for i in range(12)]
    year = ratio_year(pairs, FIRST, 2024)
    assert year.expected.value == pytest.approx(910 / 1_100)


def test_the_months_ahead_count_with_the_masses_expected_of_them():
    pairs = [(500, 1_000)] * 24 + [(1_000, 1_000)] * 0
    year = ratio_year(pairs, FIRST, 2026)
    assert (year.told_months, year.expected.value) == (0, pytest.approx(0.5))


def test_a_month_that_made_nothing_but_used_counts_in_the_year():
    pairs = [(30, 0)] + [(50, 100)] * 11
    assert ratio_year(pairs, FIRST, 2024).expected.value == pytest.approx(580 / 1_100)


def test_a_year_that_made_nothing_has_no_ratio():
    year = ratio_year([(0, 0)] * 12, FIRST, 2024)
    assert (year.expected, year.reason) == (None, Reason.NO_BASE)


def test_a_ratio_does_not_pass_what_it_can_not_pass():
    pairs = [(50 * 1.03**i, 100) for i in range(20)]
    year = ratio_year(pairs, FIRST, 2027, most=1.0)
    assert year.expected.value == year.expected.high_95 == 1


@pytest.mark.parametrize(
    ("pairs", "year", "reason"),
    [
        ([(1, 2)] * 11, 2024, Reason.TOO_SHORT),
        ([(0, 2)] * 18, 2025, Reason.MOSTLY_ZERO),
        ([(1, 2)] * 18, 2099, Reason.TOO_FAR),
        ([(1, 2)] * 18, 2022, Reason.TOO_FAR),
    ],
)
def test_what_can_not_be_foretold_says_why(pairs, year, reason):
    assert ratio_year(pairs, FIRST, year).reason == reason


def test_the_year_in_which_a_series_begins_is_filled_backwards():
    year = mass_year([600] * 20, date(2024, 4, 1), 2024)
    assert (year.told_months, year.expected.value) == (9, pytest.approx(7_200))


def test_four_of_five_years_lie_in_the_interval_of_80_percent():
    """300 invented years of which four months are told: 80 % give or take 7."""
    rng = np.random.default_rng(SEED)
    inside = 0
    for _ in range(300):
        made = 1_000 + rng.normal(0, 60, 36)
        drift = 0.01 * np.arange(36) + np.cumsum(rng.normal(0, 0.02, 36))
        used = made * 0.4 * np.exp(drift + rng.normal(0, 0.05, 36))
        pairs = list(zip(used.tolist(), made.tolist(), strict=True))
        found = ratio_year(pairs[:28], FIRST, 2026).expected
        came = used[24:].sum() / made[24:].sum()
        inside += found.low_80 <= came <= found.high_80
    assert inside / 300 == pytest.approx(0.80, abs=0.07)
