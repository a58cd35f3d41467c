"""The cheapest mix: answers by hand, by a grid, and what holds of every one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.engine.blend import Blend, Ratio, solve
from tests.engine.mixes import (
    blend,
    blends,
    cheapest_of_a_grid,
    content,
    keeps,
    rock_and_slag,
)


def test_the_cheap_slag_goes_in_until_its_lime_is_too_much():
    """10 (1 - x) + 40 x = 20 at x = 1/3; 30 - 24/3 = 22 yuan."""
    mix = solve(rock_and_slag())
    assert mix.share_frac == pytest.approx([2 / 3, 1 / 3])
    assert mix.cost_yuan_per_t == pytest.approx(22)
    assert mix.values == pytest.approx([20])


def test_a_price_says_what_one_percent_of_lime_more_is_worth():
    """A percent more lets 1/30 more slag in, which saves 24/30 yuan."""
    mix = solve(rock_and_slag())
    assert mix.high_price == pytest.approx([-0.8])
    assert mix.low_price == pytest.approx([0])
    assert solve(rock_and_slag(21.0)).cost_yuan_per_t == pytest.approx(22 - 0.8)


def test_contents_are_of_the_dry_mass_and_shares_of_the_wet():
    """Slag half water carries 20 of lime into 0.5 of dry mass: x = 1/2."""
    mix = solve(blend([30.0, 6.0], content([10.0, 40.0], [0.0, 0.5], high=20.0)))
    assert mix.share_frac == pytest.approx([0.5, 0.5])


def test_a_modulus_is_a_ratio_of_the_sums_not_the_mean_of_ratios():
    """Silica over alumina: (60 - 50 x) / (10 + 10 x) = 2 at x = 4/7."""
    modulus = Ratio(np.array([60.0, 10.0]), np.array([10.0, 20.0]), low=2.0)
    mix = solve(blend([10.0, 1.0], modulus))
    assert mix.share_frac[1] == pytest.approx(4 / 7)
    assert mix.values == pytest.approx([2.0])


def test_a_largest_share_binds_and_has_a_price():
    mix = solve(blend([30.0, 6.0], most=[1.0, 0.25]))
    assert mix.share_frac == pytest.approx([0.75, 0.25])
    assert mix.most_price == pytest.approx([0, -24])


def test_a_smallest_share_costs():
    mix = solve(blend([30.0, 6.0], least=[0.1, 0.0]))
    assert mix.share_frac == pytest.approx([0.1, 0.9])
    assert mix.least_price == pytest.approx([24, 0])


def test_what_can_not_be_kept_has_no_mix():
    assert solve(rock_and_slag(most_lime=5.0)) is None


def test_a_quantity_without_anything_below_the_line_is_not_a_number():
    no_iron = Ratio(np.array([1.0, 2.0]), np.zeros(2), high=1.8)
    assert solve(blend([1.0, 2.0], no_iron)) is None
    free = replace(no_iron, high=np.inf)
    assert np.isnan(solve(blend([1.0, 2.0], free)).values[0])


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"cost_yuan_per_t": [np.nan, 1.0]}, "not finite"),
        ({"least_frac": [-0.1, 0.0]}, "outside 0 to 1"),
        ({"most_frac": [1.1, 1.0]}, "outside 0 to 1"),
        ({"least_frac": [0.6, 0.0], "most_frac": [0.5, 1.0]}, "exceeds"),
        ({"least_frac": [0.0, 0.0, 0.0]}, "shape"),
        ({"limits": (content([1.0, 2.0, 3.0]),)}, "number of materials"),
    ],
)
def test_a_broken_blend_can_not_be_built(broken, words):
    good = {
        "cost_yuan_per_t": [1.0, 2.0],
        "least_frac": [0.0, 0.0],
        "most_frac": [1.0, 1.0],
    }
    with pytest.raises(ValueError, match=words):
        Blend(**{**good, **broken})


def test_nothing_at_all_can_not_be_mixed():
    with pytest.raises(ValueError, match="no material"):
        blend([])


@pytest.mark.parametrize(
    ("below", "bounds", "words"),
    [
        ([1.0, -1.0], {}, "negative"),
        ([1.0, np.inf], {}, "finite"),
        ([1.0], {}, "length"),
        ([1.0, 1.0], {"low": 2.0, "high": 1.0}, "at most"),
        ([1.0, 1.0], {"low": np.nan}, "at most"),
    ],
)
def test_a_broken_limit_can_not_be_built(below, bounds, words):
    with pytest.raises(ValueError, match=words):
        Ratio(np.array([1.0, 2.0]), np.array(below), **bounds)


@given(blends())
def test_every_mix_keeps_every_limit_and_shares_sum_to_one(asked):
    mix = solve(asked)
    assume(mix is not None)
    assert mix.share_frac.sum() == pytest.approx(1, abs=1e-7)
    assert keeps(asked, mix.share_frac)


@given(blends(most_materials=3))
def test_no_mix_of_a_grid_is_cheaper_and_none_is_there_where_it_says_so(asked):
    mix, of_grid = solve(asked), cheapest_of_a_grid(asked)
    if of_grid is not None:
        assert mix is not None
        assert mix.cost_yuan_per_t <= of_grid + 1e-3


@given(blends(), st.data())
def test_relaxing_a_limit_never_costs_more(asked, data):
    mix = solve(asked)
    assume(mix is not None and asked.limits)
    place = data.draw(st.integers(0, len(asked.limits) - 1))
    wider = replace(
        asked.limits[place],
        low=asked.limits[place].low - 1,
        high=asked.limits[place].high + 1,
    )
    limits = (*asked.limits[:place], wider, *asked.limits[place + 1 :])
    relaxed = solve(replace(asked, limits=limits))
    assert relaxed.cost_yuan_per_t <= mix.cost_yuan_per_t + 1e-6


@given(blends(), st.data())
def test_a_step_costs_at_least_what_the_price_says(asked, data):
    """The cost falls ever slower as a limit is relaxed: the price is its best rate."""
    mix = solve(asked)
    bounded = [row for row, one in enumerate(asked.limits) if np.isfinite(one.high)]
    assume(mix is not None and bounded)
    place, step = data.draw(st.sampled_from(bounded)), 1e-4
    limit = asked.limits[place]
    changed = replace(limit, high=limit.high + step)
    limits = (*asked.limits[:place], changed, *asked.limits[place + 1 :])
    relaxed = solve(replace(asked, limits=limits))
    gain = relaxed.cost_yuan_per_t - mix.cost_yuan_per_t
    assert gain >= mix.high_price[place] * step * (1 + 1e-3) - 1e-5


@given(blends(), st.data())
def test_a_warm_start_gives_the_same_cost_as_a_cold_one(asked, data):
    mix = solve(asked)
    assume(mix is not None and asked.limits)
    moved = tuple(
        replace(row, high=row.high + data.draw(st.sampled_from([-0.1, 0.0, 0.5])))
        if row.high - 0.1 > row.low
        else row
        for row in asked.limits
    )
    changed = replace(asked, limits=moved)
    cold, warm = solve(changed), solve(changed, start=mix.basis)
    assert (cold is None) == (warm is None)
    if cold is not None:
        assert warm.cost_yuan_per_t == pytest.approx(cold.cost_yuan_per_t, abs=1e-6)


@pytest.mark.parametrize("seed", range(40))
def test_numbers_twelve_orders_apart_are_still_decided(seed):
    rng = np.random.default_rng(seed)
    far = [0, 1e-6, 1, 50, 1e3, 1e6]
    limits = [
        Ratio(rng.choice(far, 8), rng.choice(far, 8), high=rng.choice(far))
        for _ in range(4)
    ]
    asked = blend(rng.choice([-1e6, 0, 1, 1e6], 8), *limits, most=0.5)
    mix = solve(asked)
    if mix is not None:
        assert mix.share_frac.sum() == pytest.approx(1, abs=1e-6)


def test_a_bound_next_to_nothing_has_a_finite_price():
    water = Ratio(np.zeros(2), np.ones(2), low=-1e-313)
    mix = solve(blend([30.0, 6.0], water))
    assert mix.low_price == pytest.approx([0])


def test_a_warm_start_on_the_same_question_has_nothing_left_to_do():
    mix = solve(rock_and_slag())
    assert mix.iterations > 0
    assert solve(rock_and_slag(), start=mix.basis).iterations == 0


@pytest.mark.parametrize("start", ["", "BBB", "xxxxx", "BBBBBBBB", "LLLLL", "BBLLL"])
def test_a_start_that_does_not_fit_changes_nothing(start):
    assert solve(rock_and_slag(), start=start).cost_yuan_per_t == pytest.approx(22)
