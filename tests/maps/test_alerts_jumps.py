"""A month is a jump by the modified z-score of the months before it."""

from datetime import date
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.alerts import jumps
from maps.alerts.jumps import HIGHEST_SCORE, modified_z
from maps.alerts.kinds import Severity
from tests.maps.alerting import a_works, found, made, used
from wastehub.registry.models import Facility

pytestmark = pytest.mark.django_db

histories = st.lists(st.integers(0, 10**9), min_size=6, max_size=12)
DECEMBER = date(2025, 12, 1)


@given(st.integers(0, 10**9), histories)
def test_the_score_is_that_of_the_book(value: int, history: list[int]) -> None:
    apart = np.abs(np.array(history) - np.median(history))
    if np.median(apart):
        reckoned = 0.6745 * (value - np.median(history)) / np.median(apart)
        assert modified_z(value, history) == pytest.approx(reckoned)


@given(histories)
def test_the_median_itself_has_no_score(history: list[int]) -> None:
    assert modified_z(median(history), history) == 0


def test_where_most_months_are_alike_the_mean_deviation_stands_in() -> None:
    history = [10, 10, 10, 10, 10, 10, 16]
    assert modified_z(20, history) == pytest.approx(10 / (6 / 7 * np.sqrt(np.pi / 2)))


def test_where_all_months_are_alike_any_other_is_without_end() -> None:
    assert modified_z(11, [10] * 6) == np.inf
    assert modified_z(9, [10] * 6) == -np.inf


def steady(months: int, apart_t: int = 100) -> Facility:
    """A thousand tonnes a month, by turns so much less and more, up to November."""
    site = a_works()
    for place in range(months):
        made(site, 12 - months + place, (1000 + (-1) ** place * apart_t) * 1000)
    return site


# With a median of 1000 t and an MAD of 100 t the score is 3.5 at 1518.9 t.
@pytest.mark.parametrize(("mass_t", "count"), [(1000, 0), (1518, 0), (1519, 1)])
def test_a_month_beyond_three_and_a_half_is_a_jump(mass_t: int, count: int) -> None:
    made(steady(10), 12, mass_t * 1000)
    assert len(found(jumps)) == count


@pytest.mark.parametrize(("mass_t", "count"), [(482, 0), (481, 1)])
def test_so_is_one_as_far_below(mass_t: int, count: int) -> None:
    made(steady(10), 12, mass_t * 1000)
    assert len(found(jumps)) == count


@pytest.mark.parametrize(("months", "count"), [(5, 0), (6, 1)])
def test_half_a_year_of_history_is_needed(months: int, count: int) -> None:
    made(steady(months), 12, 9_000_000)
    assert len(found(jumps)) == count


def test_a_small_change_of_a_very_steady_pile_is_none() -> None:
    made(steady(10, apart_t=1), 12, 1_299_000)
    assert found(jumps) == []


def test_less_than_a_hundred_tonnes_is_none() -> None:
    site = a_works()
    for month in range(2, 12):
        made(site, month, 1_000)
    made(site, 12, 100_999)
    assert found(jumps) == []


def test_a_month_without_entries_may_not_be_entered_yet() -> None:
    steady(10)
    assert found(jumps) == []


def test_what_left_the_pile_is_looked_at_too() -> None:
    site = a_works()
    for month in range(2, 13):
        made(site, month, 1_000_000)
    used(site, 12, 2_000_000)
    (told,) = found(jumps)
    assert (told.month, told.figures["left_kg"]) == (DECEMBER, 2_000_000)
    assert told.severity == Severity.WARNING
    assert told.figures["score"] == HIGHEST_SCORE


def test_the_entries_of_the_month_stand_behind_it() -> None:
    site = steady(10)
    made(site, 12, 5_000_000)
    (told,) = found(jumps)
    assert ("entries", str(site.public_id)) in told.records
