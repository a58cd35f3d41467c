"""Scenarios: the list, a new one, one with its plan held against what is."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from matching import scenarios as services
from matching import tasks
from matching.comparison import MOST_SCENARIOS, Comparison, compare
from matching.lifecycle import AGAIN
from matching.models import MatchRun
from matching.scenario_models import Scenario
from wastehub.accounts.models import User
from wastehub.errors import Refused
from wastehub.web import policy
from wastehub.web.forms import refuse
from wastehub.web.pages import comparing, flows, progress, wishes
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.listing import origins_counted
from wastehub.web.pages.plans import plannable, region_named, regions_of
from wastehub.web.pages.scenario_words import changes_told
from wastehub.web.scenario_form import ScenarioForm

PAGE_SIZE = 20


@login_required
@require_safe
def scenarios(request: HttpRequest) -> HttpResponse:
    """Every scenario that the user may see, newest first."""
    last = MatchRun.objects.filter(scenario=OuterRef("pk")).order_by("-pk")
    rows: Any = policy.scenarios(request.user).annotate(
        count=Count("changes"), state=Subquery(last.values("status")[:1])
    )
    rows = rows.order_by("-created_at", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    names = {row.adcode: row for row in regions_of({row.adcode for row in page})}
    states = dict(MatchRun.Status.choices)
    context = {
        "page": page,
        "rows": [(r, names.get(r.adcode), states.get(r.state)) for r in page],
        "may_plan": plannable(request.user).exists(),
    }
    return render(request, "web/scenarios.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def scenario_new(request: HttpRequest) -> HttpResponse:
    """Name a scenario of a region that the user watches."""
    regions = plannable(request.user)
    if not regions:
        raise PermissionDenied
    form = ScenarioForm(request.POST or None, regions=regions)
    if form.is_valid():
        try:
            made = services.scenario_create(user=_signed_in(request), **form.asked())
        except Refused as refused:
            refuse(form, refused, {"region": "adcode"})
        else:
            return redirect("scenario_edit", made.public_id)
    status = 400 if form.errors else 200
    return render(request, "web/scenario_new.html", {"form": form}, status=status)


@login_required
@require_safe
def scenario(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is supposed, how far its plan is, and what it changes."""
    seen = policy.scenarios(request.user)
    shown = get_object_or_404(seen, public_id=public_id)
    run = shown.runs.select_related("base").first()
    context: dict[str, Any] = {
        "scenario": shown,
        "region": region_named(shown.adcode),
        "changes": changes_told(shown),
        "run": run,
        "may_change": policy.may_change(request.user, shown),
        "may_plan": policy.may_plan(request.user, shown.adcode),
        **_state(run),
    }
    if not context["is_done"]:
        return render(request, "web/scenario.html", context)
    try:
        found = compared(request, shown)
    except Refused as refused:
        context["fault"] = refused.message
        return render(request, "web/scenario.html", context, status=400)
    context |= _result(request, shown, found)
    return render(request, "web/scenario.html", context)


@login_required
@require_POST
def scenario_run(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Plan it, and its base where there is none of today."""
    shown = get_object_or_404(policy.scenarios(request.user), public_id=public_id)
    if not policy.may_plan(request.user, shown.adcode):
        raise PermissionDenied
    try:
        tasks.start_scenario(scenario_id=shown.pk, user=_signed_in(request))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("scenario", public_id)


@login_required
@require_POST
def scenario_delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Forget it and its plans."""
    shown = own(request, public_id)
    try:
        services.scenario_delete(scenario_id=shown.pk)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("scenario", public_id)
    return redirect("scenarios")


def own(request: HttpRequest, public_id: UUID) -> Scenario:
    """A scenario that the user may change; 404 where he may not even see it."""
    shown = get_object_or_404(policy.scenarios(request.user), public_id=public_id)
    if not policy.may_change(request.user, shown):
        raise PermissionDenied
    return shown


def compared(request: HttpRequest, shown: Scenario) -> Comparison:
    """The scenario beside those that the address names with it.

    Raises
    ------
    Refused
        As :func:`matching.comparison.compare`; also where an address names none.
    """
    seen = policy.scenarios(request.user)
    named = request.GET.getlist("with")[:MOST_SCENARIOS]
    others = [get_object_or_404(seen, public_id=_uuid(key)) for key in named]
    user = request.user
    return compare([shown, *others], policy.matches(user), policy.plant_matches(user))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _state(run: MatchRun | None) -> dict[str, Any]:
    """Which of the two runs to follow, if any, or that both are done."""
    if run is None or run.base is None:
        return {"is_done": False}
    waits = [row for row in (run.base, run) if row.status != MatchRun.Status.DONE]
    if not waits:
        return {"is_done": True}
    followed = waits[0]
    return {
        "is_done": False,
        "followed": followed,
        "has_failed": followed.status in AGAIN,
        "progress": progress.of(followed),
    }


def _result(request: HttpRequest, shown: Scenario, found: Comparison) -> dict[str, Any]:
    is_full = "all" in request.GET
    base = found.base
    return {
        "comparison": found,
        "frame": map_frame(),
        "drawn": comparing.plants_drawn(
            request.user,
            found.compared[0].run,
            policy.plant_matches(request.user),
        ),
        "table": comparing.table(found),
        "materials": comparing.by_material(found),
        "bars": comparing.bars(found),
        "turns": [(row, comparing.sides(row, is_full)) for row in found.compared],
        "is_cut": not is_full and comparing.is_cut(found.compared),
        "others": comparing.comparable(shown, base, policy.scenarios(request.user)),
        "chosen": {row.scenario for row in found.compared},
        "questions": flows.questions(base.params)
        + wishes.told(base.params, base.summary),
        "origins": origins_counted(policy.facilities(request.user), base),
        "kept": request.GET.urlencode(),
    }


def _signed_in(request: HttpRequest) -> User:
    """The user, whom ``login_required`` has let in."""
    return cast(User, request.user)
