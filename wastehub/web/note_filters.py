"""What the list of transfer notes can be asked, by page and API alike."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from wastehub.catalogue.models import Material
from wastehub.exchange.models import Agreement, TransferNote
from wastehub.exchange.states import NoteStatus
from wastehub.registry.models import Facility
from wastehub.web import policy
from wastehub.web.forms import NamedChoice, PlaceChoice


def sites_of_notes(request: HttpRequest) -> QuerySet[Facility]:
    """Both ends of every note that the user may see."""
    agreements = Agreement.objects.filter(notes__in=policy.notes(request.user))
    ends = Q(pk__in=agreements.values("consignor"))
    return Facility.objects.filter(ends | Q(pk__in=agreements.values("consignee")))


@extend_schema_field(OpenApiTypes.UUID)
class SiteFilter(django_filters.ModelChoiceFilter):
    """One of the two sites, by its public identity."""

    field_class = PlaceChoice


class MaterialFilter(django_filters.ModelChoiceFilter):
    """A material by its code."""

    field_class = NamedChoice


_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NoteFilterSet(django_filters.FilterSet):
    """Notes by state, site, counterparty, material and planned day."""

    status = django_filters.ChoiceFilter(
        label=_("State"), choices=NoteStatus.choices, empty_label=_("Every state")
    )
    site = SiteFilter(
        label=_("Site"),
        queryset=sites_of_notes,
        to_field_name="public_id",
        method="at_an_end",
        empty_label=_("Every site"),
    )
    counterparty = SiteFilter(
        label=_("Counterparty"),
        queryset=sites_of_notes,
        to_field_name="public_id",
        method="at_an_end",
        empty_label=_("Every counterparty"),
    )
    material = MaterialFilter(
        label=_("Material"),
        queryset=Material.objects.all(),
        field_name="agreement__material",
        to_field_name="code",
        empty_label=_("All materials"),
    )
    planned_from = django_filters.DateFilter(
        label=_("Planned from"), field_name="planned_on", lookup_expr="gte", widget=_DAY
    )
    planned_until = django_filters.DateFilter(
        label=_("Planned until"),
        field_name="planned_on",
        lookup_expr="lte",
        widget=_DAY,
    )

    class Meta:
        model = TransferNote
        fields: list[str] = []

    def at_an_end(self, rows: QuerySet, name: str, site: Facility) -> QuerySet:
        """Notes that the site ships or receives by."""
        return rows.filter(Q(agreement__consignor=site) | Q(agreement__consignee=site))
