"""What the pairs of a plan can be asked: material, route, verdict, name, order."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from matching.models import Match, Verdict
from wastehub.catalogue.models import Material, UseRoute
from wastehub.web.templatetags.naming import both_plain

LARGEST_FIRST = "-mass"
COLUMNS = {
    "from": "supply__facility__name_zh",
    "material": "supply__material__code",
    "to": "demand__facility__name_zh",
    "route": "demand__route__code",
    "mass": "mass_kg",
    "distance": "distance_km",
    "net": "net_cost_yuan_per_t",
}
_NAMES = (
    "supply__facility__name_zh",
    "supply__facility__name_en",
    "demand__facility__name_zh",
    "demand__facility__name_en",
)


class _NamedField(django_filters.fields.ModelChoiceField):
    def label_from_instance(self, row: Any) -> str:
        return both_plain(row)


class _NamedFilter(django_filters.ModelChoiceFilter):
    """A row of the catalogue by its code, offered by its names."""

    field_class = _NamedField


class FlowFilterSet(django_filters.FilterSet):
    """Pairs of a plan; nonsense is a 400 that names the field."""

    material = _NamedFilter(
        field_name="supply__material",
        queryset=Material.objects.all(),
        to_field_name="code",
        label=_("Material"),
        empty_label=_("all"),
        error_messages={"invalid_choice": _("Unknown material.")},
    )
    route = _NamedFilter(
        field_name="demand__route",
        queryset=UseRoute.objects.all(),
        to_field_name="code",
        label=_("Use route"),
        empty_label=_("all"),
        error_messages={"invalid_choice": _("Unknown use route.")},
    )
    verdict = django_filters.ChoiceFilter(
        choices=[choice for choice in Verdict.choices if choice[0] != Verdict.NO],
        label=_("Stands on"),
        empty_label=_("all"),
    )
    named = django_filters.CharFilter(
        method="with_name", label=_("Site name contains"), max_length=100
    )
    ordering = django_filters.ChoiceFilter(
        choices=[(sign + key, sign + key) for key in COLUMNS for sign in ("", "-")],
        method="keep",
        label=_("Order"),
        empty_label=None,
    )

    class Meta:
        model = Match
        fields: list[str] = []

    def with_name(self, rows: QuerySet[Match], field: str, text: str) -> QuerySet:
        """Pairs whose holder's or taker's site is called so, in either language."""
        found = Q()
        for column in _NAMES:
            found |= Q(**{f"{column}__icontains": text})
        return rows.filter(found)

    def keep(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Nothing by itself: the order is the last step."""
        return rows

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """By each filter, then in order; ties by the pair, so that pages are stable."""
        rows = super().filter_queryset(queryset)
        asked = self.form.cleaned_data.get("ordering") or LARGEST_FIRST
        column = COLUMNS[asked.removeprefix("-")]
        sign = "-" if asked.startswith("-") else ""
        return rows.order_by(f"{sign}{column}", "pk")
