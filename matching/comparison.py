"""Plans of scenarios beside the plan of what is: totals, sites, the next tonne's price.

The plans that stand beside each other answer one question on one day, so that all of
the difference is due to what the scenarios suppose.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from matching.difference import Delivered, Site, Turn, turns
from matching.engine.params import Objective
from matching.models import Match, MatchRun, PlantMatch, Price
from matching.scenario_models import Scenario, ScenarioChange
from wastehub.errors import Refused
from wastehub.registry.models import Demand

MOST_SCENARIOS: Final = 4
FIGURES: Final = (
    "placed_kg",
    "left_kg",
    "net_cost_yuan",
    "haul_cost_yuan",
    "subsidy_yuan",
    "tonne_km",
    "co2_haul_t",
    "co2_displaced_t",
)
"""What is compared of two plans' summaries; money and CO2 are estimates."""
_PRICED: Final = (Objective.COST, Objective.MIX)
_SITE: Final = ("public_id", "name_zh", "name_en")


@dataclass(frozen=True)
class PriceTurn:
    """What one more tonne of room is worth at a taker that a scenario touches.

    ``demand`` is empty for a plant, which has no price before; a price is empty too
    where the plan's aim knows none in money, and after the taker has closed.
    """

    change: ScenarioChange
    demand: Demand | None
    before_yuan_per_t: Decimal | None
    after_yuan_per_t: Decimal | None


@dataclass(frozen=True)
class Compared:
    """One scenario's plan against its base."""

    scenario: Scenario
    run: MatchRun
    turns: Sequence[Turn]
    prices: Sequence[PriceTurn]

    def figure(self, name: str) -> float:
        """One of :data:`FIGURES` of the scenario's plan."""
        return self.run.summary[name]


@dataclass(frozen=True)
class Comparison:
    """A base and the scenarios that were tried against it, in the order asked."""

    base: MatchRun
    compared: Sequence[Compared]


def compare(
    scenarios: Sequence[Scenario],
    matches: QuerySet[Match],
    plant_matches: QuerySet[PlantMatch],
) -> Comparison:
    """Put the plans of one to four scenarios beside the base that they share.

    Parameters
    ----------
    matches, plant_matches
        Those that may be told; totals are of the whole plans.

    Raises
    ------
    Refused
        ``not_comparable``, at ``scenarios``: none or more than four, one without a
        finished plan, or plans that were tried against different bases.
    """
    if not 1 <= len(set(scenarios)) == len(scenarios) <= MOST_SCENARIOS:
        told = _("Name 1 to %(most)s scenarios, each once.") % {"most": MOST_SCENARIOS}
        raise _refused(told)
    runs = [_finished(scenario) for scenario in scenarios]
    base, *others = {run.base for run in runs if run.base is not None}
    if others:
        told = _(
            "These were tried against different plans: they differ in region, in the "
            "question or in the day. Plan them again one after the other."
        )
        raise _refused(told)
    before = list(_delivered(base, matches, plant_matches))
    found = [
        Compared(
            scenario=scenario,
            run=run,
            turns=turns(before, _delivered(run, matches, plant_matches)),
            prices=_prices(scenario, base, run),
        )
        for scenario, run in zip(scenarios, runs, strict=True)
    ]
    return Comparison(base, found)


def _refused(told: str) -> Refused:
    return Refused("not_comparable", told, {"scenarios": told})


def _finished(scenario: Scenario) -> MatchRun:
    done = scenario.runs.published().select_related("base")
    run = done.filter(base__status=MatchRun.Status.DONE).first()
    if run is None:
        told = _("“%(name)s” has no finished plan beside a finished base yet.")
        raise _refused(told % {"name": scenario.name})
    return run


def _delivered(
    run: MatchRun, matches: QuerySet[Match], plant_matches: QuerySet[PlantMatch]
) -> Iterable[Delivered]:
    sent, taken = (
        [f"{side}__facility__{name}" for name in _SITE] for side in ("supply", "demand")
    )
    amounts = ["mass_kg", "net_cost_yuan_per_t"]
    for row in matches.filter(run=run).order_by().values_list(*sent, *taken, *amounts):
        yield Delivered(_site(*row[:3]), _site(*row[3:6]), *row[6:])
    plants = plant_matches.filter(run=run).order_by()
    named = ["plant__public_id", "plant__name"]
    for row in plants.values_list(*sent, *named, *amounts):
        plant = Site(str(row[3]), row[4], row[4], is_supposed=True)
        yield Delivered(_site(*row[:3]), plant, *row[5:])


def _site(public_id: Any, name_zh: str, name_en: str) -> Site:
    return Site(str(public_id), name_zh, name_en or name_zh)


def _prices(scenario: Scenario, base: MatchRun, run: MatchRun) -> list[PriceTurn]:
    changes = scenario.changes.select_related("demand__facility", "demand__route")
    knows = base.params.get("objective", Objective.COST) in _PRICED
    found = []
    for change in changes.select_related("route", "facility"):
        if change.kind == ScenarioChange.Kind.PLANT:
            price = _worth(run, Q(plant=change)) if knows else None
            found.append(PriceTurn(change, None, None, price))
        for demand in _touched(change):
            is_gone = change.kind == ScenarioChange.Kind.CLOSURE
            at = Q(demand=demand)
            before = _worth(base, at) if knows else None
            after = _worth(run, at) if knows and not is_gone else None
            found.append(PriceTurn(change, demand, before, after))
    return found


def _touched(change: ScenarioChange) -> Iterable[Demand]:
    """The demands that a change resizes or closes."""
    if change.demand is not None:
        return [change.demand]
    if change.facility is None:
        return []
    return change.facility.demands.select_related("facility", "route")


def _worth(run: MatchRun, taker: Q) -> Decimal:
    """One more tonne of capacity, and of the share cap worth most there."""
    rows = Price.objects.filter(taker, run=run).values_list(
        "material", "price_yuan_per_t"
    )
    whole = sum((price for material, price in rows if material is None), Decimal(0))
    shares = [price for material, price in rows if material is not None]
    return whole + max(shares, default=Decimal(0))
