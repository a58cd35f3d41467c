"""Offers: put terms to another site, answer them, take them back."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from wastehub.catalogue.models import UseRoute
from wastehub.exchange import offers
from wastehub.exchange.models import Offer
from wastehub.exchange.moves import offer_moves, offering_side
from wastehub.exchange.offers import Asked
from wastehub.exchange.parties import signs_for
from wastehub.exchange.states import PARTY_CHOICES, Side
from wastehub.exchange.terms import Terms
from wastehub.web import policy, reveal
from wastehub.web.acting import actor_of
from wastehub.web.api import edge
from wastehub.web.api.agreements import AgreementPage, agreement_page
from wastehub.web.api.fields import CodeField, TonnesField, VisibleField, YuanField
from wastehub.web.api.rows import FacilityRow, MaterialRow, RouteRow, with_places
from wastehub.web.filters import OfferFilterSet

NAMES = {"mass_kg": "mass_t"}
TERMS = (
    "kind",
    "mass_t",
    "price_yuan_per_t",
    "haulier",
    "starts_on",
    "ends_on",
    "expires_on",
    "message",
)


class OfferRow(serializers.ModelSerializer):
    """Terms that one side put to the other; ``moves`` is what you may do with them."""

    supply = serializers.UUIDField(source="supply.public_id")
    material = MaterialRow(source="supply.material")
    consignor = FacilityRow(source="supply.facility")
    consignee = FacilityRow()
    route = RouteRow()
    mass_t = TonnesField(source="mass_kg")
    price_yuan_per_t = serializers.SerializerMethodField()
    counters = serializers.UUIDField(source="counters.public_id", default=None)
    moves = serializers.SerializerMethodField()

    class Meta:
        model = Offer
        fields = (
            "public_id",
            "supply",
            "material",
            "consignor",
            "consignee",
            "route",
            "side",
            *TERMS,
            "counters",
            "status",
            "moves",
            "made_at",
            "answered_at",
        )

    @extend_schema_field(OpenApiTypes.DOUBLE)
    def get_price_yuan_per_t(self, offer: Any) -> float | None:
        """What the consignee pays at the gate; null to whoever is no party."""
        return float(offer.price_yuan_per_t) if offer.is_party else None

    def get_moves(self, offer: Offer) -> list[str]:
        """accept, counter, decline, withdraw."""
        return offer_moves(self.context["signing"], offer)


class TermsEntry(serializers.Serializer):
    """Terms as entered: wet mass as delivered, the price that the consignee pays."""

    kind = serializers.ChoiceField(Terms.Kind.choices)
    mass_t = TonnesField(source="mass_kg")
    price_yuan_per_t = YuanField(help_text="below 0 where the consignor pays")
    haulier = serializers.ChoiceField(Terms.Haulier.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    expires_on = serializers.DateField(help_text="the last day to answer")
    message = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class OfferEntry(TermsEntry):
    """An offer as entered, by one of the two ends."""

    supply = VisibleField(policy.supplies)
    consignee = VisibleField(policy.facilities)
    route = CodeField(queryset=UseRoute.objects.all())
    side = serializers.ChoiceField(
        PARTY_CHOICES,
        required=False,
        help_text="who offers; only needed of whoever speaks for both ends",
    )


class OfferViewSet(edge.PolicyViewSet):
    """Offers that your sites make or get."""

    serializer_class = OfferRow
    filterset_class = OfferFilterSet
    permission_classes = (IsAuthenticated,)

    def visible(self, user: policy.Viewer) -> QuerySet[Offer]:
        """Offers of the user's own sites."""
        rows = policy.offers(user).select_related(
            "supply__material", "route", "counters"
        )
        return with_places(with_places(rows, "supply__facility__"), "consignee__")

    @extend_schema(request=OfferEntry, responses={201: OfferRow})
    def create(self, request: Request) -> Response:
        """Ask for a supply, or offer it to a consumer."""
        entry = OfferEntry(data=request.data, context={"request": request})
        entry.is_valid(raise_exception=True)
        told = dict(entry.validated_data)
        ends = {name: told.pop(name) for name in ("supply", "consignee", "route")}
        side = told.pop("side", None) or offering_side(
            actor_of(request).user, ends["supply"], ends["consignee"]
        )
        with edge.fields_named(NAMES):
            made = offers.offer_make(
                **ends, side=Side(side), asked=Asked(**told), actor=actor_of(request)
            )
        return edge.made(request, "offer", self._row(made))

    @extend_schema(request=None, responses={201: AgreementPage})
    @action(detail=True, methods=["post"], filterset_class=None)
    def accept(self, request: Request, public_id: str) -> Response:
        """Agree; 409 says how much is left where that is not enough."""
        with edge.fields_named(NAMES):
            agreed = offers.offer_accept(
                offer=self.get_object(), actor=actor_of(request)
            )
        return edge.made(request, "agreement", agreement_page(request, agreed.pk))

    @extend_schema(request=TermsEntry, responses={201: OfferRow})
    @action(detail=True, methods=["post"], filterset_class=None)
    def counter(self, request: Request, public_id: str) -> Response:
        """Answer with other terms; what is left out stays as it was offered."""
        offer = self.get_object()
        entry = TermsEntry(data=request.data, partial=True)
        entry.is_valid(raise_exception=True)
        asked = Asked(**offers.terms_of(offer) | entry.validated_data)
        with edge.fields_named(NAMES):
            made = offers.offer_counter(
                offer=offer, asked=asked, actor=actor_of(request)
            )
        return edge.made(request, "offer", self._row(made))

    @extend_schema(request=None, responses=OfferRow)
    @action(detail=True, methods=["post"], filterset_class=None)
    def decline(self, request: Request, public_id: str) -> Response:
        """Say no."""
        offers.offer_decline(offer=self.get_object(), actor=actor_of(request))
        return Response(self._row(self.get_object()))

    @extend_schema(request=None, responses=OfferRow)
    @action(detail=True, methods=["post"], filterset_class=None)
    def withdraw(self, request: Request, public_id: str) -> Response:
        """Take your own offer back before it is answered."""
        offers.offer_withdraw(offer=self.get_object(), actor=actor_of(request))
        return Response(self._row(self.get_object()))

    def get_serializer_context(self) -> dict[str, Any]:
        """Whom the user signs for is asked once for all rows."""
        signing = signs_for(actor_of(self.request).user)
        return {**super().get_serializer_context(), "signing": signing}

    def get_object(self) -> Offer:
        """The offer, its sites as far as the user may see them."""
        return self._marked([super().get_object()])[0]

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page of offers, their sites as far as the user may see them."""
        return self._marked(super().paginate_queryset(queryset))

    def _marked(self, rows: Any) -> Any:
        sites = [site for row in rows for site in (row.supply.facility, row.consignee)]
        reveal.mark(self.request.user, sites)
        return rows

    def _row(self, offer: Offer) -> dict[str, Any]:
        rows = self._marked([self.get_queryset().get(pk=offer.pk)])
        return self.get_serializer(rows[0]).data
