"""Forms of the ledger's pages: tonnes outside, kilograms inside."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wastehub.catalogue.models import Material, UseRoute
from wastehub.ledger.headroom import WEIGHT_CEILING, Clock, Headroom
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.lines import Line
from wastehub.places.models import Region
from wastehub.registry.models import Facility
from wastehub.units import kg_from_tonnes, tonnes_from_kg
from wastehub.web.forms import NamedChoice
from wastehub.web.templatetags.naming import name

OWN_PROVINCE = "510000"


class TonnesField(forms.DecimalField):
    """Tonnes, to the kilogram."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=15, decimal_places=3, **options)


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, picked from the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def _provinces() -> list[tuple[str, str]]:
    rows = (
        Region.objects.current()
        .at(Region.Level.PROVINCE)
        .only("adcode", "name_zh", "name_en")
    )
    return [(row.adcode, name(row)) for row in rows.order_by("adcode")]


def material_field() -> NamedChoice:
    """A material by its code."""
    return NamedChoice(
        Material.objects.all(),
        label=_("Material"),
        to_field_name="code",
        empty_label=_("Choose a material"),
    )


class EntryForm(forms.Form):
    """One line of a site's ledger, as its people enter it."""

    entered_as = {"mass_kg": "mass_t"}

    material = material_field()
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    mass_t = TonnesField(label=_("Mass, tonnes"), help_text=_("As delivered (wet)."))
    occurred_on = day_field(_("Day"))
    evidence = forms.ChoiceField(
        label=_("How it is known"), choices=Evidence.choices, initial=Evidence.WEIGHED
    )
    route = NamedChoice(
        UseRoute.objects.all(),
        label=_("Use route"),
        to_field_name="code",
        required=False,
        empty_label=_("Only for what is used"),
    )
    counterparty_name = forms.CharField(
        label=_("Shipped to or received from"),
        required=False,
        max_length=200,
        help_text=_("Only for what is shipped or received without a transfer note."),
    )
    is_old_stock = forms.BooleanField(
        label=_("From what former years left"), required=False
    )
    reference = forms.CharField(label=_("Reference"), required=False, max_length=60)
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occurred_on"].initial = timezone.localdate()

    def line(self, facility: Facility) -> Line:
        """What is to be written."""
        data = dict(self.cleaned_data)
        return Line(
            facility=facility,
            mass_kg=kg_from_tonnes(data.pop("mass_t")),
            kind=Kind(data.pop("kind")),
            evidence=Evidence(data.pop("evidence")),
            **data,
        )


class CorrectionForm(forms.Form):
    """What an entry's mass really was, and why."""

    entered_as = {"mass_kg": "mass_t"}

    mass_t = TonnesField(
        label=_("The right mass, tonnes"),
        help_text=_("0 where it did not happen at all."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500)


class CapacityForm(forms.Form):
    """How much a yard holds."""

    entered_as = {"capacity_kg": "capacity_t"}

    material = material_field()
    capacity_t = TonnesField(label=_("The yard holds, tonnes"))
    source = forms.CharField(
        label=_("Who says so"),
        max_length=200,
        help_text=_("The approval, the survey or the design."),
    )
    declared_on = day_field(_("As of"))


class TermsForm(forms.Form):
    """What a site puts into the headroom model."""

    entered_as = {"carry_kg": "carry_t", "stock_plan_kg": "stock_plan_t"}

    material = material_field()
    carry_t = TonnesField(label=_("Carried over, tonnes"), min_value=0)
    stock_plan_t = TonnesField(
        label=_("Planned stock, tonnes"),
        min_value=0,
        required=False,
        help_text=_("Empty: nothing is taken off for what lies in the yard."),
    )
    weight = forms.FloatField(
        label=_("Weight k"), min_value=0, max_value=WEIGHT_CEILING
    )


class WhatIfForm(forms.Form):
    """Other numbers for the clock and the headroom; what is left empty stays."""

    capacity_t = TonnesField(label=_("The yard holds, tonnes"), min_value=0.001)
    net_t = TonnesField(label=_("Growth in the days counted, tonnes"))
    used_t = TonnesField(label=_("Used last quarter, tonnes"), min_value=0)
    carry_t = TonnesField(label=_("Carried over, tonnes"), min_value=0)
    stock_t = TonnesField(label=_("Stock at its beginning, tonnes"), min_value=0)
    stock_plan_t = TonnesField(label=_("Planned stock, tonnes"), min_value=0)
    made_t = TonnesField(label=_("Generated since, tonnes"), min_value=0)
    weight = forms.FloatField(
        label=_("Weight k"), min_value=0, max_value=WEIGHT_CEILING
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def told(self, model: type[Clock] | type[Headroom]) -> dict[str, Any]:
        """The numbers that were given, by the names of a model's fields."""
        found = {}
        for field, value in self.cleaned_data.items():
            is_mass = field.endswith("_t")
            at = f"{field.removesuffix('_t')}_kg" if is_mass else field
            if value is not None and at in model.__dataclass_fields__:
                found[at] = kg_from_tonnes(value) if is_mass else value
        return found


class PastForm(forms.Form):
    """A table of a past ledger."""

    file = forms.FileField(
        label=_("Table (XLSX or CSV)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class PackForm(forms.Form):
    """Two provinces and a period."""

    one = forms.ChoiceField(
        label=_("Between"), choices=_provinces, initial=OWN_PROVINCE
    )
    other = forms.ChoiceField(label=_("and"), choices=_provinces)
    first = day_field(_("First day"))
    last = day_field(_("Last day"))


def tonnes_or_empty(mass_kg: int | None) -> str:
    """A mass as a form shows it."""
    return "" if mass_kg is None else f"{tonnes_from_kg(mass_kg).normalize():f}"
