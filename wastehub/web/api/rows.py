"""How rows are shown: a place, a site, a material, the same everywhere."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from wastehub.accounts.models import Organisation
from wastehub.catalogue.models import Limit, Material, UseRoute
from wastehub.places.models import Region
from wastehub.registry.models import Facility
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
    point = PointRow(help_text="WGS 84")
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
            "point",
            "county",
            "prefecture",
        )


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
