"""What a plan found, to take away: its flows as files, its prices by region."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from maps.flow_book import MOST_ROWS, flow_book
from maps.flow_files import csv_of_flows, geojson_lines
from maps.worth import worth
from matching.models import Match, MatchRun
from wastehub.errors import Refused
from wastehub.web import policy
from wastehub.web.api.fields import YuanField
from wastehub.web.api.market import LEVELS
from wastehub.web.flow_filters import FlowFilterSet


def plan_seen(user: policy.Viewer, public_id: Any) -> MatchRun:
    """A plan that the user may see, or 404."""
    return get_object_or_404(policy.runs(user).plans(), public_id=public_id)


class _FlowsFile(APIView):
    """The pairs of a plan that the user may see, filtered and in order."""

    content_type: str
    ending: str

    def sent(self, run: MatchRun, rows: QuerySet[Match]) -> HttpResponseBase:
        """The file as an answer."""
        raise NotImplementedError

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """The ending says what is sent, whatever kind the client asks for."""
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, public_id: Any) -> HttpResponseBase:
        """The file; 400 names a filter that makes no sense."""
        run = plan_seen(request.user, public_id)
        rows = policy.flows(request.user).filter(run=run)
        asked = FlowFilterSet(request.query_params, rows)
        if not asked.is_valid():
            raise ValidationError(asked.errors)
        answer = self.sent(run, asked.qs)
        kind = "plan" if run.scenario_id is None else "scenario"
        name = f"{kind}-{run.adcode}-{run.as_of}.{self.ending}"
        answer.headers["Content-Type"] = self.content_type
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


@extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
class FlowsCsvView(_FlowsFile):
    """The pairs as a table, a line each; masses in wet tonnes, costs as estimates."""

    content_type = "text/csv; charset=utf-8"
    ending = "csv"

    def sent(self, run: MatchRun, rows: QuerySet[Match]) -> HttpResponseBase:
        """Line by line."""
        return StreamingHttpResponse(csv_of_flows(rows))


@extend_schema(responses={(200, "application/geo+json"): OpenApiTypes.OBJECT})
class FlowsGeoJsonView(_FlowsFile):
    """The pairs as lines from holder to taker, WGS 84."""

    content_type = "application/geo+json"
    ending = "geojson"

    def sent(self, run: MatchRun, rows: QuerySet[Match]) -> HttpResponseBase:
        """Feature by feature."""
        return StreamingHttpResponse(geojson_lines(rows))


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@extend_schema(responses={(200, _XLSX): OpenApiTypes.BINARY})
class FlowsXlsxView(_FlowsFile):
    """The pairs as a workbook, the plan's facts on its first sheet."""

    content_type = _XLSX
    ending = "xlsx"

    def sent(self, run: MatchRun, rows: QuerySet[Match]) -> HttpResponseBase:
        """The whole file; 404 before the plan is done, 400 where it is too long."""
        if run.status != MatchRun.Status.DONE:
            raise NotFound
        if rows.count() > MOST_ROWS:
            words = _("A workbook holds at most %(most)s flows; narrow it down.")
            raise Refused("invalid", words % {"most": MOST_ROWS})
        return HttpResponse(flow_book(run, rows))


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
        plans = policy.runs(request.user).factual().plans()
        run = get_object_or_404(plans, public_id=public_id)
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
