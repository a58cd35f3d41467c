"""Demands: search, want, change, withdraw."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from wastehub.catalogue.models import UseRoute
from wastehub.registry import services
from wastehub.registry.models import Demand
from wastehub.web import policy
from wastehub.web.api import edge
from wastehub.web.api.fields import (
    CodeField,
    NumberField,
    TonnesField,
    VisibleField,
    YuanField,
)
from wastehub.web.api.rows import BandRow, ListingRow, RouteRow, with_places
from wastehub.web.filters import DemandFilterSet

_NAMES = {
    "capacity_kg_per_year": "capacity_t_per_year",
    "base_kg_per_year": "base_t_per_year",
}


class DemandRow(ListingRow):
    """A demand, in a list or by itself.

    Masses are null where the site is not shown in full; the band is told to everybody.
    """

    route = RouteRow()
    capacity_t_per_year = TonnesField(source="capacity_kg_per_year", allow_null=True)
    base_t_per_year = TonnesField(source="base_kg_per_year", allow_null=True)
    capacity_band = serializers.SerializerMethodField()
    price_yuan_per_t = YuanField(help_text="offered; negative: the consumer charges")
    distance_km = NumberField(
        read_only=True, help_text="great circle from near; only with near"
    )

    class Meta:
        model = Demand
        fields = (
            "public_id",
            "route",
            "facility",
            "capacity_t_per_year",
            "base_t_per_year",
            "capacity_band",
            "farthest_km",
            "price_yuan_per_t",
            "valid_until",
            "status",
            "is_estimated",
            "estimate_formula",
            "created_at",
            "changed_at",
            "distance_km",
        )

    masses = ("capacity_t_per_year", "base_t_per_year")

    @extend_schema_field(BandRow)
    def get_capacity_band(self, demand: Demand) -> dict[str, float | None]:
        """The band of what can be taken in a year."""
        return self.banded(demand.capacity_kg_per_year)


class DemandEntry(serializers.Serializer):
    """A demand as entered: the wet mass that can be taken in a year."""

    facility = VisibleField(policy.facilities)
    route = CodeField(queryset=UseRoute.objects.all())
    capacity_t_per_year = TonnesField(source="capacity_kg_per_year")
    base_t_per_year = TonnesField(
        source="base_kg_per_year",
        required=False,
        help_text="what a material's largest share is counted of, such as the cement",
    )
    farthest_km = NumberField(required=False)
    price_yuan_per_t = YuanField(required=False)
    valid_until = serializers.DateField()


class DemandViewSet(edge.PolicyViewSet):
    """Waste that is wanted."""

    serializer_class = DemandRow
    filterset_class = DemandFilterSet

    def visible(self, user: policy.Viewer) -> QuerySet[Demand]:
        """Open demands of everybody; more of the user's own."""
        return with_places(policy.demands(user).select_related("route"), "facility__")

    @extend_schema(request=DemandEntry, responses={201: DemandRow})
    def create(self, request: Request) -> Response:
        """Want a material by a route."""
        entry = DemandEntry(data=request.data, context={"request": request})
        entry.is_valid(raise_exception=True)
        told: dict[str, Any] = entry.validated_data
        edge.refuse_unless_editor(request.user, told["facility"].organisation)
        with edge.fields_named(_NAMES):
            demand = services.demand_create(**told)
        return edge.made(request, "demand", DemandRow(demand).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, public_id: str) -> Response:
        """Withdraw the demand; it stays on record."""
        demand = self.get_object()
        edge.refuse_unless_editor(request.user, demand.facility.organisation)
        services.listing_withdraw(listing=demand)
        return Response(status=status.HTTP_204_NO_CONTENT)
