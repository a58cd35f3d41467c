"""How listings are read: ``Supply.objects.open().of("fly_ash").within_km(p, 80)``."""

from datetime import date
from typing import Self

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.db.models import BooleanField, Case, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

from wastehub.places import adcodes
from wastehub.places.models import SRID, Zone
from wastehub.places.retired import zone_prefixes
from wastehub.registry.bands import floor_of
from wastehub.registry.sphere import SphereDistance, SphereWithin


class FacilityQuerySet(models.QuerySet):
    """Sites by place."""

    def within(self, adcode: str) -> Self:
        """Sites in the region with this adcode."""
        return self.filter(county__adcode__startswith=adcodes.prefix(adcode))

    def in_zone(self, zone: Zone) -> Self:
        """Sites in a zone: on its polygons or their border, else in its parts."""
        if zone.shape:
            return self.filter(point__coveredby=zone.shape)
        found = Q(pk__in=[])
        for prefix in zone_prefixes(zone):
            found |= Q(county__adcode__startswith=prefix)
        return self.filter(found)

    def placed(self, in_full: Q | None) -> Self:
        """Adds ``is_in_full``, and ``place``: the point, or else the county's middle.

        ``in_full`` says which sites are shown as they are; without it all of them.
        """
        rows = self.annotate(is_in_full=_told(in_full))
        return rows.annotate(place=_place("point", "county__middle"))

    def real(self) -> Self:
        """Sites that are not invented."""
        return self.filter(organisation__is_invented=False)


class ListingQuerySet(models.QuerySet):
    """What supplies and demands are both asked for."""

    def open(self, day: date | None = None) -> Self:
        """Listings not withdrawn and still valid on a day (today unless said)."""
        day = day or timezone.localdate()
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day), status="open"
        )

    def invented(self, is_invented: bool) -> Self:
        """The invented listings, or the real ones: the two never meet."""
        return self.filter(facility__organisation__is_invented=is_invented)

    def within(self, adcode: str) -> Self:
        """Listings in the region with this adcode."""
        return self.filter(facility__county__adcode__startswith=adcodes.prefix(adcode))

    def placed(self, in_full: Q | None) -> Self:
        """Adds ``is_in_full``; what is not lies in the middle of its county from here.

        Distances are to there then, so that neither they nor an order by them tell the
        point. ``in_full`` says which listings are shown as they are; without it all.
        """
        return self.annotate(is_in_full=_told(in_full))

    def ordered_by_mass(self, mass_kg: Combinable) -> Self:
        """The largest first; what is not shown in full by the floor of its band."""
        rows = self.annotate(listed_kg=mass_kg)
        if "is_in_full" not in self.query.annotations:
            return rows.order_by("-listed_kg", "public_id")
        known_kg = Case(
            When(is_in_full=True, then=F("listed_kg")),
            default=floor_of("listed_kg"),
            output_field=models.BigIntegerField(),
        )
        return rows.order_by(known_kg.desc(), "public_id")

    def within_km(self, point: Point, radius_km: float) -> Self:
        """Listings at most so many great-circle kilometres away, rim included."""
        return self.filter(SphereWithin(self._place(), point, radius_km * 1000))

    def with_distance_km(self, point: Point) -> Self:
        """Adds ``distance_km``, great circle on the sphere that the engine uses."""
        return self.annotate(distance_km=SphereDistance(self._place(), point) / 1000.0)

    def _place(self) -> Combinable:
        """The point itself where all are shown in full, which its index serves."""
        told = self.query.annotations.get("is_in_full")
        if told is None or isinstance(told, Value):
            return F("facility__point")
        return _place("facility__point", "facility__county__middle")


class SupplyQuerySet(ListingQuerySet):
    """Supplies by material."""

    def of(self, material_code: str) -> Self:
        """Supplies of one material."""
        return self.filter(material__code=material_code)


class DemandQuerySet(ListingQuerySet):
    """Demands by route."""

    def by(self, route_code: str) -> Self:
        """Demands of one use route."""
        return self.filter(route__code=route_code)


def _told(in_full: Q | None) -> Combinable:
    if in_full is None:
        return Value(True)
    return Case(
        When(in_full, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def _place(point: str, middle: str) -> Combinable:
    return Case(
        When(is_in_full=True, then=F(point)),
        default=F(middle),
        output_field=models.PointField(srid=SRID),
    )
