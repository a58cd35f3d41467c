"""Why a supply is not taken, route by route, and the smallest change that mends it.

A refusal is not an error but an answer: the rule or limit, the value, and the fix.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from matching.engine.problem import Problem
from matching.engine.reach import reach_misses
from matching.engine.readings import (
    LimitReading,
    broken_limits,
    limit_readings,
    missing_parameters,
)
from matching.engine.rulebook import ADMITTED, FORBIDDEN
from matching.engine.solution import Solution
from matching.engine.verdict import Verdict
from matching.index import Index
from matching.models import Refusal
from wastehub.units import yuan_from_fen

# Of the demands that only distance keeps away, the nearest are worth showing.
TOO_FAR_SHOWN = 3

Row = dict[str, Any]


def refusals_of(problem: Problem, index: Index, solution: Solution) -> list[Row]:
    """The refusals of every supply of a run, as columns of :class:`Refusal`."""
    return [
        row
        for supply in range(len(problem.supplies))
        for row in _of_supply(problem, index, solution, supply)
    ]


def _of_supply(
    problem: Problem, index: Index, solution: Solution, supply: int
) -> Iterator[Row]:
    for route in range(problem.rules.routes):
        for row in _of_route(problem, index, solution, supply, route):
            yield {
                "supply_id": index.supplies[supply].pk,
                "route_id": index.routes[route].pk,
                **row,
            }
    for miss in reach_misses(problem, solution.screen, supply, TOO_FAR_SHOWN):
        demand = index.demands[miss.demand]
        yield {
            "supply_id": index.supplies[supply].pk,
            "route_id": demand.route_id,
            "demand_id": demand.pk,
            "kind": Refusal.Kind.REACH,
            "value": miss.distance_km,
            "fix": {"kind": "distance", "km": miss.distance_km - miss.reach_km},
        }


def _of_route(
    problem: Problem, index: Index, solution: Solution, supply: int, route: int
) -> Iterator[Row]:
    kind = problem.rules.admitted[route, problem.supplies.material[supply]]
    if kind == FORBIDDEN:
        material = index.supplies[supply].material_id
        admission = index.admissions[index.routes[route].pk, material]
        yield {
            "kind": Refusal.Kind.RULE,
            "admission_id": admission.pk,
            "fix": {"kind": "none"},
        }
    elif kind == ADMITTED:
        verdict = Verdict(solution.screen.verdict[supply, route])
        if verdict == Verdict.NO:
            yield from _broken(problem, index, supply, route)
        elif verdict > problem.params.accept:
            yield from _not_known(problem, index, supply, route)


def _broken(problem: Problem, index: Index, supply: int, route: int) -> Iterator[Row]:
    for reading in broken_limits(problem, supply, route):
        yield {
            "kind": Refusal.Kind.LIMIT,
            "limit_id": index.limits[reading.limit].pk,
            "value": reading.value,
            "fix": _treatment(index, reading),
        }


def _not_known(
    problem: Problem, index: Index, supply: int, route: int
) -> Iterator[Row]:
    missing = set(missing_parameters(problem, supply, route))
    for reading in limit_readings(problem, supply, route):
        if reading.verdict <= problem.params.accept:
            continue
        yield {
            "kind": Refusal.Kind.UNKNOWN,
            "limit_id": index.limits[reading.limit].pk,
            "value": _told_value(reading),
            "fix": _test(index, reading, missing),
        }


def _told_value(reading: LimitReading) -> float | None:
    """The assay; a usual value only where there is a number to hold it to."""
    is_told = reading.measured or not np.isnan(reading.bound)
    return reading.value if is_told and not np.isnan(reading.value) else None


def _treatment(index: Index, reading: LimitReading) -> dict[str, Any]:
    if reading.treatment < 0:
        return {"kind": "none", "by": abs(reading.value - reading.bound)}
    return {
        "kind": "treatment",
        "codes": [index.treatments[reading.treatment].code],
        "by": abs(reading.value - reading.bound),
        "yuan_per_t": float(yuan_from_fen(reading.treatment_fen_per_t)),
    }


def _test(index: Index, reading: LimitReading, missing: set[int]) -> dict[str, Any]:
    if np.isnan(reading.bound):
        return {"kind": "standard"}
    if reading.parameter in missing:
        return {
            "kind": "assay",
            "parameters": [index.parameters[reading.parameter].code],
        }
    return {"kind": "none"}
