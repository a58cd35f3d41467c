"""What lists can be asked: place, material, route, order. Nonsense is a 400."""

from typing import Any

import django_filters
from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field

from matching.models import MatchRun
from wastehub.catalogue.models import Material, UseRoute
from wastehub.exchange.models import Agreement, Offer
from wastehub.exchange.states import AgreementStatus, OfferStatus
from wastehub.places.models import Region
from wastehub.registry.models import Demand, Facility, Supply
from wastehub.registry.sites import point_in_wgs84
from wastehub.web import coordinates

WIDEST_SEARCH_KM = 2000


class LonLatField(forms.Field):
    """``lon,lat`` in degrees as a pair of floats."""

    def to_python(self, value: Any) -> tuple[float, float] | None:
        """The pair, longitude first."""
        if value in self.empty_values:
            return None
        try:
            lon, lat = map(float, value.split(","))
        except ValueError:
            raise ValidationError(
                _("Write longitude,latitude in degrees, such as 104.07,30.67.")
            ) from None
        fault = coordinates.fault(lon, lat)
        if fault:
            raise ValidationError(fault)
        return lon, lat


@extend_schema_field(
    {
        "type": "string",
        "example": "104.07,30.67",
        "description": "longitude,latitude in degrees; adds distance_km to each row",
    }
)
class LonLatFilter(django_filters.Filter):
    """A point to search around."""

    field_class = LonLatField


@extend_schema_field(
    {
        "type": "number",
        "description": "great-circle kilometres from near, rim included",
    }
)
class RadiusFilter(django_filters.NumberFilter):
    """How far from the point."""


class NearForm(forms.Form):
    """The point, its datum and the radius belong together."""

    def clean(self) -> dict[str, Any]:
        """Turn the pair into a WGS 84 point; ask for it where it is needed."""
        asked = super().clean() or {}
        pair = asked.get("near")
        if pair:
            lon, lat = pair
            asked["near"] = point_in_wgs84(lon, lat, asked.get("datum") or "WGS84")
        elif "near" not in self.errors:
            self._ask_for_the_point(asked)
        return asked

    def _ask_for_the_point(self, asked: dict[str, Any]) -> None:
        for name in ("within_km", "datum"):
            if asked.get(name):
                self.add_error(name, _("State near=longitude,latitude as well."))
        if asked.get("ordering") == "distance":
            self.add_error("ordering", _("Distance needs near=longitude,latitude."))


@extend_schema_field(
    {
        "type": "string",
        "example": "510100",
        "description": "six-digit division code of a province, prefecture or county",
    }
)
class RegionFilter(django_filters.ModelChoiceFilter):
    """A loaded region by its code."""


class RegionFilterSet(django_filters.FilterSet):
    """Rows of a region."""

    region = RegionFilter(
        queryset=lambda request: Region.objects.current().only("adcode"),
        to_field_name="adcode",
        method="in_region",
        error_messages={
            "invalid_choice": gettext_lazy("No loaded region has this code.")
        },
    )

    def in_region(self, rows: Any, name: str, region: Region) -> QuerySet:
        """Rows in the region, whatever its level."""
        return rows.within(region.adcode)


class ListingFilterSet(RegionFilterSet):
    """Listings by place and order; each kind adds what it is asked by."""

    near = LonLatFilter(method="keep")
    datum = django_filters.ChoiceFilter(
        choices=Facility.Datum.choices,
        method="keep",
        help_text=gettext_lazy("What near refers to; WGS84 unless said."),
    )
    within_km = RadiusFilter(method="keep", min_value=0.001, max_value=WIDEST_SEARCH_KM)

    def keep(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Nothing by itself: the point, the radius and the order work together."""
        return rows

    def filter_queryset(self, rows: Any) -> QuerySet:
        """By each filter, then by distance, then in order."""
        rows = super().filter_queryset(rows)
        asked = self.form.cleaned_data
        point = asked.get("near")
        if point:
            rows = self._around(rows, point, asked.get("within_km"))
        order = asked.get("ordering") or ("distance" if point else "newest")
        if order == "mass":
            return rows.ordered_by_mass(self.mass_kg)
        return rows.order_by(*self.orders[order], "public_id")

    def _around(self, rows: Any, point: Point, within_km: float | None) -> QuerySet:
        if within_km:
            rows = rows.within_km(point, float(within_km))
        return rows.with_distance_km(point)


_ORDER_HELP = gettext_lazy("distance (the default with near), mass, price or newest.")


class SupplyFilterSet(ListingFilterSet):
    """Supplies by material."""

    mass_kg = F("stock_kg") + F("rate_kg_per_year")
    orders = {
        "distance": ["distance_km"],
        "mass": [],
        "price": ["price_yuan_per_t"],
        "newest": ["-created_at"],
    }

    material = django_filters.ModelChoiceFilter(
        queryset=Material.objects.all(),
        to_field_name="code",
        error_messages={"invalid_choice": gettext_lazy("Unknown material.")},
    )
    ordering = django_filters.ChoiceFilter(
        choices=[(name, name) for name in orders], method="keep", help_text=_ORDER_HELP
    )

    class Meta:
        model = Supply
        fields: list[str] = []
        form = NearForm


class DemandFilterSet(ListingFilterSet):
    """Demands by route."""

    mass_kg = F("capacity_kg_per_year")
    orders = {
        "distance": ["distance_km"],
        "mass": [],
        "price": ["-price_yuan_per_t"],
        "newest": ["-created_at"],
    }

    route = django_filters.ModelChoiceFilter(
        queryset=UseRoute.objects.all(),
        to_field_name="code",
        error_messages={"invalid_choice": gettext_lazy("Unknown use route.")},
    )
    ordering = django_filters.ChoiceFilter(
        choices=[(name, name) for name in orders], method="keep", help_text=_ORDER_HELP
    )

    class Meta:
        model = Demand
        fields: list[str] = []
        form = NearForm


class FacilityFilterSet(RegionFilterSet):
    """Sites by where they were learned of."""

    origin = django_filters.ChoiceFilter(choices=Facility.Origin.choices)

    class Meta:
        model = Facility
        fields: list[str] = []


class RunFilterSet(django_filters.FilterSet):
    """Runs by kind and state."""

    kind = django_filters.ChoiceFilter(choices=MatchRun.Kind.choices)
    status = django_filters.ChoiceFilter(choices=MatchRun.Status.choices)

    class Meta:
        model = MatchRun
        fields: list[str] = []


class NoticeFilterSet(django_filters.FilterSet):
    """Notices that were read, or that were not."""

    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")


class OfferFilterSet(django_filters.FilterSet):
    """Offers by state."""

    status = django_filters.ChoiceFilter(
        choices=OfferStatus.choices,
        label=gettext_lazy("State"),
        empty_label=gettext_lazy("all"),
    )

    class Meta:
        model = Offer
        fields: list[str] = []


class AgreementFilterSet(django_filters.FilterSet):
    """Agreements by state and material."""

    status = django_filters.ChoiceFilter(
        choices=AgreementStatus.choices,
        label=gettext_lazy("State"),
        empty_label=gettext_lazy("all"),
    )
    material = django_filters.ModelChoiceFilter(
        queryset=Material.objects.all(),
        to_field_name="code",
        label=gettext_lazy("Material"),
        empty_label=gettext_lazy("all"),
        error_messages={"invalid_choice": gettext_lazy("Unknown material.")},
    )

    class Meta:
        model = Agreement
        fields: list[str] = []
