"""Plans of scenarios beside the plan of what is: totals, sites, the next tonne's price.

The plans that stand beside each other answer one question on one day, so that all of
the difference is due to what the scenarios suppose.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
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
    changes = scenario.changes.select_related(
        "route", "demand__facility", "demand__route"
    ).prefetch_related("facility__demands__facility", "facility__demands__route")
    before, after = (_Room(plan) for plan in (base, run))
    found = []
    for change in changes:
        if change.kind == ScenarioChange.Kind.PLANT:
            found.append(PriceTurn(change, None, None, after.worth(plant=change.pk)))
        is_gone = change.kind == ScenarioChange.Kind.CLOSURE
        for demand in _touched(change):
            now = None if is_gone else after.worth(demand=demand.pk)
            found.append(PriceTurn(change, demand, before.worth(demand=demand.pk), now))
    return found


def _touched(change: ScenarioChange) -> Iterable[Demand]:
    """The demands that a change resizes or closes."""
    if change.demand is not None:
        return [change.demand]
    return [] if change.facility is None else change.facility.demands.all()


class _Room:
    """What one more tonne of room is worth at the takers of a plan; one query."""

    def __init__(self, run: MatchRun) -> None:
        self._is_priced = run.params.get("objective", Objective.COST) in _PRICED
        self._rows: dict[Any, list[tuple[int | None, Decimal]]] = defaultdict(list)
        columns = "demand", "plant", "material", "price_yuan_per_t"
        rows = Price.objects.filter(run=run, supply__isnull=True)
        for demand, plant, material, price in rows.values_list(*columns):
            self._rows[demand, plant].append((material, price))

    def worth(
        self, demand: int | None = None, plant: int | None = None
    ) -> Decimal | None:
        """One more tonne of capacity, and of the share cap that is worth most there.

        Nothing where the plan's aim knows no price in money.
        """
        if not self._is_priced:
            return None
        rows = self._rows[demand, plant]
        whole = [price for material, price in rows if material is None]
        shares = [price for material, price in rows if material is not None]
        return sum(whole, Decimal(0)) + max(shares, default=Decimal(0))
