"""What a plan found, to take away: its flows as files, its prices by region."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from maps.flow_files import csv_lines, geojson_lines
from maps.worth import worth
from matching.models import Match, MatchRun
from wastehub.web import policy
from wastehub.web.api.balance import LEVELS
from wastehub.web.api.fields import YuanField
from wastehub.web.flow_filters import FlowFilterSet

Lines = Callable[[QuerySet[Match]], Iterator[str]]


def plan_seen(user: policy.Viewer, public_id: Any) -> MatchRun:
    """A plan that the user may see, or 404."""
    return get_object_or_404(policy.runs(user).plans(), public_id=public_id)


class _FlowsFile(APIView):
    """The pairs of a plan that the user may see, filtered and in order."""

    lines: Lines
    content_type: str
    ending: str

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """The ending says what is sent, whatever kind the client asks for."""
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, public_id: Any) -> StreamingHttpResponse:
        """The file; 400 names a filter that makes no sense."""
        run = plan_seen(request.user, public_id)
        rows = policy.flows(request.user).filter(run=run)
        asked = FlowFilterSet(request.query_params, rows)
        if not asked.is_valid():
            raise ValidationError(asked.errors)
        name = f"plan-{run.adcode}-{run.as_of}.{self.ending}"
        return StreamingHttpResponse(
            type(self).lines(asked.qs),
            content_type=self.content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


@extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
class FlowsCsvView(_FlowsFile):
    """The pairs as a table, a line each; masses in wet tonnes, costs as estimates."""

    lines = staticmethod(csv_lines)
    content_type = "text/csv; charset=utf-8"
    ending = "csv"


@extend_schema(responses={(200, "application/geo+json"): OpenApiTypes.OBJECT})
class FlowsGeoJsonView(_FlowsFile):
    """The pairs as lines from holder to taker, WGS 84."""

    lines = staticmethod(geojson_lines)
    content_type = "application/geo+json"
    ending = "geojson"


class WorthQuestion(serializers.Serializer):
    """How fine."""

    level = serializers.ChoiceField(choices=LEVELS, default="prefecture")


class WorthRow(serializers.Serializer):
    """One material at the takers of one region."""

    adcode = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    material = serializers.CharField()
    takers = serializers.IntegerField(help_text="that receive the material in the plan")
    full = serializers.IntegerField(
        help_text="of them those where one more tonne is worth something"
    )
    mean_yuan_per_t = YuanField()
    highest_yuan_per_t = YuanField()


class WorthAnswer(serializers.Serializer):
    """Regions and materials with a taker; there is none where a plan is not done."""

    run = serializers.UUIDField()
    as_of = serializers.DateField()
    level = serializers.CharField()
    cells = WorthRow(many=True)


class WorthView(APIView):
    """What one more tonne of room at the takers of a region is worth in a plan."""

    @extend_schema(parameters=[WorthQuestion], responses=WorthAnswer)
    def get(self, request: Request, public_id: Any) -> Response:
        """By how much a tonne more of room would at most lower the plan's cost."""
        run = plan_seen(request.user, public_id)
        question = WorthQuestion(data=request.query_params)
        question.is_valid(raise_exception=True)
        level = question.validated_data["level"]
        cells = worth(run, policy.priced_demands(request.user), level)
        answer = {
            "run": run.public_id,
            "as_of": run.as_of,
            "level": level,
            "cells": cells,
        }
        return Response(WorthAnswer(answer).data)
