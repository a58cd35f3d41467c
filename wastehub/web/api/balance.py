"""The balance of a material: by group, month and route, between groups, and as known.

What the user does not see in full is shown as the public may see it.
"""

from dataclasses import replace
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from maps import balance, columns
from maps.answered import (
    MOST_READ,
    MOST_TOLD,
    Answer,
    answer,
    grouping_of,
    is_invented,
    whole_of,
)
from maps.balance_files import (
    balance_told,
    csv_of_balance,
    geojson_of_balance,
    question_told,
)
from maps.columns import FRACTION, TONNE, Column
from maps.periods import Period
from maps.published import is_seen, published
from maps.question import LEVELS, Question, ask
from wastehub.tables import CSV_TYPE
from wastehub.web import policy
from wastehub.web.api.fields import TonnesField


class BalanceQuestion(serializers.Serializer):
    """Of what, by what, where, when, and as known when; all of it may be left out."""

    material = serializers.CharField(
        required=False, help_text="code of a material or of a category, or bulk"
    )
    level = serializers.ChoiceField(choices=LEVELS, required=False)
    within = serializers.CharField(
        required=False, help_text="adcode of the region that the groups lie in"
    )
    period = serializers.CharField(
        required=False, help_text="2025, 2025-H1, 2025-Q1, 2025-03 or 2025-03..2026-02"
    )
    as_of = serializers.DateField(
        required=False, help_text="the day as known on which the figures are told"
    )


class BalanceColumn(serializers.Serializer):
    """A column of a cell: its unit is t, 1 for a fraction, or empty for a text."""

    name = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    zh = serializers.CharField()
    en = serializers.CharField()


def column_field(column: Column) -> serializers.Field:
    """How a column of a balance is sent."""
    if column.unit in (TONNE, FRACTION):
        return serializers.FloatField(allow_null=True, help_text=column.en)
    return serializers.CharField(allow_blank=True, help_text=column.en)


BalanceCell: Any = type(
    "BalanceCell",
    (serializers.Serializer,),
    {
        "__doc__": "One group's figures; none where ``hidden`` says why not.",
        **{column.name: column_field(column) for column in columns.COLUMNS},
    },
)


class BalanceAsked(serializers.Serializer):
    """What is answered."""

    material = serializers.CharField()
    material_zh = serializers.CharField()
    material_en = serializers.CharField()
    level = serializers.CharField()
    within = serializers.CharField()
    period = serializers.CharField()
    first_month = serializers.DateField()
    last_month = serializers.DateField()
    as_of = serializers.DateField(allow_null=True)
    invented = serializers.BooleanField()


class BalanceAnswer(BalanceAsked):
    """Every group, zero where nothing is known; no total where one is hidden."""

    columns = BalanceColumn(many=True)
    cells = BalanceCell(many=True)
    total = BalanceCell(allow_null=True)


class BalanceMonth(serializers.Serializer):
    """Every group in one month, without what crosses borders."""

    month = serializers.DateField()
    cells = BalanceCell(many=True)


class SeriesAnswer(BalanceAsked):
    """Every month of the period, oldest first."""

    months = BalanceMonth(many=True)


class BalanceFlow(serializers.Serializer):
    """What one group's ledgers shipped to another group, by how it is known."""

    sender = serializers.CharField()
    taker = serializers.CharField()
    evidence = serializers.CharField()
    mass_t = TonnesField(source="mass_kg")


class FlowsAnswer(BalanceAsked):
    """The largest first; those alone of which the user sees one end in full."""

    flows = BalanceFlow(many=True)


class BalanceUse(serializers.Serializer):
    """What was used in a group by one route."""

    key = serializers.CharField()
    route = serializers.CharField()
    route_zh = serializers.CharField()
    route_en = serializers.CharField()
    used_t = TonnesField(source="used_kg")


class UsesAnswer(BalanceAsked):
    """Groups that the user sees in full, the largest route of each first."""

    uses = BalanceUse(many=True)


class BalanceTold(serializers.Serializer):
    """What was known of the period from a day on."""

    told_on = serializers.DateField()
    generated_t = TonnesField(source="total.generated_kg")
    used_t = TonnesField(source="total.used_kg")
    shipped_t = TonnesField(source="total.shipped_kg")
    received_t = TonnesField(source="total.received_kg")
    disposed_t = TonnesField(source="total.disposed_kg")
    loss_t = TonnesField(source="total.loss_kg")


class HistoryAnswer(BalanceAsked):
    """The region as a whole; the last is what is known now, those before are past."""

    history = BalanceTold(many=True)


