"""Candidate sites compared: the form, and below it which of them to build."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from matching.siting import SitingAnswer, sites_choose
from wastehub.errors import Refused
from wastehub.places.models import Region
from wastehub.web import policy, reveal
from wastehub.web.forms import refuse
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.listing import map_point
from wastehub.web.siting_form import SitingForm, empty_rows, told_rows


@login_required
@require_http_methods(["GET", "POST"])
def siting(request: HttpRequest) -> HttpResponse:
    """Which candidate sites pay off in a region that the user may plan."""
    regions = _regions(request.user)
    if not regions.exists():
        raise PermissionDenied
    if request.method == "GET":
        empty = {"form": SitingForm(regions=regions), "rows": empty_rows()}
        return render(request, "web/siting.html", empty)
    form = SitingForm(request.POST, regions=regions)
    is_asked = form.is_valid()
    rows: Any = told_rows(request.POST, form.cleaned_data.get("pasted", []))
    answer = _answer(form, rows) if rows.is_valid() and is_asked else None
    if answer is None:
        faulty = {"form": form, "rows": rows}
        return render(request, "web/siting.html", faulty, status=400)
    # What was pasted now stands in the rows, to be changed there and asked again.
    asked = form.cleaned_data | {"pasted": ""}
    context = {
        "form": SitingForm(initial=asked, regions=regions),
        "rows": rows,
        "answer": answer,
        "frame": map_frame(),
        "drawn": _drawn(request.user, answer),
    }
    return render(request, "web/siting.html", context)


def _answer(form: SitingForm, rows: Any) -> SitingAnswer | None:
    asked = form.cleaned_data
    try:
        return sites_choose(
            adcode=asked["region"].adcode,
            accept=asked["accept"],
            candidates=[site.candidate(asked["datum"]) for site in rows.sites()],
        )
    except Refused as refused:
        refuse(form, refused)
        return None


def _regions(user: policy.Viewer) -> QuerySet[Region]:
    """Regions with counties that the user may plan: no single county is planned."""
    rows = policy.plannable_regions(user).with_parts()
    return rows.defer("shape", "drawn_shape").order_by("adcode")


def _drawn(user: policy.Viewer, answer: SitingAnswer) -> dict[str, Any]:
    reveal.mark(user, [haul.supply.facility for haul in answer.hauls])
    return {
        "sites": [
            {
                "lon": site.candidate.lon,
                "lat": site.candidate.lat,
                "number": str(number),
                "is_built": site.is_built,
            }
            for number, site in enumerate(answer.sites, 1)
        ],
        "hauls": [
            {
                "from": map_point(haul.supply.facility),
                "to": {"lon": haul.candidate.lon, "lat": haul.candidate.lat},
                "mass_t": haul.mass_kg / 1000,
            }
            for haul in answer.hauls
        ],
    }
