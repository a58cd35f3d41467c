"""The operator's view of the rulebook.

Rows come from ``manage.py load_catalogue``, which would undo an edit made here, so
they are shown and not edited.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from wastehub.catalogue.models import (
    Admission,
    Category,
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


class ShownOnly:
    """No adding, changing or deleting."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False


class TypicalInline(ShownOnly, admin.TabularInline):
    """The usual composition of a material."""

    model = TypicalValue
    extra = 0


class AdmissionInline(ShownOnly, admin.TabularInline):
    """What a route admits."""

    model = Admission
    extra = 0


class LimitInline(ShownOnly, admin.TabularInline):
    """What a route demands."""

    model = Limit
    extra = 0


class NamedAdmin(ShownOnly, admin.ModelAdmin):
    """Rows with a code and names in both languages."""

    list_display: tuple[str, ...] = ("code", "name_zh", "name_en")
    search_fields = ("code", "name_zh", "name_en")


@admin.register(Material)
class MaterialAdmin(NamedAdmin):
    """Kinds of waste."""

    inlines = (TypicalInline,)
    list_display = (*NamedAdmin.list_display, "reach_km", "confidence", "source")


@admin.register(UseRoute)
class UseRouteAdmin(NamedAdmin):
    """Ways to use them."""

    inlines = (AdmissionInline, LimitInline)
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
class LaboratoryTestAdmin(ShownOnly, admin.ModelAdmin):
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


@admin.register(PolicyTarget)
class PolicyTargetAdmin(NamedAdmin):
    """Targets that policy texts set."""

    list_display = (*NamedAdmin.list_display, "adcode", "year", "value", "unit")
    list_filter = ("year", "material")


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
class StandardAdmin(ShownOnly, admin.ModelAdmin):
    """Standards by edition."""

    list_display = ("code", "edition", "title_zh", "title_en", "valid_from", "valid_to")
    search_fields = ("code", "title_zh", "title_en")


@admin.register(Admission)
class AdmissionAdmin(ShownOnly, admin.ModelAdmin):
    """Which route takes which material."""

    list_display = ("route", "material", "admitted", "max_share_frac", "confidence")
    list_filter = ("admitted", "route", "material", "confidence")
    list_select_related = ("route", "material")


@admin.register(Limit)
class LimitAdmin(ShownOnly, admin.ModelAdmin):
    """Which limit holds where."""

    list_display = (
        "route",
        "material",
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


@admin.register(Rulebook)
class RulebookAdmin(ShownOnly, admin.ModelAdmin):
    """States of the catalogue by the hash of their rows."""

    list_display = ("version", "loaded_at")