class _Asked(APIView):
    """A question of the balance, and what of it the user sees in full."""

    def asked(self, request: Request) -> tuple[Question, tuple[str, ...]]:
        """The question and the prefixes of regions seen; 400 names what is wrong."""
        return ask(request.query_params), policy.figures_seen(request.user)

    def told(self, question: Question) -> dict[str, Any]:
        """The question, to stand over its answer."""
        return question_told(Answer(question, is_invented(), ()))


class BalanceView(_Asked):
    """What was generated, used, stored, moved and lost of a material, by group."""

    @extend_schema(parameters=[BalanceQuestion], responses=BalanceAnswer)
    def get(self, request: Request) -> Response:
        """The balance of each group and, where none is hidden, of all together."""
        return Response(balance_told(answer(*self.asked(request))))


class _BalanceFile(_Asked):
    """The balance as a file."""

    content_type: str
    ending: str

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """The ending says what is sent, whatever kind the client asks for."""
        return super().perform_content_negotiation(request, force=True)

    def pieces(self, found: Answer) -> Any:
        """The file's text, piece by piece."""
        raise NotImplementedError

    def get(self, request: Request) -> HttpResponseBase:
        """The file; 400 names what is wrong with the question."""
        question, seen = self.asked(request)
        file = StreamingHttpResponse(self.pieces(answer(question, seen)))
        name = (
            f"balance-{question.subject.code}-{question.within}-{question.level}"
            f"-{question.period.code}.{self.ending}"
        )
        file.headers["Content-Type"] = self.content_type
        file.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return file


@extend_schema(
    parameters=[BalanceQuestion], responses={(200, "text/csv"): OpenApiTypes.STR}
)
class BalanceCsvView(_BalanceFile):
    """The balance as a table, a line each group; masses in tonnes, rates fractions."""

    content_type = CSV_TYPE
    ending = "csv"

    def pieces(self, found: Answer) -> Any:
        """Line by line."""
        return csv_of_balance(found)


@extend_schema(
    parameters=[BalanceQuestion],
    responses={(200, "application/geo+json"): OpenApiTypes.OBJECT},
)
class BalanceGeoJsonView(_BalanceFile):
    """The balance as shapes with figures, WGS 84."""

    content_type = "application/geo+json"
    ending = "geojson"

    def pieces(self, found: Answer) -> Any:
        """Feature by feature."""
        return geojson_of_balance(found)


class BalanceSeriesView(_Asked):
    """The balance month by month."""

    @extend_schema(parameters=[BalanceQuestion], responses=SeriesAnswer)
    def get(self, request: Request) -> Response:
        """Every month of every group."""
        question, seen = self.asked(request)
        grouping = grouping_of(question, seen, MOST_TOLD)
        found = balance.series(
            question.subject, grouping, question.period, question.as_of
        )
        months = []
        for month, cells in found.items():
            asked = replace(question, period=Period(month, month))
            told = columns.rows(published(asked, cells, seen))
            months.append({"month": month, "cells": told})
        return Response({**self.told(question), "months": months})


class BalanceFlowsView(_Asked):
    """What was shipped from group to group."""

    @extend_schema(parameters=[BalanceQuestion], responses=FlowsAnswer)
    def get(self, request: Request) -> Response:
        """By the senders' ledgers."""
        question, seen = self.asked(request)
        grouping = grouping_of(question, seen, MOST_READ)
        found = balance.shipments(
            question.subject, grouping, question.period, question.as_of
        )
        flows = [
            move
            for move in found
            if is_seen(question, move.sender, seen)
            or is_seen(question, move.taker, seen)
        ]
        told = {**self.told(question), "flows": flows}
        return Response(FlowsAnswer(told).data)


class BalanceUsesView(_Asked):
    """By which routes a material was used."""

    @extend_schema(parameters=[BalanceQuestion], responses=UsesAnswer)
    def get(self, request: Request) -> Response:
        """By group and route."""
        question, seen = self.asked(request)
        grouping = grouping_of(question, seen, MOST_READ)
        found = balance.uses(
            question.subject, grouping, question.period, question.as_of
        )
        uses = [
            {
                "key": key,
                "route": route.code,
                "route_zh": route.name_zh,
                "route_en": route.name_en,
                "used_kg": used_kg,
            }
            for key, by_route in sorted(found.items())
            if is_seen(question, key, seen)
            for route, used_kg in by_route.items()
        ]
        return Response(UsesAnswer({**self.told(question), "uses": uses}).data)


class BalanceHistoryView(_Asked):
    """What was known of a period on which day, of a region as a whole."""

    @extend_schema(parameters=[BalanceQuestion], responses=HistoryAnswer)
    def get(self, request: Request) -> Response:
        """Each day on which late entries or acceptances restated it."""
        question, seen = self.asked(request)
        whole = whole_of(question, seen)
        history = balance.history(question.subject, whole, question.period)
        told = {**self.told(question), "history": history}
        return Response(HistoryAnswer(told).data)
