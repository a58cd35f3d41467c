"""Where the data come from, what an estimate is, how sure a rule is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wastehub.catalogue.models import Confidence, Factor, Standard
from wastehub.places.models import BoundarySet


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Credits, factors and standards."""
    context = {
        "boundaries": BoundarySet.objects.filter(is_current=True).first(),
        "factors": Factor.objects.all(),
        "standards": Standard.objects.all(),
        "confidences": Confidence.choices,
    }
    return render(request, "web/sources.html", context)
