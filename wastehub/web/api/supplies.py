"""Supplies: search, offer, change, withdraw; and what matching found for one."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from matching import tasks
from matching.break_even import rings_by_route, with_knobs
from matching.compatibility import compatibility
from matching.models import MatchRun
from matching.next_test import next_tests
from wastehub.catalogue.models import Material
from wastehub.exchange.availability import refuse_stock_beside_a_ledger, with_piles
from wastehub.registry import services
from wastehub.registry.models import Assay, Supply
from wastehub.web import policy, reveal
from wastehub.web.api import edge, results
from wastehub.web.api.compatibility import CompatibilityRow
from wastehub.web.api.fields import (
    CodeField,
    MeasuredField,
    NumberField,
    TonnesField,
    VisibleField,
    YuanField,
)
from wastehub.web.api.next_tests import NextTestRow
from wastehub.web.api.rows import BandRow, ListingRow, MaterialRow, with_places
from wastehub.web.filters import SupplyFilterSet

_NAMES = {"stock_kg": "stock_t", "rate_kg_per_year": "rate_t_per_year"}


class AssayRow(serializers.ModelSerializer):
    """A laboratory report, values by parameter."""

    values = serializers.SerializerMethodField()

    class Meta:
        model = Assay
        fields = (
            "sampled_on",
            "reported_basis",
            "laboratory",
            "report_number",
            "values",
        )

    def get_values(self, assay: Assay) -> dict[str, float]:
        """In each parameter's own unit and basis."""
        return {row.parameter.code: row.value for row in assay.values.all()}


class SupplyRow(ListingRow):
    """A supply in a list.

    stock_t is what lies there: by the site's ledger, or as declared where none knows
    the material. reserved_t of it is agreed and has not moved, available_t can be
    promised today. They are null where the site is not shown in full; bands are told
    to everybody.
    """

    material = MaterialRow()
    stock_t = TonnesField(source="on_hand_kg", allow_null=True)
    reserved_t = TonnesField(source="reserved_kg", allow_null=True)
    available_t = TonnesField(source="available_kg", allow_null=True)
    rate_t_per_year = TonnesField(source="rate_kg_per_year", allow_null=True)
    stock_band = serializers.SerializerMethodField()
    rate_band = serializers.SerializerMethodField()
    price_yuan_per_t = YuanField(help_text="asked; negative: the holder pays")
    distance_km = NumberField(
        read_only=True, help_text="great circle from near; only with near"
    )

    class Meta:
        model = Supply
        fields: tuple[str, ...] = (
            "public_id",
            "material",
            "facility",
            "stock_t",
            "reserved_t",
            "available_t",
            "rate_t_per_year",
            "stock_band",
            "rate_band",
            "price_yuan_per_t",
            "valid_until",
            "status",
            "is_estimated",
            "estimate_formula",
            "created_at",
            "changed_at",
            "matched_at",
            "distance_km",
        )

    masses = ("stock_t", "reserved_t", "available_t", "rate_t_per_year")

    @extend_schema_field(BandRow)
    def get_stock_band(self, supply: Any) -> dict[str, float | None]:
        """The band of what lies there."""
        return self.banded(supply.on_hand_kg)

    @extend_schema_field(BandRow)
    def get_rate_band(self, supply: Supply) -> dict[str, float | None]:
        """The band of what is added in a year."""
        return self.banded(supply.rate_kg_per_year)


class SupplyPage(SupplyRow):
    """A supply by itself, with its assays, latest first."""

    assays = AssayRow(many=True)

    class Meta(SupplyRow.Meta):
        fields = (*SupplyRow.Meta.fields, "assays")


class AssayEntry(serializers.Serializer):
    """A laboratory report as entered."""

    sampled_on = serializers.DateField()
    reported_basis = serializers.ChoiceField(
        Assay.Basis.choices, required=False, help_text="dry unless told"
    )
    laboratory = serializers.CharField(max_length=200, required=False)
    report_number = serializers.CharField(max_length=100, required=False)
    values = MeasuredField(
        help_text="value by parameter code, in its unit and the reported basis"
    )


class SupplyChange(serializers.Serializer):
    """What may change in a supply."""

    stock_t = TonnesField(source="stock_kg", required=False)
    rate_t_per_year = TonnesField(source="rate_kg_per_year", required=False)
    price_yuan_per_t = YuanField(required=False)
    valid_until = serializers.DateField(required=False)


class SupplyEntry(SupplyChange):
    """A supply as entered: wet mass as delivered, a stock, a yearly rate, or both."""

    facility = VisibleField(policy.facilities)
    material = CodeField(queryset=Material.objects.all())
    valid_until = serializers.DateField()
    assay = AssayEntry(required=False)


