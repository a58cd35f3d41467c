"""Why no mix keeps every limit: a set of bounds of which none can be left out.

That shares sum to 1 and that none is negative is never up for discussion; all else is.
The set is found by dividing the bounds in halves, so that few bounds among a thousand
cost a few dozen runs of one solver that keeps its basis. HiGHS has a search of its own
(``getIis``): it may also drop what is not up for discussion, so that its set need not
be minimal here, and it took seconds for 500 materials.

References
----------
Junker, QuickXplain: preferred explanations and relaxations for over-constrained
problems (AAAI 2004, pages 167-172).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import highspy
import numpy as np

from matching.engine.blend import Blend, Ratio, UndecidedError, load, quiet_solver
from matching.engine.columns import F64

_DECIDED: Final = (
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kInfeasible,
)


@dataclass(frozen=True, order=True)
class Bound:
    """One bound: of a limit or of a material's share, by its place in the blend."""

    kind: Literal["limit", "share"]
    place: int
    side: Literal["low", "high"]


def conflict(blend: Blend) -> tuple[Bound, ...]:
    """Bounds that no mix keeps together, though some mix keeps all but any one of them.

    Empty where a mix keeps every limit. Limits are blamed before shares, and whatever
    the costs are, the answer is the same. Sorted by kind, place and side.
    """
    every = _bounds(blend)
    keeper = _Keeper(blend)
    if keeper.can_keep(every):
        return ()
    return tuple(sorted(_explained(keeper, [], every, is_new=False)))


def only(blend: Blend, bounds: Iterable[Bound]) -> Blend:
    """The blend with these bounds alone; shares stay from 0 to 1."""
    kept = set(bounds)
    least, most = _shares(blend, kept)
    limits = tuple(
        _loosened(limit, place, kept) for place, limit in enumerate(blend.limits)
    )
    return replace(blend, least_frac=least, most_frac=most, limits=limits)


def _shares(blend: Blend, bounds: Iterable[Bound]) -> tuple[F64, F64]:
    """Smallest and largest shares under these bounds alone."""
    count = len(blend.cost_yuan_per_t)
    least, most = np.zeros(count), np.ones(count)
    for bound in bounds:
        if bound.kind == "share" and bound.side == "low":
            least[bound.place] = blend.least_frac[bound.place]
        elif bound.kind == "share":
            most[bound.place] = blend.most_frac[bound.place]
    return least, most


def _loosened(limit: Ratio, place: int, kept: set[Bound]) -> Ratio:
    low = limit.low if Bound("limit", place, "low") in kept else -np.inf
    high = limit.high if Bound("limit", place, "high") in kept else np.inf
    return replace(limit, low=low, high=high)


def _bounds(blend: Blend) -> list[Bound]:
    """Every bound, in the order of blame: the last ones are kept out if they can be."""
    found = []
    for place, limit in enumerate(blend.limits):
        found += [Bound("limit", place, "low")] if np.isfinite(limit.low) else []
        found += [Bound("limit", place, "high")] if np.isfinite(limit.high) else []
    for place in np.flatnonzero(blend.least_frac > 0).tolist():
        found.append(Bound("share", place, "low"))
    for place in np.flatnonzero(blend.most_frac < 1).tolist():
        found.append(Bound("share", place, "high"))
    return found


def _explained(
    keeper: "_Keeper", given: list[Bound], asked: list[Bound], *, is_new: bool
) -> list[Bound]:
    """What of ``asked`` is in conflict, beside what is given (QuickXplain).

    ``is_new`` says that ``given`` has grown since it was last known to be kept.
    """
    if is_new and not keeper.can_keep(given):
        return []
    if len(asked) == 1:
        return asked
    first, second = asked[: len(asked) // 2], asked[len(asked) // 2 :]
    of_second = _explained(keeper, given + first, second, is_new=True)
    of_first = _explained(keeper, given + of_second, first, is_new=bool(of_second))
    return of_first + of_second


class _Keeper:
    """Tells whether some mix keeps a set of bounds; one solver that stays warm."""

    def __init__(self, blend: Blend) -> None:
        free = replace(blend, cost_yuan_per_t=np.zeros(len(blend.cost_yuan_per_t)))
        self._blend = blend
        self._solver = quiet_solver()
        load(self._solver, free)

    def can_keep(self, bounds: Sequence[Bound]) -> bool:
        """Whether a mix keeps all of these, whatever it does to others.

        Raises
        ------
        UndecidedError
            The solver can not tell.
        """
        self._set_shares(bounds)
        self._set_limits(bounds)
        status = self._status()
        if status not in _DECIDED:
            self._solver.clearSolver()
            status = self._status()
        if status not in _DECIDED:
            raise UndecidedError("the solver can not tell whether a mix is there")
        return status == highspy.HighsModelStatus.kOptimal

    def _status(self) -> highspy.HighsModelStatus:
        self._solver.run()
        return self._solver.getModelStatus()

    def _set_shares(self, bounds: Sequence[Bound]) -> None:
        least, most = _shares(self._blend, bounds)
        places = np.arange(len(least), dtype=np.int32)
        self._solver.changeColsBounds(len(least), places, least, most)

    def _set_limits(self, bounds: Sequence[Bound]) -> None:
        count = 2 * len(self._blend.limits)
        low, high = np.full(count, -np.inf), np.full(count, np.inf)
        for bound in bounds:
            if bound.kind == "limit" and bound.side == "low":
                low[2 * bound.place] = 0
            elif bound.kind == "limit":
                high[2 * bound.place + 1] = 0
        for row, (least, most) in enumerate(zip(low, high, strict=True), start=1):
            self._solver.changeRowBounds(row, least, most)
