"""One site: where it is, what it offers and what it wants."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from wastehub.catalogue.models import Factor
from wastehub.registry.models import Supply
from wastehub.web import policy
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.listing import (
    demands_in_full,
    facilities_in_full,
    map_point,
    supplies_in_full,
)


@require_safe
def facility(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The site with its visible listings."""
    visible = facilities_in_full(policy.facilities(request.user))
    site = get_object_or_404(visible, public_id=public_id)
    supplies = policy.supplies(request.user).filter(facility=site)
    demands = policy.demands(request.user).filter(facility=site)
    own = policy.signable_facilities(request.user)
    context = {
        "facility": site,
        "supplies": supplies_in_full(supplies).order_by("material__code"),
        "demands": demands_in_full(demands).order_by("route__code"),
        "may_offer": Supply.objects.open().filter(facility__in=own).exists()
        and not own.filter(pk=site.pk).exists(),
        "sees_ledger": policy.may_read_ledger(request.user, site),
        "factors": Factor.objects.all(),
        "frame": map_frame(),
        "drawn": {"point": map_point(site)},
    }
    return render(request, "web/facility.html", context)
