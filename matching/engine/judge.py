"""The judge: a supply before the clauses of its material, compiled to machine code.

All functions here run without the interpreter's lock and touch only their arguments;
`matching.engine.rulings` says how the rules are laid out. Nothing is summed or compared
in an order that depends on threads, on other supplies or on the order of the limits.

``assay`` holds one supply's values, shape (P,). Pairs and clauses go by their row.
"""

from typing import Any, Final

import numpy as np

from matching.engine.columns import F64, I8, I32, I64, Records
from matching.engine.compiled import compiled
from matching.engine.rulings import Rulings
from matching.engine.verdict import Verdict

_YES: Final = int(Verdict.YES)
_TREATED: Final = int(Verdict.TREATED)
_LIKELY: Final = int(Verdict.LIKELY)
_UNKNOWN: Final = int(Verdict.UNKNOWN)
_NO: Final = int(Verdict.NO)
NONE: Final = -1
EVERY_CODE: Final = -1


@compiled
def mend(rulings: Rulings, clause: int, excess: float, codes: int) -> tuple[int, int]:
    """The mend that takes an excess away at the least fen per tonne, and those fen.

    Only of a set of codes, a bit for each place; -1 and 0 where none does. The fixed
    part of the cost is not counted. One that is dearer than the ceiling counts as none;
    among equals the lowest code does it.
    """
    clauses, mends = rulings.clauses, rulings.mends
    best, best_fen, best_place = NONE, 0.0, NONE
    for row in range(clauses[clause].first_mend, clauses[clause].last_mend):
        place = mends[row].place
        fen = np.rint(mends[row].fen_per_unit * excess)
        if codes >> place & 1 == 0 or not fen <= rulings.ceiling_fen:
            continue
        cheaper = best == NONE or fen < best_fen
        if cheaper or (fen == best_fen and place > best_place):
            best, best_fen, best_place = row, fen, place
    return best, int(best_fen)


@compiled
def read(
    rulings: Rulings, material: int, assay: F64, clause: int
) -> tuple[int, float, bool]:
    """Verdict of a clause, excess over its bound, and whether that can be mended.

    An assay decides. Without one the middle of the typical range can only make the
    verdict likely or unknown: nothing but a measured value refuses, or passes.
    """
    about = rulings.clauses[clause]
    value = assay[about.parameter]
    measured = not np.isnan(value)
    if not measured:
        value = rulings.typical[material, about.parameter]
    excess = about.sense * (value - about.bound)
    if np.isnan(excess):
        return _UNKNOWN, excess, False
    if excess <= 0:
        return (_YES if measured else _LIKELY), excess, False
    if mend(rulings, clause, excess, EVERY_CODE)[0] == NONE:
        return (_NO if measured else _UNKNOWN), excess, False
    return (_TREATED if measured else _LIKELY), excess, True


@compiled
def cheapest_set(rulings: Rulings, material: int, sides: Records) -> tuple[int, int]:
    """The set of codes that mends every side at the least cost, and its fen per tonne.

    Each of the `SIDE` rows can be mended alone, or has no broken clause. Among equal
    costs the fewest codes, then the lowest.
    """
    useful = _useful_codes(rulings, sides)
    best, best_fen = 0, NONE
    codes = useful
    # From the largest number down: of equals of one size the first has the lowest
    # codes.
    while codes > 0:
        fen = _set_fen(rulings, material, sides, codes)
        if fen != NONE:
            smaller = fen == best_fen and _size(codes) < _size(best)
            if best_fen == NONE or fen < best_fen or smaller:
                best, best_fen = codes, fen
        codes = (codes - 1) & useful
    return best, max(best_fen, 0)


@compiled
def _useful_codes(rulings: Rulings, sides: Records) -> int:
    clauses, codes = rulings.clauses, 0
    for side in range(len(sides)):
        clause = sides[side].clause
        if clause != NONE:
            for row in range(clauses[clause].first_mend, clauses[clause].last_mend):
                codes |= 1 << rulings.mends[row].place
    return codes


@compiled
def _set_fen(rulings: Rulings, material: int, sides: Records, codes: int) -> int:
    """What a set of codes costs a tonne; -1 where it leaves something unmended."""
    total = 0
    for place in range(rulings.fixed_fen.shape[1]):
        if codes >> place & 1:
            total += rulings.fixed_fen[material, place]
    for side in range(len(sides)):
        clause = sides[side].clause
        if clause != NONE:
            row, fen = mend(rulings, clause, sides[side].excess, codes)
            if row == NONE:
                return NONE
            total += fen
    return total


@compiled
def _size(codes: int) -> int:
    count = 0
    while codes:
        count += codes & 1
        codes >>= 1
    return count


