"""Zones: what is watched as a whole and is no administrative region.

An economic region is a list of prefectures, a river basin a set of polygons, a park
either. Parts are named by adcode, so that they outlive boundary sets.
"""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wastehub.places.basis import SRID, Named, in_readers_language
from wastehub.sourced import Sourced


class ZoneQuerySet(models.QuerySet["Zone"]):
    """Reading zones."""

    def of_kind(self, kind: "Zone.Kind") -> "ZoneQuerySet":
        """Zones of one kind."""
        return self.filter(kind=kind)


class Zone(Named, Sourced):
    """A zone: its polygons where it has any, and its parts where it has none.

    Source and confidence are those of where it lies. What is provisional says why in
    its note. ``is_replaced`` tells that an operator's file says where it lies, so that
    loading what ships leaves it alone.
    """

    class Kind(models.TextChoices):
        ECONOMIC_REGION = "economic_region", _("economic region")
        BASIN = "basin", _("river basin")
        PARK = "park", _("industrial park")

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    shape = models.MultiPolygonField(srid=SRID, null=True, blank=True)
    is_provisional = models.BooleanField(default=False)
    note_zh = models.CharField(max_length=400, blank=True)
    note_en = models.CharField(max_length=800, blank=True)
    is_replaced = models.BooleanField(default=False)
    is_invented = models.BooleanField(default=False)

    objects = ZoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        ordering = ["kind", "code"]
        constraints = [
            models.CheckConstraint(
                name="zone_kind_known",
                condition=Q(kind__in=["economic_region", "basin", "park"]),
            ),
            models.CheckConstraint(
                name="zone_code_form", condition=Q(code__regex=r"^[a-z][a-z0-9_]*$")
            ),
            models.CheckConstraint(
                name="zone_provisional_says_why",
                condition=Q(is_provisional=False) | ~Q(note_zh="") & ~Q(note_en=""),
            ),
            models.CheckConstraint(
                name="zone_is_sourced", condition=~Q(source="") & ~Q(confidence="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.code}"

    @property
    def note(self) -> str:
        """Why the zone is provisional, in the reader's language; else nothing."""
        if not self.is_provisional:
            return ""
        return in_readers_language(self.note_zh, self.note_en)


class ZonePart(models.Model):
    """A region, of any level, that lies in a zone: all of it, most, or some."""

    class Share(models.TextChoices):
        WHOLE = "whole", _("all of it")
        CORE = "core", _("most of it")
        PART = "part", _("some of it")

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="parts")
    adcode = models.CharField(max_length=6)
    share = models.CharField(max_length=5, choices=Share)

    class Meta:
        verbose_name = _("part of a zone")
        verbose_name_plural = _("parts of zones")
        ordering = ["zone", "adcode"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "adcode"], name="zone_part_once_per_zone"
            ),
            models.CheckConstraint(
                name="zone_part_adcode_form", condition=Q(adcode__regex=r"^\d{6}$")
            ),
            models.CheckConstraint(
                name="zone_part_share_known",
                condition=Q(share__in=["whole", "core", "part"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} {self.adcode}"
