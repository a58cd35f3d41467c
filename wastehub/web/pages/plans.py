"""Plans of a region: the list, one plan, and asking for a new one."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from matching import tasks
from matching.lifecycle import AGAIN, run_cancel
from matching.models import MatchRun, PlantMatch
from wastehub.accounts.models import User
from wastehub.errors import Refused
from wastehub.places.models import Region
from wastehub.web import policy
from wastehub.web.forms import refuse
from wastehub.web.pages import flows, progress, wishes
from wastehub.web.pages.flow_map import flow_map
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.listing import origins_counted
from wastehub.web.pages.pairs import pairs_context
from wastehub.web.pages.sankey import sankey_of
from wastehub.web.plan_form import PlanForm
from wastehub.web.templatetags.naming import name

PAGE_SIZE = 20


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan that the user may see, newest first."""
    rows = policy.runs(request.user).factual().plans()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    names = {row.adcode: row for row in regions_of({run.adcode for run in page})}
    return render(
        request,
        "web/plans.html",
        {
            "page": page,
            "rows": [(run, names.get(run.adcode)) for run in page],
            "may_plan": plannable(request.user).exists(),
        },
    )


@require_safe
def plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One plan: its progress, or its result with the certificate."""
    run = get_object_or_404(policy.runs(request.user).plans(), public_id=public_id)
    found = policy.flows(request.user).filter(run=run)
    materials = flows.by_material(run.summary)
    pairs = pairs_context(request, found)
    context = {
        "run": run,
        "region": region_named(run.adcode),
        "progress": progress.of(run),
        "may_plan": policy.may_plan(request.user, run.adcode),
        "may_retry": run.status in AGAIN,
        "materials": materials,
        "sankey": sankey_of(materials),
        "verdicts": flows.by_verdict(run.summary),
        "seconds": flows.stage_seconds(run.seconds),
        "questions": flows.questions(run.params) + wishes.told(run.params, run.summary),
        "carbon": wishes.carbon(run.summary),
        "match_count": found.count(),
        "frame": map_frame(),
        "origins": origins_counted(policy.facilities(request.user), run),
        "plant_matches": _to_plants(request, run),
        **flow_map(run, found, materials),
        **pairs,
    }
    status = 400 if pairs["pair_form"].errors else 200
    return render(request, "web/plan.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def plan_new(request: HttpRequest) -> HttpResponse:
    """Ask for a plan of a region that the user watches."""
    regions = plannable(request.user)
    if not regions:
        raise PermissionDenied
    plans = policy.runs(request.user).factual().plans()
    form = PlanForm(
        request.POST or None, request.FILES or None, regions=regions, plans=plans
    )
    if form.is_valid():
        run = _started(request, form)
        if run is not None:
            return redirect("plan", run.public_id)
    status = 400 if form.errors else 200
    return render(request, "web/plan_new.html", {"form": form}, status=status)


@login_required
@require_POST
def plan_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop a plan under way."""
    run = _own(request, public_id)
    try:
        run_cancel(run_id=run.pk)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("plan", run.public_id)


@login_required
@require_POST
def plan_retry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask again for a plan that failed or was cancelled."""
    run = _own(request, public_id)
    try:
        run = tasks.retry_plan(run_id=run.pk, user=_signed_in(request))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("plan", run.public_id)


def _to_plants(request: HttpRequest, run: MatchRun) -> QuerySet[PlantMatch]:
    """What goes to a scenario's plants, the largest first."""
    rows = policy.plant_matches(request.user).filter(run=run)
    ends = rows.select_related("supply__facility", "supply__material", "plant")
    return ends.order_by("-mass_kg", "pk")


def _own(request: HttpRequest, public_id: UUID) -> MatchRun:
    """A plan of a region that the user may plan."""
    run = get_object_or_404(policy.runs(request.user).plans(), public_id=public_id)
    if not policy.may_plan(request.user, run.adcode):
        raise PermissionDenied
    return run


def _signed_in(request: HttpRequest) -> User:
    """The user, whom ``login_required`` has let in."""
    return cast(User, request.user)


def _started(request: HttpRequest, form: PlanForm) -> MatchRun | None:
    try:
        return tasks.start_plan(user=request.user, **form.asked())
    except Refused as refused:
        refuse(form, refused, {"region": "adcode"})
        return None


def region_named(adcode: str) -> str:
    """The region's name in the reader's language; its code where there is none."""
    region = regions_of({adcode}).first()
    return name(region) if region else adcode


def regions_of(codes: set[str]) -> QuerySet[Region]:
    """Regions of the current map by their codes, without their outlines."""
    rows = Region.objects.current().filter(adcode__in=codes)
    return rows.defer("shape", "drawn_shape")


def plannable(user: policy.Viewer) -> QuerySet[Region]:
    """Regions with counties that the user may plan: no single county is planned."""
    rows = policy.plannable_regions(user).with_parts()
    return rows.defer("shape", "drawn_shape")
