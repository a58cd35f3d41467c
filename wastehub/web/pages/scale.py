"""Classes of a choropleth: few, round, and named in a legend."""

from bisect import bisect_right
from collections.abc import Iterable

CLASSES = 6
SHARE_BOUNDS = (0.2, 0.4, 0.6, 0.8, 0.9995)
_ROUND = (1, 2, 5)


def round_bounds(values: Iterable[float]) -> tuple[float, ...]:
    """Five bounds of six classes, each 1, 2 or 5 times a power of ten.

    They step down from the largest round number below the largest value, because
    tonnages of regions span orders of magnitude.
    """
    largest = max(values, default=0)
    if largest <= 0:
        return ()
    steps = [digit * 10.0**power for power in range(-3, 16) for digit in _ROUND]
    below = [step for step in steps if step <= largest]
    return tuple(below[-(CLASSES - 1) :])


def even_bounds(values: Iterable[float]) -> tuple[float, ...]:
    """Bounds of at most six classes of equal width, 1, 2 or 5 times a power of ten.

    For figures that lie close together, such as prices: the narrowest round width with
    which six classes reach the largest value.
    """
    largest = max(values, default=0)
    if largest <= 0:
        return ()
    widths = (digit * 10.0**power for power in range(-3, 16) for digit in _ROUND)
    width = next(width for width in widths if width * CLASSES >= largest)
    return tuple(
        width * step for step in range(1, CLASSES) if width * step < largest
    ) or (width,)


def class_of(value: float, bounds: tuple[float, ...]) -> int:
    """The class of a value: 0 below the first bound, a bound opens the next class."""
    return bisect_right(bounds, value)
