"""The pairs in reach: the engine's search against PostGIS, a tree, and NumPy."""

from collections.abc import Iterator

import numpy as np
from django.db import connection

from matching.engine.pairs import Reached
from matching.engine.problem import Problem
from matching.engine.reach import count_pairs, reach
from matching.engine.screen import Screen, screen
from tests.bench import plain_reach, tree_reach
from tests.bench.sizes import COUNTRY, PROVINCE, SMALL, Size
from tests.bench.table import Row, rows_of
from tests.bench.timing import Disagreement, by_turns, require_equal, timed

SIZES = (SMALL, PROVINCE, COUNTRY)
OURS, PRICED = "engine, counted only", "engine, with costs"
NUMPY, TREE, RIVAL = "NumPy in blocks", "SciPy tree, NumPy", "PostGIS, GiST"
PATIENCE_S = 60.0
MIX, PRIME = 1_000_003, 998_244_353

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
    for size in SIZES:
        yield from _compare(size)


def _compare(size: Size) -> list[Row]:
    problem = size.world()
    screened = screen(problem)
    _fill(problem, screened)
    pairs = reach(problem, screened)
    _require_same_pairs(pairs)
    ways = {
        OURS: timed(lambda: int(count_pairs(problem, screened).first[-1])),
        PRICED: timed(lambda: len(reach(problem, screened))),
        NUMPY: timed(lambda: plain_reach.count_pairs(problem, screened)),
        TREE: timed(lambda: tree_reach.count_pairs(problem, screened)),
        RIVAL: timed(_count_in_postgis),
    }
    times = by_turns(ways, require_equal, patience_s=PATIENCE_S)
    remarks = {
        OURS: f"{len(pairs):,} pairs",
        PRICED: "all pairs in memory, with costs",
        NUMPY: "counted only",
        TREE: "counted only",
        RIVAL: "counted only",
    }
    return rows_of("reach", str(size), times, remarks)


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


def _require_same_pairs(pairs: Reached) -> None:
    """By number, and by sums over the pairs that no other set is likely to share."""
    mixed = (pairs.supply.astype(np.int64) * MIX + pairs.demand) * MIX % PRIME
    ours = len(pairs), int(pairs.demand.sum(dtype=np.int64)), int(mixed.sum())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), sum(d.number), "
            f"sum((s.number::bigint * {MIX} + d.number) * {MIX} % {PRIME}) {PAIRS}"
        )
        theirs = tuple(map(int, cursor.fetchone()))
    if ours != theirs:
        raise Disagreement(f"The pairs are not the same: {ours}, {theirs}")


def _count_in_postgis() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {PAIRS}")
        return cursor.fetchone()[0]
