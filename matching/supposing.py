"""What a scenario may suppose: each kind of change checked, field by field.

The database holds the same rules as constraints; these say them in words, all at once.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from django.utils.translation import gettext as _

from matching.engine.params import Objective
from matching.hypotheses import resized_kg
from matching.scenario_models import (
    MOST_SUBSIDY_YUAN_PER_T,
    MOST_TIMES,
    Scenario,
    ScenarioChange,
)
from matching.wishes import Border
from wastehub.errors import Refused
from wastehub.places import adcodes
from wastehub.places.services import county_at
from wastehub.registry import checks
from wastehub.registry.models import HORIZON_CEILING_YEARS, Demand, Facility
from wastehub.registry.sites import point_in_wgs84

Kind = ScenarioChange.Kind
Faults = dict[str, str]
Values = dict[str, Any]

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    Kind.PLANT: (
        "name",
        "route",
        "lon",
        "lat",
        "capacity_kg_per_year",
        "price_yuan_per_t",
        "farthest_km",
    ),
    Kind.CLOSURE: ("facility", "demand", "supply"),
    Kind.CAPACITY: ("demand", "capacity_kg_per_year", "times"),
    Kind.SUBSIDY: ("material", "subsidy_yuan_per_t"),
    Kind.EDITION: ("as_of",),
}
"""What each kind of change is told; an empty value says nothing."""


def change_of(scenario: Scenario, told: Mapping[str, Any]) -> ScenarioChange:
    """A change as told, without its place in the scenario and not yet saved.

    ``told`` has the kind and the fields of that kind: catalogue rows, listings and
    sites as objects, a plant's point in WGS 84 degrees, wet kilograms a year.

    Raises
    ------
    Refused
        ``invalid``, with every field at fault.
    """
    values = {key: value for key, value in told.items() if value not in (None, "")}
    kind = values.pop("kind", "")
    if kind not in FIELDS:
        raise _refused({"kind": _("There is no such kind of change.")})
    strange = {
        key: _("This is not told of a change of this kind.")
        for key in sorted(values)
        if key not in FIELDS[kind]
    }
    faults = strange or _CHECKS[kind](scenario, values)
    if faults:
        raise _refused(faults)
    return ScenarioChange(scenario=scenario, kind=kind, **values)


def _refused(faults: Faults) -> Refused:
    return Refused("invalid", _("This change can not be made."), faults)


def _plant(scenario: Scenario, values: Values) -> Faults:
    """A plant is checked as a demand is; its point becomes a point and a county."""
    needed = ("name", "route", "lon", "lat", "capacity_kg_per_year")
    faults = _missing(values, needed)
    values.setdefault("price_yuan_per_t", Decimal(0))
    if "capacity_kg_per_year" in values:
        _check_capacity(faults, values["capacity_kg_per_year"])
    checks.price(faults, "price_yuan_per_t", values["price_yuan_per_t"])
    checks.haul(faults, "farthest_km", values.get("farthest_km"))
    if not faults:
        _check_value(faults, values["capacity_kg_per_year"], values["price_yuan_per_t"])
    return faults or _place(scenario, values)


def _place(scenario: Scenario, values: Values) -> Faults:
    """Put the point and its county in the place of the coordinates."""
    try:
        point = point_in_wgs84(
            values.pop("lon"), values.pop("lat"), Facility.Datum.WGS84
        )
        county = county_at(point)
    except Refused as refused:
        return dict(refused.fields) or {"lon": refused.message}
    values |= {"point": point, "county": county}
    if not county.adcode.startswith(adcodes.prefix(scenario.adcode)):
        return {"lon": _("The plant must lie in the scenario's region.")}
    return {}


def _closure(scenario: Scenario, values: Values) -> Faults:
    if len(values) != 1:
        told = _("Name one site, one demand or one supply that closes.")
        return dict.fromkeys(values or ("facility",), told)
    ((field, thing),) = values.items()
    return _strange(scenario, field, thing)


def _capacity(scenario: Scenario, values: Values) -> Faults:
    faults = _missing(values, ("demand",))
    if ("times" in values) == ("capacity_kg_per_year" in values):
        told = _("State the new capacity, or how many times the old one it is.")
        return faults | {"capacity_kg_per_year": told}
    times = values.get("times")
    if times is not None and not (isfinite(times) and 0 < times <= MOST_TIMES):
        faults["times"] = _("Enter a number above 0, up to %(most)s.") % {
            "most": MOST_TIMES
        }
    if "capacity_kg_per_year" in values:
        _check_capacity(faults, values["capacity_kg_per_year"])
    if faults:
        return faults
    return _strange(scenario, "demand", values["demand"]) or _outgrown(values)


def _outgrown(values: Values) -> Faults:
    """What is wrong with the demand that the change would make."""
    faults: Faults = {}
    field = "times" if "times" in values else "capacity_kg_per_year"
    demand = values["demand"]
    capacity_kg, base_kg = resized_kg(
        demand.capacity_kg_per_year,
        demand.base_kg_per_year,
        ScenarioChange(**values),
    )
    if capacity_kg < 1:
        faults[field] = _("State how much can be taken in a year.")
    checks.mass(faults, field, base_kg)
    _check_value(faults, capacity_kg, demand.price_yuan_per_t, field)
    return faults


def _subsidy(scenario: Scenario, values: Values) -> Faults:
    faults = _missing(values, ("subsidy_yuan_per_t",))
    amount = values.get("subsidy_yuan_per_t")
    most = MOST_SUBSIDY_YUAN_PER_T
    if amount is not None and not (isfinite(amount) and 0 < amount <= most):
        faults["subsidy_yuan_per_t"] = _("Enter a number above 0, up to %(most)s.") % {
            "most": most
        }
    elif scenario.wishes.get("objective") == Objective.CO2:
        faults["subsidy_yuan_per_t"] = _("Least CO2 counts no money.")
    return faults


def _edition(scenario: Scenario, values: Values) -> Faults:
    return _missing(values, ("as_of",))


_CHECKS: Final[Mapping[str, Callable[[Scenario, Values], Faults]]] = {
    Kind.PLANT: _plant,
    Kind.CLOSURE: _closure,
    Kind.CAPACITY: _capacity,
    Kind.SUBSIDY: _subsidy,
    Kind.EDITION: _edition,
}


def _missing(values: Values, needed: tuple[str, ...]) -> Faults:
    return {name: _("This must be told.") for name in needed if name not in values}


def _check_capacity(faults: Faults, mass_kg: int) -> None:
    checks.mass(faults, "capacity_kg_per_year", mass_kg)
    if mass_kg == 0:
        faults["capacity_kg_per_year"] = _("State how much can be taken in a year.")


def _check_value(
    faults: Faults, mass_kg: int, price: Decimal, field: str = "price_yuan_per_t"
) -> None:
    checks.value(faults, field, mass_kg * HORIZON_CEILING_YEARS, price)


def _strange(scenario: Scenario, field: str, thing: Any) -> Faults:
    """Why a scenario can not speak of a site or a listing."""
    site = thing if isinstance(thing, Facility) else thing.facility
    if site.organisation.is_invented != scenario.is_invented:
        return {field: _("What is invented and what is real never meet.")}
    is_far = not site.county.adcode.startswith(adcodes.prefix(scenario.adcode))
    stays = scenario.wishes.get("border", Border.REGION) == Border.REGION
    if is_far and (stays or not isinstance(thing, Demand)):
        return {field: _("This does not lie in the scenario's region.")}
    return {}
