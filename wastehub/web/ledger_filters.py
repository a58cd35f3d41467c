"""What the ledger can be asked: site, material, days, kind and counterparty."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wastehub.catalogue.models import Material
from wastehub.exchange.states import DeclarationStatus
from wastehub.ledger.kinds import Kind
from wastehub.registry.models import Facility
from wastehub.web import policy
from wastehub.web.forms import NamedChoice, PlaceChoice


class _NamedFilter(django_filters.ModelChoiceFilter):
    """A row of the catalogue by its code, shown in both languages."""

    field_class = NamedChoice


class _PlaceFilter(django_filters.ModelChoiceFilter):
    """A site by its public id, shown in the reader's language."""

    field_class = PlaceChoice


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _sites(request: Any) -> QuerySet[Facility]:
    return policy.ledgers(request.user).order_by("name_zh")


class SiteEntryFilterSet(django_filters.FilterSet):
    """Entries of one site."""

    material = _NamedFilter(
        queryset=Material.objects.all(),
        to_field_name="code",
        label=_("Material"),
        empty_label=_("All materials"),
        error_messages={"invalid_choice": _("This material is not in the catalogue.")},
    )
    first = django_filters.DateFilter(
        "occurred_on", "gte", label=_("First day"), widget=_day_input()
    )
    last = django_filters.DateFilter(
        "occurred_on", "lte", label=_("Last day"), widget=_day_input()
    )
    kind = django_filters.ChoiceFilter(
        choices=Kind.choices, label=_("Kind"), empty_label=_("All kinds")
    )
    counterparty = django_filters.CharFilter(
        "counterparty_name", "icontains", label=_("Shipped to or received from")
    )


class EntryFilterSet(SiteEntryFilterSet):
    """Entries of every site that the user may see."""

    facility = _PlaceFilter(
        queryset=_sites,
        to_field_name="public_id",
        label=_("Site"),
        empty_label=_("All sites"),
        error_messages={"invalid_choice": _("There is no such thing here.")},
    )


class NoteFilterSet(django_filters.FilterSet):
    """Notes by either site, material, planned day and counterparty."""

    facility = _PlaceFilter(
        queryset=_sites, to_field_name="public_id", method="of_site"
    )
    material = _NamedFilter(
        "agreement__material", queryset=Material.objects.all(), to_field_name="code"
    )
    first = django_filters.DateFilter("planned_on", "gte")
    last = django_filters.DateFilter("planned_on", "lte")
    counterparty = django_filters.CharFilter(method="with_party")

    def of_site(self, rows: Any, name: str, site: Facility) -> QuerySet:
        """Notes that the site ships or receives by."""
        return rows.between(Facility.objects.filter(pk=site.pk))

    def with_party(self, rows: Any, name: str, told: str) -> QuerySet:
        """Notes with a party whose name holds these words."""
        return rows.between(Facility.objects.filter(name_zh__icontains=told))


class DeclarationFilterSet(django_filters.FilterSet):
    """Declarations by site, material, month and state."""

    facility = _PlaceFilter(queryset=_sites, to_field_name="public_id")
    material = _NamedFilter(queryset=Material.objects.all(), to_field_name="code")
    first = django_filters.DateFilter("month", "gte")
    last = django_filters.DateFilter("month", "lte")
    status = django_filters.ChoiceFilter(choices=DeclarationStatus.choices)
