"""Changing a scenario: one change at a time, each kind with its own form."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from matching import scenarios as services
from matching.scenario_models import Scenario, ScenarioChange
from wastehub.errors import Refused
from wastehub.web.forms import refuse
from wastehub.web.pages.plans import region_named
from wastehub.web.pages.scenario_words import changes_told
from wastehub.web.pages.scenarios import own
from wastehub.web.scenario_form import FORMS, ChangeForm, NameForm


@login_required
@require_http_methods(["GET", "POST"])
def scenario_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The changes so far, and the form of the kind that the address names."""
    scenario = own(request, public_id)
    kind, named = request.GET.get("kind", ""), request.GET.get("named", "")
    if kind and kind not in FORMS:
        raise Http404
    form = _form(request, scenario, kind, named) if kind else None
    if form is not None and form.is_valid() and _added(scenario, kind, form):
        return redirect("scenario_edit", public_id)
    context: dict[str, Any] = {
        "scenario": scenario,
        "region": region_named(scenario.adcode),
        "changes": changes_told(scenario),
        "kinds": ScenarioChange.Kind.choices,
        "kind": kind,
        "named": named,
        "form": form,
    }
    status = 400 if form is not None and form.errors else 200
    return render(request, "web/scenario_edit.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def scenario_name(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Call it otherwise; its plans stay."""
    scenario = own(request, public_id)
    now = {"name": scenario.name, "note": scenario.note}
    form = NameForm(request.POST or None, initial=now)
    if form.is_valid() and _renamed(scenario, form):
        return redirect("scenario", public_id)
    context = {"scenario": scenario, "form": form}
    status = 400 if form.errors else 200
    return render(request, "web/scenario_name.html", context, status=status)


@login_required
@require_POST
def change_remove(request: HttpRequest, public_id: UUID, position: int) -> HttpResponse:
    """Take one change back."""
    scenario = own(request, public_id)
    try:
        services.change_remove(scenario_id=scenario.pk, position=position)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("scenario_edit", public_id)


def _renamed(scenario: Scenario, form: NameForm) -> bool:
    try:
        services.scenario_change(scenario_id=scenario.pk, **form.cleaned_data)
    except Refused as refused:
        refuse(form, refused)
        return False
    return True


def _form(
    request: HttpRequest, scenario: Scenario, kind: str, named: str
) -> ChangeForm:
    told = request.POST if request.method == "POST" else None
    return FORMS[kind](told, scenario=scenario, user=request.user, named=named)


def _added(scenario: Scenario, kind: str, form: ChangeForm) -> bool:
    try:
        services.change_add(scenario_id=scenario.pk, kind=kind, **form.change())
    except Refused as refused:
        refuse(form, refused, form.entered_as)
        return False
    return True
