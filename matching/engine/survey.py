"""The certificate's own search for pairs, which shares nothing with `reach`.

Demands are sorted by latitude; every one within a supply's reach of latitudes is
measured by the haversine of the distance, put together from sines and cosines of half
angles that are known beforehand. What lies on the rim is decided by `great_circle_km`.

References
----------
R. Sinnott, Virtues of the haversine, Sky and Telescope 68, 1984.
"""

from dataclasses import dataclass
from math import sin, sqrt
from typing import Final, NamedTuple

import numpy as np

from matching.engine.columns import F64, I32, I64, Mask
from matching.engine.compiled import compiled
from matching.engine.pairs import Reached
from matching.engine.problem import Problem
from matching.engine.screen import Screen
from matching.engine.spread import at_once
from wastehub.geodesy import SPHERE_RADIUS_KM, great_circle_km

# Degrees, haversines and half chords (of radius 1) are good to some 1e-15.
_SLACK_DEG: Final = 1e-6
_RIM_SHARE: Final = 1e-11
_LEAST_RIM: Final = 1e-21
_SAME_HALF_CHORD: Final = 1e-13
_FEW_ON_THE_RIM: Final = 256


@dataclass(frozen=True)
class Surveyed:
    """How the given pairs compare with those that were found.

    ``missing`` were found but not given, ``extra`` given but not found; of those in
    both, ``misplaced`` are told at a distance that is more than a micrometre off.
    """

    found: int
    missing: int
    extra: int
    misplaced: int


class _Half(NamedTuple):
    """Sine and cosine of half the longitude and half the latitude, and of the latitude.

    Shape (n,) each.
    """

    sin_lon: F64
    cos_lon: F64
    sin_lat: F64
    cos_lat: F64
    cos_whole_lat: F64


class _Question(NamedTuple):
    """Whom to look for: haversines of reach, and the window of each supply.

    Demands are in the order of ``number``, by latitude; ``begin`` and ``end`` tell
    those that a supply must look at. ``takes`` goes by supply and route.
    """

    sources: _Half
    sinks: _Half
    begin: I64
    end: I64
    source_haversine: F64
    sink_haversine: F64
    number: I64
    route: I32
    takes: Mask


class _Given(NamedTuple):
    """Pairs to compare with: those of supply s are ``first[s]`` to ``first[s + 1]``.

    The distances are those of a share, which begins at row ``begin``.
    """

    first: I64
    demand: I32
    distance_km: F64
    begin: int


def survey(problem: Problem, screened: Screen, reached: Reached) -> Surveyed:
    """Search all pairs again and compare; the given ones ascend and name real rows."""
    question = _question(problem, screened)

    def look(rows: tuple[int, int]) -> Surveyed:
        begin, end = reached.first[list(rows)].tolist()
        distance_km = reached.between(problem, begin, end).distance_km
        given = _Given(reached.first, reached.demand, distance_km, begin)
        return _surveyed(problem, question, given, rows)

    parts = at_once(look, reached.supply_shares(problem))
    names = ("found", "missing", "extra", "misplaced")
    return Surveyed(*(sum(getattr(part, name) for part in parts) for name in names))


def _question(problem: Problem, screened: Screen) -> _Question:
    supplies, demands = problem.supplies, problem.demands
    number = np.argsort(demands.lat, kind="stable")
    reach_km = problem.rules.material_reach_km[supplies.material]
    angle = np.minimum(reach_km / SPHERE_RADIUS_KM, np.pi)
    window_deg = np.degrees(angle) + _SLACK_DEG
    return _Question(
        sources=_half(supplies.lon, supplies.lat),
        sinks=_half(demands.lon[number], demands.lat[number]),
        begin=np.searchsorted(demands.lat[number], supplies.lat - window_deg),
        end=np.searchsorted(demands.lat[number], supplies.lat + window_deg),
        source_haversine=_haversine(reach_km),
        sink_haversine=_haversine(demands.farthest_km[number]),
        number=number,
        route=demands.route[number],
        takes=screened.verdict <= problem.params.accept,
    )


def _half(lon: F64, lat: F64) -> _Half:
    turn, rise = np.radians(lon) / 2, np.radians(lat) / 2
    return _Half(
        np.sin(turn), np.cos(turn), np.sin(rise), np.cos(rise), np.cos(2 * rise)
    )


