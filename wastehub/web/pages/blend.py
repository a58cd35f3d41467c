"""The cheapest mix for a kiln or a fill, asked and answered in the address."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matching.blending import blend_supplies
from matching.candidates import MOST_SUPPLIES
from matching.mixes import Answer, Asked, Place
from matching.recipes import RECIPE_OF_ROUTE, RECIPES, Recipe, recipe
from wastehub.catalogue.models import Confidence
from wastehub.errors import Refused
from wastehub.registry.models import Demand
from wastehub.registry.querysets import DemandQuerySet
from wastehub.registry.sites import point_in_wgs84
from wastehub.units import kg_from_tonnes
from wastehub.web import coordinates, policy
from wastehub.web.blend_form import BlendForm, started
from wastehub.web.blends import place_for, supplies_for
from wastehub.web.forms import refuse
from wastehub.web.pages import mix
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.listing import demands_in_full

PLACE_FIELDS = ("demand", "lon", "lat", "datum", "within_km", "mix_t")


@require_safe
def blend(request: HttpRequest) -> HttpResponse:
    """The form with its answer; a faulty question answers 400 and keeps it."""
    day = timezone.localdate()
    demands = demands_in_full(_demands(request))
    chosen = recipe(_recipe_code(request, demands))
    form = BlendForm(None, recipe=chosen, demands=demands, day=day)
    answer = None
    if _is_asked(request):
        asked = _question(request, form, chosen)
        form = BlendForm(asked, recipe=chosen, demands=demands, day=day)
        answer = _answer(request, form, chosen, day)
    context = {
        "form": form,
        "recipe": chosen.code,
        "frame": map_frame(),
        "confidences": Confidence.choices,
        **_shown(answer),
    }
    status = 400 if form.errors else 200
    return render(request, "web/blend.html", context, status=status)


def _demands(request: HttpRequest) -> DemandQuerySet:
    """The user's own demands that have a recipe, and the one that is asked for."""
    rows = policy.demands(request.user).open()
    rows = rows.filter(route__code__in=RECIPE_OF_ROUTE)
    own = Q(facility__in=policy.editable_facilities(request.user).values("pk"))
    asked = _identity(request.GET.get("demand", ""))
    if asked:
        own |= Q(public_id=asked)
    return rows.filter(own).order_by("facility", "route")


def _identity(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _recipe_code(request: HttpRequest, demands: QuerySet[Demand]) -> str:
    asked = request.GET.get("demand", "")
    for demand in demands:
        if str(demand.public_id) == asked:
            return RECIPE_OF_ROUTE[demand.route.code]
    code = request.GET.get("recipe", "")
    return code if code in RECIPES else RECIPES[0]


def _is_asked(request: HttpRequest) -> bool:
    return any(request.GET.get(name) for name in ("demand", "lon", "lat"))


def _question(request: HttpRequest, form: BlendForm, chosen: Recipe) -> dict[str, Any]:
    """What was asked; what the address does not name starts as the recipe has it.

    Of an address for another recipe only the place holds.
    """
    asked = request.GET.dict()
    if asked.get("set") == chosen.code:
        return started(form) | asked
    place = {name: asked[name] for name in PLACE_FIELDS if name in asked}
    return started(form) | place | {"recipe": chosen.code}


def _answer(
    request: HttpRequest, form: BlendForm, chosen: Recipe, day: date
) -> Answer | None:
    if not form.is_valid():
        return None
    told = form.cleaned_data
    try:
        asked = Asked(
            recipe=chosen,
            place=_place(request, told),
            limits=form.limits(),
            base=form.bases(),
            shares=form.shares(),
            counts_unknown=told["counts_unknown"],
            start=request.GET.get("start", ""),
        )
        return blend_supplies(supplies_for(request.user, told["demand"]), asked, day)
    except Refused as refused:
        refuse(form, refused, _entered_as(refused))
        return None


def _entered_as(refused: Refused) -> dict[str, str]:
    """Where the form has what the service calls otherwise."""
    names = {}
    for field in refused.fields:
        kind, _dot, rest = field.partition(".")
        names[field] = {"limits": f"lo.{rest}", "base": f"p.{rest}"}.get(kind, field)
    return names


def _place(request: HttpRequest, told: dict[str, Any]) -> Place:
    mix_kg = kg_from_tonnes(told["mix_t"]) if told["mix_t"] else None
    if told["demand"] is not None:
        place = place_for(request.user, told["demand"], told["within_km"])
        return (
            place
            if mix_kg is None
            else Place(place.point, place.within_km, mix_kg, place.waste_kg)
        )
    return Place(_point(told), told["within_km"], mix_kg)


def _point(told: dict[str, Any]) -> Point:
    lon, lat = told["lon"], told["lat"]
    for field, value in (("lon", lon), ("lat", lat)):
        if value is None:
            reason = _("Give both longitude and latitude, or neither.")
            raise Refused("invalid", reason, {field: reason})
    fault = coordinates.fault(lon, lat)
    if fault:
        raise Refused("invalid", fault, {"lon": fault})
    return point_in_wgs84(lon, lat, told["datum"])


def _shown(answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {"answer": None}
    return {
        "answer": answer,
        "is_cut": answer.in_reach > MOST_SUPPLIES,
        "parts": mix.ingredients(answer),
        "limits": mix.bounded(answer),
        "clashes": [mix.clash_words(row) for row in answer.clashes],
        "origins": {
            row.candidate.supply.facility.origin
            for row in answer.parts
            if row.candidate.supply
        },
        "left_out": mix.left_out_rows(answer),
        "wastes_frac": sum(
            row.share_frac for row in answer.parts if row.candidate.supply
        ),
    }
