"""The pairs in reach: the engine's search against PostGIS with its index."""

from collections.abc import Iterator

import numpy as np
from django.db import connection

from matching.engine.problem import Problem
from matching.engine.reach import reach
from matching.engine.screen import Screen, screen
from matching.engine.solution import Pairs
from tests.bench.table import Row, rows_of
from tests.bench.timing import Disagreement, by_turns, require_equal, timed
from tests.engine.clusters import clustered

SIZES = ((1_000, 200), (10_000, 2_000))
OURS, RIVAL = "engine (NumPy)", "PostGIS, GiST"

TABLES = """
DROP TABLE IF EXISTS bench_supply, bench_demand;
CREATE TABLE bench_supply (
    number int, place geography(Point, 4326), reach_m float8, takes bool[]);
CREATE TABLE bench_demand (
    number int, place geography(Point, 4326), route int, farthest_m float8)
"""
INDEXES = """
CREATE INDEX ON bench_supply USING gist (place);
CREATE INDEX ON bench_demand USING gist (place)
"""
# ``takes`` holds whether the verdict on each route is acceptable; arrays begin at 1.
PAIRS = """
FROM bench_supply s JOIN bench_demand d
ON ST_DWithin(s.place, d.place, s.reach_m, false)
WHERE s.takes[d.route + 1]
AND (d.farthest_m >= s.reach_m OR ST_DWithin(s.place, d.place, d.farthest_m, false))
"""


def measure() -> Iterator[Row]:
    for supplies, demands in SIZES:
        problem = clustered(1, supplies, demands)
        yield from _compare(problem, f"{supplies:,} x {demands:,}")


def _compare(problem: Problem, size: str) -> list[Row]:
    screened = screen(problem)
    _fill(problem, screened)
    pairs = reach(problem, screened)
    _require_same_pairs(pairs)
    ways = {
        OURS: timed(lambda: len(reach(problem, screened))),
        RIVAL: timed(_count_in_postgis),
    }
    times = by_turns(ways, require_equal)
    found = f"{len(pairs):,} pairs, priced"
    return rows_of("reach", size, times, {OURS: found, RIVAL: "counted only"})


def _fill(problem: Problem, screened: Screen) -> None:
    supplies, demands, rules = problem.supplies, problem.demands, problem.rules
    takes = screened.verdict <= problem.params.accept
    reach_m = rules.material_reach_km[supplies.material] * 1000
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        with cursor.copy("COPY bench_supply FROM STDIN") as copy:
            for row, place in enumerate(_places(supplies.lon, supplies.lat)):
                copy.write_row((row, place, float(reach_m[row]), takes[row].tolist()))
        with cursor.copy("COPY bench_demand FROM STDIN") as copy:
            for row, place in enumerate(_places(demands.lon, demands.lat)):
                farthest_m = float(demands.farthest_km[row]) * 1000
                copy.write_row((row, place, int(demands.route[row]), farthest_m))
        cursor.execute(INDEXES)
        cursor.execute("ANALYZE bench_supply, bench_demand")


def _places(lon: np.ndarray, lat: np.ndarray) -> Iterator[str]:
    """Points as text that gives back the same doubles."""
    for x, y in zip(lon.tolist(), lat.tolist(), strict=True):
        yield f"SRID=4326;POINT({x!r} {y!r})"


def _require_same_pairs(pairs: Pairs) -> None:
    ours = set(zip(pairs.supply.tolist(), pairs.demand.tolist(), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT s.number, d.number {PAIRS}")
        theirs = set(cursor.fetchall())
    if ours != theirs:
        raise Disagreement(f"{len(ours ^ theirs)} pairs are in one set only")


def _count_in_postgis() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {PAIRS}")
        return cursor.fetchone()[0]
