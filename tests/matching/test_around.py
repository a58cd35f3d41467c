"""The demands around a supply answer as all demands would."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from matching import services
from matching.engine.plan import plan
from matching.gather import gather, gather_around
from matching.index import Index
from matching.knobs import params_of
from matching.refusals import refusals_of
from seeds.load import load_catalogue
from tests import worlds
from wastehub.catalogue.models import Material
from wastehub.registry.models import Demand, Supply

pytestmark = pytest.mark.django_db

ROUTES = ("cement_blending", "raw_meal", "road_base", "mine_backfill", "pv_recycling")


@pytest.fixture(autouse=True)
def _rules() -> None:
    worlds.two_counties()
    load_catalogue()


def scattered(count: int) -> None:
    """Demands all over the two counties, some with a wish, some that have ended."""
    rng = np.random.default_rng(7)
    owner = worlds.organisation(900)
    for number in range(count):
        place = rng.uniform((104.01, 30.01), (105.99, 30.99))
        demand = worlds.demand(
            ROUTES[number % len(ROUTES)],
            at=worlds.facility(*place, owner=owner),
            farthest_km=[None, 30.0, 90.0][number % 3],
            price_yuan_per_t=int(rng.integers(-5, 30)),
        )
        if number % 7 == 0:
            ended = timezone.localdate() - timedelta(days=1)
            Demand.objects.filter(pk=demand.pk).update(valid_until=ended)


def answer(gathered: tuple[Any, Index]) -> tuple[Any, ...]:
    """Pairs by id with costs and flows, and the refusals."""
    problem, index = gathered
    problem, solution = plan(problem)
    pairs, ids = solution.pairs, problem.demands.ids
    rows = zip(
        [ids[row] for row in pairs.demand],
        pairs.cost_fen_per_t.tolist(),
        solution.allocation.flow_kg.tolist(),
        strict=True,
    )
    told = list(rows), refusals_of(problem, index, solution)
    return (*told, pairs.in_reach, solution.certificate.ok)


@pytest.mark.parametrize("reach_km", [5, 40, 80, 500])
def test_pairs_and_refusals_are_those_of_all_demands(reach_km: float) -> None:
    Material.objects.filter(code="fly_ash").update(reach_km=reach_km)
    scattered(60)
    supply = worlds.supply("fly_ash", at=worlds.facility(105.0, 30.5))
    params = params_of(horizon_months=12, accept="likely")
    one, today = Supply.objects.filter(pk=supply.pk), timezone.localdate()
    whole = gather(one, Demand.objects.open(), params, today, {})
    around = gather_around(one, params, today, {}, is_invented=False)
    assert len(around[1].demands) < len(whole[1].demands)
    assert answer(around) == answer(whole)


def test_of_each_use_the_cheapest_are_kept_and_what_carries_mass() -> None:
    at = worlds.facility(104.6)
    for price in range(25):
        worlds.demand(
            "raw_meal",
            at=at,
            price_yuan_per_t=price,
            capacity_kg_per_year=1_000,
            base_kg_per_year=10**6,
        )
    supply = worlds.supply("fly_ash", stock_kg=1_000)
    run = services.supply_match(supply_id=supply.pk)
    assert run is not None
    kept = run.matches.values_list("offered_yuan_per_t", flat=True)
    assert sorted(kept) == list(range(5, 25))
    assert run.summary["pairs_acceptable"] == 25
    supply = worlds.supply("fly_ash", at=supply.facility, stock_kg=25_000)
    run = services.supply_match(supply_id=supply.pk)
    assert run is not None
    assert run.matches.count() == 25
    assert sum(run.matches.values_list("mass_kg", flat=True)) == 25_000
