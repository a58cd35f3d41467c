"""What a tonne costs delivered."""

import numpy as np

from matching.engine.columns import F64, I64
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

    Haul per tonne is a fixed part plus a rate per road kilometre, rounded half to even
    to whole fen once per pair; a tonne costs what is asked, less what is offered, plus
    treatment and haul.
    """
    params, route = problem.params, problem.demands.route[demand]
    road_km = problem.road_km(supply, demand, distance_km)
    haul = np.rint(params.haul_fixed_fen_per_t + params.haul_fen_per_t_km * road_km)
    haul_fen_per_t = haul.astype(np.int64)
    asked = problem.supplies.ask_fen_per_t[supply]
    offered = problem.demands.offer_fen_per_t[demand]
    treated = screened.treatment_fen_per_t[supply, route]
    return Pairs(
        supply=supply.astype(np.int32),
        demand=demand.astype(np.int32),
        distance_km=distance_km,
        haul_fen_per_t=haul_fen_per_t,
        cost_fen_per_t=asked - offered + treated + haul_fen_per_t,
        in_reach=in_reach,
    )
