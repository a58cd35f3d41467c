"""What the rules mean, by trying everything: every grade, every choice of treatments.

Nothing here comes from the engine but the order of the verdicts.
"""

from dataclasses import dataclass
from itertools import groupby, product
from math import inf, isnan, nan

from matching.engine.problem import Problem

YES, TREATED, LIKELY, UNKNOWN, NO = range(5)


@dataclass(frozen=True)
class Judgement:
    """A verdict with all that explains it."""

    verdict: int
    grade: int = -1
    deciding_limit: int = -1
    margin_frac: float = nan
    fen_per_t: int = 0
    codes: tuple[int, ...] = ()


def judged(problem: Problem, supply: int, route: int) -> Judgement:
    """One supply on one route."""
    rules, material = problem.rules, int(problem.supplies.material[supply])
    if rules.admitted[route, material] != 1:
        return Judgement(NO)
    limits = rules.limits
    rows = [
        row
        for row in range(len(limits))
        if limits.decides[row]
        and limits.route[row] == route
        and limits.material[row] in (-1, material)
    ]
    grades = {int(limits.grade[row]) for row in rows} - {-1} or {-1}
    choices = [
        _by_grade(
            problem,
            supply,
            [row for row in rows if limits.grade[row] in (-1, grade)],
            grade,
        )
        for grade in sorted(grades)
    ]
    best = min(choice.verdict for choice in choices)
    equals = [choice for choice in choices if choice.verdict == best]
    if best > LIKELY:
        return equals[-1]
    return min(equals, key=lambda choice: (choice.fen_per_t, choice.grade))


def _by_grade(problem: Problem, supply: int, rows: list[int], grade: int) -> Judgement:
    verdicts = {row: _verdict(problem, supply, row) for row in rows}
    fen_per_t, codes = _cheapest(problem, supply, rows)
    if not rows:
        return Judgement(LIKELY)
    worst = max(verdicts.values())
    margins = {
        row: _margin(problem, supply, row) for row in rows if verdicts[row] == worst
    }
    tightest = min(
        margins, key=lambda row: (inf if isnan(margins[row]) else margins[row], row)
    )
    return Judgement(worst, grade, tightest, margins[tightest], fen_per_t, codes)


def _value(problem: Problem, supply: int, row: int) -> float:
    parameter = problem.rules.limits.parameter[row]
    measured = float(problem.supplies.values[supply, parameter])
    if not isnan(measured):
        return measured
    place = problem.supplies.material[supply], parameter
    low, high = problem.rules.typical_low[place], problem.rules.typical_high[place]
    return float(low + high) / 2


def _excess(problem: Problem, supply: int, row: int) -> float:
    limits = problem.rules.limits
    over = _value(problem, supply, row) - float(limits.value[row])
    return over if limits.sense[row] == 1 else -over


def _margin(problem: Problem, supply: int, row: int) -> float:
    bound = abs(float(problem.rules.limits.value[row]))
    return -_excess(problem, supply, row) / (bound or 1.0)


def _verdict(problem: Problem, supply: int, row: int) -> int:
    limits, excess = problem.rules.limits, _excess(problem, supply, row)
    measured = not isnan(problem.supplies.values[supply, limits.parameter[row]])
    if isnan(excess):
        return UNKNOWN
    if excess <= 0:
        return YES if measured else LIKELY
    if _mends(problem, supply, row):
        return TREATED if measured else LIKELY
    return NO if measured else UNKNOWN


def _mends(problem: Problem, supply: int, row: int) -> list[tuple[int, int]]:
    """Rows of the treatments that meet a broken limit, with their variable fen."""
    limits, treatments = problem.rules.limits, problem.rules.treatments
    excess, found = _excess(problem, supply, row), []
    for step in range(len(treatments)):
        bound, reaches = limits.value[row], treatments.reaches[step]
        enough = reaches <= bound if limits.sense[row] == 1 else reaches >= bound
        fen = treatments.fen_per_t_per_unit[step] * excess
        if (
            enough
            and treatments.material[step] == problem.supplies.material[supply]
            and treatments.parameter[step] == limits.parameter[row]
            and fen <= 10**9
        ):
            found.append((step, round(float(fen))))
    return found


def _cheapest(
    problem: Problem, supply: int, rows: list[int]
) -> tuple[int, tuple[int, ...]]:
    """Least cost, then fewest codes, then lowest, over every way to mend all sides."""
    limits, treatments = problem.rules.limits, problem.rules.treatments

    def side(row: int) -> tuple[int, int]:
        return int(limits.parameter[row]), int(limits.sense[row])

    broken = [
        row
        for row in rows
        if _excess(problem, supply, row) > 0 and _mends(problem, supply, row)
    ]
    strictest = [
        max(group, key=lambda row: _excess(problem, supply, row))
        for _, group in groupby(sorted(broken, key=side), key=side)
    ]
    ways = []
    for way in product(*(_mends(problem, supply, row) for row in strictest)):
        fixed = {
            int(treatments.code[step]): int(treatments.fixed_fen_per_t[step])
            for step, _ in way
        }
        fen = sum(fixed.values()) + sum(fen for _, fen in way)
        ways.append((fen, len(fixed), tuple(sorted(fixed))))
    fen, _, codes = min(ways)
    return fen, codes
