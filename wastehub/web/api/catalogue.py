"""The rulebook, to read: materials, routes with their rules, parameters, verdicts."""

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from matching.models import Verdict
from matching.typical import Why, outlooks
from wastehub.catalogue.models import (
    Admission,
    Category,
    LaboratoryTest,
    Limit,
    Material,
    Parameter,
    Rulebook,
    Treatment,
    TypicalValue,
    UseRoute,
)
from wastehub.web.api.fields import YuanField
from wastehub.web.api.results import AdmissionRow
from wastehub.web.api.rows import LimitRow


class TypicalRow(serializers.ModelSerializer):
    """The usual range of a parameter in a material."""

    parameter = serializers.CharField(source="parameter.code")
    unit = serializers.CharField(source="parameter.unit")

    class Meta:
        model = TypicalValue
        fields = (
            "parameter",
            "unit",
            "low",
            "high",
            "plausible_low",
            "plausible_high",
            "source",
            "confidence",
        )


class TreatmentRow(serializers.ModelSerializer):
    """A step that brings one parameter of a material to a value, at a cost."""

    parameter = serializers.CharField(source="parameter.code")
    unit = serializers.CharField(source="parameter.unit")

    class Meta:
        model = Treatment
        fields = (
            "code",
            "name_zh",
            "name_en",
            "parameter",
            "unit",
            "reaches",
            "fixed_yuan_per_t",
            "yuan_per_t_per_unit",
            "source",
            "confidence",
        )


class CategoryRow(serializers.ModelSerializer):
    """A category of the national classification."""

    class Meta:
        model = Category
        fields = ("code", "name_zh", "name_en", "source", "confidence")


class MaterialPage(serializers.ModelSerializer):
    """A material with its usual composition and what can be done to it."""

    category_code = serializers.CharField(source="category.code", default="")
    category = CategoryRow()
    typical = TypicalRow(many=True)
    treatments = TreatmentRow(many=True)

    class Meta:
        model = Material
        fields = (
            "code",
            "name_zh",
            "name_en",
            "category_code",
            "category",
            "code_pattern",
            "reach_km",
            "colour",
            "source",
            "confidence",
            "typical",
            "treatments",
        )


class RouteAdmission(AdmissionRow):
    """Whether the route takes a material, and how much."""

    material = serializers.CharField(source="material.code")

    class Meta(AdmissionRow.Meta):
        fields = ("material", *AdmissionRow.Meta.fields, "valid_from", "valid_to")


class RouteLimit(LimitRow):
    """A limit of the route, for one material or for all it takes."""

    material = serializers.CharField(source="material.code", default=None)

    class Meta(LimitRow.Meta):
        fields = ("material", *LimitRow.Meta.fields)


class RoutePage(serializers.ModelSerializer):
    """A use route with its rules."""

    admissions = RouteAdmission(many=True)
    limits = RouteLimit(many=True)

    class Meta:
        model = UseRoute
        fields = (
            "code",
            "name_zh",
            "name_en",
            "source",
            "confidence",
            "admissions",
            "limits",
        )


class TestRow(serializers.ModelSerializer):
    """What a laboratory charges; confidence L is an estimate."""

    price_yuan = YuanField()

    class Meta:
        model = LaboratoryTest
        fields = ("name_zh", "name_en", "price_yuan", "source", "confidence")


class ParameterPage(serializers.ModelSerializer):
    """A quantity: measured, following from others, or calculated."""

    test = TestRow(default=None, help_text="or null where no price is known")

    class Meta:
        model = Parameter
        fields = (
            "code",
            "name_zh",
            "name_en",
            "unit",
            "basis",
            "plausible_low",
            "plausible_high",
            "formula",
            "is_calculated",
            "is_oxide",
            "test",
        )


class CatalogueViewSet(viewsets.ReadOnlyModelViewSet):
    """Rows by their code."""

    lookup_field = "code"
    lookup_value_regex = "[-a-zA-Z0-9_]+"


class MaterialViewSet(CatalogueViewSet):
    """Kinds of waste."""

    queryset = Material.objects.select_related("category").prefetch_related(
        "typical__parameter", "treatments__parameter"
    )
    serializer_class = MaterialPage


class RouteViewSet(CatalogueViewSet):
    """Ways to use a waste, with what they admit and their limits."""

    queryset = UseRoute.objects.prefetch_related(
        Prefetch(
            "admissions",
            Admission.objects.select_related("material", "standard").order_by("pk"),
        ),
        Prefetch(
            "limits",
            Limit.objects.select_related("material", "parameter", "standard").order_by(
                "pk"
            ),
        ),
    )
    serializer_class = RoutePage


class ParameterViewSet(CatalogueViewSet):
    """What limits speak of and assays state."""

    queryset = Parameter.objects.select_related("test")
    serializer_class = ParameterPage


class CompatibilityQuestion(serializers.Serializer):
    """Under the rules of which day."""

    as_of = serializers.DateField(required=False, help_text="today unless said")


class CompatibilityCell(serializers.Serializer):
    """What a lot of a material without assay may expect of a route."""

    material = serializers.CharField()
    route = serializers.CharField()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    why = serializers.ChoiceField(choices=[(why.value, why.value) for why in Why])
    parameter = serializers.CharField(
        help_text="of the deciding limit; empty where no limit decides"
    )
    treatment_yuan_per_t = YuanField()


class CompatibilityAnswer(serializers.Serializer):
    """Every pair that the rulebook speaks of; any other is not a use."""

    as_of = serializers.DateField()
    rulebook_version = serializers.CharField()
    cells = CompatibilityCell(many=True)


class CompatibilityView(APIView):
    """Which material may go by which route, judged by its usual composition."""

    @extend_schema(parameters=[CompatibilityQuestion], responses=CompatibilityAnswer)
    def get(self, request: Request) -> Response:
        """The matrix under the rules of a day; never a yes, for nothing is measured."""
        question = CompatibilityQuestion(data=request.query_params)
        question.is_valid(raise_exception=True)
        as_of = question.validated_data.get("as_of", timezone.localdate())
        cells = [
            {"material": material, "route": route, **vars(outlook)}
            for (material, route), outlook in outlooks(as_of).items()
        ]
        answer = {
            "as_of": as_of,
            "rulebook_version": Rulebook.current_version(),
            "cells": cells,
        }
        return Response(CompatibilityAnswer(answer).data)
