"""Facilities: search and register."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wastehub.registry import services
from wastehub.registry.models import Facility
from wastehub.web import coordinates, policy
from wastehub.web.api import edge
from wastehub.web.api.fields import NumberField, VisibleField
from wastehub.web.api.rows import FacilityRow, with_places
from wastehub.web.filters import FacilityFilterSet


class FacilityEntry(serializers.Serializer):
    """A site as entered; no datum can be told from the numbers, so it is asked."""

    organisation = VisibleField(policy.organisations)
    name_zh = serializers.CharField(max_length=200)
    name_en = serializers.CharField(max_length=200, required=False)
    lon = NumberField(help_text="degrees")
    lat = NumberField(help_text="degrees")
    datum = serializers.ChoiceField(
        choices=Facility.Datum.choices,
        error_messages={
            "required": _("State the datum: WGS84, CGCS2000, GCJ02 or BD09."),
        },
    )
    is_approximate = serializers.BooleanField(required=False)

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        """The pair can be a place on Earth, in this order."""
        fault = coordinates.fault(told["lon"], told["lat"])
        if fault:
            raise serializers.ValidationError({"lon": fault, "lat": fault})
        return told


class FacilityViewSet(edge.PolicyViewSet):
    """Sites that offer or want waste."""

    serializer_class = FacilityRow
    filterset_class = FacilityFilterSet

    def visible(self, user: policy.Viewer) -> QuerySet[Facility]:
        """Public sites, and the user's own."""
        return with_places(policy.facilities(user))

    @extend_schema(request=FacilityEntry, responses={201: FacilityRow})
    def create(self, request: Request) -> Response:
        """Register a site of an organisation."""
        entry = FacilityEntry(data=request.data, context={"request": request})
        entry.is_valid(raise_exception=True)
        told = entry.validated_data
        edge.refuse_unless_editor(request.user, told["organisation"])
        facility = services.facility_create(**told)
        return edge.made(request, "facility", FacilityRow(facility).data)
