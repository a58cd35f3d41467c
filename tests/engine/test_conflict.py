"""Limits in conflict: named by hand in tiny worlds, minimal in every one."""

import numpy as np
import pytest
from hypothesis import assume, given

from matching.engine.blend import solve
from matching.engine.conflict import Bound, conflict, only
from tests.engine.mixes import blend, blends, content, rock_and_slag

LIME_LOW, LIME_HIGH = Bound("limit", 0, "low"), Bound("limit", 0, "high")


def test_a_mix_that_keeps_every_limit_has_no_conflict():
    assert conflict(rock_and_slag()) == ()


def test_a_limit_that_no_material_can_keep_stands_alone():
    assert conflict(rock_and_slag(most_lime=5.0)) == (LIME_HIGH,)


def test_two_limits_that_exclude_each_other_are_both_named_and_a_third_is_not():
    asked = blend(
        [30.0, 6.0],
        content([10.0, 40.0], low=30.0),
        content([8.0, 2.0], low=6.0),
        content([1.0, 1.0], high=5.0),
    )
    assert conflict(asked) == (LIME_LOW, Bound("limit", 1, "low"))


def test_a_largest_share_may_be_the_culprit():
    asked = blend([30.0, 6.0], content([10.0, 40.0], low=20.0), most=[1.0, 0.2])
    assert conflict(asked) == (LIME_LOW, Bound("share", 1, "high"))


def test_too_little_of_everything_names_every_largest_share():
    asked = blend([30.0, 6.0, 1.0], most=[0.3, 0.3, 0.3])
    assert conflict(asked) == tuple(Bound("share", row, "high") for row in range(3))


def test_smallest_shares_beyond_the_whole_are_named():
    asked = blend([30.0, 6.0, 1.0], least=[0.6, 0.5, 0.1])
    assert conflict(asked) == (Bound("share", 0, "low"), Bound("share", 1, "low"))


def test_five_hundred_materials_with_two_limits_at_odds():
    rng = np.random.default_rng(7)
    lime = rng.uniform(0, 10, 500)
    asked = blend(
        rng.uniform(0, 50, 500),
        content(lime, high=2.0),
        content(20 - 1.5 * lime, high=10.0),
        content(rng.uniform(0, 5, 500), high=4.9),
        most=0.9,
    )
    found = conflict(asked)
    assert found == (LIME_HIGH, Bound("limit", 1, "high"))


@given(blends())
def test_no_bound_of_a_conflict_can_be_left_out(asked):
    assume(solve(asked) is None)
    found = conflict(asked)
    assert found
    assert solve(only(asked, found)) is None
    for bound in found:
        assert solve(only(asked, set(found) - {bound})) is not None


@pytest.mark.parametrize("most", [0.1, 0.4])
def test_the_conflict_does_not_depend_on_the_costs(most):
    asked = [blend(cost, most=[most, most]) for cost in ([1.0, 2.0], [9.0, -3.0])]
    assert conflict(asked[0]) == conflict(asked[1])
