"""The forms of a scenario: what it asks, and one for each kind of change."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.scenario_models import (
    MOST_SUBSIDY_YUAN_PER_T,
    MOST_TIMES,
    Scenario,
    ScenarioChange,
)
from wastehub.catalogue.models import Material, UseRoute
from wastehub.registry.models import Demand, Facility, Supply
from wastehub.registry.sites import point_in_wgs84
from wastehub.units import kg_from_tonnes
from wastehub.web import policy
from wastehub.web.forms import NamedChoice, PointFields
from wastehub.web.plan_form import WishesForm
from wastehub.web.templatetags.figures import mass
from wastehub.web.templatetags.naming import both_plain, name

SITES_SHOWN: Final = 20
_MASS: dict[str, Any] = {"max_digits": 20, "decimal_places": 3}
_PRICE: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}


class NameForm(forms.Form):
    """What a scenario is called."""

    name = forms.CharField(label=_("Name"), max_length=100)
    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is supposed, and why."),
    )


class ScenarioForm(WishesForm, NameForm):
    """A scenario's name and what its plans are asked."""

    field_order = ["name", "note"]

    def asked(self) -> dict[str, Any]:
        """What ``scenario_create`` takes."""
        told = {key: self.cleaned_data[key] for key in ("name", "note")}
        return {**super().asked(), **told}


