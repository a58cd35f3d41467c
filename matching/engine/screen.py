"""Which routes take which supplies, by which limit, and after which treatments."""

from dataclasses import dataclass

import numpy as np

from matching.engine.columns import F64, I8, I32, I64, Mask, seal
from matching.engine.problem import Problem
from matching.engine.readings import (
    Readings,
    concerned,
    deciding_limits,
    read_limit,
)
from matching.engine.rulebook import ADMITTED, FORBIDDEN, Limits
from matching.engine.verdict import Verdict


@dataclass(frozen=True, eq=False)
class Steps:
    """Treatments, a row each, sorted by supply, route, parameter.

    Of several limits on one parameter and side only the dearest to mend has a row:
    what mends it mends the others.
    """

    supply: I64
    route: I64
    limit: I64
    treatment: I32
    fen_per_t: I64

    def __post_init__(self) -> None:
        seal(self)

    def rows(self, supply: int, route: int) -> I64:
        """Rows of the steps that one supply needs on one route."""
        first, last = np.searchsorted(self.supply, [supply, supply + 1])
        rows: I64 = first + np.flatnonzero(self.route[first:last] == route)
        return rows


@dataclass(frozen=True, eq=False)
class Screen:
    """The verdict of each of S supplies on each of R routes; arrays of shape (S, R).

    Parameters
    ----------
    verdict
        A `Verdict`; the worst over the deciding limits.
    kind
        0 not a use of the material, 1 admitted, 2 forbidden by a rule.
    deciding_limit
        Row of the limit that sets the verdict: the tightest of the worst; -1 where
        no limit does.
    margin_frac
        The deciding limit's margin; NaN where it is not known.
    treatment_fen_per_t
        Cost of all steps together. Where the verdict is unknown or no, it is the cost
        of what can be mended.
    steps
        The treatments behind that cost.
    """

    verdict: I8
    kind: I8
    deciding_limit: I32
    margin_frac: F64
    treatment_fen_per_t: I64
    steps: Steps

    def __post_init__(self) -> None:
        seal(self)

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
    kind = rules.admitted.T[supplies.material]
    worst = np.full(shape, -1, dtype=np.int8)
    deciding = np.full(shape, -1, dtype=np.int32)
    margin = np.full(shape, np.nan)
    found = [_no_steps()]
    for route in range(rules.routes):
        for limit in deciding_limits(rules, route):
            rows = concerned(supplies, rules, limit)
            if not len(rows):
                continue
            readings = read_limit(supplies, rules, limit, rows)
            _tighten(worst, deciding, margin, (rows, route), limit, readings)
            found.append(_steps_of(rows, route, limit, readings))
    verdict = np.where(worst < 0, Verdict.LIKELY, worst)
    steps = _dearest_per_parameter(_joined(found), rules.limits)
    cost = np.zeros(shape, dtype=np.int64)
    np.add.at(cost, (steps.supply, steps.route), steps.fen_per_t)
    return Screen(
        verdict=np.where(kind == ADMITTED, verdict, Verdict.NO).astype(np.int8),
        kind=kind,
        deciding_limit=deciding,
        margin_frac=margin,
        treatment_fen_per_t=cost,
        steps=steps,
    )


def _tighten(
    worst: I8,
    deciding: I32,
    margin: F64,
    cell: tuple[I64, int],
    limit: int,
    readings: Readings,
) -> None:
    """Let a limit decide where it is worse than those before, or as bad and tighter."""
    before, now = (
        np.where(np.isnan(of), np.inf, of)
        for of in (margin[cell], readings.margin_frac)
    )
    tighter = (readings.verdict == worst[cell]) & (now < before)
    mask = (readings.verdict > worst[cell]) | tighter
    at = cell[0][mask], cell[1]
    worst[at] = readings.verdict[mask]
    margin[at] = readings.margin_frac[mask]
    deciding[at] = limit


def _no_steps() -> Steps:
    none = np.zeros(0, dtype=np.int64)
    return Steps(none, none, none, none.astype(np.int32), none)


def _steps_of(rows: I64, route: int, limit: int, readings: Readings) -> Steps:
    mended = readings.treatment >= 0
    count = int(mended.sum())
    return Steps(
        supply=rows[mended],
        route=np.full(count, route),
        limit=np.full(count, limit),
        treatment=readings.treatment[mended],
        fen_per_t=readings.treatment_fen_per_t[mended],
    )


def _joined(parts: list[Steps]) -> Steps:
    return Steps(
        supply=np.concatenate([part.supply for part in parts]),
        route=np.concatenate([part.route for part in parts]),
        limit=np.concatenate([part.limit for part in parts]),
        treatment=np.concatenate([part.treatment for part in parts]),
        fen_per_t=np.concatenate([part.fen_per_t for part in parts]),
    )


def _dearest_per_parameter(steps: Steps, limits: Limits) -> Steps:
    parameter, sense = limits.parameter[steps.limit], limits.sense[steps.limit]
    keys = steps.supply, steps.route, parameter, sense
    order = np.lexsort((steps.limit, -steps.fen_per_t, *reversed(keys)))
    same = np.ones(max(len(order) - 1, 0), dtype=np.bool_)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    first = order[np.concatenate([[True], ~same])] if len(order) else order
    return Steps(
        supply=steps.supply[first],
        route=steps.route[first],
        limit=steps.limit[first],
        treatment=steps.treatment[first],
        fen_per_t=steps.fen_per_t[first],
    )
