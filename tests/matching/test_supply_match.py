"""One supply's matches and refusals: who takes it, why not, and what would mend it."""

from collections.abc import Iterator
from datetime import timedelta
from time import sleep

import pytest
from django.db import connections
from django.utils import timezone

from matching import services
from matching.claims import Work, claimed
from matching.models import Match, MatchRun
from matching.stale import is_stale, stale_supplies
from seeds.load import load_catalogue
from tests import worlds
from wastehub.catalogue.models import Material, Rulebook
from wastehub.registry.models import AssayValue, Supply
from wastehub.registry.services import (
    assay_create,
    listing_withdraw,
    supply_update,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    worlds.two_counties()
    load_catalogue()


def matched(supply: Supply) -> MatchRun:
    run = services.supply_match(supply_id=supply.pk)
    assert run is not None
    return run


def with_assay(material: str, **values: float) -> Supply:
    supply = worlds.supply(material)
    assay_create(supply=supply, sampled_on=timezone.localdate(), values=values)
    return supply


def test_steel_slag_is_refused_as_cement_blending_by_its_rule() -> None:
    worlds.demand("cement_blending")
    refusal = matched(worlds.supply("steel_slag")).refusals.get(
        route__code="cement_blending", kind="rule"
    )
    assert str(refusal.admission.standard) == "GB 175-2023"
    assert refusal.fix == {"kind": "none"}


def test_a_broken_limit_is_named_with_its_value() -> None:
    worlds.demand("cement_blending")
    run = matched(with_assay("fly_ash", loi=9.5))
    refusal = run.refusals.get(
        route__code="cement_blending", limit__parameter__code="loi"
    )
    assert (refusal.kind, refusal.value) == ("limit", 9.5)
    assert refusal.fix["by"] == pytest.approx(1.5)
    assert not run.matches.filter(demand__route__code="cement_blending").exists()


def test_a_demand_just_too_far_says_by_how_much() -> None:
    supply = worlds.supply("fly_ash", at=worlds.facility(104.1, 30.5))
    worlds.demand("raw_meal", at=worlds.facility(105.9, 30.5), farthest_km=150)
    run = matched(supply)
    refusal = run.refusals.get(kind="reach")
    assert refusal.fix["km"] == pytest.approx(refusal.value - 150)
    assert not run.matches.exists()


def test_matching_twice_gives_the_same_rows_once() -> None:
    worlds.demand("raw_meal", base_kg_per_year=10**8)
    supply = worlds.supply("fly_ash")
    first = list(matched(supply).matches.values_list("demand", "net_cost_yuan_per_t"))
    second = list(matched(supply).matches.values_list("demand", "net_cost_yuan_per_t"))
    assert first == second != []
    assert Match.objects.filter(supply=supply).count() == len(first)
    assert supply.runs.count() == 1


def test_a_withdrawn_supply_has_no_matches_left() -> None:
    worlds.demand("raw_meal", base_kg_per_year=10**8)
    supply = worlds.supply("fly_ash")
    matched(supply)
    listing_withdraw(listing=supply)
    assert services.supply_match(supply_id=supply.pk) is None
    assert not supply.runs.exists()


def test_a_supply_is_stale_until_matched_and_again_when_changed() -> None:
    supply = worlds.supply("fly_ash")
    assert is_stale(supply)
    matched(supply)
    assert not is_stale(supply)
    supply_update(supply=supply, stock_kg=5)
    assert is_stale(supply)


def test_a_new_demand_in_reach_makes_it_stale_and_one_out_of_reach_does_not() -> None:
    supply = worlds.supply("fly_ash", at=worlds.facility(104.1))
    Material.objects.filter(code="fly_ash").update(reach_km=100)
    matched(supply)
    worlds.demand("cement_blending", at=worlds.facility(105.9))
    assert not is_stale(supply)
    worlds.demand("pv_recycling", at=worlds.facility(104.2))
    assert not is_stale(supply)
    worlds.demand("cement_blending", at=worlds.facility(104.2))
    assert is_stale(supply)


def test_a_site_that_moves_makes_its_own_and_its_neighbours_matches_stale() -> None:
    supply = worlds.supply("fly_ash", at=worlds.facility(104.1))
    demand = worlds.demand("cement_blending", at=worlds.facility(104.2))
    for site in (supply.facility, demand.facility):
        matched(supply)
        assert not is_stale(supply)
        site.save()
        assert is_stale(supply)


def test_another_day_makes_matches_stale() -> None:
    supply = worlds.supply("fly_ash")
    matched(supply)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert not stale_supplies().exists()
    assert stale_supplies(tomorrow).get() == supply


def test_a_new_rulebook_makes_everything_stale() -> None:
    supply = worlds.supply("fly_ash")
    matched(supply)
    Rulebook.objects.create(version="newer")
    assert is_stale(supply)


def test_the_sweep_matches_what_is_stale_and_then_rests() -> None:
    worlds.supply("fly_ash")
    worlds.supply("steel_slag")
    assert services.sweep() == 2
    assert services.sweep() == 0


def test_one_bad_supply_does_not_stop_the_sweep() -> None:
    bad = with_assay("steel_slag", moisture=5.0)
    AssayValue.objects.filter(assay__supply=bad).update(value=float("inf"))
    good = worlds.supply("fly_ash")
    assert services.sweep() == 2
    assert bad.runs.get().status == "failed"
    assert good.runs.get().status == "done"


@pytest.fixture
def another_connection() -> Iterator[None]:
    """A second session on the same database, as another worker would have."""
    other = connections["default"].copy("other")
    connections["other"] = other
    with other.cursor() as cursor:
        yield cursor
    other.close()
    del connections["other"]


def test_what_another_worker_holds_is_left_to_it(another_connection: object) -> None:
    supply = worlds.supply("fly_ash")
    another_connection.execute(
        "SELECT pg_advisory_lock(%s, %s)", [Work.SUPPLY.value, supply.pk]
    )
    assert services.supply_match(supply_id=supply.pk) is None
    another_connection.connection.close()
    # The server ends the session soon after, not at once.
    assert any(_claimed_after(0.1, supply) for _ in range(100))


def _claimed_after(pause_s: float, supply: Supply) -> bool:
    sleep(pause_s)
    with claimed(Work.SUPPLY, supply.pk) as mine:
        return mine