@compiled
def _weigh(
    rulings: Rulings,
    material: int,
    assay: F64,
    pair: int,
    grade: tuple[int, int],
    sides: Records,
) -> tuple[int, int, float, int]:
    """A pair by its clauses of every grade and those of one, [first, last).

    Verdict, deciding clause (-1 where there is none), its margin (inf where it is not
    known) and the treatments' fen per tonne. ``sides`` is room to work in.
    """
    clauses, about = rulings.clauses, rulings.pairs[pair]
    for side in range(about.sides):
        sides[side].clause = NONE
    worst, decisive, margin, broken = NONE, NONE, np.inf, False
    for number in range(about.first, about.graded + grade[1] - grade[0]):
        clause = number if number < about.graded else number - about.graded + grade[0]
        verdict, excess, mendable = read(rulings, material, assay, clause)
        left = np.inf if np.isnan(excess) else -excess / clauses[clause].size
        tighter = left < margin or (
            left == margin and clauses[clause].limit < clauses[decisive].limit
        )
        if verdict > worst or (verdict == worst and tighter):
            worst, decisive, margin = verdict, clause, left
        if mendable:
            broken = True
            _keep_tightest(clauses, sides, clause, excess)
    fen = 0
    if broken:
        fen = cheapest_set(rulings, material, sides[: about.sides])[1]
    return (_LIKELY if worst == NONE else worst), decisive, margin, fen


@compiled
def _keep_tightest(
    clauses: Records, sides: Records, clause: int, excess: float
) -> None:
    side = sides[clauses[clause].side]
    if side.clause != NONE:
        first = clauses[side.clause].limit < clauses[clause].limit
        if excess < side.excess or (excess == side.excess and first):
            return
    side.clause = clause
    side.excess = excess


@compiled
def rule(
    rulings: Rulings, material: int, assay: F64, pair: int, sides: Records
) -> tuple[tuple[int, int, float, int], tuple[int, int]]:
    """A pair's verdict by its best grade, and that grade's clauses, [first, last).

    Verdict, deciding clause (-1 where there is none), its margin (inf where it is not
    known) and the treatments' fen per tonne. The best grade has the lowest verdict;
    among equals that pass the least cost, then the better grade; among equals that do
    not pass it is the last, which asks for least. ``sides`` is room for the pair's.
    """
    about = rulings.pairs[pair]
    grade = best_grade = (about.graded, about.graded)
    best = (_NO + 1, NONE, np.inf, 0)
    while best[0] > _NO or grade[1] < about.last:
        grade = (grade[1], _end_of_grade(rulings.clauses, grade[1], about.last))
        now = _weigh(rulings, material, assay, pair, grade, sides)
        as_good = now[0] == best[0] and (now[0] > _LIKELY or now[3] < best[3])
        if now[0] < best[0] or as_good:
            best, best_grade = now, grade
    return best, best_grade


@compiled
def _end_of_grade(clauses: Records, first: int, last: int) -> int:
    """Where the grade that begins here ends; here where there is none."""
    end = first
    while end < last and clauses[end].grade == clauses[first].grade:
        end += 1
    return end


@compiled
def judge(
    rulings: Rulings,
    material: I32,
    values: F64,
    rows: tuple[int, int],
    sides: Records,
    first_cell: I64,
    verdict: I8,
    cells: Records,
) -> None:
    """Fill the verdicts and the `CELL` rows of the supplies [first, last) of ``rows``.

    ``verdict`` has shape (S, R); a supply's cells begin at its ``first_cell``.
    ``sides`` is room for those of any pair.
    """
    for row in range(rows[0], rows[1]):
        verdict[row] = _NO
        own, number = material[row], first_cell[row]
        for pair in range(rulings.first_pair[own], rulings.first_pair[own + 1]):
            route = rulings.pairs[pair].route
            found, chosen = rule(rulings, own, values[row], pair, sides)
            verdict[row, route] = found[0]
            cell = cells[number]
            cell.supply = row
            cell.route = route
            _fill(rulings.clauses, cell, found, chosen)
            number += 1


@compiled
def _fill(
    clauses: Records,
    cell: Any,
    found: tuple[int, int, float, int],
    chosen: tuple[int, int],
) -> None:
    cell.deciding_limit = NONE
    if found[1] != NONE:
        cell.deciding_limit = clauses[found[1]].limit
    cell.margin_frac = found[2] if found[2] < np.inf else np.nan
    cell.treatment_fen_per_t = found[3]
    cell.grade = NONE
    if chosen[0] < chosen[1]:
        cell.grade = clauses[chosen[0]].grade
