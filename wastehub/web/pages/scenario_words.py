"""What a scenario supposes, change by change, in words."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matching.scenario_models import Scenario, ScenarioChange
from wastehub.web.templatetags.figures import mass, plain, yuan_per_t
from wastehub.web.templatetags.naming import both_plain, name

Kind = ScenarioChange.Kind


def changes_told(scenario: Scenario) -> list[dict[str, Any]]:
    """The changes in order, each with its words; a fixed number of queries."""
    rows = scenario.changes.select_related(
        "route",
        "material",
        "facility",
        "county",
        "demand__facility",
        "demand__route",
        "supply__facility",
        "supply__material",
    ).defer("county__shape", "county__drawn_shape")
    return [{"change": row, "words": told(row)} for row in rows]


def told(change: ScenarioChange) -> str:
    """One change in a sentence."""
    return _TOLD[Kind(change.kind)](change)


def _plant(change: Any) -> str:
    words = _(
        "%(name)s in %(county)s: %(route)s, %(mass)s a year, offers %(price)s"
    ) % {
        "name": change.name,
        "county": name(change.county),
        "route": both_plain(change.route),
        "mass": mass(change.capacity_kg_per_year),
        "price": yuan_per_t(change.price_yuan_per_t),
    }
    if change.farthest_km is None:
        return words
    return f"{words}, ≤ {plain(change.farthest_km)} km"


def _closure(change: Any) -> str:
    if change.facility:
        return _("%(site)s: the whole site") % {"site": name(change.facility)}
    listing = change.demand or change.supply
    what = change.demand.route if change.demand else change.supply.material
    return f"{name(listing.facility)}: {both_plain(what)}"


def _capacity(change: Any) -> str:
    site = f"{name(change.demand.facility)}: {both_plain(change.demand.route)}"
    was = mass(change.demand.capacity_kg_per_year)
    if change.times is not None:
        return _("%(site)s: %(was)s a year × %(times)s") % {
            "site": site,
            "was": was,
            "times": plain(change.times),
        }
    return _("%(site)s: %(mass)s a year in place of %(was)s") % {
        "site": site,
        "mass": mass(change.capacity_kg_per_year),
        "was": was,
    }


def _subsidy(change: Any) -> str:
    of = both_plain(change.material) if change.material else _("every material")
    return f"{of}: {yuan_per_t(change.subsidy_yuan_per_t)}"


def _edition(change: Any) -> str:
    return _("rules as of %(day)s") % {"day": date_format(change.as_of)}


_TOLD = {
    Kind.PLANT: _plant,
    Kind.CLOSURE: _closure,
    Kind.CAPACITY: _capacity,
    Kind.SUBSIDY: _subsidy,
    Kind.EDITION: _edition,
}
