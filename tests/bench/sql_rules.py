"""The catalogue's rules written once more, as one statement of SQL.

The rulebook lies in small tables, written out as far as it can be without looking at a
supply: a row for each limit of each material, route and grade, and a row for each set
of treatments. None of the engine's code is used.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

import numpy as np
from django.db import connection

from matching.engine.problem import Problem
from matching.engine.rulebook import Rulebook

ADMITTED = 1
ANY = -1
NO = 4

TABLES = """
CREATE TEMP TABLE IF NOT EXISTS lot (number int, material int);
CREATE TEMP TABLE IF NOT EXISTS assayed (number int, parameter int, value float8);
CREATE TEMP TABLE IF NOT EXISTS usual (material int, parameter int, value float8);
CREATE TEMP TABLE IF NOT EXISTS choice (material int, route int, grade int);
CREATE TEMP TABLE IF NOT EXISTS clause (
    material int, route int, grade int, parameter int, sense int, bound float8);
CREATE TEMP TABLE IF NOT EXISTS bundle (material int, bundle int, fixed_fen bigint);
CREATE TEMP TABLE IF NOT EXISTS mend (
    material int, parameter int, bundle int, reaches float8, fen_per_unit float8);
TRUNCATE lot, assayed, usual, choice, clause, bundle, mend
"""
NAMES = ("lot", "assayed", "usual", "choice", "clause", "bundle", "mend")

# ``worst`` 0 to 4 is yes, treated, likely, unknown, no. A bound that has not been read
# is NULL, and so are a value that is not known and the excess of either.
VERDICTS = """
CREATE TEMP TABLE judged AS
WITH excess AS (
    SELECT l.number, l.material, c.route, c.grade, c.parameter, c.sense, c.bound,
           a.value IS NOT NULL AS measured,
           c.sense * (coalesce(a.value, u.value) - c.bound) AS excess
    FROM lot l
    JOIN clause c ON c.material = l.material
    LEFT JOIN assayed a ON a.number = l.number AND a.parameter = c.parameter
    LEFT JOIN usual u ON u.material = l.material AND u.parameter = c.parameter
), reading AS (
    SELECT *, excess > 0 AND EXISTS (
        SELECT FROM mend m
        WHERE m.material = e.material AND m.parameter = e.parameter
        AND e.sense * (e.bound - m.reaches) >= 0
        AND round(m.fen_per_unit * e.excess) <= 1e9) AS mendable
    FROM excess e
), worst AS (
    SELECT number, route, grade, max(CASE
        WHEN excess IS NULL THEN 3
        WHEN excess <= 0 THEN CASE WHEN measured THEN 0 ELSE 2 END
        WHEN mendable THEN CASE WHEN measured THEN 1 ELSE 2 END
        WHEN measured THEN 4
        ELSE 3 END) AS worst
    FROM reading GROUP BY number, route, grade
), broken AS (
    SELECT number, material, route, grade, parameter, sense,
           max(excess) AS excess, sense * min(sense * bound) AS bound,
           count(*) OVER (PARTITION BY number, route, grade) AS sides
    FROM reading WHERE mendable
    GROUP BY number, material, route, grade, parameter, sense
), mended AS (
    SELECT b.number, b.material, b.route, b.grade, b.sides, m.bundle,
           min(round(m.fen_per_unit * b.excess)) AS fen
    FROM broken b
    JOIN mend m ON m.material = b.material AND m.parameter = b.parameter
    AND b.sense * (b.bound - m.reaches) >= 0
    AND round(m.fen_per_unit * b.excess) <= 1e9
    GROUP BY b.number, b.material, b.route, b.grade, b.sides, m.bundle,
             b.parameter, b.sense
), costed AS (
    SELECT m.number, m.route, m.grade, s.fixed_fen + sum(m.fen) AS fen
    FROM mended m
    JOIN bundle s ON s.material = m.material AND s.bundle = m.bundle
    GROUP BY m.number, m.route, m.grade, m.sides, m.bundle, s.fixed_fen
    HAVING count(*) = m.sides
), cheapest AS (
    SELECT number, route, grade, min(fen) AS fen
    FROM costed GROUP BY number, route, grade
)
SELECT DISTINCT ON (l.number, c.route)
       l.number, c.route, coalesce(w.worst, 2) AS verdict,
       coalesce(k.fen, 0)::bigint AS fen
