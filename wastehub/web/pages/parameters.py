"""Every parameter of the rulebook: measured, derived or calculated, and at what price.

What a value may be at all, on which basis it is stated, and how one follows from others
is the same for every material; a material's page has its own ranges.
"""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wastehub.catalogue.models import Parameter


@require_safe
def parameters(request: HttpRequest) -> HttpResponse:
    """All parameters by their code."""
    rows = Parameter.objects.select_related("test").annotate(limits=Count("limit"))
    known = {row.code: row for row in rows.order_by("code")}
    return render(request, "web/catalogue_parameters.html", {"parameters": known})
