"""How matches and refusals are shown: each part of the cost, each reason."""

import math
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from matching.break_even import BreakEven, RouteRing, break_even, with_knobs
from matching.models import Match, Refusal
from wastehub.catalogue.models import Admission
from wastehub.registry.models import Demand, Supply
from wastehub.web.api.fields import TonnesField, YuanField
from wastehub.web.api.rows import (
    FacilityRow,
    LimitRow,
    MaterialRow,
    RouteRow,
    with_places,
)


def shown_matches(rows: QuerySet[Match]) -> QuerySet[Match]:
    """Matches with all that a row shows, in one query."""
    rows = with_knobs(rows).select_related(
        "supply__material",
        "demand__route",
        "deciding_limit__parameter",
        "deciding_limit__standard",
    )
    rows = with_places(rows, "supply__facility__")
    return with_places(rows, "demand__facility__")


def shown_refusals(rows: QuerySet[Refusal]) -> QuerySet[Refusal]:
    """Refusals with all that a row shows, in one query."""
    rows = rows.select_related(
        "route",
        "demand__route",
        "limit__parameter",
        "limit__standard",
        "admission__standard",
        "supply__material",
    )
    rows = with_places(rows, "supply__facility__")
    return with_places(rows, "demand__facility__")


class SupplySide(serializers.ModelSerializer):
    """The supply of a match."""

    material = MaterialRow()
    facility = FacilityRow()

    class Meta:
        model = Supply
        fields = ("public_id", "material", "facility", "is_estimated")


class DemandSide(serializers.ModelSerializer):
    """The demand of a match."""

    route = RouteRow()
    facility = FacilityRow()

    class Meta:
        model = Demand
        fields = ("public_id", "route", "facility", "is_estimated")


class MatchRow(serializers.ModelSerializer):
    """A pair that fits; costs are planning estimates in yuan a tonne.

    net_cost = asked - offered + treatment + haul. A subsidy and the estimated CO2, in
    kilograms a tonne, stand beside it. margin is what is left to the cost of leaving
    the tonne in the yard, and break_even_km the great circle at which nothing is; both
    are null where the run does not tell, break_even_km also without a limit.
    """

    supply = SupplySide()
    demand = DemandSide()
    mass_t = TonnesField(source="mass_kg")
    asked_yuan_per_t = YuanField()
    offered_yuan_per_t = YuanField()
    treatment_yuan_per_t = YuanField()
    haul_yuan_per_t = YuanField()
    net_cost_yuan_per_t = YuanField()
    subsidy_yuan_per_t = YuanField()
    margin_yuan_per_t = serializers.SerializerMethodField()
    break_even_km = serializers.SerializerMethodField()
    deciding_limit = LimitRow()

    class Meta:
        model = Match
        fields = (
            "supply",
            "demand",
            "verdict",
            "mass_t",
            "distance_km",
            "haul_km",
            "asked_yuan_per_t",
            "offered_yuan_per_t",
            "treatment_yuan_per_t",
            "haul_yuan_per_t",
            "net_cost_yuan_per_t",
            "subsidy_yuan_per_t",
            "co2_haul_kg_per_t",
            "co2_displaced_kg_per_t",
            "margin_yuan_per_t",
            "break_even_km",
            "treatments",
            "deciding_limit",
            "margin_frac",
        )

    def get_margin_yuan_per_t(self, match: Match) -> float | None:
        """What is left to the alternative."""
        found = _break_even(match)
        return float(found.margin_yuan_per_t) if found else None

    def get_break_even_km(self, match: Match) -> float | None:
        """Great-circle kilometres, an estimate."""
        found = _break_even(match)
        return finite_km(found.ring_km) if found else None


class RingRow(serializers.Serializer):
    """How far a taker by a route may lie that pays as the best one does."""

    route = RouteRow()
    offered_yuan_per_t = YuanField()
    break_even_km = serializers.SerializerMethodField()

    def get_break_even_km(self, ring: RouteRing) -> float | None:
        """Great-circle kilometres, an estimate; null where there is no limit."""
        return finite_km(ring.ring_km)


def finite_km(distance_km: float) -> float | None:
    """A distance to the metre; none where it has no end, which JSON can not say."""
    return round(distance_km, 3) if math.isfinite(distance_km) else None


def _break_even(match: Any) -> BreakEven | None:
    return break_even(match, match.knobs)


class AdmissionRow(serializers.ModelSerializer):
    """The rule that admits a material to a route, or forbids it."""

    standard: Any = serializers.StringRelatedField()

    class Meta:
        model = Admission
        fields: tuple[str, ...] = (
            "admitted",
            "max_share_frac",
            "reason_zh",
            "reason_en",
            "standard",
            "clause",
            "source",
            "confidence",
        )


class RefusalRow(serializers.ModelSerializer):
    """A use that does not take the supply: the rule, the value, the smallest change."""

    route = RouteRow()
    demand = DemandSide()
    limit = LimitRow()
    admission = AdmissionRow()

    class Meta:
        model = Refusal
        fields = ("route", "demand", "kind", "limit", "admission", "value", "fix")
