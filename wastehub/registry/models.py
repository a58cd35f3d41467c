"""Facilities and what they offer or want.

Mass is whole kilograms, as delivered (wet). A supply's price is what its holder asks
per tonne and may be negative: then the holder pays. A demand's price is what the
consumer offers per tonne and may be negative: then the consumer charges.
"""

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Func, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, Cast, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from wastehub.accounts.models import Organisation
from wastehub.catalogue.models import Material, Parameter, UseRoute
from wastehub.places.models import SRID, Region
from wastehub.registry.querysets import (
    DemandQuerySet,
    FacilityQuerySet,
    SupplyQuerySet,
)
from wastehub.registry.sphere import Geography
from wastehub.units import KG_PER_TONNE

# One gigatonne: six times what the whole of Sichuan makes in a year is absurd.
MASS_CEILING_KG = 10**12
PRICE_CEILING_YUAN_PER_T = 1_000_000
# Ninety thousand million yuan for the stock and ten years: below it, fen per tonne
# times kilograms stays within 64 bits, so that no single listing can stop a plan.
VALUE_CEILING_YUAN = 90 * 10**9
HORIZON_CEILING_YEARS = 10


def price_check() -> models.CheckConstraint:
    """A price is no more than a ceiling away from nothing, either way."""
    most = PRICE_CEILING_YUAN_PER_T
    return models.CheckConstraint(
        name="%(class)s_price_plausible",
        condition=Q(price_yuan_per_t__range=(-most, most)),
    )


