"""One limit against many supplies: what is known of the value, and what mends it."""

from dataclasses import dataclass

import numpy as np

from matching.engine.columns import F64, I8, I32, I64, Mask
from matching.engine.problem import Problem, Supplies
from matching.engine.rulebook import (
    ADMITTED,
    ANY_MATERIAL,
    COST_CEILING_FEN_PER_T,
    Rulebook,
)
from matching.engine.verdict import Verdict


@dataclass(frozen=True, eq=False)
class Readings:
    """How some supplies stand to one limit, a row each.

    ``value`` is the assay, else the middle of the typical range, else NaN.
    ``margin_frac`` is what is left to the limit over the limit's size (over 1 unit
    where the limit is 0), negative where broken, NaN where not known. ``treatment`` is
    the cheapest that mends a broken limit, -1 where none.
    """

    verdict: I8
    measured: Mask
    value: F64
    margin_frac: F64
    treatment: I32
    treatment_fen_per_t: I64


@dataclass(frozen=True)
class LimitReading:
    """How one supply stands to one limit; the fields are those of `Readings`."""

    limit: int
    parameter: int
    verdict: Verdict
    measured: bool
    value: float
    bound: float
    margin_frac: float
    treatment: int
    treatment_fen_per_t: int


def deciding_limits(rules: Rulebook, route: int) -> list[int]:
    """Rows of the limits that may decide on this route, ascending."""
    mask = (rules.limits.route == route) & rules.limits.decides
    return [int(row) for row in np.flatnonzero(mask)]


def concerned(supplies: Supplies, rules: Rulebook, limit: int) -> I64:
    """Supplies whose material the limit's route admits and the limit speaks of."""
    material = rules.limits.material[limit]
    admitted = rules.admitted[rules.limits.route[limit]] == ADMITTED
    mask = admitted[supplies.material]
    if material != ANY_MATERIAL:
        mask = mask & (supplies.material == material)
    return np.flatnonzero(mask)


def read_limit(supplies: Supplies, rules: Rulebook, limit: int, rows: I64) -> Readings:
    """How these supplies stand to a limit.

    An assay decides. Without one the middle of the typical range can only make the
    verdict likely or unknown: nothing but a measured value refuses, or passes.
    """
    parameter, sense = rules.limits.parameter[limit], int(rules.limits.sense[limit])
    bound = rules.limits.value[limit]
    assay = supplies.values[rows, parameter]
    measured = ~np.isnan(assay)
    material = supplies.material[rows]
    low, high = rules.typical_low, rules.typical_high
    typical = low[:, parameter] + (high - low)[:, parameter] / 2
    value = np.where(measured, assay, typical[material])
    with np.errstate(over="ignore"):
        excess = sense * (value - bound)
    treatment, cost = _cheapest(rules, limit, material, excess)
    size = abs(bound) if bound else 1.0
    return Readings(
        verdict=_verdict(excess, measured, treatment >= 0),
        measured=measured,
        value=value,
        margin_frac=-excess / size,
        treatment=treatment,
        treatment_fen_per_t=cost,
    )


def limit_readings(
    problem: Problem, supply: int, route: int
) -> tuple[LimitReading, ...]:
    """How a supply stands to each deciding limit of a route that admits it."""
    rules, rows = problem.rules, np.array([supply])
    return tuple(
        _only_row(rules, limit, read_limit(problem.supplies, rules, limit, rows))
        for limit in deciding_limits(rules, route)
        if supply in concerned(problem.supplies, rules, limit)
    )


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


def _verdict(excess: F64, measured: Mask, mendable: Mask) -> I8:
    passes = excess <= 0
    conditions = [
        measured & passes,
        measured & mendable,
        passes | mendable,
        measured & (excess > 0),
    ]
    grades = [Verdict.YES, Verdict.TREATED, Verdict.LIKELY, Verdict.NO]
    return np.select(conditions, grades, Verdict.UNKNOWN).astype(np.int8)


def _cheapest(
    rules: Rulebook, limit: int, material: I32, excess: F64
) -> tuple[I32, I64]:
    """The cheapest treatment of each row, the first listed among equals.

    One whose tonne costs more than the ceiling of all prices counts as none.
    """
    treatments, sense = rules.treatments, int(rules.limits.sense[limit])
    best = np.full(len(material), -1, dtype=np.int32)
    best_cost = np.full(len(material), COST_CEILING_FEN_PER_T + 1, dtype=np.int64)
    reaching = (treatments.parameter == rules.limits.parameter[limit]) & (
        sense * (rules.limits.value[limit] - treatments.reaches) >= 0
    )
    for row in np.flatnonzero(reaching):
        with np.errstate(over="ignore", invalid="ignore"):
            variable = np.rint(treatments.fen_per_t_per_unit[row] * excess)
        usable = (material == treatments.material[row]) & (excess > 0)
        usable &= variable <= COST_CEILING_FEN_PER_T
        cost = np.where(usable, variable, 0).astype(np.int64)
        cost += treatments.fixed_fen_per_t[row]
        better = usable & (cost < best_cost)
        best[better], best_cost[better] = row, cost[better]
    return best, np.where(best >= 0, best_cost, 0)


def _only_row(rules: Rulebook, limit: int, readings: Readings) -> LimitReading:
    return LimitReading(
        limit=limit,
        parameter=int(rules.limits.parameter[limit]),
        verdict=Verdict(int(readings.verdict[0])),
        measured=bool(readings.measured[0]),
        value=float(readings.value[0]),
        bound=float(rules.limits.value[limit]),
        margin_frac=float(readings.margin_frac[0]),
        treatment=int(readings.treatment[0]),
        treatment_fen_per_t=int(readings.treatment_fen_per_t[0]),
    )
