"""How far a pair lies apart, and what a tonne costs delivered."""

from math import atan2, sqrt
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from matching.engine.columns import F64, I32, I64
from matching.engine.compiled import compiled
from matching.engine.packed import rows_of
from matching.engine.params import Params
from matching.engine.problem import Problem
from matching.engine.screen import Screen
from wastehub.geodesy import SPHERE_RADIUS_KM

Costs = NDArray[Any]

# Up to here the series of the arcsine is exact to the last bits.
_SHORT_HALF_CHORD: Final = 0.1
# Half around the earth, by roads that wind as much as any may.
_LONGEST_KM: Final = np.pi * SPHERE_RADIUS_KM * 5


class Rates(NamedTuple):
    """What costs are reckoned from: unit vectors, circuities, money by row and use.

    ``treatment_fen_per_t`` has shape (S, R); ``fixed`` and ``per_km`` are of a haul.
    """

    source: F64
    sink: F64
    source_circuity: F64
    sink_circuity: F64
    ask_fen_per_t: I64
    offer_fen_per_t: I64
    treatment_fen_per_t: I64
    route: I32
    fixed: float
    per_km: float


def rates(problem: Problem, screened: Screen) -> Rates:
    """What the costs of a problem's pairs are reckoned from."""
    supplies, demands, params = problem.supplies, problem.demands, problem.params
    return Rates(
        source=supplies.vector,
        sink=demands.vector,
        source_circuity=_circuity(problem.roads.supply_circuity, params, len(supplies)),
        sink_circuity=_circuity(problem.roads.demand_circuity, params, len(demands)),
        ask_fen_per_t=supplies.ask_fen_per_t,
        offer_fen_per_t=demands.offer_fen_per_t,
        treatment_fen_per_t=screened.treatment_fen_per_t,
        route=demands.route,
        fixed=float(params.haul_fixed_fen_per_t),
        per_km=float(params.haul_fen_per_t_km),
    )


def _circuity(known: F64, params: Params, count: int) -> F64:
    return known if len(known) else np.full(count, float(params.circuity))


@compiled
def price_all(
    rates: Rates,
    supplies: tuple[int, int],
    first: I64,
    demand: I32,
    cost_fen_per_t: Costs,
) -> None:
    """Fill in what pairs cost, of the first supply up to the end.

    A tonne costs what is asked, less what is offered, plus treatment and haul by the
    estimated road.
    """
    for supply in range(supplies[0], supplies[1]):
        for row in range(first[supply], first[supply + 1]):
            taker = demand[row]
            circuity = rates.source_circuity[supply] + rates.sink_circuity[taker]
            distance_km = _between_km(rates.source[supply], rates.sink[taker])
            road_km = circuity / 2 * distance_km
            haul = np.int64(np.rint(rates.fixed + rates.per_km * road_km))
            treated = rates.treatment_fen_per_t[supply, rates.route[taker]]
            gate = rates.ask_fen_per_t[supply] - rates.offer_fen_per_t[taker]
            cost_fen_per_t[row] = gate + treated + haul


def price_measured(
    problem: Problem, screened: Screen, first: I64, demand: I32, cost: Costs
) -> None:
    """Set what pairs cost whose road is measured."""
    roads = problem.roads
    row = rows_of(first, demand, roads.measured_supply, roads.measured_demand)
    known = row >= 0
    supply, taker = roads.measured_supply[known], roads.measured_demand[known]
    haul = haul_fen_per_t(problem.params, roads.measured_km[known])
    gate = problem.supplies.ask_fen_per_t[supply]
    gate = gate - problem.demands.offer_fen_per_t[taker]
    treated = screened.treatment_fen_per_t[supply, problem.demands.route[taker]]
    cost[row[known]] = gate + treated + haul


def cost_type(problem: Problem, screened: Screen) -> DTypeLike:
    """The narrower type that holds whatever a pair of the problem may cost."""
    farthest_km = max(_LONGEST_KM, problem.roads.measured_km.max(initial=0.0))
    haul = haul_fen_per_t(problem.params, np.array([farthest_km]))
    columns = (
        problem.supplies.ask_fen_per_t,
        problem.demands.offer_fen_per_t,
        screened.treatment_fen_per_t,
        haul,
    )
    dearest = sum(int(np.abs(column).max(initial=0)) for column in columns)
    return np.int32 if dearest <= np.iinfo(np.int32).max else np.int64


def haul_fen_per_t(params: Params, road_km: F64) -> I64:
    """A fixed part and a rate per road kilometre, half to even in whole fen a tonne."""
    haul = np.rint(params.haul_fixed_fen_per_t + params.haul_fen_per_t_km * road_km)
    return haul.astype(np.int64)


@compiled
def measure(sources: F64, sinks: F64, source: I64, sink: I64, distance_km: F64) -> None:
    """Fill in the distances of pairs, each of a row of sources and a row of sinks."""
    for row in range(len(source)):
        distance_km[row] = _between_km(sources[source[row]], sinks[sink[row]])


@compiled
def _between_km(source: F64, sink: F64) -> float:
    """The great circle between two unit vectors; good to a micrometre."""
    dx, dy, dz = source[0] - sink[0], source[1] - sink[1], source[2] - sink[2]
    square = dx * dx + dy * dy + dz * dz
    half_chord = sqrt(square) / 2
    if half_chord < _SHORT_HALF_CHORD:
        return 2 * SPHERE_RADIUS_KM * _half_chord_angle(half_chord)
    sx, sy, sz = source[0] + sink[0], source[1] + sink[1], source[2] + sink[2]
    return 2 * SPHERE_RADIUS_KM * atan2(sqrt(square), sqrt(sx * sx + sy * sy + sz * sz))


@compiled
def _half_chord_angle(half_chord: float) -> float:
    """The arcsine of a short half chord, by its series."""
    square = half_chord * half_chord
    rest = square * (63 / 2816 + square * (231 / 13312 + square * (143 / 10240)))
    rest = square * (3 / 40 + square * (5 / 112 + square * (35 / 1152 + rest)))
    return half_chord * (1 + square * (1 / 6 + rest))
