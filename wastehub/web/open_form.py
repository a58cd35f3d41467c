"""What the page of the open data is asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maps.open_data import (
    ASKED,
    OpenData,
    asked_of,
    open_data,
    open_periods,
    open_subjects,
)
from maps.open_view import OPEN_LEVELS
from wastehub.errors import Refused
from wastehub.places.models import Region, Zone
from wastehub.web.forms import choose_among, refuse
from wastehub.web.pages.balance_measures import FIRST_MEASURE, MEASURES, Measure
from wastehub.web.pages.period_words import period_words
from wastehub.web.templatetags.naming import both_plain

_WORDS = {**dict(Region.Level.choices), **dict(Zone.Kind.choices)}


class _Choice(forms.CharField):
    """A select whose value is read as text: the question says what is wrong."""

    widget = forms.Select


class OpenDataForm(forms.Form):
    """After ``is_valid``: ``data_told``, none before the first edition."""

    material = _Choice(label=_("Material"), required=False)
    level = _Choice(label=_("By"), required=False)
    period = _Choice(label=_("Period"), required=False)
    within = forms.CharField(required=False, widget=forms.HiddenInput)
    measure = forms.ChoiceField(label=_("Colour shows"), required=False)

    data_told: OpenData | None = None

    def __init__(self, told: dict[str, str]):
        super().__init__(told)
        choose_among(
            self.fields["measure"], [(m.code, m.words) for m in MEASURES.values()]
        )

    def clean(self) -> dict[str, Any]:
        """Asks; every refusal stands at its field, and it offers what can be asked."""
        told = {name: str(self.cleaned_data.get(name) or "") for name in ASKED}
        try:
            self.data_told = open_data(told)
        except Refused as refused:
            if refused.code != "no_edition":
                refuse(self, refused)
                self._offer(open_data({}))
            return self.cleaned_data
        self._offer(self.data_told)
        self.data = {**self.data, **asked_of(self.data_told)}
        return self.cleaned_data

    @property
    def coloured_by(self) -> Measure:
        """By what the map is coloured."""
        return MEASURES[self.cleaned_data["measure"] or FIRST_MEASURE]

    def _offer(self, data: OpenData) -> None:
        years, quarters = open_periods(data.view)
        options = {
            "material": [
                (one.code, both_plain(one)) for one in open_subjects(data.view.edition)
            ],
            "level": [(one, _WORDS[one]) for one in OPEN_LEVELS],
            "period": [(one.code, period_words(one)) for one in (*years, *quarters)],
        }
        for name, choices in options.items():
            self.fields[name].widget.choices = choices
