"""Tiny worlds of materials to mix, and mixes found by looking at all of a grid."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from matching.engine.blend import Blend, Ratio

GRID_STEPS = 20


def content(percent, moisture_frac=0.0, low=-np.inf, high=np.inf):
    """A limit on a content, percent of the dry mass."""
    dry = 1 - np.broadcast_to(moisture_frac, np.shape(percent))
    return Ratio(np.array(percent) * dry, dry, low, high)


def blend(cost, *limits, least=0.0, most=1.0):
    """Materials at a cost, from 0 to 1 of each unless said."""
    shape = np.shape(cost)
    return Blend(
        np.array(cost, dtype=float),
        np.broadcast_to(np.array(least, dtype=float), shape),
        np.broadcast_to(np.array(most, dtype=float), shape),
        tuple(limits),
    )


def rock_and_slag(most_lime=20.0):
    """Dear rock with 10 % of lime, cheap slag with 40 %, at most so much allowed."""
    return blend([30.0, 6.0], content([10.0, 40.0], high=most_lime))


def cheapest_of_a_grid(asked):
    """The least cost among mixes in steps of 5 %, or None where none will do."""
    best = None
    for steps in product(range(GRID_STEPS + 1), repeat=len(asked.cost_yuan_per_t) - 1):
        share = np.array([*steps, GRID_STEPS - sum(steps)]) / GRID_STEPS
        if share[-1] >= 0 and keeps(asked, share):
            cost = float(asked.cost_yuan_per_t @ share)
            best = cost if best is None else min(best, cost)
    return best


def keeps(asked, share, slack=1e-6):
    """Whether a mix keeps everything, by the plain meaning of each limit."""
    within = (share >= asked.least_frac - slack) & (share <= asked.most_frac + slack)
    return bool(within.all()) and all(_kept(row, share, slack) for row in asked.limits)


def _kept(limit, share, slack):
    above, below = limit.numerator @ share, limit.denominator @ share
    room = slack * max(1.0, np.abs(limit.numerator).max())
    low = not np.isfinite(limit.low) or above >= limit.low * below - room
    high = not np.isfinite(limit.high) or above <= limit.high * below + room
    return low and high


@st.composite
def blends(draw, most_materials=4):
    """Blends of two materials and more, with contents, a modulus and share bounds."""
    count = draw(st.integers(2, most_materials))
    numbers = lambda low, high: st.lists(  # noqa: E731
        st.integers(low, high), min_size=count, max_size=count
    ).map(lambda row: np.array(row, dtype=float))
    wet = draw(numbers(0, 40)) / 100
    limits = [
        content(draw(numbers(0, 60)), wet, *_bounds(draw, 60))
        for _ in range(draw(st.integers(0, 3)))
    ]
    if draw(st.booleans()):
        above, below = draw(numbers(0, 60)), draw(numbers(1, 60))
        limits.append(Ratio(above * (1 - wet), below * (1 - wet), *_bounds(draw, 5)))
    least = draw(numbers(0, 20)) / 100
    return blend(
        draw(numbers(-50, 200)),
        *limits,
        least=least,
        most=least + draw(numbers(5, 80)) / 100,
    )


def _bounds(draw, widest):
    low, high = sorted(draw(st.tuples(*[st.integers(0, widest * 10)] * 2)))
    return (
        low / 10 if draw(st.booleans()) else -np.inf,
        high / 10 if draw(st.booleans()) else np.inf,
    )
