"""Scenarios: what is supposed reaches the plan, and nothing of it the registry."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from matching import scenarios, services
from matching.lifecycle import run_cancel, run_retry
from matching.models import MatchRun, PlantMatch
from matching.scenario_models import Scenario
from matching.wishes import Wishes
from tests import sandworld, worlds
from tests.matching.hypothetical import kiln, plan_of, planned, plant, scenario
from wastehub.catalogue.models import Admission, UseRoute
from wastehub.errors import Refused
from wastehub.registry.models import Demand, Facility
from wastehub.registry.services import supply_update

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    worlds.two_counties()
    sandworld.route("bricks")


def test_closing_the_near_kiln_sends_its_mass_to_the_farther_one() -> None:
    worlds.supply("sand", at=worlds.facility(104.5))
    near, far = kiln(104.6), kiln(105.0)
    run = plan_of({"kind": "closure", "demand": near})
    assert list(run.base.matches.values_list("demand", flat=True)) == [near.pk]
    assert list(run.matches.values_list("demand", flat=True)) == [far.pk]
    assert run.summary["placed_kg"] == run.base.summary["placed_kg"] == 10**6


def test_a_closed_site_neither_sends_nor_takes() -> None:
    works = worlds.facility(104.5)
    worlds.supply("sand", at=works)
    kiln(104.6)
    run = plan_of({"kind": "closure", "facility": works})
    assert (run.base.summary["supplies"], run.summary["supplies"]) == (1, 0)


def test_a_closed_supply_sends_nothing() -> None:
    ash = worlds.supply("sand", at=worlds.facility(104.5))
    kiln(104.6)
    run = plan_of({"kind": "closure", "supply": ash})
    assert run.summary["placed_kg"] == 0


@pytest.mark.parametrize(
    ("told", "more_kg"),
    [({"capacity_kg_per_year": 300 * 10**6}, 200 * 10**6), ({"times": 1.5}, 5 * 10**7)],
)
def test_where_room_is_short_more_of_it_takes_exactly_that_much_more(
    told: dict[str, Any], more_kg: int
) -> None:
    worlds.supply("sand", stock_kg=10**9)
    small = kiln(104.6, capacity_kg=100 * 10**6)
    run = plan_of({"kind": "capacity", "demand": small, **told})
    assert run.summary["placed_kg"] - run.base.summary["placed_kg"] == more_kg
    small.refresh_from_db()
    assert small.capacity_kg_per_year == 100 * 10**6


def test_a_share_cap_grows_with_the_capacity() -> None:
    Admission.objects.update(max_share_frac=0.3)
    worlds.supply("sand", stock_kg=10**9)
    capped = worlds.demand("bricks", at=worlds.facility(104.6))
    run = plan_of({"kind": "capacity", "demand": capped, "times": 3})
    placed_kg = run.base.summary["placed_kg"], run.summary["placed_kg"]
    assert placed_kg == (300_000, 900_000)


def test_a_hypothetical_plant_draws_mass_and_stands_apart_from_what_exists() -> None:
    Admission.objects.update(max_share_frac=0.5)
    worlds.supply("sand", at=worlds.facility(104.6), stock_kg=200_000)
    far = kiln(105.6)
    facilities = Facility.objects.count()
    run = plan_of(plant(capacity_kg_per_year=150_000, price_yuan_per_t=Decimal(5)))
    assert run.summary["certificate"]["ok"]
    assert run.summary["placed_kg"] == 200_000
    drawn = PlantMatch.objects.get(run=run)
    assert drawn.mass_kg == 75_000, "a share cap holds at a plant too"
    assert (drawn.offered_yuan_per_t, drawn.plant.name) == (5, "new kiln")
    assert run.matches.get().mass_kg == 125_000
    assert run.prices.filter(plant=drawn.plant).exists()
    assert list(Demand.objects.all()) == [far]
    assert Facility.objects.count() == facilities


def test_a_subsidy_places_what_is_too_dear_in_the_scenario_only() -> None:
    dear = worlds.supply("sand", price_yuan_per_t=Decimal(250))
    kiln(104.6)
    paid = {"kind": "subsidy", "material": dear.material, "subsidy_yuan_per_t": 100}
    run = plan_of(paid)
    assert (run.base.summary["placed_kg"], run.summary["placed_kg"]) == (0, 10**6)
    assert run.summary["subsidy_yuan"] == 100_000


def test_a_subsidy_comes_on_top_of_what_both_plans_wish() -> None:
    worlds.supply("sand")
    kiln(104.6)
    run = plan_of({"kind": "subsidy", "subsidy_yuan_per_t": 5}, subsidy_yuan_per_t=20)
    assert run.base.summary["subsidy_yuan"] == 20_000
    assert run.summary["subsidy_yuan"] == 25_000


def test_another_edition_turns_a_verdict() -> None:
    """From 2100 on bricks take no more than a trace of lime."""
    bricks, lime = UseRoute.objects.get(), sandworld.parameter("lime")
    sandworld.limit(bricks, lime, 8, valid_to=date(2099, 12, 31))
    sandworld.limit(bricks, lime, 0.1, valid_from=date(2100, 1, 1))
    sandworld.sand(lime=5.0)
    kiln(104.6)
    run = plan_of({"kind": "edition", "as_of": date(2100, 6, 1)})
    assert (run.base.summary["placed_kg"], run.summary["placed_kg"]) == (10**6, 0)
    assert run.as_of == run.base.as_of, "the listings stay those of today"


def test_changes_are_done_in_order_and_together() -> None:
    worlds.supply("sand", at=worlds.facility(104.5), stock_kg=3 * 10**6)
    near, far = kiln(104.6), kiln(105.0)
    run = plan_of(
        {"kind": "closure", "demand": near},
        {"kind": "capacity", "demand": far, "times": 2},
    )
    assert run.matches.get().mass_kg == 2 * 10**6


def test_a_base_of_today_is_used_again() -> None:
    worlds.supply("sand")
    near = kiln(104.6)
    first = planned(scenario({"kind": "closure", "demand": near}))
    other = scenario({"kind": "capacity", "demand": near, "times": 2}, name="b")
    (only,) = scenarios.scenario_start(scenario_id=other.pk)
    assert only.base == first.base


def test_a_regulators_own_plan_of_the_same_question_is_the_base() -> None:
    near = kiln(104.6)
    plan = services.plan_start(adcode="510000", accept="likely")
    services.run_execute(run_id=plan.pk)
    assert planned(scenario({"kind": "closure", "demand": near})).base == plan


@pytest.mark.parametrize("stale", ["listing", "wish", "day", "rulebook"])
def test_a_base_of_another_question_is_not_used(stale: str) -> None:
    ash, near = worlds.supply("sand"), kiln(104.6)
    plan = services.plan_start(adcode="510000", accept="likely")
    plan = services.run_execute(run_id=plan.pk)
    if stale == "listing":
        supply_update(supply=ash, stock_kg=5)
    elif stale == "day":
        MatchRun.objects.update(as_of=date(2026, 1, 1))
    elif stale == "rulebook":
        MatchRun.objects.update(rulebook_version="older")
    wish = Wishes(farthest_haul_km=99) if stale == "wish" else Wishes()
    supposed = scenario({"kind": "closure", "demand": near}, wishes=wish)
    assert planned(supposed).base != plan


def test_a_scenarios_plan_never_speaks_for_the_map() -> None:
    run = plan_of({"kind": "closure", "demand": kiln(104.6)})
    assert MatchRun.objects.widest() == run.base
    assert list(MatchRun.objects.factual()) == [run.base]


def test_a_change_drops_the_plans_of_before_and_keeps_the_base() -> None:
    near = kiln(104.6)
    run = plan_of({"kind": "closure", "demand": near})
    scenarios.change_add(
        scenario_id=run.scenario_id, kind="subsidy", subsidy_yuan_per_t=1
    )
    assert list(MatchRun.objects.all()) == [run.base]


def test_a_change_waits_for_a_plan_under_way() -> None:
    supposed = scenario({"kind": "closure", "demand": kiln(104.6)})
    scenarios.scenario_start(scenario_id=supposed.pk)
    for service, told in (
        (scenarios.change_remove, {"position": 1}),
        (scenarios.scenario_start, {}),
        (scenarios.scenario_delete, {}),
    ):
        with pytest.raises(Refused) as refused:
            service(scenario_id=supposed.pk, **told)
        assert refused.value.code == "under_way"


def test_a_cancelled_plan_of_a_scenario_is_asked_again_as_one() -> None:
    supposed = scenario({"kind": "closure", "demand": kiln(104.6)})
    _, run = scenarios.scenario_start(scenario_id=supposed.pk)
    again = run_retry(run_id=run_cancel(run_id=run.pk).pk)
    assert (again.scenario, again.base) == (supposed, run.base)


def test_a_scenario_that_supposes_nothing_is_not_planned() -> None:
    with pytest.raises(Refused) as refused:
        scenarios.scenario_start(scenario_id=scenario().pk)
    assert refused.value.code == "empty"


def test_what_is_taken_back_is_gone() -> None:
    supposed = scenario({"kind": "subsidy", "subsidy_yuan_per_t": 1})
    scenarios.change_remove(scenario_id=supposed.pk, position=1)
    assert not supposed.changes.exists()
    scenarios.scenario_delete(scenario_id=supposed.pk)
    assert not Scenario.objects.exists()
