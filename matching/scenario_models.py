"""What is supposed of a region: a named scenario and its changes, in order.

A scenario asks for a plan of listings that do not exist as such: a plant that nobody
has built, a kiln that closes, another edition of the rules. Nothing of it is written
into the registry or the catalogue. Its plan is the answer to the changes as they stand:
whoever changes a scenario drops what was found for it before.
"""

import uuid
from functools import reduce
from operator import or_

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wastehub.accounts.models import User
from wastehub.catalogue.models import Material, UseRoute
from wastehub.places.models import SRID, Region
from wastehub.registry.models import (
    MASS_CEILING_KG,
    PRICE_CEILING_YUAN_PER_T,
    Demand,
    Facility,
    Supply,
)

MOST_TIMES = 100
MOST_SUBSIDY_YUAN_PER_T = 10_000


class Scenario(models.Model):
    """A hypothesis about a region, and the plan that it is to be tried in.

    ``wishes`` are those of :class:`matching.wishes.Wishes` as plain JSON. They are kept
    for good, as the plan without changes that it is held against answers to them too.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    adcode = models.CharField(max_length=6)
    is_invented = models.BooleanField(default=False)
    note = models.TextField(blank=True, max_length=2000)
    horizon_months = models.PositiveSmallIntegerField(default=12)
    accept = models.CharField(max_length=8)
    wishes = models.JSONField(default=dict)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["created_by", "adcode", "name"], name="scenario_name_once"
            ),
            models.CheckConstraint(name="scenario_is_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="scenario_horizon_in_range",
                condition=Q(horizon_months__range=(1, 120)),
            ),
            models.CheckConstraint(
                name="scenario_accepts_a_verdict",
                condition=Q(accept__in=["yes", "treated", "likely", "unknown"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


_COLUMNS = (
    "route",
    "point",
    "county",
    "capacity_kg_per_year",
    "price_yuan_per_t",
    "farthest_km",
    "facility",
    "demand",
    "supply",
    "times",
    "material",
    "subsidy_yuan_per_t",
    "as_of",
)


def _only(kind: str, **filled: bool) -> Q:
    """Of a kind exactly these columns may be filled; those marked true must be."""
    found = Q(kind=kind)
    for column in _COLUMNS:
        if column not in filled:
            found &= Q(**{f"{column}__isnull": True})
        elif filled[column]:
            found &= Q(**{f"{column}__isnull": False})
    return found


def _one_of(*columns: str) -> Q:
    """Exactly one of the columns is filled."""
    found = [
        Q(*(Q(**{f"{other}__isnull": other != column}) for other in columns))
        for column in columns
    ]
    return reduce(or_, found)


class ScenarioChange(models.Model):
    """One thing that a scenario supposes; each kind fills columns of its own.

    A plant takes by one route at a point, as a demand would. A capacity is a demand's
    new yearly mass, or its old one times a factor; the base that shares are counted of
    changes in proportion. A subsidy without a material is for all. An edition has the
    rules of another day, while the listings stay those of the plan's day.
    """

    class Kind(models.TextChoices):
        PLANT = "plant", _("hypothetical plant")
        CLOSURE = "closure", _("closure")
        CAPACITY = "capacity", _("capacity change")
        SUBSIDY = "subsidy", _("subsidy")
        EDITION = "edition", _("edition of the rules")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="changes")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=100, blank=True)
    route = models.ForeignKey(UseRoute, models.CASCADE, null=True, blank=True)
    point = models.PointField(srid=SRID, null=True, blank=True, spatial_index=False)
    county = models.ForeignKey(Region, models.CASCADE, null=True, blank=True)
    capacity_kg_per_year = models.BigIntegerField(null=True, blank=True)
    price_yuan_per_t = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True
    )
    farthest_km = models.FloatField(null=True, blank=True)
    facility = models.ForeignKey(Facility, models.CASCADE, null=True, blank=True)
    demand = models.ForeignKey(Demand, models.CASCADE, null=True, blank=True)
    supply = models.ForeignKey(Supply, models.CASCADE, null=True, blank=True)
    times = models.FloatField(null=True, blank=True)
    material = models.ForeignKey(Material, models.CASCADE, null=True, blank=True)
    subsidy_yuan_per_t = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True
    )
    as_of = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("change of a scenario")
        verbose_name_plural = _("changes of scenarios")
        ordering = ["scenario", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "position"], name="scenario_change_position_once"
            ),
            models.UniqueConstraint(
                fields=["scenario"],
                condition=Q(kind="edition"),
                name="scenario_has_one_edition",
            ),
            models.UniqueConstraint(
                fields=["scenario", "demand"],
                condition=Q(kind="capacity"),
                name="scenario_changes_a_capacity_once",
            ),
            models.CheckConstraint(
                name="scenario_change_fills_its_columns",
                condition=_only(
                    "plant",
                    route=True,
                    point=True,
                    county=True,
                    capacity_kg_per_year=True,
                    price_yuan_per_t=True,
                    farthest_km=False,
                )
                & ~Q(name="")
                | _only("closure", facility=False, demand=False, supply=False)
                & _one_of("facility", "demand", "supply")
                | _only(
                    "capacity", demand=True, capacity_kg_per_year=False, times=False
                )
                & _one_of("capacity_kg_per_year", "times")
                | _only("subsidy", material=False, subsidy_yuan_per_t=True)
                | _only("edition", as_of=True),
            ),
            models.CheckConstraint(
                name="scenario_change_amounts_plausible",
                condition=Q(
                    Q(capacity_kg_per_year__isnull=True)
                    | Q(capacity_kg_per_year__range=(1, MASS_CEILING_KG)),
                    Q(price_yuan_per_t__isnull=True)
                    | Q(
                        price_yuan_per_t__range=(
                            -PRICE_CEILING_YUAN_PER_T,
                            PRICE_CEILING_YUAN_PER_T,
                        )
                    ),
                    Q(farthest_km__isnull=True)
                    | Q(farthest_km__gt=0, farthest_km__lte=5000),
                    Q(times__isnull=True) | Q(times__gt=0, times__lte=MOST_TIMES),
                    Q(subsidy_yuan_per_t__isnull=True)
                    | Q(
                        subsidy_yuan_per_t__gt=0,
                        subsidy_yuan_per_t__lte=MOST_SUBSIDY_YUAN_PER_T,
                    ),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id}.{self.position} {self.kind}"
