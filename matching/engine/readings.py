"""One supply on one route: how it stands to each limit, and what mends the broken.

The judge's own functions answer here too, so that an explanation can not differ from
the verdict.
"""

from dataclasses import dataclass

import numpy as np

from matching.engine.judge import NONE, cheapest_set, mend, read, rule
from matching.engine.problem import Problem
from matching.engine.rulings import SIDE, Rulings, rulings
from matching.engine.verdict import Verdict


@dataclass(frozen=True)
class LimitReading:
    """How one supply stands to one limit.

    ``value`` is the assay, else the middle of the typical range, else NaN.
    ``margin_frac`` is what is left to the limit over the limit's size (over 1 unit
    where the limit is 0), negative where broken, NaN where not known. ``treatment`` is
    the row of the cheapest that mends a broken limit, -1 where none, and
    ``treatment_fen_per_t`` what it alone costs.
    """

    limit: int
    parameter: int
    verdict: Verdict
    measured: bool
    value: float
    bound: float
    margin_frac: float
    treatment: int
    treatment_fen_per_t: int


@dataclass(frozen=True)
class Step:
    """A row of the treatments, and the limit that it meets."""

    treatment: int
    limit: int


@dataclass(frozen=True)
class Steps:
    """The cheapest set of treatments for a pair, a step for each parameter and side.

    Sorted by treatment. ``fen_per_t`` counts the fixed part of each code once.
    """

    steps: tuple[Step, ...]
    fen_per_t: int

    @property
    def treatments(self) -> tuple[int, ...]:
        """Rows of the treatments, ascending."""
        return tuple(step.treatment for step in self.steps)


NO_STEPS = Steps((), 0)


def limit_readings(
    problem: Problem, supply: int, route: int
) -> tuple[LimitReading, ...]:
    """How a supply stands to each deciding limit of a route that admits it.

    Of limits by grade only those of the chosen grade; ascending by limit.
    """
    laid = rulings(problem.rules)
    readings = (
        _reading(laid, problem, supply, clause)
        for clause in _clauses(laid, problem, supply, route)
    )
    return tuple(sorted(readings, key=lambda reading: reading.limit))


def broken_limits(
    problem: Problem, supply: int, route: int
) -> tuple[LimitReading, ...]:
    """Limits that a measured value breaks, with what would mend each."""
    return tuple(
        reading
        for reading in limit_readings(problem, supply, route)
        if reading.verdict in (Verdict.TREATED, Verdict.NO)
    )


def missing_parameters(problem: Problem, supply: int, route: int) -> tuple[int, ...]:
    """Parameters that an assay would have to give, ascending, each once."""
    return tuple(
        sorted(
            {
                reading.parameter
                for reading in limit_readings(problem, supply, route)
                if not reading.measured and not np.isnan(reading.bound)
            }
        )
    )


def unread_limits(problem: Problem, supply: int, route: int) -> tuple[int, ...]:
    """Rows of the limits whose number has not been read in the standard."""
    return tuple(
        reading.limit
        for reading in limit_readings(problem, supply, route)
        if np.isnan(reading.bound)
    )


def treatment_steps(
    problem: Problem, supply: int, route: int, *, measured_only: bool = False
) -> Steps:
    """The cheapest set of treatments for all that can be mended.

    With ``measured_only`` for what a measured value breaks, as if all others passed.
    """
    laid, supplies = rulings(problem.rules), problem.supplies
    material, values = supplies.material[supply], supplies.values[supply]
    tightest: dict[int, tuple[float, int, int]] = {}
    for clause in _clauses(laid, problem, supply, route):
        about = laid.clauses[clause]
        if measured_only and np.isnan(values[about["parameter"]]):
            continue
        _, excess, mendable = read(laid, material, values, clause)
        if mendable:
            side, strict = int(about["side"]), (-excess, int(about["limit"]), clause)
            tightest[side] = min(strict, tightest.get(side, strict))
    if not tightest:
        return NO_STEPS
    sides = [(clause, -least) for least, _, clause in tightest.values()]
    codes, fen_per_t = cheapest_set(laid, material, np.array(sides, SIDE))
    steps = (
        _step(laid, clause, mend(laid, clause, over, codes)[0])
        for clause, over in sides
    )
    in_order = sorted(steps, key=lambda step: (step.treatment, step.limit))
    return Steps(tuple(in_order), fen_per_t)


def _clauses(laid: Rulings, problem: Problem, supply: int, route: int) -> list[int]:
    """The clauses of every grade and of the chosen one; none where not admitted."""
    supplies = problem.supplies
    material, values = supplies.material[supply], supplies.values[supply]
    pair = _pair(laid, int(material), route)
    if pair == NONE:
        return []
    about = laid.pairs[pair]
    room = np.empty(about["sides"], SIDE)
    _, chosen = rule(laid, material, values, pair, room)
    return [*range(about["first"], about["graded"]), *range(*chosen)]


def _pair(laid: Rulings, material: int, route: int) -> int:
    first, last = laid.first_pair[material : material + 2]
    routes = laid.pairs["route"][first:last]
    pair = int(first + np.searchsorted(routes, route))
    return pair if pair < last and laid.pairs["route"][pair] == route else NONE


def _reading(laid: Rulings, problem: Problem, supply: int, clause: int) -> LimitReading:
    supplies, about = problem.supplies, laid.clauses[clause]
    material, values = supplies.material[supply], supplies.values[supply]
    verdict, excess, mendable = read(laid, material, values, clause)
    row, fen = NONE, 0
    if mendable:
        side = np.array([(clause, excess)], SIDE)
        codes, fen = cheapest_set(laid, material, side)
        row = int(laid.mends["treatment"][mend(laid, clause, excess, codes)[0]])
    parameter = int(about["parameter"])
    measured = not np.isnan(values[parameter])
    value = values[parameter] if measured else laid.typical[material, parameter]
    return LimitReading(
        limit=int(about["limit"]),
        parameter=parameter,
        verdict=Verdict(verdict),
        measured=measured,
        value=float(value),
        bound=float(about["bound"]),
        margin_frac=float(-excess / about["size"]),
        treatment=row,
        treatment_fen_per_t=fen,
    )


def _step(laid: Rulings, clause: int, row: int) -> Step:
    return Step(
        treatment=int(laid.mends["treatment"][row]),
        limit=int(laid.clauses["limit"][clause]),
    )
