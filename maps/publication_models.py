"""Editions of the open data: what was published, as known on which day.

An edition holds nothing but what may be told: the sums of groups of counties that
``maps.suppression`` found safe. What is hidden is not in these tables.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wastehub.catalogue.models import Material


class Edition(models.Model):
    """Everything published of the balance in one go, as known on ``as_of``.

    ``parents`` and ``zones`` are the map that was decided on, ``map_code`` its
    boundary set; ``first_year`` is the first calendar year that was looked at.
    """

    as_of = models.DateField()
    is_invented = models.BooleanField()
    made_at = models.DateTimeField(auto_now_add=True)
    map_code = models.CharField(max_length=60)
    first_year = models.PositiveSmallIntegerField()
    parents = models.JSONField()
    zones = models.JSONField()

    class Meta:
        verbose_name = _("edition of the open data")
        verbose_name_plural = _("editions of the open data")
        ordering = ["-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_invented", "as_of"], name="edition_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d}"


class MaterialEdition(models.Model):
    """What an edition tells of one material: its finest step, and what is hidden.

    ``groups`` are counties that are told as one; ``untold`` those that are not even
    told together; ``hidden`` why a region is not shown, for those who answer for the
    figures.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="materials")
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    step_months = models.PositiveSmallIntegerField()
    groups: Any = models.JSONField()
    untold: Any = models.JSONField()
    hidden: Any = models.JSONField()

    class Meta:
        verbose_name = _("material of an edition")
        verbose_name_plural = _("materials of editions")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "material"], name="edition_material_once"
            ),
            models.CheckConstraint(
                name="edition_step_known", condition=Q(step_months__in=[3, 12])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.material_id}"


class OpenFigure(models.Model):
    """The sums of one group of counties in one step, whole kilograms."""

    of = models.ForeignKey(MaterialEdition, models.CASCADE, related_name="figures")
    counties = ArrayField(models.CharField(max_length=6))
    first_month = models.DateField()
    generated_kg = models.BigIntegerField()
    consumed_kg = models.BigIntegerField()
    own_used_kg = models.BigIntegerField()
    own_used_old_kg = models.BigIntegerField()
    opening_stock_kg = models.BigIntegerField()
    closing_stock_kg = models.BigIntegerField()

    class Meta:
        verbose_name = _("open figure")
        verbose_name_plural = _("open figures")
        constraints = [
            models.UniqueConstraint(
                fields=["of", "counties", "first_month"], name="open_figure_once"
            ),
            models.CheckConstraint(
                name="open_figure_month_is_its_first_day",
                condition=Q(first_month__day=1),
            ),
            models.CheckConstraint(
                name="open_figure_is_of_counties", condition=~Q(counties=[])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.counties[0]} {self.first_month:%Y-%m}"
