"""What is shown of a site to whom it is not shown in full: its county, and bands.

``policy.in_full`` says to whom a site is shown in full. Doors never read a site's point
or a listing's mass themselves; they ask here. A site of which nobody has asked counts
as blurred unless it is public.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point

from maps.crossed import Crossing
from matching.engine.params import Params
from matching.models import Match, Refusal
from wastehub.geodesy import great_circle_km
from wastehub.registry.bands import band_of
from wastehub.registry.models import PUBLIC_ORIGINS, Facility
from wastehub.units import FEN_PER_YUAN
from wastehub.web import policy


def mark(user: policy.Viewer, sites: Iterable[Facility]) -> None:
    """Note on each site whether the user sees it in full; one query for all."""
    unknown: list[Any] = [site for site in sites if site.origin not in PUBLIC_ORIGINS]
    rows: Any = Facility.objects.filter(pk__in={site.pk for site in unknown})
    told = rows.placed(policy.in_full(user, ""))
    shown = dict(told.values_list("pk", "is_in_full")) if unknown else {}
    for site in unknown:
        site.is_in_full = shown[site.pk]


def is_in_full(site: Facility) -> bool:
    """Whether a site was found to be shown in full."""
    return getattr(site, "is_in_full", site.origin in PUBLIC_ORIGINS)


def listing_in_full(listing: Any) -> bool:
    """The same of a listing, whose query may know it."""
    return getattr(listing, "is_in_full", is_in_full(listing.facility))


def carried(listings: Iterable[Any]) -> list[Any]:
    """Listings whose query knows it, with their sites marked alike."""
    rows = list(listings)
    for row in rows:
        row.facility.is_in_full = row.is_in_full
    return rows


def place_of(site: Facility) -> Point:
    """Where a site is shown: at its point, or in the middle of its county."""
    return site.point if is_in_full(site) else site.county.middle


def blur_matches(user: policy.Viewer, matches: Iterable[Any]) -> list[Any]:
    """Matches as if blurred sites lay in the middle of their counties, cheapest first.

    Distance, haul and net cost are reckoned anew by the knobs of the run, so that none
    of them tells the point; the mass is the floor of its band. The rows are changed in
    place and not to be saved. They come from ``with_knobs``.
    """
    rows = list(matches)
    mark(user, [end.facility for row in rows for end in (row.supply, row.demand)])
    for row in rows:
        if not (is_in_full(row.supply.facility) and is_in_full(row.demand.facility)):
            _blur_match(row)
    return sorted(rows, key=lambda row: (row.net_cost_yuan_per_t, row.pk))


def blur_refusals(user: policy.Viewer, refusals: Iterable[Refusal]) -> list[Refusal]:
    """Refusals with the distances to blurred sites measured to their counties."""
    rows = list(refusals)
    near: list[Any] = [row for row in rows if row.demand is not None]
    mark(user, [row.demand.facility for row in near])
    for row in near:
        if row.kind == Refusal.Kind.REACH and not is_in_full(row.demand.facility):
            _blur_reach(row)
    return rows


def blur_crossings(
    user: policy.Viewer, crossings: Sequence[Crossing]
) -> list[Crossing]:
    """Crossings with every distance between the places at which their sites are shown.

    One whose exchange seems to save nothing between the middles of counties is left
    out.
    """
    mark(user, [spot.facility for one in crossings for spot in one.spots])
    shown = [one.seen_at(place_of) for one in crossings]
    return [one for one in shown if one.saved_km > 0]


def _blur_match(match: Match) -> None:
    usual = Params()
    knobs = {name: _knob(match, name, usual) for name in _KNOBS}
    match.distance_km = _apart_km(match.supply.facility, match.demand.facility)
    match.haul_km = knobs["circuity"] * match.distance_km
    haul_fen = (
        knobs["haul_fixed_fen_per_t"] + knobs["haul_fen_per_t_km"] * match.haul_km
    )
    before_haul = match.net_cost_yuan_per_t - match.haul_yuan_per_t
    match.haul_yuan_per_t = round(Decimal(haul_fen) / FEN_PER_YUAN, 2)
    match.net_cost_yuan_per_t = before_haul + match.haul_yuan_per_t
    match.mass_kg = band_of(match.mass_kg)[0]
    if match.co2_haul_kg_per_t is not None:
        match.co2_haul_kg_per_t = knobs["haul_g_per_t_km"] * match.haul_km / 1000


_KNOBS = (
    "circuity",
    "haul_fixed_fen_per_t",
    "haul_fen_per_t_km",
    "haul_g_per_t_km",
)


def _knob(match: Any, name: str, usual: Params) -> float:
    told = match.knobs.get(name)
    return getattr(usual, name) if told is None else told


def _blur_reach(refusal: Any) -> None:
    reach_km = refusal.supply.material.reach_km
    if refusal.demand.farthest_km is not None:
        reach_km = min(reach_km, refusal.demand.farthest_km)
    refusal.value = _apart_km(refusal.supply.facility, refusal.demand.facility)
    refusal.fix = refusal.fix | {"km": max(0.0, refusal.value - reach_km)}


def _apart_km(one: Facility, other: Facility) -> float:
    start, end = place_of(one), place_of(other)
    return float(great_circle_km(start.x, start.y, end.x, end.y))