class Facility(models.Model):
    """A site at a point; the point as entered is kept beside the WGS 84 one."""

    trail_subject = "facility"

    class Origin(models.TextChoices):
        REGISTERED = "registered", _("entered by its organisation")
        TRACKER = "tracker", _("public facility tracker")
        DEMO = "demo", _("invented for demonstration")

    class Datum(models.TextChoices):
        WGS84 = "WGS84", "WGS 84"
        CGCS2000 = "CGCS2000", "CGCS2000"
        GCJ02 = "GCJ02", "GCJ-02"
        BD09 = "BD09", "BD-09"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="facilities"
    )
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    origin = models.CharField(max_length=10, choices=Origin)
    point = models.PointField(srid=SRID)
    entered_lon = models.FloatField()
    entered_lat = models.FloatField()
    datum = models.CharField(max_length=8, choices=Datum)
    is_approximate = models.BooleanField(default=False)
    county = models.ForeignKey(Region, models.PROTECT, related_name="facilities")
    source = models.CharField(max_length=300, blank=True)
    source_key = models.CharField(max_length=200, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        ordering = ["public_id"]
        indexes = [GistIndex(Geography(F("point")), name="facility_point_geography")]
        constraints = [
            models.CheckConstraint(
                name="facility_source_is_named",
                condition=Q(origin="registered") | ~Q(source=""),
            )
        ]

    def __str__(self) -> str:
        return self.name_zh


# What comes from a public tracker is public; what is invented is nobody's secret.
PUBLIC_ORIGINS = [Facility.Origin.TRACKER, Facility.Origin.DEMO]


class Listing(models.Model):
    """What supplies and demands share: a price, a validity, and where it comes from."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        WITHDRAWN = "withdrawn", _("withdrawn")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    price_yuan_per_t = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    valid_until = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    is_estimated = models.BooleanField(default=False)
    estimate_formula = models.TextField(blank=True)
    source_key = models.CharField(max_length=200, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        ordering = ["public_id"]
        constraints = [
            price_check(),
            models.CheckConstraint(
                name="%(class)s_estimate_has_formula",
                condition=Q(is_estimated=False) | ~Q(estimate_formula=""),
            ),
            models.CheckConstraint(
                name="%(class)s_ends_unless_estimated",
                condition=Q(is_estimated=True) | Q(valid_until__isnull=False),
            ),
        ]


def _value_check(table: str, mass_kg: Combinable) -> models.CheckConstraint:
    value = mass_kg * Abs(F("price_yuan_per_t"))
    ceiling = VALUE_CEILING_YUAN * KG_PER_TONNE
    return models.CheckConstraint(
        name=f"{table}_value_plausible", condition=LessThanOrEqual(value, ceiling)
    )


def _wide(column: str) -> Cast:
    """A mass that may be multiplied without leaving its type."""
    return Cast(column, models.DecimalField(max_digits=20, decimal_places=0))


class Supply(Listing):
    """A material on offer: a stock now, a yearly rate, or both."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="supplies")
    material = models.ForeignKey(Material, models.PROTECT, related_name="supplies")
    stock_kg = models.BigIntegerField(default=0)
    rate_kg_per_year = models.BigIntegerField(default=0)
    matched_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SupplyQuerySet.as_manager()

    class Meta(Listing.Meta):
        verbose_name = _("supply")
        verbose_name_plural = _("supplies")
        constraints = [
            *Listing.Meta.constraints,
            models.CheckConstraint(
                name="supply_mass_plausible",
                condition=Q(stock_kg__range=(0, MASS_CEILING_KG))
                & Q(rate_kg_per_year__range=(0, MASS_CEILING_KG))
                & (Q(stock_kg__gt=0) | Q(rate_kg_per_year__gt=0)),
            ),
            _value_check(
                "supply",
                _wide("stock_kg") + _wide("rate_kg_per_year") * HORIZON_CEILING_YEARS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material_id} @ {self.facility_id}"


class Demand(Listing):
    """What a facility can take by one route in a year.

    ``base_kg_per_year`` is the mass that a material's largest share is counted of: the
    cement, the raw meal, the fill. It is the capacity itself where nothing else is
    known.
    """

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="demands")
    route = models.ForeignKey(UseRoute, models.PROTECT, related_name="demands")
    capacity_kg_per_year = models.BigIntegerField()
    base_kg_per_year = models.BigIntegerField()
    farthest_km = models.FloatField(null=True, blank=True)

    objects = DemandQuerySet.as_manager()

    class Meta(Listing.Meta):
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        constraints = [
            *Listing.Meta.constraints,
            models.CheckConstraint(
                name="demand_mass_plausible",
                condition=Q(capacity_kg_per_year__range=(1, MASS_CEILING_KG))
                & Q(base_kg_per_year__gte=F("capacity_kg_per_year"))
                & Q(base_kg_per_year__lte=MASS_CEILING_KG),
            ),
            _value_check(
                "demand", _wide("capacity_kg_per_year") * HORIZON_CEILING_YEARS
            ),
            models.CheckConstraint(
                name="demand_haul_plausible",
                condition=Q(farthest_km__isnull=True)
                | Q(farthest_km__gt=0) & Q(farthest_km__lte=5000),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route_id} @ {self.facility_id}"


class Assay(models.Model):
    """A laboratory report on a supply; each parameter's newest value counts.

    ``reported_basis`` is how the report states its values; they are kept in each
    parameter's own basis.
    """

    class Basis(models.TextChoices):
        DRY = "dry", _("dry (dried sample)")
        WET = "wet", _("as received (wet)")

    supply = models.ForeignKey(Supply, models.CASCADE, related_name="assays")
    sampled_on = models.DateField()
    reported_basis = models.CharField(max_length=3, choices=Basis, default=Basis.DRY)
    laboratory = models.CharField(max_length=200, blank=True)
    report_number = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("assay")
        verbose_name_plural = _("assays")
        ordering = ["-sampled_on", "-id"]

    def __str__(self) -> str:
        return f"{self.supply_id} {self.sampled_on}"


class AssayValue(models.Model):
    """One measured value, in its parameter's unit and basis."""

    assay = models.ForeignKey(Assay, models.CASCADE, related_name="values")
    parameter = models.ForeignKey(Parameter, models.PROTECT)
    value = models.FloatField()

    class Meta:
        verbose_name = _("assay value")
        verbose_name_plural = _("assay values")
        constraints = [
            models.UniqueConstraint(
                fields=["assay", "parameter"], name="assay_value_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.parameter_id} {self.value}"


class DemandChange(models.Model):
    """A statement that may have changed a demand or what its site tells of it.

    The database's own triggers write it (:mod:`wastehub.registry.changes`).
    """

    id = models.UUIDField(primary_key=True, db_default=Func(function="gen_random_uuid"))
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.id)
