"""Vector tiles over HTTP: rows scoped by the policy, cut by the maps room.

Those of the regions, which everybody sees alike, have a door of their own that does
nothing but draw them: of a small tile the framework would take most of the time.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, NotFound
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.views import APIView

from maps import balance_tiles, layers, region_tiles, tiles
from maps.flows import flows
from maps.groups import in_view
from maps.question import ask
from matching.models import MatchRun
from wastehub.catalogue.models import Material
from wastehub.errors import Refused
from wastehub.places.models import DEEPEST_ZOOM, Region
from wastehub.web import policy, problems
from wastehub.web.api.fields import CodeField

FRESH_SECONDS = 60

Drawn = tuple[layers.Layer, QuerySet[Any]]


class TileQuestion(serializers.Serializer):
    """What a tile can be narrowed to."""

    material = CodeField(queryset=Material.objects.all(), required=False)
    run = serializers.UUIDField(required=False)


def _facilities(user: policy.Viewer, asked: dict[str, Any]) -> Drawn:
    material = asked.get("material")
    layer = layers.facilities(
        timezone.localdate(), material and material.code, is_placed=True
    )
    return layer, policy.facilities(user)


def _flows(user: policy.Viewer, asked: dict[str, Any]) -> Drawn:
    run, material = asked.get("run"), asked.get("material")
    if run is None:
        raise serializers.ValidationError({"run": [_("Say which plan.")]})
    rows = policy.flows(user).filter(run__public_id=run, run__kind=MatchRun.Kind.REGION)
    return flows(material and material.code), rows


LAYERS: dict[str, Callable[[policy.Viewer, dict[str, Any]], Drawn]] = {
    "facilities": _facilities,
    "flows": _flows,
}


@method_decorator(conditional_page, "dispatch")
class TileView(APIView):
    """One tile of a layer; a page asks for dozens, so they are not throttled."""

    throttle_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, layer: str, z: int, x: int, y: int) -> HttpResponse:
        """The tile, 204 where nothing lies in it, 404 where there is no such tile."""
        if layer not in LAYERS:
            raise Http404
        require_tile(z, x, y)
        question = TileQuestion(data=request.query_params)
        question.is_valid(raise_exception=True)
        asked = question.validated_data
        drawn, rows = LAYERS[layer](request.user, asked)
        body = tiles.tile(drawn, rows, z, x, y)
        if not body and layer == "flows":
            # Asked only here, so that a tile with flows stays a single statement.
            get_object_or_404(policy.runs(request.user).plans(), public_id=asked["run"])
        return _answer(body)


@require_safe
@conditional_page
def region_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Regions of the level asked for, or of the one that fits the zoom."""
    try:
        require_tile(z, x, y)
        level = _level(request.GET.get("level", layers.level_at(z)))
    except APIException as problem:
        return problems.as_json(problem)
    return _answer(region_tiles.region_tile(level, z, x, y))


@require_safe
@conditional_page
def balance_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Regions with the balance asked for, as far as the user sees it in full."""
    given = request.GET.dict()
    try:
        require_tile(z, x, y)
        question = ask({"level": layers.level_at(z)} | given)
        seen = policy.figures_seen(request.user)
        body = balance_tiles.balance_tile(question, in_view(), seen, z, x, y)
    except (APIException, Refused) as problem:
        return problems.as_json(problem)
    return _answer(body)


def require_tile(z: int, x: int, y: int) -> None:
    """Raise `NotFound`, saying why, where the pyramid has no such tile."""
    if z > DEEPEST_ZOOM:
        raise NotFound(_("Zooms end at %(zoom)d.") % {"zoom": DEEPEST_ZOOM})
    if not tiles.exists(z, x, y):
        words = _("Columns and rows of zoom %(zoom)d end at %(last)d.")
        raise NotFound(words % {"zoom": z, "last": 2**z - 1})


_LEVEL = serializers.ChoiceField(choices=Region.Level.choices)


def _level(given: str) -> str:
    try:
        return _LEVEL.run_validation(given)
    except serializers.ValidationError as fault:
        raise serializers.ValidationError({"level": fault.detail}) from fault


def _answer(body: bytes) -> HttpResponse:
    return HttpResponse(
        body,
        status=200 if body else 204,
        content_type="application/vnd.mapbox-vector-tile",
        headers={"Cache-Control": f"private, max-age={FRESH_SECONDS}"},
    )
