"""One supply: what it is, who can take it and what that costs, and who can not."""

from math import isfinite
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from matching.break_even import break_even, rings_by_route, with_knobs
from matching.compatibility import compatibility
from matching.models import Match, MatchRun
from matching.next_test import next_tests
from matching.stale import is_stale
from wastehub.catalogue.models import Factor
from wastehub.registry.models import Supply
from wastehub.units import FEN_PER_YUAN
from wastehub.web import policy, reveal
from wastehub.web.pages import progress, quality, refusals, strip, testing
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.listing import (
    map_point,
    matches_in_full,
    refusals_in_full,
    supplies_in_full,
)
from wastehub.web.templatetags.drawing import widest_cost
from wastehub.web.templatetags.naming import name

MOST_MATCHES = 50
UNFINISHED = (MatchRun.Status.QUEUED, MatchRun.Status.RUNNING)


@require_safe
def supply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is offered with its quality, matches and refusals."""
    visible = supplies_in_full(policy.supplies(request.user))
    shown = get_object_or_404(visible, public_id=public_id)
    reveal.carried([shown])
    costs_seen = policy.may_see_costs(request.user, shown)
    context = {
        "supply": shown,
        "costs_seen": costs_seen,
        "quality": quality.of(shown),
        "factors": Factor.objects.all(),
        "may_edit": policy.may_edit(request.user, shown.facility.organisation),
        "sees_ledger": policy.may_read_ledger(request.user, shown.facility),
        **_offering(request, shown),
        "frame": map_frame(),
        **(_answers(request, shown) if costs_seen else {"matches": []}),
    }
    context["drawn"] = _drawn(shown, context["matches"])
    return render(request, "web/supply.html", context)


def _offering(request: HttpRequest, shown: Supply) -> dict[str, Any]:
    """Whether the user may ask for it, or offer it to those who take it."""
    own = set(policy.signable_facilities(request.user).values_list("pk", flat=True))
    is_open = Supply.objects.open().filter(pk=shown.pk).exists()
    has_people = shown.facility.organisation.memberships.exists()
    return {
        "may_ask": is_open
        and has_people
        and bool(own)
        and shown.facility_id not in own,
        "may_offer": is_open and shown.facility_id in own,
        "own_sites": own if is_open else set(),
    }


def _answers(request: HttpRequest, shown: Supply) -> dict[str, Any]:
    runs = policy.runs(request.user).filter(supply=shown).order_by("-created_at")
    latest = runs.first()
    working = latest if latest and latest.status in UNFINISHED else None
    published = runs.published().first()
    found = policy.matches(request.user).filter(run=published)
    refused = policy.refusals(request.user).filter(run=published)
    takers = reveal.blur_matches(request.user, with_knobs(matches_in_full(found)))
    matches = takers[:MOST_MATCHES]
    for match in matches:
        match.break_even = break_even(match, match.knobs)
    uses = compatibility(shown)
    return {
        "squares": strip.squares(uses),
        "verdict_keys": strip.keys(uses),
        "run": published,
        "working": progress.of(working) if working else None,
        "failed": latest if latest and latest.status == "failed" else None,
        "is_stale": is_stale(shown),
        "matches": matches,
        "match_count": _acceptable(published),
        "widest": widest_cost(matches),
        "rings": rings_by_route(matches),
        "unplaced_yuan_per_t": _unplaced(published),
        "refusals": refusals.by_route(
            reveal.blur_refusals(request.user, refusals_in_full(refused)),
            shown.material,
        ),
        "planned": _planned(request, shown),
        **testing.advice(next_tests(shown)),
    }


def _planned(request: HttpRequest, shown: Supply) -> list[Match]:
    plan = policy.runs(request.user).published().widest()
    rows = policy.matches(request.user).filter(run=plan, supply=shown)
    return list(matches_in_full(rows).order_by("-mass_kg", "id"))


def _acceptable(run: MatchRun | None) -> int:
    """How many could take it; only the cheapest of them are kept."""
    return run.summary.get("pairs_acceptable", 0) if run else 0


def _unplaced(run: MatchRun | None) -> float | None:
    fen = run.params.get("unplaced_fen_per_t") if run else None
    return None if fen is None else fen / FEN_PER_YUAN


def _ring_km(match: Any) -> float | None:
    """How far to draw the ring; nothing around a lot that may travel without end."""
    found = match.break_even
    return round(found.ring_km, 3) if found and isfinite(found.ring_km) else None


def _drawn(shown: Supply, matches: list[Any]) -> dict[str, Any]:
    start = {"id": str(shown.public_id), **map_point(shown.facility)}
    return {
        "from": start | {"material": shown.material.code, "name": name(shown.facility)},
        "to": [
            {
                "id": f"match-{match.pk}",
                "name": name(match.demand.facility),
                "route": name(match.demand.route),
                "ring_km": _ring_km(match),
                **map_point(match.demand.facility),
            }
            for match in matches
        ],
    }
