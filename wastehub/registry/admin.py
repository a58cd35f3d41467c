"""The operator's view of sites and listings.

A point is entered as numbers with their datum; no map is fetched from elsewhere.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wastehub.errors import Refused
from wastehub.places.services import county_at
from wastehub.registry.models import Assay, AssayValue, Demand, Facility, Supply
from wastehub.registry.reports import reported_values
from wastehub.registry.sites import point_in_wgs84

_KEPT: tuple[str, ...] = ("public_id", "source_key", "created_at", "changed_at")
_OUTLINES = ("county__shape", "county__drawn_shape")


class FacilityForm(forms.ModelForm):
    """Places the entered point in its county, or says why it can not."""

    class Meta:
        model = Facility
        fields = (
            "organisation",
            "name_zh",
            "name_en",
            "origin",
            "entered_lon",
            "entered_lat",
            "datum",
            "is_approximate",
            "source",
        )

    def clean(self) -> dict[str, Any]:
        """Set the WGS 84 point and the county."""
        told = super().clean() or {}
        entered = [told.get(name) for name in ("entered_lon", "entered_lat", "datum")]
        if None not in entered:
            self._place(*entered)
        return told

    def _place(self, lon: Any, lat: Any, datum: Any) -> None:
        try:
            self.instance.point = point_in_wgs84(lon, lat, datum)
            self.instance.county = county_at(self.instance.point)
        except Refused as refused:
            self.add_error(None, refused.message)


@admin.register(Facility)
class FacilityAdmin(admin.ModelAdmin):
    """Sites by name, place and where they were learned of."""

    form = FacilityForm
    list_display = ("name_zh", "name_en", "organisation", "county", "origin")
    list_filter = ("origin", "is_approximate", "datum")
    list_select_related = ("organisation", "county")
    search_fields = ("name_zh", "name_en", "public_id", "organisation__name_zh")
    autocomplete_fields = ("organisation",)
    readonly_fields = ("public_id", "in_wgs84", "county", "source_key", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Facility]:
        """Sites without the outlines of their counties."""
        return super().get_queryset(request).defer(*_OUTLINES)

    @admin.display(description=_("longitude, latitude in WGS 84"))
    def in_wgs84(self, site: Facility) -> str:
        """The stored point as text."""
        return f"{site.point.x:.6f}, {site.point.y:.6f}" if site.point else ""


class ListingAdmin(admin.ModelAdmin):
    """What supplies and demands share."""

    autocomplete_fields = ("facility",)
    date_hierarchy = "created_at"
    readonly_fields = _KEPT
    search_fields = ("public_id", "facility__name_zh", "facility__name_en")


class AssayInline(admin.TabularInline):
    """Laboratory reports on a supply."""

    model = Assay
    extra = 0
    show_change_link = True


@admin.register(Supply)
class SupplyAdmin(ListingAdmin):
    """What is on offer."""

    inlines = (AssayInline,)
    list_display = (
        "facility",
        "material",
        "stock_kg",
        "rate_kg_per_year",
        "price_yuan_per_t",
        "valid_until",
        "status",
        "is_estimated",
    )
    list_filter = ("status", "is_estimated", "material", "facility__origin")
    list_select_related = ("facility", "material")
    readonly_fields = (*_KEPT, "matched_at")


@admin.register(Demand)
class DemandAdmin(ListingAdmin):
    """What is wanted."""

    list_display = (
        "facility",
        "route",
        "capacity_kg_per_year",
        "farthest_km",
        "price_yuan_per_t",
        "valid_until",
        "status",
        "is_estimated",
    )
    list_filter = ("status", "is_estimated", "route", "facility__origin")
    list_select_related = ("facility", "route")


class AssayValueFormSet(forms.BaseInlineFormSet):
    """Values that are held to what a report may say, as anywhere else."""

    def clean(self) -> None:
        """Refuses what a laboratory can not have found."""
        super().clean()
        report = self.instance
        if any(self.errors) or not (report.supply_id and report.sampled_on):
            return
        told = [row.cleaned_data for row in self.forms if _is_kept(row)]
        try:
            reported_values(
                material=report.supply.material,
                sampled_on=report.sampled_on,
                values={row["parameter"].code: row["value"] for row in told},
                reported_basis=Assay.Basis.DRY,
            )
        except Refused as refusal:
            raise forms.ValidationError(list(refusal.fields.values())) from refusal


def _is_kept(row: forms.ModelForm) -> bool:
    return bool(row.cleaned_data) and not row.cleaned_data.get("DELETE")


class AssayValueInline(admin.TabularInline):
    """What was measured."""

    model = AssayValue
    formset = AssayValueFormSet
    autocomplete_fields = ("parameter",)
    extra = 0


@admin.register(Assay)
class AssayAdmin(admin.ModelAdmin):
    """Laboratory reports."""

    inlines = (AssayValueInline,)
    list_display = ("supply", "sampled_on", "laboratory", "report_number")
    list_select_related = ("supply",)
    autocomplete_fields = ("supply",)
    readonly_fields = ("reported_basis",)
    search_fields = ("report_number", "laboratory", "supply__public_id")

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool
    ) -> None:
        """Write the values, and let the supply be matched by them."""
        super().save_related(request, form, formsets, change)
        form.instance.supply.save(update_fields=["changed_at"])
