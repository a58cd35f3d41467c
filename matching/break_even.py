"""How far a lot could travel before it costs more than leaving it in the yard."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet

from matching.models import Match
from wastehub.catalogue.models import UseRoute
from wastehub.units import FEN_PER_YUAN

_NEEDED = (
    "unplaced_fen_per_t",
    "haul_fixed_fen_per_t",
    "haul_fen_per_t_km",
    "circuity",
)


@dataclass(frozen=True)
class BreakEven:
    """What is left of a pair's alternative, in yuan per tonne and in kilometres.

    ``margin_yuan_per_t`` is what a tonne left in the yard counts as, less what it
    costs delivered; negative where leaving it is cheaper. ``ring_km`` is the great
    circle at which the margin would be nothing: a planning estimate, ``inf`` where a
    kilometre costs nothing, 0 where even a taker next door costs too much.
    """

    margin_yuan_per_t: Decimal
    ring_km: float


@dataclass(frozen=True)
class RouteRing:
    """How far a taker by one route may lie that pays as the best one does."""

    route: UseRoute
    offered_yuan_per_t: Decimal
    ring_km: float


def with_knobs(rows: QuerySet[Match]) -> QuerySet[Match]:
    """Matches with the knobs of their run as ``knobs``, without its long summary."""
    return rows.annotate(knobs=F("run__params"))


def break_even(match: Match, knobs: Mapping[str, Any]) -> BreakEven | None:
    """Margin and break-even distance of a pair by the knobs of its run.

    ``None`` where the run does not tell its haul rates or its alternative.

    Notes
    -----
    A tonne delivered over d km of great circle costs its net cost without the haul,
    and a haul of fixed + rate x winding x d; the ring is the d at which the sum is the
    alternative. Roads are taken to wind as they do to this taker.
    """
    if any(knobs.get(name) is None for name in _NEEDED):
        return None
    before_haul = match.net_cost_yuan_per_t - match.haul_yuan_per_t
    left_fen_per_t = (
        knobs["unplaced_fen_per_t"]
        - float(before_haul) * FEN_PER_YUAN
        - knobs["haul_fixed_fen_per_t"]
    )
    alternative = Decimal(knobs["unplaced_fen_per_t"]) / FEN_PER_YUAN
    return BreakEven(
        margin_yuan_per_t=alternative - match.net_cost_yuan_per_t,
        ring_km=_km(
            left_fen_per_t, knobs["haul_fen_per_t_km"] * _winding(match, knobs)
        ),
    )


def rings_by_route(matches: Iterable[Any]) -> list[RouteRing]:
    """The widest ring of each route, widest first, by the pairs' own knobs.

    Parameters
    ----------
    matches
        Of one supply, from :func:`with_knobs`, with their demand and route.
    """
    widest: dict[int, RouteRing] = {}
    for match in matches:
        found = break_even(match, match.knobs)
        route = match.demand.route
        known = widest.get(route.pk)
        if found and (known is None or found.ring_km > known.ring_km):
            widest[route.pk] = RouteRing(route, match.offered_yuan_per_t, found.ring_km)
    return sorted(widest.values(), key=lambda ring: (-ring.ring_km, ring.route.code))


def _winding(match: Match, knobs: Mapping[str, Any]) -> float:
    """Road kilometres per great-circle kilometre; the run's own where there is none."""
    if not match.distance_km:
        return float(knobs["circuity"])
    return match.haul_km / match.distance_km


def _km(left_fen_per_t: float, fen_per_t_km: float) -> float:
    if left_fen_per_t <= 0:
        return 0.0
    return left_fen_per_t / fen_per_t_km if fen_per_t_km else math.inf
