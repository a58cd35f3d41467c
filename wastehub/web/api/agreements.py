"""Agreements: what was agreed, what of it has moved, ending one early."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from wastehub.exchange.agreements import agreement_end
from wastehub.exchange.models import Agreement
from wastehub.exchange.moves import agreement_moves, ending_side
from wastehub.exchange.parties import signs_for
from wastehub.exchange.states import PARTY_CHOICES, Side
from wastehub.web import policy, reveal
from wastehub.web.acting import actor_of
from wastehub.web.api import edge
from wastehub.web.api.fields import TonnesField
from wastehub.web.api.rows import FacilityRow, MaterialRow, RouteRow, with_places
from wastehub.web.filters import AgreementFilterSet


class AgreementRow(serializers.ModelSerializer):
    """An agreement with what has moved under it; wet mass as delivered."""

    offer = serializers.UUIDField(source="offer.public_id")
    supply = serializers.UUIDField(source="supply.public_id")
    material = MaterialRow()
    consignor = FacilityRow()
    consignee = FacilityRow()
    route = RouteRow()
    mass_t = TonnesField(source="mass_kg")
    moved_t = TonnesField(source="moved_kg")
    price_yuan_per_t = serializers.SerializerMethodField()

    class Meta:
        model = Agreement
        fields: tuple[str, ...] = (
            "public_id",
            "number",
            "offer",
            "supply",
            "material",
            "consignor",
            "consignee",
            "route",
            "kind",
            "mass_t",
            "moved_t",
            "price_yuan_per_t",
            "haulier",
            "starts_on",
            "ends_on",
            "status",
            "ended_because",
            "made_at",
        )

    @extend_schema_field(OpenApiTypes.DOUBLE)
    def get_price_yuan_per_t(self, agreement: Any) -> float | None:
        """What the consignee pays at the gate; null to whoever is no party."""
        return float(agreement.price_yuan_per_t) if agreement.is_party else None


class AgreementPage(AgreementRow):
    """An agreement by itself; ``moves`` is what you may do with it."""

    moves = serializers.SerializerMethodField()

    class Meta(AgreementRow.Meta):
        fields = (*AgreementRow.Meta.fields, "moves")

    def get_moves(self, agreement: Agreement) -> list[str]:
        """end, or nothing."""
        return agreement_moves(self.context["signing"], agreement)


class EndEntry(serializers.Serializer):
    """Why an agreement ends early."""

    reason = serializers.CharField(max_length=500)
    side = serializers.ChoiceField(
        PARTY_CHOICES,
        required=False,
        help_text="who ends it; only needed of whoever speaks for both ends",
    )


class AgreementViewSet(edge.PolicyViewSet):
    """Agreements of your sites, or of the sites that you watch."""

    serializer_class = AgreementRow
    filterset_class = AgreementFilterSet
    permission_classes = (IsAuthenticated,)

    def visible(self, user: policy.Viewer) -> QuerySet[Agreement]:
        """Agreements of own and of watched sites."""
        return agreements_in_full(user)

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page of agreements, their sites as far as the user may see them."""
        return _marked(self.request.user, super().paginate_queryset(queryset))

    @extend_schema(responses=AgreementPage)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """One agreement."""
        return Response(agreement_page(request, self.get_object().pk))

    @extend_schema(request=EndEntry, responses=AgreementPage)
    @action(detail=True, methods=["post"], filterset_class=None)
    def end(self, request: Request, public_id: str) -> Response:
        """End it early; what it still reserves is free again."""
        agreement = self.get_object()
        entry = EndEntry(data=request.data)
        entry.is_valid(raise_exception=True)
        told = entry.validated_data
        side = told.get("side") or ending_side(actor_of(request).user, agreement)
        agreement_end(
            agreement=agreement,
            side=Side(side),
            reason=told["reason"],
            actor=actor_of(request),
        )
        return Response(agreement_page(request, agreement.pk))


def agreements_in_full(user: policy.Viewer) -> QuerySet[Agreement]:
    """Agreements that a user may see, with all that a row shows, in one query."""
    rows = policy.agreements(user).with_moved_kg()
    # Django drops a model's own order where it groups.
    rows = rows.select_related("offer", "supply", "material", "route").order_by(
        "-made_at", "-pk"
    )
    return with_places(with_places(rows, "consignor__"), "consignee__")


def agreement_page(request: Request, key: int) -> dict[str, Any]:
    """An agreement as its address shows it to the user."""
    [agreement] = _marked(request.user, [agreements_in_full(request.user).get(pk=key)])
    context = {"request": request, "signing": signs_for(actor_of(request).user)}
    return AgreementPage(agreement, context=context).data


def _marked(user: policy.Viewer, rows: Any) -> Any:
    reveal.mark(user, [site for row in rows for site in (row.consignor, row.consignee)])
    return rows
