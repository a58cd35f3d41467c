"""The forms of an offer and of a counter-offer: tonnes and yuan; services take kg."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wastehub.catalogue.models import UseRoute
from wastehub.exchange.models import Offer
from wastehub.exchange.offers import Asked, terms_of
from wastehub.exchange.terms import Terms
from wastehub.registry.models import Facility, Supply
from wastehub.units import kg_from_tonnes, tonnes_from_kg
from wastehub.web.forms import NamedChoice, PlaceChoice, choose_among
from wastehub.web.templatetags.naming import both_plain, name

ANSWER_WITHIN = timedelta(days=14)
USUAL_TERM = timedelta(days=90)


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget)


class TermsForm(forms.Form):
    """How much, at what price, by when."""

    entered_as = {"mass_kg": "mass_t"}

    kind = forms.ChoiceField(label=_("Kind"), choices=Terms.Kind.choices)
    mass_t = forms.DecimalField(
        label=_("Mass, tonnes"),
        max_digits=20,
        decimal_places=3,
        help_text=_("As delivered (wet)."),
    )
    price_yuan_per_t = forms.DecimalField(
        label=_("Price, CNY per tonne"),
        max_digits=12,
        decimal_places=2,
        help_text=_(
            "What the consignee pays at the consignor's gate, before the haul. "
            "Negative if the consignor pays."
        ),
    )
    haulier = forms.ChoiceField(label=_("Haul"), choices=Terms.Haulier.choices)
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))
    expires_on = _day(_("Answer until"), _("After this day the offer expires."))
    message = forms.CharField(
        label=_("Message"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def asked(self) -> Asked:
        """The terms as the services take them."""
        told = {
            name: self.cleaned_data[name]
            for name in TermsForm.base_fields
            if name != "mass_t"
        }
        return Asked(mass_kg=kg_from_tonnes(self.cleaned_data["mass_t"]), **told)


class SupplyChoice(forms.ModelChoiceField):
    """A supply by its material and its site."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{both_plain(obj.material)} · {name(obj.facility)}"


class OfferForm(TermsForm):
    """What goes where, and on which terms; each end may already be settled."""

    field_order = ["supply", "consignee", "route"]

    supply = SupplyChoice(
        None,
        label=_("Supply"),
        to_field_name="public_id",
        empty_label=_("Choose a supply"),
    )
    consignee = PlaceChoice(
        None,
        label=_("Receiving site"),
        to_field_name="public_id",
        empty_label=_("Choose a site"),
    )
    route = NamedChoice(
        None,
        label=_("Use route"),
        to_field_name="code",
        empty_label=_("Choose a use route"),
    )

    def __init__(
        self,
        *args: Any,
        supplies: QuerySet[Supply],
        consignees: QuerySet[Facility],
        routes: QuerySet[UseRoute],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = {"supply": supplies, "consignee": consignees, "route": routes}
        for field, rows in choices.items():
            choose_among(self.fields[field], rows)


def usual_terms() -> dict[str, Any]:
    """What a new offer starts from."""
    today = timezone.localdate()
    return {
        "kind": Terms.Kind.ONE_OFF,
        "starts_on": today,
        "ends_on": today + USUAL_TERM,
        "expires_on": today + ANSWER_WITHIN,
    }


def terms_as_entered(offer: Offer) -> dict[str, Any]:
    """An offer's terms as a counter-offer starts from them, with a new last day."""
    told = terms_of(offer)
    told["mass_t"] = tonnes_from_kg(told.pop("mass_kg"))
    return told | {"expires_on": timezone.localdate() + ANSWER_WITHIN}
