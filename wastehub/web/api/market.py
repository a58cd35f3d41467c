"""Supply of and room for a material, as figures to join with the region tiles."""

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from maps.market import market
from matching.models import MatchRun, MatchRunQuerySet
from wastehub.catalogue.models import Material
from wastehub.web import policy
from wastehub.web.api.fields import CodeField, TonnesField

LEVELS = ["prefecture", "county"]


class MarketQuestion(serializers.Serializer):
    """Which material, how fine, and by which plan."""

    material = CodeField(queryset=Material.objects.all())
    level = serializers.ChoiceField(choices=LEVELS, default="prefecture")
    run = serializers.UUIDField(
        required=False,
        help_text="a published plan; the latest of the widest region unless said",
    )


class CellRow(serializers.Serializer):
    """One region's figures over the plan's horizon."""

    adcode = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    offered_t = TonnesField(source="offered_kg")
    estimated_t = TonnesField(source="estimated_kg")
    estimated_frac = serializers.FloatField(
        help_text="share of what is offered that is an estimate"
    )
    capacity_t = TonnesField(source="capacity_kg")
    placed_t = TonnesField(source="placed_kg")
    received_t = TonnesField(source="received_kg")
    left_t = TonnesField(source="left_kg")


class MarketAnswer(serializers.Serializer):
    """Every region of the level, zero where there is nothing."""

    material = serializers.CharField()
    level = serializers.CharField()
    run = serializers.UUIDField(allow_null=True)
    as_of = serializers.DateField(allow_null=True)
    cells = CellRow(many=True)


class MarketView(APIView):
    """What is offered, wanted, placed and left of a material, by region.

    Sites that the user does not see in full count by the floors of their bands.
    """

    @extend_schema(parameters=[MarketQuestion], responses=MarketAnswer)
    def get(self, request: Request) -> Response:
        """The figures by the widest region's latest plan, or by the one asked for."""
        question = MarketQuestion(data=request.query_params)
        question.is_valid(raise_exception=True)
        asked = question.validated_data
        run = _run(
            policy.runs(request.user).factual().published().plans(), asked.get("run")
        )
        material, level = asked["material"].code, asked["level"]
        answer = {
            "material": material,
            "level": level,
            "run": run and run.public_id,
            "as_of": run and run.as_of,
            "cells": market(
                material, level, run, partial(policy.in_full, request.user)
            ),
        }
        return Response(MarketAnswer(answer).data)


def _run(plans: MatchRunQuerySet, public_id: Any) -> MatchRun | None:
    if public_id is None:
        return plans.widest()
    return get_object_or_404(plans, public_id=public_id)
