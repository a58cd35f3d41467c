"""The operator's view of the rulebook: what is in force, drafts of edits, history.

It stands here and not with the models because an edit is read as the files are.
"""

from django.contrib import admin

from seeds.admin_drafts import DraftAdmin
from seeds.admin_history import RulebookAdmin
from seeds.admin_rows import RowAdmin
from wastehub.catalogue.models import (
    Admission,
    Category,
    Displacement,
    Draft,
    Factor,
    LaboratoryTest,
    Limit,
    Material,
    Parameter,
    PolicyTarget,
    Rulebook,
    Standard,
    Treatment,
    TypicalValue,
    UseRoute,
)


class NamedAdmin(RowAdmin):
    """Rows with a code and names in both languages."""

    list_display: tuple[str, ...] = ("code", "name_zh", "name_en")
    search_fields = ("code", "name_zh", "name_en")


@admin.register(Material)
class MaterialAdmin(NamedAdmin):
    """Kinds of waste."""

    list_display = (*NamedAdmin.list_display, "reach_km", "confidence", "source")


@admin.register(TypicalValue)
class TypicalValueAdmin(RowAdmin):
    """The usual composition of materials."""

    list_display = ("material", "parameter", "low", "high", "confidence", "source")
    list_filter = ("material", "confidence")
    list_select_related = ("material", "parameter")
    search_fields = ("material__code", "parameter__code")


@admin.register(UseRoute)
class UseRouteAdmin(NamedAdmin):
    """Ways to use them."""

    list_display = (*NamedAdmin.list_display, "confidence", "source")


@admin.register(Parameter)
class ParameterAdmin(NamedAdmin):
    """What is measured."""

    list_display = (
        *NamedAdmin.list_display,
        "unit",
        "basis",
        "plausible_low",
        "plausible_high",
        "formula",
    )


@admin.register(LaboratoryTest)
class LaboratoryTestAdmin(RowAdmin):
    """What measuring costs."""

    list_display = ("parameter", "name_zh", "name_en", "price_yuan", "confidence")
    list_select_related = ("parameter",)
    search_fields = ("parameter__code", "name_zh", "name_en")


@admin.register(Category)
class CategoryAdmin(NamedAdmin):
    """The categories of the national classification."""

    list_display = (*NamedAdmin.list_display, "confidence", "source")


@admin.register(Factor)
class FactorAdmin(NamedAdmin):
    """Numbers that turn capacities into tonnes and distances into cost."""

    list_display = (
        *NamedAdmin.list_display,
        "value",
        "low",
        "high",
        "unit",
        "confidence",
        "source",
    )


@admin.register(Displacement)
class DisplacementAdmin(RowAdmin):
    """Which CO2 a use saves."""

    list_display = ("route", "material", "factor", "confidence", "source")
    list_filter = ("route", "material")
    list_select_related = ("route", "material", "factor")


@admin.register(PolicyTarget)
class PolicyTargetAdmin(NamedAdmin):
    """Targets that policy texts set."""

    list_display = (
        *NamedAdmin.list_display,
        "adcode",
        "year",
        "measure",
        "value",
        "unit",
    )
    list_filter = ("year", "measure", "material")


@admin.register(Treatment)
class TreatmentAdmin(NamedAdmin):
    """Steps that bring a parameter to a limit."""

    list_display = (
        *NamedAdmin.list_display,
        "material",
        "parameter",
        "reaches",
        "fixed_yuan_per_t",
        "yuan_per_t_per_unit",
        "confidence",
    )
    list_filter = ("material",)
    list_select_related = ("material", "parameter")


@admin.register(Standard)
class StandardAdmin(RowAdmin):
    """Standards by edition."""

    list_display = ("code", "edition", "title_zh", "title_en", "valid_from", "valid_to")
    search_fields = ("code", "title_zh", "title_en")


@admin.register(Admission)
class AdmissionAdmin(RowAdmin):
    """Which route takes which material."""

    list_display = ("route", "material", "admitted", "max_share_frac", "confidence")
    list_filter = ("admitted", "route", "material", "confidence")
    list_select_related = ("route", "material")


@admin.register(Limit)
class LimitAdmin(RowAdmin):
    """Which limit holds where."""

    list_display = (
        "route",
        "material",
        "grade",
        "parameter",
        "operator",
        "value",
        "standard",
        "clause",
        "confidence",
    )
    list_filter = ("route", "material", "confidence")
    list_select_related = ("route", "material", "parameter", "standard")
    search_fields = ("parameter__code", "standard__code", "clause")


admin.site.register(Draft, DraftAdmin)
admin.site.register(Rulebook, RulebookAdmin)