FROM lot l
JOIN choice c ON c.material = l.material
LEFT JOIN worst w
    ON w.number = l.number AND w.route = c.route AND w.grade = c.grade
LEFT JOIN cheapest k
    ON k.number = l.number AND k.route = c.route AND k.grade = c.grade
ORDER BY l.number, c.route, verdict,
         CASE WHEN coalesce(w.worst, 2) <= 2 THEN coalesce(k.fen, 0) END,
         CASE WHEN coalesce(w.worst, 2) <= 2 THEN c.grade ELSE -c.grade END
"""


def fill(problem: Problem) -> None:
    """Write supplies and rules into tables of this connection alone."""
    rules, supplies = problem.rules, problem.supplies
    rows = {
        "lot": enumerate(supplies.material.tolist()),
        "assayed": _known(supplies.values),
        "usual": _known(
            rules.typical_low + (rules.typical_high - rules.typical_low) / 2
        ),
        **_written_out(rules),
        **_bundles(rules),
    }
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for name in NAMES:
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in rows[name]:
                    copy.write_row(row)
        cursor.execute(f"ANALYZE {', '.join(NAMES)}")


def judge_all() -> None:
    """Judge every supply on every route that admits it, into a table ``judged``."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS judged")
        cursor.execute(VERDICTS)


def judged(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """What ``judged`` says, no and nothing elsewhere; both of shape (S, R)."""
    shape = len(problem.supplies), problem.rules.routes
    verdict, fen = np.full(shape, NO, np.int8), np.zeros(shape, np.int64)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, route, verdict, fen FROM judged")
        found = np.array(cursor.fetchall(), np.int64).reshape(-1, 4).T
    verdict[found[0], found[1]] = found[2]
    fen[found[0], found[1]] = found[3]
    return verdict, fen


def _known(table: np.ndarray) -> Iterator[tuple[int, int, float]]:
    rows, columns = np.nonzero(~np.isnan(table))
    return zip(
        rows.tolist(), columns.tolist(), table[rows, columns].tolist(), strict=True
    )


def _written_out(rules: Rulebook) -> dict[str, Iterable[tuple[Any, ...]]]:
    """Each material's routes with their grades, and the limits of each of those."""
    choices, clauses = [], []
    for route, material in np.argwhere(rules.admitted == ADMITTED).tolist():
        limits = _limits(rules, route, material)
        grades = sorted({grade for *_, grade in limits} - {ANY}) or [ANY]
        for chosen in grades:
            choices.append((material, route, chosen))
            clauses += [
                (material, route, chosen, *limit)
                for *limit, grade in limits
                if grade in (ANY, chosen)
            ]
    return {"choice": choices, "clause": clauses}


def _limits(
    rules: Rulebook, route: int, material: int
) -> list[tuple[int, int, float | None, int]]:
    """Parameter, sense, bound and grade of the limits that decide here."""
    limits = rules.limits
    rows = np.flatnonzero(
        limits.decides
        & (limits.route == route)
        & ((limits.material == material) | (limits.material == ANY))
    )
    return [
        (
            int(limits.parameter[row]),
            int(limits.sense[row]),
            None if np.isnan(limits.value[row]) else float(limits.value[row]),
            int(limits.grade[row]),
        )
        for row in rows
    ]


def _bundles(rules: Rulebook) -> dict[str, Iterable[tuple[Any, ...]]]:
    """Every set of each material's codes: what it costs, and what it mends."""
    treatments = rules.treatments
    steps: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row, (material, code) in enumerate(
        zip(treatments.material.tolist(), treatments.code.tolist(), strict=True)
    ):
        steps[material][code].append(row)
    fixed, mends = [], []
    for material, by_code in steps.items():
        for number, codes in enumerate(_sets(by_code)):
            cost = sum(
                max(int(treatments.fixed_fen_per_t[row]) for row in by_code[code])
                for code in codes
            )
            fixed.append((material, number, cost))
            mends += [
                (
                    material,
                    int(treatments.parameter[row]),
                    number,
                    float(treatments.reaches[row]),
                    float(treatments.fen_per_t_per_unit[row]),
                )
                for code in codes
                for row in by_code[code]
            ]
    return {"bundle": fixed, "mend": mends}


def _sets(codes: Iterable[int]) -> Iterator[tuple[int, ...]]:
    every = sorted(codes)
    for size in range(1, len(every) + 1):
        yield from combinations(every, size)
