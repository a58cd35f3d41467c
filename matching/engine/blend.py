"""The cheapest mix of materials that keeps every limit, as a linear programme.

A mix is of wet mass, as delivered: a share is tonnes of a material in a tonne of mix.
Every limit bounds a ratio of two sums over the mix, so that one form serves all: a
content (mass of oxide over dry mass), the moisture (water over wet mass), a modulus
(oxide over oxides), the share of a group (its mass over all mass). With a denominator
that is positive, ``numerator / denominator <= bound`` is the linear row
``numerator - bound * denominator <= 0``.

References
----------
Charnes and Cooper, Programming with linear fractional functionals (1962),
doi 10.1002/nav.3800090303, for the ratio made linear. Huangfu and Hall, Parallelizing
the dual revised simplex method (2018), doi 10.1007/s12532-017-0130-5, for HiGHS.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np

from matching.engine.columns import F64, frozen

SHARE_TOLERANCE: Final = 1e-9
# A smaller number is none: nothing is divided by it.
_NOTHING: Final = 1e-9
_OPTIONS: Final[dict[str, bool | int | float | str]] = {
    "output_flag": False,
    "threads": 1,
    "solver": "simplex",
    "presolve": "off",
    "primal_feasibility_tolerance": SHARE_TOLERANCE,
    "dual_feasibility_tolerance": SHARE_TOLERANCE,
}
_STATUS: Final = {
    "L": highspy.HighsBasisStatus.kLower,
    "U": highspy.HighsBasisStatus.kUpper,
    "B": highspy.HighsBasisStatus.kBasic,
    "Z": highspy.HighsBasisStatus.kZero,
    "N": highspy.HighsBasisStatus.kNonbasic,
}
_INFEASIBLE: Final = highspy.HighsModelStatus.kInfeasible
_DECIDED: Final = (highspy.HighsModelStatus.kOptimal, _INFEASIBLE)
_LETTER: Final = {status: letter for letter, status in _STATUS.items()}


class UndecidedError(ValueError):
    """The numbers are too far apart for the solver to tell."""


@dataclass(frozen=True)
class Ratio:
    """Bounds on one quantity of the mix.

    Parameters
    ----------
    numerator, denominator
        What a tonne of each material adds to either sum, shape (materials,). No
        denominator is negative.
    low, high
        The bounds, in the unit of the ratio; infinite where there is none.

    Raises
    ------
    ValueError
        A number is not finite, a denominator is negative, or low exceeds high.
    """

    numerator: F64
    denominator: F64
    low: float = -np.inf
    high: float = np.inf

    def __post_init__(self) -> None:
        for name in ("numerator", "denominator"):
            column = np.asarray(getattr(self, name), dtype=np.float64)
            if column.ndim != 1 or not np.isfinite(column).all():
                raise ValueError(f"{name} is not a column of finite numbers")
            object.__setattr__(self, name, frozen(name, column, float, column.shape))
        if self.numerator.shape != self.denominator.shape:
            raise ValueError("numerator and denominator differ in length")
        if (self.denominator < 0).any():
            raise ValueError("a denominator is negative")
        if not self.low <= self.high:
            raise ValueError(f"low {self.low} is not at most high {self.high}")

    def of(self, share_frac: F64) -> float:
        """The quantity of a mix; NaN where its denominator is 0."""
        below = float(self.denominator @ share_frac)
        return float(self.numerator @ share_frac) / below if below > 0 else np.nan


@dataclass(frozen=True)
class Blend:
    """Materials to choose from, and what their mix must keep.

    Parameters
    ----------
    cost_yuan_per_t
        Delivered, per wet tonne of each material, shape (materials,).
    least_frac, most_frac
        Smallest and largest share of each in the wet mix, 0 to 1.
    limits
        What the mix must keep.

    Raises
    ------
    ValueError
        There is no material, a number is not finite, a share is outside 0 to 1, a
        least exceeds its most, or a limit speaks of another number of materials.
    """

    cost_yuan_per_t: F64
    least_frac: F64
    most_frac: F64
    limits: tuple[Ratio, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.cost_yuan_per_t)
        if not count:
            raise ValueError("there is no material to mix")
        for name in ("cost_yuan_per_t", "least_frac", "most_frac"):
            column = frozen(name, getattr(self, name), np.float64, (count,))
            if not np.isfinite(column).all():
                raise ValueError(f"{name} is not finite")
            object.__setattr__(self, name, column)
        if (self.least_frac < 0).any() or (self.most_frac > 1).any():
            raise ValueError("a share is outside 0 to 1")
        if (self.least_frac > self.most_frac).any():
            raise ValueError("a least share exceeds its most")
        if any(len(limit.numerator) != count for limit in self.limits):
            raise ValueError("a limit speaks of another number of materials")


@dataclass(frozen=True)
class Mix:
    """The cheapest mix.

    Parameters
    ----------
    share_frac
        Share of each material in the wet mix, shape (materials,); they sum to 1.
    cost_yuan_per_t
        Of a wet tonne of mix.
    values
        The quantity that each limit bounds, in its unit; NaN where undefined.
    low_price, high_price
        How much the cost of a tonne of mix rises when the bound rises by one unit of
        its quantity: never negative for a low bound, never positive for a high one; 0
        where the bound does not bind. Exact for a small step.
    least_price, most_price
        The same for each material's smallest and largest share, per whole share.
    basis
        Where the solver stood; start there when a limit has changed.
    iterations
        Simplex iterations it took.
    """

    share_frac: F64
    cost_yuan_per_t: float
    values: F64
    low_price: F64
    high_price: F64
    least_price: F64
    most_price: F64
    basis: str
    iterations: int


def solve(blend: Blend, start: str = "") -> Mix | None:
    """The cheapest mix, or ``None`` where no mix keeps every limit.

    Parameters
    ----------
    start
        The ``basis`` of an earlier mix of as many materials and limits. It never
        changes the cost; one that does not fit is passed over.

    Raises
    ------
    UndecidedError
        The solver can not tell.
    """
    solver = _solver(blend)
    basis = _basis(start, blend)
    if basis is not None:
        solver.setBasis(basis)
    status = _run(solver)
    if basis is not None and status not in _DECIDED:
        solver.clearSolver()
        status = _run(solver)
    if status not in _DECIDED:
        said = solver.modelStatusToString(status)
        raise UndecidedError(f"the solver ended with {said}")
    return None if status == _INFEASIBLE else _mix(blend, solver)


def _run(solver: highspy.Highs) -> highspy.HighsModelStatus:
    solver.run()
    return solver.getModelStatus()


def _solver(blend: Blend) -> highspy.Highs:
    solver = quiet_solver()
    load(solver, blend)
    return solver


def quiet_solver() -> highspy.Highs:
    """HiGHS on one thread, as exact as it gets, saying nothing."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in _OPTIONS.items():
        solver.setOptionValue(option, value)
    return solver


