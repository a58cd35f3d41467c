"""The rulebook, to read: materials, routes with their rules, parameters."""

from django.db.models import Prefetch
from rest_framework import serializers, viewsets

from wastehub.catalogue.models import (
    Admission,
    Limit,
    Material,
    Parameter,
    TypicalValue,
    UseRoute,
)
from wastehub.web.api.results import AdmissionRow
from wastehub.web.api.rows import LimitRow


class TypicalRow(serializers.ModelSerializer):
    """The usual range of a parameter in a material."""

    parameter = serializers.CharField(source="parameter.code")
    unit = serializers.CharField(source="parameter.unit")

    class Meta:
        model = TypicalValue
        fields = ("parameter", "unit", "low", "high", "source", "confidence")


class MaterialPage(serializers.ModelSerializer):
    """A material with its usual composition."""

    typical = TypicalRow(many=True)

    class Meta:
        model = Material
        fields = (
            "code",
            "name_zh",
            "name_en",
            "category_code",
            "code_pattern",
            "reach_km",
            "colour",
            "source",
            "confidence",
            "typical",
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


class ParameterPage(serializers.ModelSerializer):
    """A measured quantity."""

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
        )


class CatalogueViewSet(viewsets.ReadOnlyModelViewSet):
    """Rows by their code."""

    lookup_field = "code"
    lookup_value_regex = "[-a-zA-Z0-9_]+"


class MaterialViewSet(CatalogueViewSet):
    """Kinds of waste."""

    queryset = Material.objects.prefetch_related("typical__parameter")
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
    """What an assay measures."""

    queryset = Parameter.objects.all()
    serializer_class = ParameterPage