class ChangeForm(forms.Form):
    """One kind of change; ``named`` narrows the sites that it may speak of."""

    # The form's name of each field that the service calls otherwise.
    entered_as: dict[str, str] = {}
    asks_for_a_site = False

    def __init__(
        self, *args: Any, scenario: Scenario, user: Any, named: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer(sites_named(scenario, user, named) if self.asks_for_a_site else [])

    def offer(self, sites: Iterable[Facility]) -> None:
        """Let the user choose among these sites, or what is listed at them."""

    @property
    def has_choices(self) -> bool:
        """Whether there is something to choose where there must be."""
        return True

    def change(self) -> dict[str, Any]:
        """What ``change_add`` takes beside the kind."""
        return dict(self.cleaned_data)


class PlantForm(ChangeForm, PointFields):
    """A taker that does not exist."""

    field_order = ["name", "route", "lon", "lat", "datum"]
    entered_as = {"capacity_kg_per_year": "capacity_t_per_year"}

    name = forms.CharField(label=_("Name"), max_length=100)
    route = NamedChoice(
        UseRoute.objects.all(),
        label=_("Use route"),
        to_field_name="code",
        empty_label="—",
        error_messages={"invalid_choice": _("Unknown use route.")},
    )
    capacity_t_per_year = forms.DecimalField(
        label=_("Capacity, tonnes a year"), **_MASS
    )
    price_yuan_per_t = forms.DecimalField(
        label=_("Price offered, CNY per tonne"), initial=0, required=False, **_PRICE
    )
    farthest_km = forms.FloatField(
        label=_("Farthest supply, km in a straight line"), required=False
    )

    def change(self) -> dict[str, Any]:
        """The plant with its point in WGS 84 and its capacity in kilograms."""
        told = dict(self.cleaned_data)
        point = point_in_wgs84(told["lon"], told["lat"], told.pop("datum"))
        capacity_t = told.pop("capacity_t_per_year")
        return told | {
            "lon": point.x,
            "lat": point.y,
            "capacity_kg_per_year": kg_from_tonnes(capacity_t),
        }


class ClosureForm(ChangeForm):
    """A site that closes, or one of its listings."""

    asks_for_a_site = True
    entered_as = {"facility": "closes", "demand": "closes", "supply": "closes"}

    closes = forms.ChoiceField(
        label=_("What closes"),
        error_messages={"invalid_choice": _("There is no such thing here.")},
    )

    def offer(self, sites: Iterable[Facility]) -> None:
        """The sites, and under each its open demands and supplies."""
        self.things: dict[str, tuple[str, Any]] = {}
        groups = []
        for site in sites:
            rows: list[Any] = [("facility", site, _("the whole site"))]
            rows += [("demand", row, wanted(row)) for row in _open(site.demands)]
            rows += [("supply", row, offered(row)) for row in _open(site.supplies)]
            self.things |= {str(row.public_id): (kind, row) for kind, row, _w in rows}
            groups.append(_group(site, [(row, words) for _kind, row, words in rows]))
        closes: Any = self.fields["closes"]
        closes.choices = groups

    @property
    def has_choices(self) -> bool:
        """Whether any site was found."""
        return bool(self.things)

    def change(self) -> dict[str, Any]:
        """The one thing that closes."""
        kind, thing = self.things[self.cleaned_data["closes"]]
        return {kind: thing}


class CapacityForm(ChangeForm):
    """A demand that takes more or less."""

    asks_for_a_site = True
    entered_as = {"capacity_kg_per_year": "capacity_t_per_year"}

    demand = forms.ChoiceField(
        label=_("Taker"),
        error_messages={"invalid_choice": _("There is no such thing here.")},
    )
    capacity_t_per_year = forms.DecimalField(
        label=_("New capacity, tonnes a year"),
        required=False,
        help_text=_("The mass that shares are counted of changes in proportion."),
        **_MASS,
    )
    more_t_per_year = forms.DecimalField(
        label=_("Or so many tonnes a year more"),
        required=False,
        help_text=_("Negative for less."),
        **_MASS,
    )
    times = forms.FloatField(
        label=_("Or so many times what it is"),
        required=False,
        max_value=MOST_TIMES,
    )

    def clean(self) -> dict[str, Any]:
        """Exactly one way to say the new capacity."""
        told = super().clean() or {}
        ways = ("capacity_t_per_year", "more_t_per_year", "times")
        if not self.errors and sum(told.get(way) is not None for way in ways) != 1:
            words = _("State the new capacity in one of the three ways.")
            self.add_error("capacity_t_per_year", words)
        return told

    def offer(self, sites: Iterable[Facility]) -> None:
        """The open demands of the sites."""
        rows = [(site, list(_open(site.demands))) for site in sites]
        self.demands = {str(row.public_id): row for _s, here in rows for row in here}
        demand: Any = self.fields["demand"]
        demand.choices = [
            _group(site, [(row, wanted(row)) for row in here])
            for site, here in rows
            if here
        ]

    @property
    def has_choices(self) -> bool:
        """Whether any site with a demand was found."""
        return bool(self.demands)

    def change(self) -> dict[str, Any]:
        """The demand and its new capacity in kilograms, or the factor."""
        told = self.cleaned_data
        demand = self.demands[told["demand"]]
        capacity_kg = None
        if told["capacity_t_per_year"] is not None:
            capacity_kg = kg_from_tonnes(told["capacity_t_per_year"])
        elif told["more_t_per_year"] is not None:
            more_kg = kg_from_tonnes(told["more_t_per_year"])
            capacity_kg = demand.capacity_kg_per_year + more_kg
        return {
            "demand": demand,
            "capacity_kg_per_year": capacity_kg,
            "times": told["times"],
        }


class SubsidyForm(ChangeForm):
    """What is paid for a placed tonne."""

    material = NamedChoice(
        Material.objects.order_by("code"),
        label=_("Material"),
        to_field_name="code",
        required=False,
        empty_label=_("every material"),
        error_messages={"invalid_choice": _("Unknown material.")},
    )
    subsidy_yuan_per_t = forms.DecimalField(
        label=_("Subsidy, CNY per tonne placed"),
        max_value=MOST_SUBSIDY_YUAN_PER_T,
        **_PRICE,
    )


class EditionForm(ChangeForm):
    """The rules of another day."""

    as_of = forms.DateField(
        label=_("Rules as of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_(
            "Standards in force on that day, as published in the catalogue today; "
            "listings stay those of the plan's day."
        ),
    )


FORMS: Final[dict[str, type[ChangeForm]]] = {
    ScenarioChange.Kind.PLANT.value: PlantForm,
    ScenarioChange.Kind.CLOSURE.value: ClosureForm,
    ScenarioChange.Kind.CAPACITY.value: CapacityForm,
    ScenarioChange.Kind.SUBSIDY.value: SubsidyForm,
    ScenarioChange.Kind.EDITION.value: EditionForm,
}


def sites_named(scenario: Scenario, user: Any, named: str) -> list[Facility]:
    """Sites of the scenario's region whose name has these letters, the first 20."""
    if not named.strip() or "\x00" in named:
        return []
    called = Q(name_zh__icontains=named.strip()) | Q(name_en__icontains=named.strip())
    sites = policy.facilities(user).within(scenario.adcode).filter(called)
    same = sites.filter(organisation__is_invented=scenario.is_invented)
    return list(same.order_by("name_zh", "public_id")[:SITES_SHOWN])


def _group(site: Facility, rows: Iterable[tuple[Any, str]]) -> tuple[str, list[Any]]:
    """Options below their site's name, which each repeats for when it stands alone."""
    options = [(str(row.public_id), f"{name(site)}: {words}") for row, words in rows]
    return name(site), options


def wanted(demand: Demand) -> str:
    """A demand in a few words."""
    taken = mass(demand.capacity_kg_per_year)
    return _("takes: %(what)s, %(mass)s a year") % {
        "what": both_plain(demand.route),
        "mass": taken,
    }


def offered(supply: Supply) -> str:
    """A supply in a few words."""
    return _("offers: %(what)s") % {"what": both_plain(supply.material)}


def _open(listings: Any) -> Any:
    related = "route" if listings.model is Demand else "material"
    return listings.all().open().select_related(related).order_by("public_id")