def load(solver: highspy.Highs, blend: Blend) -> None:
    """Give a solver the programme.

    Row 0 sums the shares, then each limit has a low and a high row. Where there is no
    such bound the row is kept, free, so that a basis goes on fitting when a bound is
    set or dropped.
    """
    matrix = np.vstack([np.ones(len(blend.cost_yuan_per_t)), *_rows(blend.limits)])
    rows, columns = matrix.shape
    row, column = np.nonzero(matrix)
    start = np.searchsorted(row, np.arange(rows)).astype(np.int32)
    value = matrix[row, column]
    every = np.arange(columns, dtype=np.int32)
    solver.addVars(columns, blend.least_frac, blend.most_frac)
    solver.changeColsCost(columns, every, blend.cost_yuan_per_t / _dearest(blend))
    solver.addRows(
        rows, *_row_bounds(blend), len(value), start, column.astype(np.int32), value
    )


def _dearest(blend: Blend) -> float:
    """The largest cost without its sign, by which the solver's costs are divided."""
    return max(float(np.abs(blend.cost_yuan_per_t).max()), _NOTHING)


def _rows(limits: Sequence[Ratio]) -> list[F64]:
    """The low and the high row of each limit, divided by :func:`_sizes`."""
    pairs = zip(_plain_rows(limits), _sizes(limits), strict=True)
    return [row / size for row, size in pairs]


def _sizes(limits: Sequence[Ratio]) -> F64:
    """The largest number in each row, so that no row is beyond the solver's reach."""
    largest = [float(np.abs(row).max()) for row in _plain_rows(limits)]
    return np.maximum(np.array(largest, dtype=np.float64), _NOTHING)


def _plain_rows(limits: Sequence[Ratio]) -> list[F64]:
    return [
        limit.numerator - (bound if np.isfinite(bound) else 0.0) * limit.denominator
        for limit in limits
        for bound in (limit.low, limit.high)
    ]


def _row_bounds(blend: Blend) -> tuple[F64, F64]:
    low, high = [1.0], [1.0]
    for limit in blend.limits:
        low += [0.0 if np.isfinite(limit.low) else -highspy.kHighsInf]
        high += [highspy.kHighsInf]
        low += [-highspy.kHighsInf]
        high += [0.0 if np.isfinite(limit.high) else highspy.kHighsInf]
    return np.array(low), np.array(high)


def _basis(letters: str, blend: Blend) -> highspy.HighsBasis | None:
    columns = len(blend.cost_yuan_per_t)
    every_row = 1 + 2 * len(blend.limits)
    fits = len(letters) == columns + every_row and set(letters) <= _STATUS.keys()
    if not fits or letters.count("B") != every_row:
        return None
    basis = highspy.HighsBasis()
    basis.col_status = [_STATUS[letter] for letter in letters[:columns]]
    basis.row_status = [_STATUS[letter] for letter in letters[columns:]]
    basis.valid = True
    return basis


def _mix(blend: Blend, solver: highspy.Highs) -> Mix:
    solution, basis = solver.getSolution(), solver.getBasis()
    share = np.clip(solution.col_value, blend.least_frac, blend.most_frac)
    row_dual = np.array(solution.row_dual)[1:] * _dearest(blend)
    reduced = np.array(solution.col_dual) * _dearest(blend)
    # A step of the bound by 1 moves the row's right side by its denominator.
    below = np.array([limit.denominator @ share for limit in blend.limits])
    step = np.repeat(below, 2) / _sizes(blend.limits)
    statuses = [*basis.col_status, *basis.row_status]
    return Mix(
        share_frac=share,
        cost_yuan_per_t=float(blend.cost_yuan_per_t @ share),
        values=np.array([limit.of(share) for limit in blend.limits]),
        low_price=np.maximum(row_dual * step, 0)[0::2],
        high_price=np.minimum(row_dual * step, 0)[1::2],
        least_price=np.maximum(reduced, 0),
        most_price=np.minimum(reduced, 0),
        basis="".join(_LETTER[status] for status in statuses),
        iterations=int(solver.getInfo().simplex_iteration_count),
    )
