"""What a tonne costs delivered."""

import numpy as np

from matching.engine.columns import F64, I64
from matching.engine.params import Params
from matching.engine.problem import Problem
from matching.engine.screen import Screen
from matching.engine.solution import Pairs


def priced(
    problem: Problem,
    screened: Screen,
    supply: I64,
    demand: I64,
    distance_km: F64,
    in_reach: int,
) -> Pairs:
    """Pairs with their costs, as columns.

    A tonne costs what is asked, less what is offered, plus treatment and haul.
    """
    route = problem.demands.route[demand]
    road_km = problem.road_km(supply, demand, distance_km)
    haul = haul_fen_per_t(problem.params, road_km)
    asked = problem.supplies.ask_fen_per_t[supply]
    offered = problem.demands.offer_fen_per_t[demand]
    treated = screened.treatment_fen_per_t[supply, route]
    return Pairs(
        supply=supply.astype(np.int32),
        demand=demand.astype(np.int32),
        distance_km=distance_km,
        haul_fen_per_t=haul,
        cost_fen_per_t=asked - offered + treated + haul,
        in_reach=in_reach,
    )


def haul_fen_per_t(params: Params, road_km: F64) -> I64:
    """A fixed part and a rate per road kilometre, half to even in whole fen a tonne."""
    haul = np.rint(params.haul_fixed_fen_per_t + params.haul_fen_per_t_km * road_km)
    return haul.astype(np.int64)
