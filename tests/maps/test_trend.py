"""What a monthly series promises: lines go on, gaps stay gaps, intervals hold."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from maps.predictor import predict, student_quantile
from maps.series import Reason, month_at, place_of
from maps.trend import mass_outlook, ratio_outlook

FIRST = date(2023, 1, 1)
SEED = 20261120
masses = st.lists(st.integers(0, 10**9), min_size=14, max_size=40)


def until(place):
    return month_at(FIRST, place)


def values(outlook):
    return [one.value for _, one in outlook.months]


def widths(outlook):
    return [one.high_80 - one.low_80 for _, one in outlook.months]


def seasonal_line(months, rng, quiet=20_000.0):
    """Tonnes that grow, with a quiet February, a level that wanders, and noise."""
    places = np.arange(months)
    season = np.where(places % 12 == 1, -quiet, 0.0)
    walk = np.cumsum(rng.normal(0, 1_500, months))
    return 200_000 + 800.0 * places + season + walk + rng.normal(0, 4_000, months)


def test_a_straight_line_goes_on():
    outlook = mass_outlook([5_000 + 70 * i for i in range(36)], FIRST, until(47))
    assert values(outlook) == pytest.approx([5_000 + 70 * i for i in range(36, 48)])
    assert outlook.slope.value == pytest.approx(70)
    assert max(widths(outlook)) < 1e-3


def test_a_constant_stays():
    outlook = mass_outlook([5_000] * 12, FIRST, until(23))
    assert values(outlook) == pytest.approx([5_000] * 12)
    assert not outlook.slope.is_clear


def test_nothing_that_moves_goes_on_as_nothing():
    outlook = mass_outlook([0] * 24, FIRST, until(30))
    assert values(outlook) == [0] * 7
    assert outlook.reason is None


def test_every_month_up_to_the_last_asked_is_told_once():
    outlook = mass_outlook([3, 5] * 9, FIRST, date(2024, 9, 30))
    assert [month for month, _ in outlook.months] == [
        date(2024, 7, 1),
        date(2024, 8, 1),
        date(2024, 9, 1),
    ]


def test_a_trend_is_there_where_no_month_is_asked():
    outlook = mass_outlook(list(range(20)), FIRST, until(5))
    assert outlook.months == ()
    assert outlook.slope.value == pytest.approx(1)


def test_a_month_that_repeats_every_year_is_expected_again():
    told = [100_000 if i % 12 == 1 else 900_000 + 1_000 * (i % 5) for i in range(36)]
    quiet = values(mass_outlook(told, FIRST, until(47)))[1]
    assert quiet == pytest.approx(100_000, abs=30_000)


def test_a_gap_is_not_a_zero():
    line = [5_000 + 70 * i for i in range(36)]
    with_gaps = [None if i in (4, 5, 20, 35) else kg for i, kg in enumerate(line)]
    with_zeros = [0 if kg is None else kg for kg in with_gaps]
    outlook = mass_outlook(with_gaps, FIRST, until(47))
    assert values(outlook) == pytest.approx([5_000 + 70 * i for i in range(35, 48)])
    assert min(widths(mass_outlook(with_zeros, FIRST, until(47)))) > 100


def test_months_missing_at_the_end_are_expected():
    outlook = mass_outlook([1, 2] * 8 + [None] * 3, FIRST, until(19))
    assert outlook.months[0][0] == until(16)


def test_gaps_before_the_first_month_told_change_nothing():
    told = [7, 9, 4, 8] * 5
    late = mass_outlook([None] * 24 + told, FIRST, until(50))
    assert values(late) == pytest.approx(values(mass_outlook(told, FIRST, until(26))))


def test_intervals_widen_and_the_wider_share_holds_the_narrower():
    told = seasonal_line(36, np.random.default_rng(SEED)).tolist()
    outlook = mass_outlook(told, FIRST, until(59))
    assert widths(outlook)[-1] > widths(outlook)[0] > 0
    for _, one in outlook.months:
        assert one.low_95 < one.low_80 < one.value < one.high_80 < one.high_95


def test_no_mass_is_below_nothing():
    outlook = mass_outlook([90 - 5 * i for i in range(18)], FIRST, until(40))
    assert values(outlook)[-1] == 0
    assert min(one.low_95 for _, one in outlook.months) == 0


@pytest.mark.parametrize("look", [mass_outlook, ratio_outlook])
def test_eleven_months_are_too_few(look):
    told = [1.0] * 11 if look is mass_outlook else [(1.0, 2.0)] * 11
    outlook = look([*told, None, None], FIRST, until(20))
    assert (outlook.months, outlook.slope, outlook.reason) == (
        (),
        None,
        Reason.TOO_SHORT,
    )


def test_nothing_told_at_all_is_too_short():
    assert mass_outlook([], FIRST, until(3)).reason == Reason.TOO_SHORT
    assert mass_outlook([None] * 40, FIRST, until(50)).reason == Reason.TOO_SHORT


def test_ten_years_ahead_are_as_far_as_it_goes():
    told = [3, 5] * 9
    assert len(mass_outlook(told, FIRST, until(17 + 120)).months) == 120
    assert mass_outlook(told, FIRST, until(17 + 121)).reason == Reason.TOO_FAR
    assert mass_outlook(told, FIRST, date.max).reason == Reason.TOO_FAR


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf")])
def test_what_is_no_mass_is_refused(wrong):
    with pytest.raises(ValueError, match="below 0 or not finite"):
        mass_outlook([wrong] * 20, FIRST, until(30))
    with pytest.raises(ValueError, match="below 0 or not finite"):
        ratio_outlook([(1, wrong)] * 20, FIRST, until(30))


@given(masses, st.floats(1e-3, 1e3))
@settings(max_examples=40, deadline=None)
def test_twice_the_mass_is_twice_the_forecast(told, k):
    plain = mass_outlook(told, FIRST, until(len(told) + 5))
    scaled = mass_outlook([k * kg for kg in told], FIRST, until(len(told) + 5))
    slack = k * max(1.0, *told) * 1e-6
    for (_, one), (_, other) in zip(plain.months, scaled.months, strict=True):
        assert k * one.value == pytest.approx(other.value, rel=1e-6, abs=slack)
        assert k * one.high_80 == pytest.approx(other.high_80, rel=1e-6, abs=slack)


@given(masses, st.integers(1, 10**6))
@settings(max_examples=30, deadline=None)
def test_the_unit_of_the_parts_does_not_change_their_ratio(told, k):
    pairs = [(1 + kg, 5 + kg) for kg in told]
    scaled = [(k * top, k * bottom) for top, bottom in pairs]
    one = values(ratio_outlook(pairs, FIRST, until(len(told))))
    assert values(ratio_outlook(scaled, FIRST, until(len(told)))) == pytest.approx(one)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=20))
@settings(max_examples=40, deadline=None)
def test_a_ratio_stays_plausible(pairs):
    outlook = ratio_outlook(pairs, FIRST, until(len(pairs) + 20), most=1.0)
    assert all(
        0 <= one.low_95 <= one.low_80 <= one.value <= one.high_80 <= one.high_95 <= 1
        for _, one in outlook.months
    )


def test_a_ratio_that_grows_by_a_share_goes_on_growing_by_it():
    pairs = [(0.4 * 1.01**i * (800 + i), 800 + i) for i in range(24)]
    outlook = ratio_outlook(pairs, FIRST, until(29))
    assert values(outlook) == pytest.approx([0.4 * 1.01**i for i in range(24, 30)])
    assert outlook.slope.value == pytest.approx(0.01)


def test_a_month_that_made_nothing_says_nothing_of_the_ratio():
    pairs = [(5, 0) if i in (3, 15) else (40, 80) for i in range(24)]
    assert values(ratio_outlook(pairs, FIRST, until(25))) == pytest.approx([0.5, 0.5])


def test_a_ratio_that_is_mostly_nothing_is_not_foretold():
    pairs = [(0 if i % 3 == 0 else 4, 8) for i in range(24)]
    assert ratio_outlook(pairs, FIRST, until(30)).reason == Reason.MOSTLY_ZERO
    few = [(0 if i % 8 == 0 else 4, 8) for i in range(24)]
    assert ratio_outlook(few, FIRST, until(30)).reason is None


def covered_80(months, quiet):
    """Of 300 invented series the share whose sixth month ahead is in its interval."""
    rng = np.random.default_rng(SEED)
    inside = 0
    for _ in range(300):
        series = seasonal_line(months + 6, rng, quiet)
        outlook = mass_outlook(series[:months].tolist(), FIRST, until(months + 5))
        last = outlook.months[-1][1]
        inside += last.low_80 <= series[-1] <= last.high_80
    return inside / 300


@pytest.mark.parametrize(("months", "quiet"), [(18, 0), (36, 0), (36, 20_000)])
def test_four_of_five_months_lie_in_the_interval_of_80_percent(months, quiet):
    """80 % give or take 7, three standard deviations of 300 tries."""
    assert covered_80(months, quiet) == pytest.approx(0.80, abs=0.07)


def test_a_season_seen_only_once_makes_the_interval_too_wide_rather_than_too_narrow():
    assert covered_80(18, 20_000) > 0.85


def test_a_line_and_noise_is_foretold_as_regression_does():
    """Where nothing wanders the interval is near that of ordinary least squares."""
    rng = np.random.default_rng(SEED)
    places = np.arange(60.0)
    told = 100 + 2 * places + rng.normal(0, 5, 60)
    line = stats.linregress(places, told)
    found = predict(places, told, np.array([65.0]))
    assert found.mean[0] == pytest.approx(line.intercept + 65 * line.slope, abs=3)
    assert found.slope == pytest.approx(line.slope, abs=0.15)


def test_the_quantile_is_that_of_students_t():
    for degrees in (10, 22, 34):
        for share in (0.80, 0.95):
            exact = stats.t.ppf(0.5 + share / 2, degrees)
            assert student_quantile(share, degrees) == pytest.approx(exact, abs=2e-3)


def test_months_are_counted_over_the_turn_of_years():
    assert month_at(date(2025, 11, 20), 3) == date(2026, 2, 1)
    assert month_at(date(2025, 2, 1), -2) == date(2024, 12, 1)
    assert place_of(date(2025, 11, 20), date(2026, 2, 28)) == 3
