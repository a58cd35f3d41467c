"""The judge: a supply before the clauses of its material, compiled to machine code.

All functions here run without the interpreter's lock and touch only their arguments;
`Rulings` says how the rules are laid out. Nothing is summed or compared in an order
that depends on threads, on other supplies or on the order of the limits.
"""

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import numpy as np
from numba import njit

from matching.engine.columns import F64, I8, I16, I32, I64
from matching.engine.rulebook import (
    CODES_PER_MATERIAL,
    COST_CEILING_FEN_PER_T,
    EVERY_GRADE,
)
from matching.engine.rulings import Rulings
from matching.engine.verdict import Verdict

_P = ParamSpec("_P")
_R = TypeVar("_R")

_YES: Final = int(Verdict.YES)
_TREATED: Final = int(Verdict.TREATED)
_LIKELY: Final = int(Verdict.LIKELY)
_UNKNOWN: Final = int(Verdict.UNKNOWN)
_NO: Final = int(Verdict.NO)
NONE: Final = -1
ALL_CODES: Final = 2**CODES_PER_MATERIAL - 1


def _compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Compiled at the first call, and kept on disk for the next process."""
    kept: Callable[_P, _R] = njit(nogil=True, cache=True)(function)
    return kept


@_compiled
def mend(rulings: Rulings, clause: int, excess: float, codes: int) -> tuple[int, int]:
    """The mend that takes an excess away at the least fen per tonne, and those fen.

    Only of a set of codes, a bit for each place; -1 and 0 where none does. The fixed
    part of the cost is not counted. One that is dearer than the ceiling counts as none;
    among equals the lowest code does it.
    """
    best, best_fen, best_place = NONE, 0.0, NONE
    about = rulings.clauses[clause]
    for row in range(about.first_mend, about.last_mend):
        place = rulings.mends[row].place
        fen = np.rint(rulings.mends[row].fen_per_unit * excess)
        if codes >> place & 1 == 0 or not fen <= COST_CEILING_FEN_PER_T:
            continue
        cheaper = best == NONE or fen < best_fen
        if cheaper or (fen == best_fen and place > best_place):
            best, best_fen, best_place = row, fen, place
    return best, int(best_fen)


@_compiled
def read(
    rulings: Rulings, material: int, values: F64, clause: int
) -> tuple[int, float, bool]:
    """Verdict of a clause, excess over its bound, and whether that can be mended.

    An assay decides. Without one the middle of the typical range can only make the
    verdict likely or unknown: nothing but a measured value refuses, or passes.
    """
    about = rulings.clauses[clause]
    value = values[about.parameter]
    measured = not np.isnan(value)
    if not measured:
        value = rulings.typical[material, about.parameter]
    excess = about.sense * (value - about.bound)
    if np.isnan(excess):
        return _UNKNOWN, excess, False
    if excess <= 0:
        return (_YES if measured else _LIKELY), excess, False
    if mend(rulings, clause, excess, ALL_CODES)[0] == NONE:
        return (_NO if measured else _UNKNOWN), excess, False
    return (_TREATED if measured else _LIKELY), excess, True


@_compiled
def cheapest_set(
    rulings: Rulings, material: int, broken: I64, excess: F64
) -> tuple[int, int]:
    """The set of codes that mends every side at the least cost, and its fen per tonne.

    ``broken`` is the clause of each side, -1 where none is broken; each can be mended
    alone. Among equal costs the fewest codes, then the lowest.
    """
    useful = _useful_codes(rulings, broken)
    best, best_fen = 0, NONE
    codes = useful
    # From the largest number down: of equals of one size the first has the lowest
    # codes.
    while codes > 0:
        fen = _set_fen(rulings, material, broken, excess, codes)
        if fen != NONE:
            smaller = fen == best_fen and _size(codes) < _size(best)
            if best_fen == NONE or fen < best_fen or smaller:
                best, best_fen = codes, fen
        codes = (codes - 1) & useful
    return best, max(best_fen, 0)


@_compiled
def _useful_codes(rulings: Rulings, broken: I64) -> int:
    codes = 0
    for clause in broken:
        if clause != NONE:
            about = rulings.clauses[clause]
            for row in range(about.first_mend, about.last_mend):
                codes |= 1 << rulings.mends[row].place
    return codes


@_compiled
def _set_fen(
    rulings: Rulings, material: int, broken: I64, excess: F64, codes: int
) -> int:
    """What a set of codes costs a tonne; -1 where it leaves something unmended."""
    total = 0
    for place in range(CODES_PER_MATERIAL):
        if codes >> place & 1:
            total += rulings.fixed_fen[material, place]
    for side, clause in enumerate(broken):
        if clause != NONE:
            row, fen = mend(rulings, clause, excess[side], codes)
            if row == NONE:
                return NONE
            total += fen
    return total


@_compiled
def _size(codes: int) -> int:
    count = 0
    while codes:
        count += codes & 1
        codes >>= 1
    return count


@_compiled
def weigh(
    rulings: Rulings,
    material: int,
    values: F64,
    pair: int,
    first: int,
    last: int,
    broken: I64,
    over: F64,
) -> tuple[int, int, float, int]:
    """A pair by its clauses of every grade and those of one grade, [first, last).

    Verdict, deciding clause (-1 where there is none), its margin (inf where it is not
    known) and the treatments' fen per tonne. ``broken`` and ``over`` have room for the
    pair's sides; in the end they hold the tightest broken clause of each that can be
    mended, and its excess.
    """
    about = rulings.pairs[pair]
    sides = about.sides
    broken[:sides] = NONE
    worst, decisive, margin, mends = NONE, NONE, np.inf, False
    for number in range(about.first, about.graded + last - first):
        clause = number if number < about.graded else number - about.graded + first
        verdict, excess, mendable = read(rulings, material, values, clause)
        left = np.inf if np.isnan(excess) else -excess / rulings.clauses[clause].size
        if verdict > worst or (
            verdict == worst
            and (left < margin or (left == margin and _before(rulings, clause, decisive)))
        ):
            worst, decisive, margin = verdict, clause, left
        if mendable:
            mends = True
            _keep_tightest(rulings, broken, over, clause, excess)
    fen = 0
    if mends:
        fen = cheapest_set(rulings, material, broken[:sides], over[:sides])[1]
    return (_LIKELY if worst == NONE else worst), decisive, margin, fen


@_compiled
def _before(rulings: Rulings, one: int, other: int) -> bool:
    return rulings.clauses[one].limit < rulings.clauses[other].limit


@_compiled
def _keep_tightest(
    rulings: Rulings, broken: I64, over: F64, clause: int, excess: float
) -> None:
    side = rulings.clauses[clause].side
    former = broken[side]
    if former != NONE:
        if excess < over[side]:
            return
        if excess == over[side] and _before(rulings, former, clause):
            return
    broken[side], over[side] = clause, excess


@_compiled
def rule(
    rulings: Rulings, material: int, values: F64, pair: int, broken: I64, over: F64
) -> tuple[int, int, float, int, int, int]:
    """What `weigh` says by the best grade, and that grade's clauses, [first, last).

    The best has the lowest verdict; among equals that pass the least cost, then the
    better grade; among equals that do not pass it is the last, which asks for least.
    """
    about = rulings.pairs[pair]
    first, best_first, best_last = about.graded, about.graded, about.graded
    if first == about.last:
        weighed = weigh(rulings, material, values, pair, first, first, broken, over)
        return (*weighed, first, first)
    best = (_NO + 1, NONE, np.inf, 0)
    while first < about.last:
        last = _end_of_grade(rulings, first, about.last)
        now = weigh(rulings, material, values, pair, first, last, broken, over)
        as_good = now[0] == best[0] and (now[0] > _LIKELY or now[3] < best[3])
        if now[0] < best[0] or as_good:
            best, best_first, best_last = now, first, last
        first = last
    return (*best, best_first, best_last)


@_compiled
def _end_of_grade(rulings: Rulings, first: int, last: int) -> int:
    end = first + 1
    while end < last and rulings.clauses[end].grade == rulings.clauses[first].grade:
        end += 1
    return end


@_compiled
def judge(
    rulings: Rulings,
    material: I32,
    values: F64,
    rows: tuple[int, int],
    verdict: I8,
    deciding_limit: I32,
    margin_frac: F64,
    treatment_fen_per_t: I64,
    grade: I16,
) -> None:
    """Fill the last five, shape (S, R), for the supplies [first, last) of ``rows``."""
    sides = 1
    for pair in range(len(rulings.pairs)):
        sides = max(sides, rulings.pairs[pair].sides)
    broken, over = np.empty(sides, np.int64), np.empty(sides, np.float64)
    for row in range(rows[0], rows[1]):
        verdict[row] = _NO
        deciding_limit[row] = NONE
        margin_frac[row] = np.nan
        treatment_fen_per_t[row] = 0
        grade[row] = EVERY_GRADE
        own = material[row]
        for pair in range(rulings.first_pair[own], rulings.first_pair[own + 1]):
            route = rulings.pairs[pair].route
            found, clause, margin, fen, first, last = rule(
                rulings, own, values[row], pair, broken, over
            )
            verdict[row, route] = found
            treatment_fen_per_t[row, route] = fen
            if clause != NONE:
                deciding_limit[row, route] = rulings.clauses[clause].limit
            if margin < np.inf:
                margin_frac[row, route] = margin
            if first < last:
                grade[row, route] = rulings.clauses[first].grade
