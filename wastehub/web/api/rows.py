"""How rows are shown: a place, a site, a material, the same everywhere."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from wastehub.accounts.models import Organisation
from wastehub.catalogue.models import Limit, Material, UseRoute
from wastehub.places.models import Region
from wastehub.registry.bands import band_of
from wastehub.registry.models import Facility
from wastehub.units import KG_PER_TONNE
from wastehub.web import reveal
from wastehub.web.api.fields import NumberField

_SHAPES = ("county__shape", "county__drawn_shape")
_PARENT_SHAPES = ("county__parent__shape", "county__parent__drawn_shape")


def with_places(rows: QuerySet[Any], to_facility: str = "") -> QuerySet[Any]:
    """Rows with their facility, county and prefecture, without the outlines."""
    heavy = [to_facility + path for path in _SHAPES + _PARENT_SHAPES]
    return rows.select_related(
        f"{to_facility}organisation", f"{to_facility}county__parent"
    ).defer(*heavy)


class RegionRow(serializers.ModelSerializer):
    """A place by its code and names."""

    class Meta:
        model = Region
        fields = ("adcode", "name_zh", "name_en")


class OrganisationRow(serializers.ModelSerializer):
    """An organisation by its identity and names."""

    class Meta:
        model = Organisation
        fields = ("public_id", "name_zh", "name_en")


class NamedRow(serializers.Serializer):
    """A row of the catalogue by its code and names."""

    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()


class MaterialRow(NamedRow):
    """A material by its code and names."""

    class Meta:
        model = Material


class RouteRow(NamedRow):
    """A use route by its code and names."""

    class Meta:
        model = UseRoute


class PointRow(serializers.Serializer):
    """A WGS 84 point in degrees."""

    lon = NumberField(source="x")
    lat = NumberField(source="y")


class FacilityRow(serializers.ModelSerializer):
    """A site, with where it is and where it was learned of."""

    organisation = OrganisationRow()
    point = serializers.SerializerMethodField()
    is_in_full = serializers.SerializerMethodField()
    county = RegionRow()
    prefecture = RegionRow(source="county.parent")

    class Meta:
        model = Facility
        fields = (
            "public_id",
            "name_zh",
            "name_en",
            "organisation",
            "origin",
            "source",
            "is_approximate",
            "is_in_full",
            "point",
            "county",
            "prefecture",
        )

    @extend_schema_field(PointRow)
    def get_point(self, site: Facility) -> dict[str, float]:
        """WGS 84; a point inside the county where the site is not shown in full."""
        return PointRow(reveal.place_of(site)).data

    def get_is_in_full(self, site: Facility) -> bool:
        """Whether you see its point and its exact masses; else the county and bands."""
        return reveal.is_in_full(site)


class BandRow(serializers.Serializer):
    """A band of wet mass in tonnes; the highest has no upper bound."""

    low_t = NumberField()
    high_t = NumberField(allow_null=True)


class ListingRow(serializers.ModelSerializer):
    """A listing whose exact masses are null where its site is not shown in full."""

    facility = FacilityRow()
    masses: tuple[str, ...] = ()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The row; its site is shown as the listing is."""
        instance.facility.is_in_full = reveal.listing_in_full(instance)
        row = super().to_representation(instance)
        if not instance.facility.is_in_full:
            row |= dict.fromkeys(self.masses)
        return row

    def banded(self, mass_kg: int) -> dict[str, float | None]:
        """The band of a mass, for everybody."""
        low_kg, high_kg = band_of(mass_kg)
        return {
            "low_t": low_kg / KG_PER_TONNE,
            "high_t": None if high_kg is None else high_kg / KG_PER_TONNE,
        }


class LimitRow(serializers.ModelSerializer):
    """A limit with its unit, standard, clause and how sure it is."""

    parameter = serializers.CharField(source="parameter.code")
    unit = serializers.CharField(source="parameter.unit")
    basis = serializers.CharField(source="parameter.basis")
    standard: Any = serializers.StringRelatedField()

    class Meta:
        model = Limit
        fields: tuple[str, ...] = (
            "parameter",
            "unit",
            "basis",
            "operator",
            "value",
            "grade",
            "test_method",
            "standard",
            "clause",
            "valid_from",
            "valid_to",
            "source",
            "confidence",
        )
