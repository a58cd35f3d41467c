"""The operator's view of runs: what was asked, how it ended, what it found."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from matching.models import Match, MatchRun, PlantMatch, Price, Refusal
from matching.scenario_models import Scenario, ScenarioChange


class ReadOnly:
    """Rows to look at, not to edit."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False


class FoundAdmin(ReadOnly, admin.ModelAdmin):
    """Rows that a run wrote."""


@admin.register(MatchRun)
class MatchRunAdmin(FoundAdmin):
    """Runs, newest first; deleting one deletes what it found."""

    list_display = (
        "public_id",
        "kind",
        "adcode",
        "supply",
        "status",
        "stage",
        "done_frac",
        "created_at",
        "finished_at",
    )
    list_filter = ("kind", "status", "created_at")
    list_select_related = ("supply",)
    search_fields = ("public_id", "adcode", "supply__public_id")


@admin.register(Match)
class MatchAdmin(FoundAdmin):
    """Pairs that fit."""

    list_display = (
        "run",
        "supply",
        "demand",
        "verdict",
        "mass_kg",
        "distance_km",
        "net_cost_yuan_per_t",
    )
    list_filter = ("verdict", "supply__material", "demand__route")
    list_select_related = ("run", "supply", "demand")
    search_fields = ("run__public_id", "supply__public_id", "demand__public_id")


@admin.register(PlantMatch)
class PlantMatchAdmin(FoundAdmin):
    """What plans of scenarios send to plants that do not exist."""

    list_display = ("run", "supply", "plant", "mass_kg", "net_cost_yuan_per_t")
    list_select_related = ("run", "supply", "plant")
    search_fields = ("run__public_id", "supply__public_id", "plant__name")


class ChangeInline(ReadOnly, admin.TabularInline):
    """What a scenario supposes."""

    model = ScenarioChange
    fields = ("position", "kind", "name", "facility", "demand", "supply")
    can_delete = False


@admin.register(Scenario)
class ScenarioAdmin(FoundAdmin):
    """Hypotheses; deleting one deletes its plans."""

    inlines = (ChangeInline,)
    list_display = ("name", "adcode", "created_by", "created_at")
    list_select_related = ("created_by",)
    search_fields = ("public_id", "name", "adcode")


@admin.register(Refusal)
class RefusalAdmin(FoundAdmin):
    """Pairs that do not fit, and why."""

    list_display = ("run", "supply", "route", "kind", "limit", "value")
    list_filter = ("kind", "route")
    list_select_related = ("run", "supply", "route", "limit")
    search_fields = ("run__public_id", "supply__public_id")


@admin.register(Price)
class PriceAdmin(FoundAdmin):
    """What one more tonne is worth."""

    list_display = ("run", "supply", "demand", "material", "price_yuan_per_t")
    list_select_related = ("run", "supply", "demand", "material")
