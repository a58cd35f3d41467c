"""The rulebook as rows.

Every row that states a fact carries its source and a confidence: ``H`` read in a
source, ``M`` known in the trade but not read in the official text, ``L`` unsure. The
labels ``M+`` and ``M-`` are kept as the sources give them. Rows marked ``L`` never
decide a verdict.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wastehub.catalogue.displacement import Displacement
from wastehub.catalogue.publishing import Draft, Edit, Rulebook
from wastehub.sourced import (
    Confidence,
    Dated,
    DatedQuerySet,
    Sourced,
    in_order,
)

__all__ = [
    "Admission",
    "Category",
    "Confidence",
    "DatedQuerySet",
    "Displacement",
    "Draft",
    "Edit",
    "Factor",
    "LaboratoryTest",
    "Limit",
    "Material",
    "Parameter",
    "PolicyTarget",
    "Rulebook",
    "Standard",
    "Treatment",
    "TypicalValue",
    "UseRoute",
]


class Parameter(models.Model):
    """A quantity with its unit, its basis and what is plausible at all.

    Most are measured. One with a ``formula`` follows from measured ones, unless a
    report states it itself. One that ``is_calculated`` comes of a model or a dosing
    calculation, so that no laboratory can measure it. Those with ``is_oxide`` are
    parts of one whole: together they do not pass 100 %.
    """

    class Basis(models.TextChoices):
        DRY = "dry", _("dry basis")
        WET = "wet", _("wet basis")
        NONE = "none", _("no basis")

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    unit = models.CharField(max_length=20)
    basis = models.CharField(max_length=4, choices=Basis)
    plausible_low = models.FloatField()
    plausible_high = models.FloatField()
    formula = models.CharField(max_length=200, blank=True)
    is_calculated = models.BooleanField(default=False)
    is_oxide = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("parameter")
        verbose_name_plural = _("parameters")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="parameter_range_in_order",
                condition=Q(plausible_low__lt=F("plausible_high")),
            )
        ]

    def __str__(self) -> str:
        return self.code


class LaboratoryTest(Sourced):
    """What a laboratory charges for having one parameter measured."""

    parameter = models.OneToOneField(Parameter, models.CASCADE, related_name="test")
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    price_yuan = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        verbose_name = _("laboratory test")
        verbose_name_plural = _("laboratory tests")
        ordering = ["parameter"]
        constraints = [
            models.CheckConstraint(
                name="laboratory_test_costs_something", condition=Q(price_yuan__gt=0)
            )
        ]

    def __str__(self) -> str:
        return f"{self.parameter_id} {self.name_en}"


class Category(Sourced):
    """A category of the national classification of solid waste."""

    code = models.CharField(max_length=4, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Material(Sourced):
    """A kind of waste that is offered.

    ``category`` and ``code_pattern`` follow the Classification and Code Catalogue of
    Solid Waste (MEE announcement 4 of 2024): the pattern leaves the sequence open.
    """

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True)
    code_pattern = models.CharField(max_length=60, blank=True)
    reach_km = models.FloatField(help_text="usual economic radius, great circle")
    colour = models.CharField(max_length=7, help_text="on maps and charts")

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="material_reach_positive", condition=Q(reach_km__gt=0)
            )
        ]

    def __str__(self) -> str:
        return self.code


class TypicalValue(Sourced):
    """The usual range of a parameter in a material; stands in for no assay.

    Beyond ``plausible_low`` and ``plausible_high`` a reported value is taken for a
    slip; where they are empty the parameter's own range holds.
    """

    material = models.ForeignKey(Material, models.CASCADE, related_name="typical")
    parameter = models.ForeignKey(Parameter, models.CASCADE)
    low = models.FloatField()
    high = models.FloatField()
    plausible_low = models.FloatField(null=True, blank=True)
    plausible_high = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("typical value")
        verbose_name_plural = _("typical values")
        constraints = [
            models.UniqueConstraint(
                fields=["material", "parameter"], name="typical_once_per_parameter"
            ),
            models.CheckConstraint(
                name="typical_range_in_order", condition=Q(low__lte=F("high"))
            ),
            models.CheckConstraint(
                name="typical_is_plausible",
                condition=(
                    Q(plausible_low__isnull=True) | Q(plausible_low__lte=F("low"))
                )
                & (Q(plausible_high__isnull=True) | Q(plausible_high__gte=F("high"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material_id} {self.parameter_id}"


class Standard(Sourced, Dated):
    """One edition of a standard or rule."""

    code = models.CharField(max_length=40)
    edition = models.CharField(max_length=10)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ["code", "edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "edition"], name="standard_once_per_edition"
            ),
            in_order("standard_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.code}-{self.edition}"


class UseRoute(Sourced):
    """A way to use a material: what the consumer makes of it."""

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("use route")
        verbose_name_plural = _("use routes")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Admission(Sourced, Dated):
    """Whether a route takes a material at all, and how large its share may be.

    ``max_share_frac`` is a fraction of the demand's base mass (cement, raw meal...). A
    pair of route and material without a row is simply not a use of that material.
    """

    route = models.ForeignKey(UseRoute, models.CASCADE, related_name="admissions")
    material = models.ForeignKey(Material, models.CASCADE, related_name="admissions")
    admitted = models.BooleanField()
    max_share_frac = models.FloatField(default=1.0)
    reason_zh = models.CharField(max_length=300, blank=True)
    reason_en = models.CharField(max_length=300, blank=True)
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, blank=True)
    clause = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("admission")
        verbose_name_plural = _("admissions")
        constraints = [
            models.UniqueConstraint(
                fields=["route", "material", "valid_from"],
                name="admission_once_per_day",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="admission_share_is_fraction",
                condition=Q(max_share_frac__gt=0) & Q(max_share_frac__lte=1),
            ),
            models.CheckConstraint(
                name="admission_refusal_has_reason",
                condition=Q(admitted=True) | ~Q(reason_en="") & ~Q(reason_zh=""),
            ),
            in_order("admission_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.route_id} {self.material_id}"


class Limit(Sourced, Dated):
    """A specification limit in the parameter's own unit and basis.

    ``value`` is empty where a standard is known to set a limit whose number has not
    been read: the verdict is then unknown, never a guess. ``material`` is empty where
    the limit holds for every material the route admits. Grades are alternatives: a lot
    passes with all limits that name no grade and all limits of one grade. Of two
    grades the better sorts first.
    """

    class Operator(models.TextChoices):
        AT_MOST = "<=", "≤"
        AT_LEAST = ">=", "≥"

    route = models.ForeignKey(UseRoute, models.CASCADE, related_name="limits")
    material = models.ForeignKey(Material, models.CASCADE, null=True, blank=True)
    parameter = models.ForeignKey(Parameter, models.PROTECT)
    operator = models.CharField(max_length=2, choices=Operator)
    value = models.FloatField(null=True, blank=True)
    grade = models.CharField(max_length=40, blank=True)
    test_method = models.CharField(max_length=100, blank=True)
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, blank=True)
    clause = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "route",
                    "material",
                    "grade",
                    "parameter",
                    "operator",
                    "valid_from",
                ],
                name="limit_once_per_day",
                nulls_distinct=False,
            ),
            in_order("limit_dates_in_order"),
        ]

    def __str__(self) -> str:
        value = "?" if self.value is None else self.value
        return f"{self.route_id} {self.parameter_id} {self.operator} {value}"


class Treatment(Sourced):
    """A step that brings one parameter of a material to a limit, at a cost.

    It moves the parameter towards ``reaches`` and no further: drying can reach 0 %
    moisture. The cost of a tonne is ``fixed_yuan_per_t`` plus ``yuan_per_t_per_unit``
    for each unit of the parameter's change.
    """

    code = models.SlugField(max_length=40)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    material = models.ForeignKey(Material, models.CASCADE, related_name="treatments")
    parameter = models.ForeignKey(Parameter, models.PROTECT)
    reaches = models.FloatField()
    fixed_yuan_per_t = models.DecimalField(max_digits=8, decimal_places=2)
    yuan_per_t_per_unit = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "material", "parameter"], name="treatment_once"
            ),
            models.CheckConstraint(
                name="treatment_costs_nothing_negative",
                condition=Q(fixed_yuan_per_t__gte=0) & Q(yuan_per_t_per_unit__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Factor(Sourced):
    """A number that turns a capacity into tonnes, or a distance into cost."""

    code = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    value = models.FloatField()
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("factor")
        verbose_name_plural = _("factors")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="factor_within_its_range",
                condition=(Q(low__isnull=True) | Q(low__lte=F("value")))
                & (Q(high__isnull=True) | Q(high__gte=F("value"))),
            )
        ]

    def __str__(self) -> str:
        return self.code


class PolicyTarget(Sourced):
    """A target that a policy text sets, for a region and a year: at least ``value``.

    ``measure`` says of what: the comprehensive utilisation rate (综合利用率), what is
    consumed over what is generated (产消平衡), or a mass used in the year. Without a
    material a share is of all bulk industrial waste, and a mass of what its name says.
    """

    class Measure(models.TextChoices):
        UTILISATION_RATE = "utilisation_rate", _("comprehensive utilisation rate")
        BALANCE = "balance", _("consumed over generated")
        MASS = "mass", _("mass used in the year")

    code = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    material = models.ForeignKey(Material, models.CASCADE, null=True, blank=True)
    adcode = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=16, choices=Measure)
    value = models.FloatField()
    unit = models.CharField(max_length=20)

    class Meta:
        verbose_name = _("policy target")
        verbose_name_plural = _("policy targets")
        ordering = ["year", "code"]
        constraints = [
            models.CheckConstraint(
                name="policy_target_in_the_unit_of_its_measure",
                condition=Q(measure="utilisation_rate", unit="%", value__lte=100)
                | Q(measure="balance", unit="%")
                | Q(measure="mass", unit="Mt"),
            ),
            models.CheckConstraint(
                name="policy_target_asks_for_something", condition=Q(value__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.code
