"""From listings to published rows: a plan keeps every balance, every time the same."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.utils import timezone

from matching import execute, services
from matching.engine.solution import Certificate, Check
from matching.models import Match, MatchRun, Price
from seeds.load import load_catalogue
from tests import worlds
from wastehub.catalogue.models import Rulebook
from wastehub.errors import Refused
from wastehub.places.models import Region
from wastehub.registry.services import listing_withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    worlds.two_counties()
    load_catalogue()


def a_plan(**wishes: Any) -> MatchRun:
    run = services.plan_start(adcode="510000", **{"accept": "likely"} | wishes)
    return services.run_execute(run_id=run.pk)


def two_plants_one_kiln() -> None:
    """Ash from near and far for a kiln that takes less than both have."""
    near, far = worlds.facility(104.6), worlds.facility(105.6)
    worlds.supply("fly_ash", at=near, stock_kg=600_000)
    worlds.supply("fly_ash", at=far, stock_kg=900_000)
    kiln = worlds.facility(104.5)
    worlds.demand(
        "raw_meal",
        at=kiln,
        capacity_kg_per_year=1_000_000,
        base_kg_per_year=100_000_000,
    )


def test_the_near_plant_is_served_first_and_nothing_is_lost() -> None:
    two_plants_one_kiln()
    run = a_plan()
    by_distance = run.matches.order_by("distance_km").values_list("mass_kg", flat=True)
    assert list(by_distance) == [600_000, 400_000]
    summary = run.summary
    assert summary["offered_kg"] == summary["placed_kg"] + summary["left_kg"]
    assert summary["placed_kg"] == run.matches.aggregate(kg=Sum("mass_kg"))["kg"]
    assert summary["certificate"]["ok"]


def test_the_parts_of_a_tonnes_cost_add_up() -> None:
    two_plants_one_kiln()
    for match in a_plan().matches.all():
        parts = match.asked_yuan_per_t - match.offered_yuan_per_t
        parts += match.treatment_yuan_per_t + match.haul_yuan_per_t
        assert match.net_cost_yuan_per_t == parts


def test_a_scarce_kiln_has_a_price() -> None:
    two_plants_one_kiln()
    run = a_plan()
    assert (
        Price.objects.filter(run=run, demand__isnull=False).get().price_yuan_per_t > 0
    )


def test_a_share_cap_holds_below_the_capacity() -> None:
    worlds.supply("fly_ash", at=worlds.facility(104.6), stock_kg=10**9)
    worlds.demand(
        "raw_meal",
        at=worlds.facility(104.5),
        capacity_kg_per_year=1_000_000,
        base_kg_per_year=1_000_000,
    )
    placed = a_plan().summary["placed_kg"]
    assert 0 < placed < 1_000_000


def test_a_horizon_counts_the_rate_and_the_capacity() -> None:
    worlds.supply("fly_ash", stock_kg=10, rate_kg_per_year=1200)
    worlds.demand("raw_meal", capacity_kg_per_year=2400, base_kg_per_year=10**6)
    half = a_plan(horizon_months=6).summary
    assert (half["offered_kg"], half["capacity_kg"]) == (610, 1200)


def test_the_same_listings_give_the_same_bytes() -> None:
    two_plants_one_kiln()
    first, second = (json.dumps(a_plan().summary, sort_keys=True) for _ in range(2))
    assert first == second


def test_an_empty_region_has_an_empty_plan() -> None:
    run = a_plan()
    assert run.status == "done"
    assert run.summary["placed_kg"] == 0


def test_only_open_listings_of_the_region_are_planned() -> None:
    two_plants_one_kiln()
    gone = worlds.supply("fly_ash")
    listing_withdraw(listing=gone)
    after_all = timezone.localdate() + timedelta(days=400)
    assert a_plan().summary["supplies"] == 2
    assert a_plan(as_of=after_all).summary["supplies"] == 0


def test_what_stands_on_no_assay_enters_only_by_choice() -> None:
    two_plants_one_kiln()
    assert a_plan(accept="treated").summary["placed_kg"] == 0
    likely = a_plan(accept="likely")
    assert likely.summary["mass_by_verdict_kg"]["likely"] == 1_000_000
    assert set(likely.matches.values_list("verdict", flat=True)) == {"likely"}


def test_what_is_invented_never_meets_what_is_real() -> None:
    two_plants_one_kiln()
    dreamer = worlds.organisation(9, is_invented=True)
    worlds.supply("fly_ash", at=worlds.facility(104.5, owner=dreamer), stock_kg=77)
    real, invented = a_plan(), a_plan(invented=True)
    assert (real.summary["invented"], real.summary["offered_kg"]) == (False, 1_500_000)
    assert (invented.summary["offered_kg"], invented.summary["placed_kg"]) == (77, 0)


def test_a_plan_is_over_the_invented_only_where_nothing_is_real() -> None:
    worlds.facility(owner=worlds.organisation(9, is_invented=True))
    assert a_plan().is_invented
    worlds.facility()
    assert not a_plan().is_invented


def test_a_run_names_the_rules_it_stood_on() -> None:
    assert a_plan().rulebook_version == Rulebook.objects.get().version


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"adcode": "990000"}, "region"),
        ({"adcode": "'; DROP"}, "region"),
        ({"horizon_months": 0}, "horizon_months"),
        ({"horizon_months": 121}, "horizon_months"),
        ({"accept": "no"}, "accept"),
        ({"accept": "anything"}, "accept"),
    ],
)
def test_a_plan_that_can_not_be_made_is_refused(
    wish: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        services.plan_start(**{"adcode": "510000"} | wish)
    assert set(refusal.value.fields) == {field}
    assert not MatchRun.objects.exists()


def test_an_unproven_answer_is_never_published(monkeypatch: pytest.MonkeyPatch) -> None:
    two_plants_one_kiln()
    real_plan = execute.plan

    def doubtful(*arguments: Any, **options: Any) -> Any:
        problem, solution = real_plan(*arguments, **options)
        broken = Certificate(False, (Check("value", False, "off by one"),), 0, 0)
        object.__setattr__(solution, "certificate", broken)
        return problem, solution

    monkeypatch.setattr(execute, "plan", doubtful)
    run = services.plan_start(adcode="510000", accept="likely")
    with pytest.raises(execute.CertificateBroken, match="off by one"):
        services.run_execute(run_id=run.pk)
    run.refresh_from_db()
    assert run.status == "failed"
    assert "off by one" in run.error
    assert not Match.objects.exists()


def test_a_finished_run_is_not_carried_out_again() -> None:
    run = a_plan()
    finished = run.finished_at
    assert services.run_execute(run_id=run.pk).finished_at == finished


def test_an_abandoned_run_is_carried_out_by_the_sweep() -> None:
    run = services.plan_start(adcode="510000")
    MatchRun.objects.filter(pk=run.pk).update(
        status="running", created_at=timezone.now() - timedelta(hours=1)
    )
    services.sweep()
    run.refresh_from_db()
    assert run.status == "done"


def test_the_command_prints_the_same_bytes_twice() -> None:
    two_plants_one_kiln()
    prints = []
    for _ in range(2):
        out = StringIO()
        call_command(
            "plan", "--accept", "likely", "--json", "--without-seconds", stdout=out
        )
        prints.append(out.getvalue())
    assert prints[0] == prints[1]
    report = json.loads(prints[0])
    assert report["as_of"] == timezone.localdate().isoformat()
    assert {"pairs_in_reach", "tonne_km", "net_cost_yuan"} <= set(report)


def test_the_command_says_seconds_per_stage() -> None:
    out = StringIO()
    call_command("plan", "--json", stdout=out)
    seconds = json.loads(out.getvalue())["seconds"]
    assert {"gather", "screen", "reach", "allocate", "certify"} <= set(seconds)


def test_the_command_refuses_an_unknown_region() -> None:
    with pytest.raises(CommandError, match=r"region: .+"):
        call_command("plan", "--region", "990000")


def test_a_province_whose_counties_are_not_loaded_can_not_be_planned() -> None:
    """Its empty plan would be published as the newest."""
    square = Region.objects.get(adcode="510000")
    Region.objects.create(
        boundary_set=square.boundary_set,
        adcode="110000",
        level="province",
        name_zh="北京市",
        shape=square.shape,
        drawn_shape=square.drawn_shape,
    )
    with pytest.raises(Refused) as refused:
        services.plan_start(adcode="110000")
    assert list(refused.value.fields) == ["region"]
