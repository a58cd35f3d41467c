"""What the page of the balance is asked: the question, and what stands beside it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maps.periods import Period, parse
from maps.question import LEVELS, REGION_LEVELS, Question, ask, level_within
from maps.subjects import subjects
from matching.models import MatchRun
from wastehub.errors import Refused
from wastehub.places import adcodes
from wastehub.places.models import Region, Zone
from wastehub.web.forms import choose_among, refuse
from wastehub.web.pages.balance_measures import FIRST_MEASURE, MEASURES, Measure
from wastehub.web.pages.period_words import periods_offered
from wastehub.web.pages.regions import regions_around, regions_in
from wastehub.web.templatetags.naming import both_plain, name

LEVEL_WORDS = {
    **dict(Region.Level.choices),
    **dict(Zone.Kind.choices),
    "company": gettext_lazy("company"),
    "site": gettext_lazy("site"),
}


class _Choice(forms.CharField):
    """A select whose value is read as text: who reads it says what is wrong with it."""

    widget = forms.Select


class BalanceForm(forms.Form):
    """After ``is_valid``: ``question``, ``coloured_by``, ``other`` and ``runs``."""

    material = _Choice(label=gettext_lazy("Material"), required=False)
    within = _Choice(label=gettext_lazy("Region"), required=False)
    level = _Choice(label=gettext_lazy("By"), required=False)
    period = _Choice(label=gettext_lazy("Period"), required=False)
    measure = forms.ChoiceField(
        label=gettext_lazy("Colour shows"), required=False, widget=forms.HiddenInput
    )
    as_of = forms.CharField(
        label=gettext_lazy("As known on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: as known today."),
    )
    compare = _Choice(label=gettext_lazy("Beside it, the period"), required=False)
    scenario = forms.UUIDField(
        label=gettext_lazy("Beside it, the plan of"),
        required=False,
        widget=forms.Select,
        error_messages={"invalid": gettext_lazy("There is no such scenario.")},
    )
    scenario2 = forms.UUIDField(
        label=gettext_lazy("and the plan of"),
        required=False,
        widget=forms.Select,
        error_messages={"invalid": gettext_lazy("There is no such scenario.")},
    )

    question: Question
    other: Period | None = None

    def __init__(self, told: Mapping[str, str], *, plans: Mapping[UUID, MatchRun]):
        super().__init__(told)
        self.plans = plans
        choose_among(
            self.fields["measure"], [(m.code, m.words) for m in MEASURES.values()]
        )

    def clean(self) -> dict[str, Any]:
        """Asks the question; every refusal stands at its field."""
        told = {key: str(value or "") for key, value in self.cleaned_data.items()}
        if not told.get("level"):
            within = told.get("within") or adcodes.COUNTRY
            told["level"] = level_within(within)
        try:
            self.question = ask(told)
        except Refused as refused:
            refuse(self, refused)
        self._compare(told.get("compare", ""))
        return self.cleaned_data

    @property
    def coloured_by(self) -> Measure:
        """By what the map is coloured."""
        return MEASURES[self.cleaned_data["measure"] or FIRST_MEASURE]

    @property
    def runs(self) -> list[MatchRun]:
        """The plans of the scenarios that stand beside."""
        asked = (self.cleaned_data.get(name) for name in ("scenario", "scenario2"))
        return [self.plans[code] for code in asked if code]

    def offer(self) -> None:
        """Fill the selects; what is chosen is among the options."""
        question = getattr(self, "question", None)
        within = question.within if question else adcodes.COUNTRY
        period = question.period if question else None
        options = {
            "material": _materials(),
            "within": _places(within),
            "level": _levels(within),
            "period": periods_offered(period),
            "compare": [("", _("none")), *_others(period, self.other)],
            "scenario": self._plans_offered(),
            "scenario2": self._plans_offered(),
        }
        for name_, choices in options.items():
            self.fields[name_].widget.choices = choices

    def _compare(self, text: str) -> None:
        if text:
            try:
                self.other = parse(text)
            except Refused as refused:
                self.add_error("compare", refused.message)
        scenario = self.cleaned_data.get("scenario")
        if self.cleaned_data.get("scenario2") and not scenario:
            self.add_error("scenario", _("Choose the first scenario first."))
        if scenario and text:
            told = _("Choose a period or a scenario to stand beside, not both.")
            self.add_error("scenario", told)
        by_regions = not hasattr(self, "question") or (
            self.question.level in REGION_LEVELS
        )
        if scenario and not by_regions:
            self.add_error("scenario", _("Plans stand beside regions only."))

    def _plans_offered(self) -> list[tuple[str, str]]:
        rows = [(str(code), str(run.scenario)) for code, run in self.plans.items()]
        return [("", _("none")), *rows]


def _materials() -> list[tuple[str, Any]]:
    found = subjects()
    together = [row for row in found if len(row.materials) > 1]
    alone = [row for row in found if len(row.materials) <= 1]
    return [
        (_("Together"), [(row.code, both_plain(row)) for row in together]),
        (_("Materials"), [(row.code, both_plain(row)) for row in alone]),
    ]


def _places(within: str) -> list[tuple[str, str]]:
    path = [(place.adcode, place.words) for place in regions_around(within)]
    return [*path, *((row.adcode, f"· {name(row)}") for row in regions_in(within))]


def _levels(within: str) -> list[tuple[str, Any]]:
    """Levels below the region; a coarser one would have nothing to show."""
    finest = (
        {0: 0, 2: 1, 4: 2, 6: 3}[len(adcodes.prefix(within))]
        if (adcodes.is_adcode(within))
        else 2
    )
    coarser = REGION_LEVELS[:finest]
    offered = [level for level in LEVELS if level not in coarser]
    words = [(level, LEVEL_WORDS.get(level, level)) for level in offered]
    return [("", _("the next finer level")), *words]


def _others(period: Period | None, other: Period | None) -> list[tuple[str, Any]]:
    if period is None:
        return periods_offered(other)
    near = [(period.before.code, _("the months before"))]
    if period.month_count != 12:
        near.append((period.year_before.code, _("a year before")))
    known = {code for code, _words in near}
    return [
        *near,
        *periods_offered(other if other and other.code not in known else None),
    ]
