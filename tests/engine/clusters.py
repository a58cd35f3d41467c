"""Invented worlds of any size, drawn from a seed: towns with plants around them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.params import Params
from matching.engine.problem import Demands, Problem, Supplies
from matching.engine.rulebook import Limits, Rulebook, Treatments
from matching.engine.verdict import Verdict

MATERIALS, ROUTES, PARAMETERS, TOWNS = 6, 5, 4, 40
MIDDLE = np.array([103.0, 30.0])
Rng = np.random.Generator


def clustered(seed: int, supplies: int, demands: int, provinces: int = 1) -> Problem:
    """Supplies and demands around towns: 40 to a province, a box the size of Sichuan.

    More provinces lie side by side, as square as can be, about the same middle.
    """
    rng = np.random.default_rng(seed)
    half = np.array([5.0, 4.0]) * np.sqrt(provinces)
    towns = rng.uniform(MIDDLE - half, MIDDLE + half, (TOWNS * provinces, 2))
    return Problem(
        supplies=_supplies(rng, towns, supplies),
        demands=_demands(rng, towns, demands),
        rules=_rules(np.random.default_rng([seed, 1])),
        params=Params(accept=Verdict.LIKELY),
    )


def _around(rng: Rng, towns: NDArray[Any], count: int) -> NDArray[Any]:
    return towns[rng.integers(0, len(towns), count)] + rng.normal(0, 0.3, (count, 2))


def _ids(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{row:07d}" for row in range(count))


def _supplies(rng: Rng, towns: NDArray[Any], count: int) -> Supplies:
    points = _around(rng, towns, count)
    values = rng.uniform(0, 11, (count, PARAMETERS))
    values[rng.random((count, PARAMETERS)) < 0.4] = np.nan
    return Supplies(
        ids=_ids("s", count),
        lon=points[:, 0],
        lat=points[:, 1],
        material=rng.integers(0, MATERIALS, count),
        mass_kg=rng.integers(0, 10**8, count),
        ask_fen_per_t=rng.integers(-2000, 3000, count),
        values=values,
    )


def _demands(rng: Rng, towns: NDArray[Any], count: int) -> Demands:
    points = _around(rng, towns, count)
    capacity_kg = rng.integers(0, 5 * 10**8, count)
    return Demands(
        ids=_ids("d", count),
        lon=points[:, 0],
        lat=points[:, 1],
        route=rng.integers(0, ROUTES, count),
        capacity_kg=capacity_kg,
        base_kg=capacity_kg * rng.integers(1, 4, count),
        offer_fen_per_t=rng.integers(-3000, 3000, count),
        farthest_km=np.where(rng.random(count) < 0.5, rng.uniform(0, 300), np.inf),
    )


def _rules(rng: Rng) -> Rulebook:
    low = rng.uniform(0, 4, (MATERIALS, PARAMETERS))
    rows = [(route, parameter) for route in range(ROUTES) for parameter in range(2)]
    route, parameter = np.array(rows).T
    treated = np.arange(MATERIALS)
    return Rulebook(
        material_reach_km=rng.uniform(100, 200, MATERIALS),
        typical_low=low,
        typical_high=low + 5,
        admitted=rng.choice([0, 1, 1, 1, 2], (ROUTES, MATERIALS)),
        max_share_frac=rng.uniform(0.1, 1, (ROUTES, MATERIALS)),
        limits=Limits(
            route=route,
            material=np.full(len(rows), -1),
            parameter=parameter,
            sense=np.where(parameter == 0, 1, -1),
            value=np.where(parameter == 0, 7.0, 2.0),
            decides=np.ones(len(rows), dtype=np.bool_),
            grade=np.full(len(rows), -1),
        ),
        treatments=Treatments(
            material=treated,
            parameter=np.zeros(MATERIALS, dtype=np.int64),
            reaches=np.full(MATERIALS, 1.0),
            fixed_fen_per_t=np.full(MATERIALS, 500),
            fen_per_t_per_unit=np.full(MATERIALS, 300.0),
            code=np.zeros(MATERIALS, dtype=np.int64),
        ),
    )
