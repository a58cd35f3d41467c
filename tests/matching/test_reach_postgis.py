"""PostGIS is the oracle: the engine reaches the pairs that ST_DWithin does."""

from itertools import product

import numpy as np
import pytest
from django.db import connection

from matching.engine.problem import Problem
from matching.engine.reach import reach
from matching.engine.screen import screen
from tests.engine.clusters import clustered

pytestmark = pytest.mark.django_db

WITHIN = """
SELECT s.row - 1, d.row - 1
FROM unnest(%(s_lon)s::float8[], %(s_lat)s::float8[], %(s_km)s::float8[])
     WITH ORDINALITY AS s(lon, lat, km, row)
JOIN unnest(%(d_lon)s::float8[], %(d_lat)s::float8[], %(d_km)s::float8[])
     WITH ORDINALITY AS d(lon, lat, km, row)
ON ST_DWithin(
    ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326)::geography,
    ST_SetSRID(ST_MakePoint(d.lon, d.lat), 4326)::geography,
    least(s.km, d.km) * 1000, false)
"""


def by_postgis(problem: Problem) -> set[tuple[int, int]]:
    supplies, demands = problem.supplies, problem.demands
    columns = {
        "s_lon": supplies.lon,
        "s_lat": supplies.lat,
        "s_km": problem.rules.material_reach_km[supplies.material],
        "d_lon": demands.lon,
        "d_lat": demands.lat,
        "d_km": demands.farthest_km,
    }
    with connection.cursor() as cursor:
        cursor.execute(WITHIN, {name: c.tolist() for name, c in columns.items()})
        return set(cursor.fetchall())


def acceptable(problem: Problem) -> set[tuple[int, int]]:
    verdict = screen(problem).verdict[:, problem.demands.route]
    rows = np.nonzero(verdict <= problem.params.accept)
    return set(zip(*(column.tolist() for column in rows), strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_the_pairs_in_reach_are_those_of_postgis(seed: int) -> None:
    problem = clustered(seed, 300, 120)
    pairs = reach(problem, screen(problem))
    found = set(zip(pairs.supply.tolist(), pairs.demand.tolist(), strict=True))
    assert found == by_postgis(problem) & acceptable(problem)
    assert 0 < len(found) < len(list(product(range(300), range(120))))
