"""Boundary sets, their regions, and what became of retired codes.

A boundary set is one version of the whole map. Loading a new version adds a set and
makes it current; the old one stays, so that what was recorded against it can still be
drawn. Facilities point at a county of one set; ``adcode`` outlives them all.
"""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import Point
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from wastehub.places import adcodes
from wastehub.places.basis import SRID, Named
from wastehub.places.zones import Zone, ZonePart
from wastehub.sourced import Sourced

WEB_MERCATOR = 3857
DEEPEST_ZOOM = 22

__all__ = [
    "SRID",
    "BoundarySet",
    "Region",
    "Succession",
    "TileShape",
    "Zone",
    "ZonePart",
]


class BoundarySet(models.Model):
    """One version of the administrative map, with its source and licence."""

    code = models.CharField(max_length=60, unique=True)
    source = models.CharField(max_length=200)
    licence = models.CharField(max_length=200)
    attribution = models.CharField(max_length=400)
    tolerance_deg = models.FloatField(help_text="simplification of the drawn shape")
    loaded_at = models.DateTimeField(auto_now_add=True)
    is_current = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("boundary set")
        verbose_name_plural = _("boundary sets")
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="boundary_set_one_current",
            )
        ]

    def __str__(self) -> str:
        return self.code


class RegionQuerySet(models.QuerySet["Region"]):
    """Reading regions: always of one boundary set, the current one unless said."""

    def current(self) -> "RegionQuerySet":
        """Regions of the current boundary set."""
        return self.filter(boundary_set__is_current=True)

    def at(self, level: "Region.Level") -> "RegionQuerySet":
        """Regions of one level."""
        return self.filter(level=level)

    def within(self, adcode: str) -> "RegionQuerySet":
        """The region with this adcode and everything inside it."""
        return self.filter(adcode__startswith=adcodes.prefix(adcode))

    def with_parts(self) -> "RegionQuerySet":
        """Regions that smaller ones are loaded for."""
        return self.filter(_has_parts())

    def filling(self, level: "Region.Level") -> "RegionQuerySet":
        """Regions of a level that leave no hole: others stand in where it is missing.

        Where a county has no prefecture around it, as in Beijing, it stands for one;
        where a province has nothing below, as Taiwan in our source, it stands for its
        parts. Provinces whose parts are left out of the set by choice stand for
        nothing: they hang on no country.
        """
        if level == Region.Level.PREFECTURE:
            whole = Q(level=Region.Level.PROVINCE, parent__isnull=False) & ~_has_parts()
            return self.filter(Q(parent__level=Region.Level.PROVINCE) | whole)
        if level == Region.Level.COUNTY:
            return self.filter(~_has_parts(), parent__isnull=False)
        return self.at(level)

    def containing(self, point: Point) -> "RegionQuerySet":
        """Regions whose unsimplified shape covers a WGS 84 point, border included.

        A point on a shared border is covered by several: the lowest adcode comes first.
        """
        return self.filter(shape__covers=point).order_by("adcode")

    def around(self, adcode: str) -> "RegionQuerySet":
        """A region and those that it lies in, the largest first."""
        codes = {adcodes.COUNTRY, *adcodes.around(adcode)}
        return self.filter(adcode__in=codes).order_by("adcode")


def _has_parts() -> Exists:
    return Exists(Region.objects.filter(parent=OuterRef("pk")))


class Region(Named):
    """The country, a province, prefecture or county in WGS 84."""

    class Level(models.TextChoices):
        COUNTRY = "country", _("country")
        PROVINCE = "province", _("province")
        PREFECTURE = "prefecture", _("prefecture")
        COUNTY = "county", _("county")

    boundary_set = models.ForeignKey(
        BoundarySet, models.CASCADE, related_name="regions"
    )
    adcode = models.CharField(max_length=6)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children"
    )
    shape = models.MultiPolygonField(srid=SRID)
    drawn_shape = models.MultiPolygonField(srid=SRID, spatial_index=True)
    middle = models.GeneratedField(
        expression=PointOnSurface("drawn_shape"),
        output_field=models.PointField(srid=SRID),
        db_persist=True,
        help_text="a point inside, which stands for all of it",
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["adcode"]
        constraints = [
            models.UniqueConstraint(
                fields=["boundary_set", "adcode"], name="region_once_per_set"
            ),
            models.CheckConstraint(
                name="region_adcode_form", condition=Q(adcode__regex=r"^\d{6}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.adcode}"


class SuccessionQuerySet(models.QuerySet["Succession"]):
    """Reading which code took the place of which."""

    def in_force(self) -> "SuccessionQuerySet":
        """Those of codes that the current map has no region for.

        A map from before a change still has the retired code: there nothing follows it.
        """
        still_there = Region.objects.current().filter(adcode=OuterRef("retired"))
        return self.filter(~Exists(still_there))


class Succession(Sourced):
    """A county's code that was given up, and the one that its place has since.

    The successor may be larger. Where ``is_whole`` does not hold, some of the retired
    county went to others: ``successor`` is the one that most of it went to.
    """

    retired = models.CharField(max_length=6, unique=True)
    successor = models.CharField(max_length=6, db_index=True)
    since = models.DateField(help_text="the day on which the change was approved")
    name_zh = models.CharField(max_length=60, help_text="of the retired county")
    is_whole = models.BooleanField(default=True)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("retired code")
        verbose_name_plural = _("retired codes")
        ordering = ["retired"]
        constraints = [
            models.CheckConstraint(
                name="succession_adcode_form",
                condition=Q(retired__regex=r"^\d{6}$") & Q(successor__regex=r"^\d{6}$"),
            ),
            models.CheckConstraint(
                name="succession_not_of_itself",
                condition=~Q(retired=models.F("successor")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.retired} → {self.successor}"


class TileShapeQuerySet(models.QuerySet["TileShape"]):
    """Reading the shapes of tiles."""

    def at_zoom(self, zoom: int) -> "TileShapeQuerySet":
        """Those that a zoom draws: one of each region."""
        return self.filter(from_zoom__lte=zoom, below_zoom__gt=zoom)


class TileShape(models.Model):
    """A region's drawn shape on the web map's own plane, for a range of zooms.

    Derived when a boundary set is written, so that no tile projects or simplifies: from
    afar the shapes are lighter. Those of one zoom share their borders, as the drawn
    shapes do.
    """

    region = models.ForeignKey(Region, models.CASCADE, related_name="tile_shapes")
    from_zoom = models.PositiveSmallIntegerField()
    below_zoom = models.PositiveSmallIntegerField()
    shape = models.MultiPolygonField(srid=WEB_MERCATOR)

    objects = TileShapeQuerySet.as_manager()

    class Meta:
        verbose_name = _("shape of tiles")
        verbose_name_plural = _("shapes of tiles")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "from_zoom"], name="tile_shape_once_from_zoom"
            ),
            models.CheckConstraint(
                name="tile_shape_zooms_in_order",
                condition=Q(from_zoom__lt=F("below_zoom")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id}: {self.from_zoom} to {self.below_zoom}"
