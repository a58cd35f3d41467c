"""The operator's view of the map; it is loaded from a package, never typed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from wastehub.places.models import BoundarySet, Region, Succession, Zone, ZonePart


class LoadedAdmin(admin.ModelAdmin):
    """Rows that a command loads: to look at, not to edit."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False


@admin.register(BoundarySet)
class BoundarySetAdmin(LoadedAdmin):
    """Versions of the map, with source and licence."""

    list_display = ("code", "is_current", "source", "licence", "loaded_at")


@admin.register(Region)
class RegionAdmin(LoadedAdmin):
    """Regions by code and name; their outlines stay on the map."""

    list_display = ("adcode", "level", "name_zh", "name_en", "parent", "boundary_set")
    list_filter = ("boundary_set", "level")
    list_select_related = ("parent", "boundary_set")
    search_fields = ("adcode", "name_zh", "name_en")
    exclude = ("shape", "drawn_shape")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Regions without their outlines, which weigh megabytes."""
        outlines = ("shape", "drawn_shape", "parent__shape", "parent__drawn_shape")
        return super().get_queryset(request).defer(*outlines)


class ZonePartInline(admin.TabularInline):
    """The regions that make up a zone."""

    model = ZonePart
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False


@admin.register(Zone)
class ZoneAdmin(LoadedAdmin):
    """Economic regions, basins and parks; their polygons stay on the map."""

    list_display = ("code", "kind", "name_zh", "is_provisional", "confidence", "source")
    list_filter = ("kind", "is_provisional", "is_invented")
    search_fields = ("code", "name_zh", "name_en")
    exclude = ("shape",)
    inlines = (ZonePartInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Zones without their polygons, which may weigh megabytes."""
        return super().get_queryset(request).defer("shape")


@admin.register(Succession)
class SuccessionAdmin(LoadedAdmin):
    """Retired county codes and what came after them."""

    list_display = ("retired", "name_zh", "successor", "since", "is_whole", "source")
    search_fields = ("retired", "name_zh", "successor")
