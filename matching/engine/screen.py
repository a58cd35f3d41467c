"""Which routes take which supplies, by which limit, and at what cost of treatments."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import F64, I8, I32, I64, Mask, Records, seal
from matching.engine.judge import judge
from matching.engine.problem import Problem
from matching.engine.rulebook import EVERY_GRADE, FORBIDDEN
from matching.engine.rulings import CELL, SIDE, rulings
from matching.engine.spread import at_once, ranges

# Fewer are judged sooner than a thread is started.
_ROWS_PER_SHARE: Final = 8192


@dataclass(frozen=True, eq=False)
class Screen:
    """The verdict of each of S supplies on each of R routes.

    Most materials are admitted by few routes: what there is to say beside a verdict is
    kept for those cells alone. The properties, of shape (S, R), are made at first use.

    Parameters
    ----------
    verdict
        A `Verdict`, shape (S, R); the worst over the deciding limits of the chosen
        grade.
    cells
        `CELL` rows, one for each supply and route that admits it, in this order.
    material
        Of each supply, shape (S,).
    admitted
        The rulebook's, shape (R, M).
    """

    verdict: I8
    cells: Records
    material: I32
    admitted: I8

    def __post_init__(self) -> None:
        seal(self)

    @cached_property
    def deciding_limit(self) -> I32:
        """The limit that sets the verdict: the tightest of the worst; -1 for none."""
        return self._everywhere("deciding_limit", -1)

    @cached_property
    def margin_frac(self) -> F64:
        """What the deciding limit leaves, over the limit's size.

        Over 1 unit where the limit is 0; negative where broken, NaN where not known.
        """
        return self._everywhere("margin_frac", np.nan)

    @cached_property
    def treatment_fen_per_t(self) -> I64:
        """Cost of the cheapest set of treatments.

        Where the verdict is unknown or no, it is the cost of what can be mended.
        """
        return self._everywhere("treatment_fen_per_t", 0)

    @cached_property
    def grade(self) -> I32:
        """The grade chosen; -1 where no limit is for a grade."""
        return self._everywhere("grade", EVERY_GRADE)

    @cached_property
    def kind(self) -> I8:
        """0 not a use of the material, 1 admitted, 2 forbidden by a rule."""
        return self.admitted.T[self.material]

    @property
    def forbidden(self) -> Mask:
        """Where a rule forbids the use."""
        mask: Mask = self.kind == FORBIDDEN
        return mask

    def _everywhere(self, name: str, elsewhere: float) -> NDArray[Any]:
        column = self.cells[name]
        whole = np.full(self.verdict.shape, elsewhere, dtype=column.dtype)
        whole[self.cells["supply"], self.cells["route"]] = column
        whole.setflags(write=False)
        return whole


def screen(problem: Problem) -> Screen:
    """The verdicts of all supplies on all routes.

    Without any deciding limit an admitted use is likely, never yes: there is no
    evidence on the supply itself.
    """
    supplies, rules = problem.supplies, problem.rules
    laid = rulings(rules)
    routes_of = np.diff(laid.first_pair)[supplies.material]
    first_cell = np.concatenate([[0], np.cumsum(routes_of)])
    verdict = np.empty((len(supplies), rules.routes), dtype=np.int8)
    cells = np.empty(first_cell[-1], dtype=CELL)

    def judge_rows(rows: tuple[int, int]) -> None:
        sides = np.empty(laid.most_sides, SIDE)
        told = supplies.material, supplies.values
        judge(laid, *told, rows, sides, first_cell, verdict, cells)

    at_once(judge_rows, ranges(len(supplies), _ROWS_PER_SHARE))
    return Screen(verdict, cells, supplies.material, rules.admitted)
