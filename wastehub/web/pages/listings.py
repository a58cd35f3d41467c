"""A producer's own listings: new sites and supplies, renewing, withdrawing."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from matching import tasks
from wastehub.errors import Refused
from wastehub.registry import services
from wastehub.registry.models import Supply
from wastehub.web import policy
from wastehub.web.forms import DEFAULT_VALIDITY, SiteForm, SupplyForm, written
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.listing import supplies_in_full


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The supplies and sites of the user's organisations."""
    sites = policy.editable_facilities(request.user).filter(
        organisation__memberships__user=request.user
    )
    rows = Supply.objects.filter(facility__in=sites.values("pk")).placed(None)
    context = {
        "supplies": supplies_in_full(rows).order_by("status", "valid_until", "pk"),
        "sites": sites.order_by("name_zh"),
        "today": timezone.localdate(),
    }
    return render(request, "web/mine.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def supply_new(request: HttpRequest) -> HttpResponse:
    """List a supply at one of the user's sites."""
    sites = policy.editable_facilities(request.user)
    if not sites.exists():
        messages.info(request, _("First say where the material lies."))
        return redirect("facility_new")
    form = SupplyForm(
        request.POST or None,
        facilities=sites.order_by("name_zh"),
        initial={"facility": request.GET.get("facility") or _only(sites)},
    )
    if form.is_valid():
        made = written(form, partial(_list, form.values(), form.assay()))
        if made is not None:
            messages.success(request, _("Listed. We are looking for takers."))
            return redirect("supply", made.public_id)
    return _form_page(request, "web/supply_new.html", form)


@login_required
@require_http_methods(["GET", "POST"])
def facility_new(request: HttpRequest) -> HttpResponse:
    """Register a site of one of the user's organisations."""
    organisations = policy.editable_organisations(request.user)
    form = SiteForm(
        request.POST or None, organisations=organisations.order_by("name_zh")
    )
    if form.is_valid():
        made = written(form, partial(services.facility_create, **form.cleaned_data))
        if made is not None:
            return redirect(f"{reverse('supply_new')}?facility={made.public_id}")
    return _form_page(
        request, "web/facility_new.html", form, organisations=organisations.exists()
    )


@login_required
@require_POST
def supply_renew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep a supply on offer for a quarter from today, or as long as it runs anyway."""
    supply = _own(request, public_id)
    try:
        _renew(supply)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Renewed: on offer for 90 days at least."))
    return redirect("mine")


@login_required
@require_POST
def supply_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a supply off the market."""
    services.listing_withdraw(listing=_own(request, public_id))
    messages.success(request, _("Withdrawn. It stays on record and can be renewed."))
    return redirect("mine")


def _only(sites: QuerySet) -> UUID | None:
    """The one site, where there is no choice to make."""
    found = sites.values_list("public_id", flat=True)[:2]
    return found[0] if len(found) == 1 else None


def _own(request: HttpRequest, public_id: UUID) -> Supply:
    sites = policy.editable_facilities(request.user)
    rows = Supply.objects.filter(facility__in=sites.values("pk"))
    return get_object_or_404(rows, public_id=public_id)


@transaction.atomic
def _renew(supply: Supply) -> None:
    quarter = timezone.localdate() + DEFAULT_VALIDITY
    until = max(quarter, supply.valid_until or quarter)
    services.supply_update(supply=supply, valid_until=until, status="open")
    tasks.wake(tasks.match_supply, supply.pk)


@transaction.atomic
def _list(values: dict[str, Any], assay: dict[str, Any] | None) -> Supply:
    supply = services.supply_create(**values)
    if assay:
        services.assay_create(supply=supply, **assay)
    tasks.wake(tasks.match_supply, supply.pk)
    return supply


def _form_page(
    request: HttpRequest, template: str, form: Form, **extra: Any
) -> HttpResponse:
    context = {"form": form, "frame": map_frame(), **extra}
    return render(request, template, context, status=400 if form.errors else 200)
