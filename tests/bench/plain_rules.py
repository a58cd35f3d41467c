"""The catalogue's rules written once more, for one supply at a time, in plain Python.

Only what a verdict means is shared with the engine, none of its code.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import isnan
from typing import Any, NamedTuple

from matching.engine.problem import Problem
from matching.engine.rulebook import Rulebook

YES, TREATED, LIKELY, UNKNOWN, NO = range(5)
ADMITTED = 1
ANY = -1
CEILING_FEN = 10**9

Side = tuple[int, int]


@dataclass(frozen=True)
class Limit:
    """At most (``sense`` 1) or at least (-1) so much; NaN has not been read."""

    material: int
    parameter: int
    sense: int
    bound: float
    grade: int


@dataclass(frozen=True)
class Treatment:
    """Brings a value as far as ``reaches``; all rows of a code cost ``fixed_fen``."""

    code: int
    reaches: float
    fixed_fen: int
    fen_per_unit: float

    def variable_fen(self, limit: Limit, excess: float) -> int | None:
        """What the change costs; None where it does not reach, or costs too much."""
        fen = round(self.fen_per_unit * excess)
        reaches = limit.sense * (limit.bound - self.reaches) >= 0
        return fen if reaches and fen <= CEILING_FEN else None


class Reading(NamedTuple):
    """A limit and how one supply stands to it."""

    limit: Limit
    verdict: int
    excess: float


class PlainRules:
    """The rulebook as lists and dictionaries, looked up by index."""

    def __init__(self, rules: Rulebook) -> None:
        self.admitted = rules.admitted.tolist()
        low, high = rules.typical_low, rules.typical_high
        self.typical = (low + (high - low) / 2).tolist()
        self.limits: dict[int, list[Limit]] = defaultdict(list)
        for route, decides, *rest in _table_rows(
            rules.limits, "route decides material parameter sense value grade"
        ):
            if decides:
                self.limits[route].append(Limit(*rest))
        self.treatments: dict[tuple[int, int], list[Treatment]] = defaultdict(list)
        for material, parameter, *rest in _table_rows(
            rules.treatments,
            "material parameter code reaches fixed_fen_per_t fen_per_t_per_unit",
        ):
            self.treatments[material, parameter].append(Treatment(*rest))

    def judge(self, material: int, assay: list[float], route: int) -> tuple[int, int]:
        """Verdict of one supply on one route, and what its treatments cost."""
        if self.admitted[route][material] != ADMITTED:
            return NO, 0
        readings = [
            self._read(limit, material, assay[limit.parameter])
            for limit in self.limits[route]
            if limit.material in (ANY, material)
        ]
        return self._best(material, _by_grade(readings))

    def _read(self, limit: Limit, material: int, assay: float) -> Reading:
        measured = not isnan(assay)
        value = assay if measured else self.typical[material][limit.parameter]
        excess = limit.sense * (value - limit.bound)
        if isnan(excess):
            verdict = UNKNOWN
        elif excess <= 0:
            verdict = YES if measured else LIKELY
        elif self._is_mended(limit, material, excess):
            verdict = TREATED if measured else LIKELY
        else:
            verdict = NO if measured else UNKNOWN
        return Reading(limit, verdict, excess)

    def _is_mended(self, limit: Limit, material: int, excess: float) -> bool:
        return any(
            treatment.variable_fen(limit, excess) is not None
            for treatment in self.treatments.get((material, limit.parameter), ())
        )

    def _best(self, material: int, grades: Iterable[list[Reading]]) -> tuple[int, int]:
        """By the best grade; of those that pass the cheapest, of others the last."""
        best = NO + 1, 0
        for readings in grades:
            verdict = max((row.verdict for row in readings), default=LIKELY)
            fen = self._treated_fen(material, readings)
            as_good = verdict == best[0] and (verdict > LIKELY or fen < best[1])
            if verdict < best[0] or as_good:
                best = verdict, fen
        return best

    def _treated_fen(self, material: int, readings: list[Reading]) -> int:
        """The cheapest set of codes that mends all that can be mended."""
        sides: dict[Side, Reading] = {}
        for row in readings:
            if row.excess > 0 and self._is_mended(row.limit, material, row.excess):
                side = row.limit.parameter, row.limit.sense
                if side not in sides or row.excess > sides[side].excess:
                    sides[side] = row
        if not sides:
            return 0
        costs = (
            self._set_fen(material, sides, codes)
            for codes in self._sets(material, sides)
        )
        return min(fen for fen in costs if fen is not None)

    def _sets(self, material: int, sides: Iterable[Side]) -> Iterator[tuple[int, ...]]:
        codes = sorted(
            {
                treatment.code
                for parameter, _ in sides
                for treatment in self.treatments[material, parameter]
            }
        )
        for size in range(1, len(codes) + 1):
            yield from combinations(codes, size)

    def _set_fen(
        self, material: int, sides: dict[Side, Reading], codes: tuple[int, ...]
    ) -> int | None:
        """What a set costs; None where it leaves a side unmended."""
        fixed, variable = dict[int, int](), 0
        for (parameter, _), row in sides.items():
            mends = []
            for treatment in self.treatments[material, parameter]:
                if treatment.code in codes:
                    fixed[treatment.code] = treatment.fixed_fen
                    mends.append(treatment.variable_fen(row.limit, row.excess))
            costs = [fen for fen in mends if fen is not None]
            if not costs:
                return None
            variable += min(costs)
        return sum(fixed.values()) + variable


def judge_all(rules: PlainRules, problem: Problem) -> list[list[tuple[int, int]]]:
    """Verdict and treatment cost of each supply on each route."""
    routes = range(problem.rules.routes)
    return [
        [rules.judge(material, assay, route) for route in routes]
        for material, assay in zip(
            problem.supplies.material.tolist(),
            problem.supplies.values.tolist(),
            strict=True,
        )
    ]


def _by_grade(readings: list[Reading]) -> list[list[Reading]]:
    """Readings of every grade with those of one, the best grade first."""
    grades = sorted({row.limit.grade for row in readings} - {ANY})
    if not grades:
        return [readings]
    return [
        [row for row in readings if row.limit.grade in (ANY, grade)] for grade in grades
    ]


def _table_rows(table: Any, names: str) -> list[tuple[Any, ...]]:
    return list(
        zip(*(getattr(table, name).tolist() for name in names.split()), strict=True)
    )
