"""Which routes take which supplies, by which limit, and at what cost of treatments."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.engine.columns import F64, I8, I16, I32, I64, Mask, seal
from matching.engine.judge import judge
from matching.engine.problem import Problem
from matching.engine.rulebook import FORBIDDEN
from matching.engine.rulings import SIDE, rulings

# Fewer are judged sooner than a thread is started.
_ROWS_PER_SHARE: Final = 8192


@dataclass(frozen=True, eq=False)
class Screen:
    """The verdict of each of S supplies on each of R routes; arrays of shape (S, R).

    Parameters
    ----------
    verdict
        A `Verdict`; the worst over the deciding limits of the chosen grade.
    deciding_limit
        Row of the limit that sets the verdict: the tightest of the worst; -1 where
        no limit does.
    margin_frac
        What the deciding limit leaves, over the limit's size (over 1 unit where the
        limit is 0), negative where broken; NaN where it is not known.
    treatment_fen_per_t
        Cost of the cheapest set of treatments. Where the verdict is unknown or no, it
        is the cost of what can be mended.
    grade
        The grade chosen; -1 where limits of all grades alone decide, or none.
    material
        Of each supply, shape (S,).
    admitted
        The rulebook's, shape (R, M).
    """

    verdict: I8
    deciding_limit: I32
    margin_frac: F64
    treatment_fen_per_t: I64
    grade: I16
    material: I32
    admitted: I8

    def __post_init__(self) -> None:
        seal(self)

    @property
    def kind(self) -> I8:
        """0 not a use of the material, 1 admitted, 2 forbidden; shape (S, R)."""
        kind: I8 = self.admitted.T[self.material]
        return kind

    @property
    def forbidden(self) -> Mask:
        """Where a rule forbids the use, shape (S, R)."""
        mask: Mask = self.kind == FORBIDDEN
        return mask


def screen(problem: Problem) -> Screen:
    """The verdicts of all supplies on all routes.

    Without any deciding limit an admitted use is likely, never yes: there is no
    evidence on the supply itself.
    """
    supplies, rules = problem.supplies, problem.rules
    shape = len(supplies), rules.routes
    verdict = np.empty(shape, dtype=np.int8)
    deciding_limit = np.empty(shape, dtype=np.int32)
    margin_frac = np.empty(shape, dtype=np.float64)
    treatment_fen_per_t = np.empty(shape, dtype=np.int64)
    grade = np.empty(shape, dtype=np.int16)
    filled = verdict, deciding_limit, margin_frac, treatment_fen_per_t, grade
    laid = rulings(rules)

    def judge_rows(rows: tuple[int, int]) -> None:
        sides = np.empty(laid.most_sides, SIDE)
        judge(laid, supplies.material, supplies.values, rows, sides, *filled)

    _spread(judge_rows, len(supplies))
    return Screen(*filled, material=supplies.material, admitted=rules.admitted)


def _spread(work: Callable[[tuple[int, int]], None], rows: int) -> None:
    """Do all rows, on every core that this process may use if they are many.

    Threads that end with the call: pools that outlive it do not survive a fork.
    """
    shares = [
        (first, min(first + _ROWS_PER_SHARE, rows))
        for first in range(0, rows, _ROWS_PER_SHARE)
    ]
    threads = min(len(shares), len(os.sched_getaffinity(0)))
    if threads <= 1:
        work((0, rows))
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, shares))