def _haversine(reach_km: F64) -> F64:
    """Of an angle; infinite where the reach goes all around."""
    angle = reach_km / SPHERE_RADIUS_KM
    sine = np.sin(np.minimum(angle, np.pi) / 2)
    return np.where(angle < np.pi, sine * sine, np.inf)


def _surveyed(
    problem: Problem, question: _Question, given: _Given, rows: tuple[int, int]
) -> Surveyed:
    place = np.full(len(question.number), -1)
    room = _FEW_ON_THE_RIM
    while True:
        rim = np.empty((room, 3), dtype=np.int64)
        seen, missing, misplaced, doubts = _compare(question, given, rows, place, rim)
        if doubts <= room:
            break
        room = doubts
    supply, demand, was_given = rim[:doubts].T
    within = _within(problem, supply, demand)
    listed = was_given == 1
    count = int(given.first[rows[1]] - given.first[rows[0]])
    return Surveyed(
        found=seen + missing + int(within.sum()),
        missing=missing + int((within & ~listed).sum()),
        extra=count - seen - int((within & listed).sum()),
        misplaced=misplaced,
    )


def _within(problem: Problem, supply: I64, demand: I64) -> Mask:
    """Whether pairs are in reach, by the exact formula."""
    supplies, demands = problem.supplies, problem.demands
    distance_km = great_circle_km(
        supplies.lon[supply],
        supplies.lat[supply],
        demands.lon[demand],
        demands.lat[demand],
    )
    material_km = problem.rules.material_reach_km[supplies.material[supply]]
    within: Mask = distance_km <= material_km
    return within & (distance_km <= demands.farthest_km[demand])


@compiled
def _compare(
    question: _Question, given: _Given, rows: tuple[int, int], place: I64, rim: I64
) -> tuple[int, int, int, int]:
    """The pairs seen and given, those missing, those misplaced, and doubts.

    Of those on the rim ``rim`` gets supply, demand and whether it is given, as many as
    it has room for. ``place`` has a row for each demand, all -1 before and after.
    """
    seen, missing, misplaced, doubts = 0, 0, 0, 0
    for supply in range(rows[0], rows[1]):
        for row in range(given.first[supply], given.first[supply + 1]):
            place[given.demand[row]] = row
        for sink in range(question.begin[supply], question.end[supply]):
            limit = min(
                question.source_haversine[supply], question.sink_haversine[sink]
            )
            haversine = _between(question.sources, supply, question.sinks, sink)
            slack = _RIM_SHARE * limit + _LEAST_RIM
            beyond = haversine > limit + slack
            if beyond or not question.takes[supply, question.route[sink]]:
                continue
            demand = question.number[sink]
            row = place[demand]
            is_given = row >= 0
            if haversine > limit - slack:
                if doubts < len(rim):
                    rim[doubts, 0], rim[doubts, 1] = supply, demand
                    rim[doubts, 2] = is_given
                doubts += 1
            elif is_given:
                seen += 1
            else:
                missing += 1
            if is_given:
                told_km = given.distance_km[row - given.begin]
                misplaced += not _is_near(haversine, told_km)
        for row in range(given.first[supply], given.first[supply + 1]):
            place[given.demand[row]] = -1
    return seen, missing, misplaced, doubts


@compiled
def _between(sources: _Half, source: int, sinks: _Half, sink: int) -> float:
    """The haversine of the angle between two places."""
    north = (
        sources.sin_lat[source] * sinks.cos_lat[sink]
        - sources.cos_lat[source] * sinks.sin_lat[sink]
    )
    east = (
        sources.sin_lon[source] * sinks.cos_lon[sink]
        - sources.cos_lon[source] * sinks.sin_lon[sink]
    )
    narrow = sources.cos_whole_lat[source] * sinks.cos_whole_lat[sink]
    return float(north * north + narrow * (east * east))


@compiled
def _is_near(haversine: float, distance_km: float) -> bool:
    """Whether a distance is that of a haversine, to a micrometre if it is short."""
    half_chord = sin(distance_km / (2 * SPHERE_RADIUS_KM))
    return bool(abs(half_chord - sqrt(haversine)) <= _SAME_HALF_CHORD)
