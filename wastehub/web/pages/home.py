"""The first page: what one can do here, and where everything is."""

from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wastehub.catalogue.models import Material
from wastehub.registry.bands import shown_kg
from wastehub.web import policy
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.listing import origins


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Two doors, the map and four figures."""
    supplies = policy.supplies(request.user).open()
    facilities = policy.facilities(request.user)
    return render(
        request,
        "web/home.html",
        {
            "frame": map_frame(),
            "facility_count": facilities.count(),
            "origins": origins(facilities),
            "materials": Material.objects.filter(supplies__in=supplies).distinct(),
            "offered_kg_per_year": _total(supplies, "rate_kg_per_year"),
            "plan": policy.runs(request.user).published().widest(),
        },
    )


def _total(rows: Any, column: str) -> int:
    return rows.aggregate(total=Sum(shown_kg(column)))["total"] or 0