class SupplyViewSet(edge.PolicyViewSet):
    """Waste on offer."""

    serializer_class = SupplyRow
    filterset_class = SupplyFilterSet

    def visible(self, user: policy.Viewer) -> QuerySet[Supply]:
        """Open supplies of everybody; more of the user's own."""
        rows = with_piles(policy.supplies(user)).select_related("material")
        return with_places(rows, "facility__")

    @extend_schema(responses=SupplyPage)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """One supply with its assays."""
        return Response(_page(request, self.get_object()))

    @extend_schema(request=SupplyEntry, responses={201: SupplyPage})
    def create(self, request: Request) -> Response:
        """Offer a material; its matches are found a moment later."""
        entry = SupplyEntry(data=request.data, context={"request": request})
        entry.is_valid(raise_exception=True)
        told = entry.validated_data
        edge.refuse_unless_editor(request.user, told["facility"].organisation)
        supply = _offer(**told)
        return edge.made(request, "supply", _page(request, supply))

    @extend_schema(request=SupplyChange, responses=SupplyPage)
    def partial_update(self, request: Request, public_id: str) -> Response:
        """Change the mass, the price or the validity."""
        supply = self._editable()
        entry = SupplyChange(data=request.data)
        entry.is_valid(raise_exception=True)
        changed = _change(supply, **entry.validated_data)
        return Response(_page(request, changed))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, public_id: str) -> Response:
        """Withdraw the supply; it stays on record."""
        services.listing_withdraw(listing=self._editable())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=results.MatchRow(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def matches(self, request: Request, public_id: str) -> Response:
        """Demands that take this supply, cheapest first, by its latest finished run."""
        supply = self._costed()
        rows = policy.matches(request.user).filter(run__in=_latest_run(supply))
        # All are blurred before they are paged, so that the pages' order tells nothing.
        shown = reveal.blur_matches(request.user, results.shown_matches(rows))
        return self.paged(shown, results.MatchRow)

    @extend_schema(responses=results.RefusalRow(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def refusals(self, request: Request, public_id: str) -> Response:
        """Uses that do not take this supply, why, and what would mend it."""
        supply = self._costed()
        rows = policy.refusals(request.user).filter(run__in=_latest_run(supply))
        return self.paged(
            results.shown_refusals(rows), results.RefusalRow, reveal.blur_refusals
        )

    @extend_schema(responses=results.RingRow(many=True), filters=False)
    @action(detail=True, filterset_class=None, url_path="break-even")
    def break_even(self, request: Request, public_id: str) -> Response:
        """How far the lot could travel by each use that takes it, farthest first."""
        supply = self._costed()
        rows = policy.matches(request.user).filter(run__in=_latest_run(supply))
        rings = rings_by_route(with_knobs(rows).select_related("demand__route"))
        return self.paged(rings, results.RingRow)

    @extend_schema(responses=NextTestRow(many=True), filters=False)
    @action(detail=True, filterset_class=None, url_path="next-tests")
    def next_tests(self, request: Request, public_id: str) -> Response:
        """Missing tests by what each could open, the most tonnes first."""
        return self.paged(next_tests(self._costed()), NextTestRow)

    @extend_schema(responses=CompatibilityRow(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def compatibility(self, request: Request, public_id: str) -> Response:
        """What each use's rules say of this lot, asked for or not, the best first."""
        return self.paged(compatibility(self._costed()), CompatibilityRow)

    def _editable(self) -> Supply:
        supply = self.get_object()
        edge.refuse_unless_editor(self.request.user, supply.facility.organisation)
        return supply

    def _costed(self) -> Supply:
        supply = self.get_object()
        if not policy.may_see_costs(self.request.user, supply):
            raise PermissionDenied
        return supply


@transaction.atomic
def _offer(*, assay: dict[str, Any] | None = None, **values: Any) -> Supply:
    with edge.fields_named(_NAMES):
        supply = services.supply_create(**values)
    if assay:
        with edge.fields_named({}, prefix="assay."):
            services.assay_create(supply=supply, **assay)
    tasks.wake(tasks.match_supply, supply.pk)
    return supply


@transaction.atomic
def _change(supply: Supply, **changes: Any) -> Supply:
    with edge.fields_named(_NAMES):
        if changes.get("stock_kg", supply.stock_kg) != supply.stock_kg:
            refuse_stock_beside_a_ledger(supply.facility, supply.material)
        changed = services.supply_update(supply=supply, **changes)
    tasks.wake(tasks.match_supply, supply.pk)
    return changed


def _page(request: Request, supply: Supply) -> dict[str, Any]:
    visible = with_piles(policy.supplies(request.user)).select_related("material")
    rows = with_places(visible, "facility__")
    whole = rows.prefetch_related("assays__values__parameter").get(pk=supply.pk)
    return SupplyPage(whole).data


def _latest_run(supply: Supply) -> list[int]:
    runs = MatchRun.objects.published().filter(supply=supply)
    return list(runs.order_by("-created_at", "-pk").values_list("pk", flat=True)[:1])
