"""What was really shipped against the best that could have been: one page."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maps.crossed import Crossing
from maps.reality import Reality
from maps.reality import reality as reality_of
from wastehub.errors import Refused
from wastehub.registry.models import Facility
from wastehub.registry.querysets import FacilityQuerySet
from wastehub.web import policy, reveal
from wastehub.web.forms import refuse
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.listing import map_point
from wastehub.web.reality_form import RealityForm


@require_safe
def reality(request: HttpRequest) -> HttpResponse:
    """Of a material, a period and an area, as far as it is the user's affair."""
    form = RealityForm(request.GET.dict(), user=request.user)
    if not form.is_valid():
        return render(request, "web/reality.html", {"form": form}, status=400)
    asked = form.cleaned_data
    senders = policy.shippers(request.user, asked["area"].adcode)
    if senders is None:
        return _turned_away(request)
    found = _found(form, senders)
    if found is None:
        return render(request, "web/reality.html", {"form": form}, status=400)
    crossings = reveal.blur_crossings(request.user, found.crossings)
    context = {
        "form": form,
        "subject": asked["material"],
        "period": asked["period"],
        "area": asked["area"],
        "found": found,
        "crossings": crossings,
        "is_invented": not Facility.objects.real().exists(),
        "is_whole": policy.may_plan(request.user, asked["area"].adcode),
        "frame": map_frame(),
        "drawn": {"crossings": [_drawn(crossing) for crossing in crossings]},
    }
    return render(request, "web/reality.html", context)


def _turned_away(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise PermissionDenied


def _found(form: RealityForm, senders: FacilityQuerySet) -> Reality | None:
    asked = form.cleaned_data
    try:
        return reality_of(
            asked["material"], senders, asked["period"], asked["area"].adcode
        )
    except Refused as refused:
        refuse(form, refused)
        return None


def _drawn(crossing: Crossing) -> dict[str, Any]:
    one, taker, other, other_taker = (
        map_point(spot.facility) for spot in crossing.spots
    )
    return {
        "was": [[one, taker], [other, other_taker]],
        "instead": [[one, other_taker], [other, taker]],
    }
