"""Supplies near a point, as a list and a map in step."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wastehub.registry.models import Facility, Supply
from wastehub.registry.querysets import SupplyQuerySet
from wastehub.web import policy, reveal
from wastehub.web.forms import DEFAULT_RADIUS_KM, SearchForm
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.listing import by_size, map_point, supplies_in_full

PAGE_SIZE = 20
MOST_POINTS = 1000


@require_safe
def supplies(request: HttpRequest) -> HttpResponse:
    """The search form with its answer; a faulty search answers 400 and keeps it."""
    form = SearchForm(_asked(request))
    valid = form.is_valid()
    rows = _found(request, form.cleaned_data if valid else None)
    page = Paginator(supplies_in_full(rows), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "form": form,
        "page": page,
        "query": _query(request),
        "frame": map_frame(),
        "found": _found_on_map(rows, page, form),
        "near": form.cleaned_data.get("point"),
    }
    return render(request, "web/search.html", context, status=200 if valid else 400)


def _asked(request: HttpRequest) -> dict[str, str]:
    """What was asked; ``near=lon,lat`` means what it means to the API."""
    asked = {"within_km": str(DEFAULT_RADIUS_KM), **request.GET.dict()}
    if "near" in asked:
        lon, _, lat = asked.pop("near").partition(",")
        asked = {"datum": Facility.Datum.WGS84.value, **asked, "lon": lon, "lat": lat}
    return asked


def _found(request: HttpRequest, asked: dict[str, Any] | None) -> SupplyQuerySet:
    rows = policy.supplies(request.user).open()
    if asked is None:
        return rows.none()
    if asked["material"]:
        rows = rows.of(asked["material"].code)
    if asked["point"] is None:
        return by_size(rows)
    rows = rows.within_km(asked["point"], asked["within_km"])
    return rows.with_distance_km(asked["point"]).order_by("distance_km", "public_id")


def _found_on_map(rows: SupplyQuerySet, page: Page, form: SearchForm) -> dict[str, Any]:
    point = form.cleaned_data.get("point")
    return {
        "near": {"lon": point.x, "lat": point.y} if point else None,
        "within_km": form.cleaned_data.get("within_km", DEFAULT_RADIUS_KM),
        "points": [
            {"id": str(row.public_id), "material": row.material.code}
            | map_point(row.facility)
            for row in reveal.carried(_places(rows)[:MOST_POINTS])
        ],
        "cards": [_card(supply) for supply in reveal.carried(page)],
    }


def _places(rows: QuerySet[Supply]) -> QuerySet[Supply]:
    return rows.select_related("facility__county", "material").only(
        "public_id",
        "material__code",
        "facility__origin",
        "facility__point",
        "facility__county__middle",
    )


def _card(supply: Any) -> dict[str, Any]:
    return {"id": str(supply.public_id), **map_point(supply.facility)}


def _query(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("page", None)
    return f"{asked.urlencode()}&" if asked else ""
