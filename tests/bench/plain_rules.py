"""The catalogue's rules written once more, for one supply at a time, in plain Python.

Only what a verdict means is shared with the engine, none of its code.
"""

from collections import defaultdict
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from matching.engine.problem import Problem
from matching.engine.rulebook import Rulebook

YES, TREATED, LIKELY, UNKNOWN, NO = range(5)
ADMITTED = 1


@dataclass(frozen=True)
class Limit:
    """At most (``sense`` 1) or at least (-1) so much; NaN has not been read."""

    material: int
    parameter: int
    sense: int
    bound: float


@dataclass(frozen=True)
class Treatment:
    """Brings a value as far as ``reaches``."""

    reaches: float
    fixed_fen: int
    fen_per_unit: float


class PlainRules:
    """The rulebook as lists and dictionaries, looked up by index."""

    def __init__(self, rules: Rulebook) -> None:
        self.admitted = rules.admitted.tolist()
        low, high = rules.typical_low, rules.typical_high
        self.typical = (low + (high - low) / 2).tolist()
        self.limits: dict[int, list[Limit]] = defaultdict(list)
        for route, decides, *rest in _table_rows(
            rules.limits, "route decides material parameter sense value"
        ):
            if decides:
                self.limits[route].append(Limit(*rest))
        self.treatments: dict[tuple[int, int], list[Treatment]] = defaultdict(list)
        for material, parameter, *rest in _table_rows(
            rules.treatments,
            "material parameter reaches fixed_fen_per_t fen_per_t_per_unit",
        ):
            self.treatments[material, parameter].append(Treatment(*rest))

    def judge(self, material: int, assay: list[float], route: int) -> tuple[int, int]:
        """Verdict of one supply on one route, and what its treatments cost."""
        if self.admitted[route][material] != ADMITTED:
            return NO, 0
        worst, bills = -1, dict[tuple[int, int], int]()
        for limit in self.limits[route]:
            if limit.material not in (-1, material):
                continue
            verdict, fen = self._read(limit, material, assay[limit.parameter])
            worst = max(worst, verdict)
            side = limit.parameter, limit.sense
            bills[side] = max(bills.get(side, 0), fen)
        return (LIKELY if worst < 0 else worst), sum(bills.values())

    def _read(self, limit: Limit, material: int, assay: float) -> tuple[int, int]:
        measured = not isnan(assay)
        value = assay if measured else self.typical[material][limit.parameter]
        excess = limit.sense * (value - limit.bound)
        if isnan(excess):
            return UNKNOWN, 0
        if excess <= 0:
            return (YES if measured else LIKELY), 0
        fen = self._mending(limit, material, excess)
        if fen is not None:
            return (TREATED if measured else LIKELY), fen
        return (NO if measured else UNKNOWN), 0

    def _mending(self, limit: Limit, material: int, excess: float) -> int | None:
        """What the cheapest that reaches the limit costs; None without one."""
        costs = [
            treatment.fixed_fen + round(treatment.fen_per_unit * excess)
            for treatment in self.treatments.get((material, limit.parameter), ())
            if limit.sense * (limit.bound - treatment.reaches) >= 0
        ]
        return min(costs, default=None)


def judge_all(rules: PlainRules, problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Verdicts and treatment costs of all supplies on all routes, both (S, R)."""
    routes = range(problem.rules.routes)
    judged = [
        [rules.judge(material, assay, route) for route in routes]
        for material, assay in zip(
            problem.supplies.material.tolist(),
            problem.supplies.values.tolist(),
            strict=True,
        )
    ]
    both = np.array(judged, dtype=np.int64).reshape(-1, len(routes), 2)
    return both[..., 0], both[..., 1]


def _table_rows(table: Any, names: str) -> list[tuple[Any, ...]]:
    return list(
        zip(*(getattr(table, name).tolist() for name in names.split()), strict=True)
    )
