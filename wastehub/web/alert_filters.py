"""What the work list can be asked, by page and API alike."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from maps.alerts.kinds import AlertKind, AlertState
from maps.alerts.querysets import AlertQuerySet
from maps.models import Alert
from wastehub.catalogue.models import Material
from wastehub.places.models import Region, RegionQuerySet
from wastehub.web.forms import PlaceChoice
from wastehub.web.note_filters import MaterialFilter

CLEARED = "cleared"


@extend_schema_field(OpenApiTypes.STR)
class _PlaceFilter(django_filters.ModelChoiceFilter):
    """A region by its adcode, shown in the reader's language."""

    field_class = PlaceChoice


def _prefectures(request: Any) -> RegionQuerySet:
    rows = Region.objects.current().filling(Region.Level.PREFECTURE)
    return rows.only("adcode", "name_zh", "name_en").order_by("adcode")


class AlertFilterSet(django_filters.FilterSet):
    """Alerts by kind, material, prefecture and state; unasked, those still to do."""

    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=AlertKind.choices, empty_label=_("All kinds")
    )
    material = MaterialFilter(
        label=_("Material"),
        queryset=Material.objects.all(),
        to_field_name="code",
        empty_label=_("All materials"),
    )
    prefecture = _PlaceFilter(
        label=_("Prefecture"),
        queryset=_prefectures,
        to_field_name="adcode",
        method="inside",
        empty_label=_("All prefectures"),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[*AlertState.choices, (CLEARED, _("its reason is gone"))],
        method="in_state",
        empty_label=pgettext_lazy("state of an alert", "still to do"),
    )

    class Meta:
        model = Alert
        fields: list[str] = []

    def filter_queryset(self, queryset: AlertQuerySet) -> AlertQuerySet:
        """What is asked; those still to do where no state is."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.to_do()

    def inside(self, rows: AlertQuerySet, name: str, place: Region) -> AlertQuerySet:
        """Alerts of the prefecture and of what lies in it."""
        return rows.within(place.adcode)

    def in_state(self, rows: AlertQuerySet, name: str, state: str) -> AlertQuerySet:
        """Standing alerts in a state, or those whose reason is gone."""
        if state == CLEARED:
            return rows.filter(cleared_at__isnull=False)
        return rows.standing().filter(state=state)
