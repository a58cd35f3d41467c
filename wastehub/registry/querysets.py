"""How listings are read: ``Supply.objects.open().of("fly_ash").within_km(p, 80)``."""

from datetime import date
from typing import Self

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.db.models import F, Q
from django.utils import timezone

from wastehub.places import adcodes
from wastehub.registry.sphere import SphereDistance, SphereWithin


class FacilityQuerySet(models.QuerySet):
    """Sites by place."""

    def within(self, adcode: str) -> Self:
        """Sites in the region with this adcode."""
        return self.filter(county__adcode__startswith=adcodes.prefix(adcode))

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

    def within_km(self, point: Point, radius_km: float) -> Self:
        """Listings at most so many great-circle kilometres away, rim included."""
        return self.filter(SphereWithin(F("facility__point"), point, radius_km * 1000))

    def with_distance_km(self, point: Point) -> Self:
        """Adds ``distance_km``, great circle on the sphere that the engine uses."""
        return self.annotate(
            distance_km=SphereDistance(F("facility__point"), point) / 1000.0
        )


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
