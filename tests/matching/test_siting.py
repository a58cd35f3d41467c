"""Candidate sites against a region's supplies: what to build, what is lacking."""

from dataclasses import replace
from decimal import Decimal

import pytest

from matching import siting
from matching.knobs import params_of
from matching.siting import Candidate, sites_choose
from seeds.load import load_catalogue
from tests import worlds
from wastehub.catalogue.models import Factor, UseRoute
from wastehub.errors import Refused
from wastehub.geodesy import great_circle_km
from wastehub.registry.services import listing_withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    worlds.two_counties()
    load_catalogue()


@pytest.fixture
def ash_in_the_west() -> None:
    """1,000 t in stock and 2,000 t a year of fly ash, free at the gate."""
    worlds.supply(
        "fly_ash", at=worlds.facility(104.5, 30.5), rate_kg_per_year=2_000_000
    )


def candidate(
    name: str = "next door",
    lon: float = 104.5,
    route: str = "raw_meal",
    capacity_t: int = 3_000,
    fixed_yuan: int = 100_000,
) -> Candidate:
    return Candidate(
        name=name,
        lon=lon,
        lat=30.5,
        route=UseRoute.objects.get(code=route),
        capacity_kg_per_year=capacity_t * 1_000,
        fixed_yuan_per_year=Decimal(fixed_yuan),
    )


def answer(*candidates: Candidate, **asked):
    return sites_choose(
        **{"adcode": "510000", "accept": "likely", "candidates": candidates} | asked
    )


def loading_fen() -> int:
    """What a tonne costs next door: loading alone."""
    return int(Factor.objects.get(code="haul_loading_yuan_per_t").value * 100)


@pytest.mark.usefixtures("ash_in_the_west")
def test_a_site_next_door_saves_the_yard_less_loading_and_its_fixed_cost() -> None:
    found = answer(candidate())
    (site,) = found.sites
    per_t = found.unplaced_yuan_per_t - Decimal(loading_fen()) / 100
    assert (site.is_built, site.taken_kg, site.supplies) == (True, 3_000_000, 1)
    assert found.offered_kg == found.taken_kg == 3_000_000
    assert found.saved_yuan == per_t * 3_000 - 100_000
    assert site.cost_yuan == Decimal(loading_fen()) / 100 * 3_000
    assert (found.fixed_yuan, found.is_proven) == (100_000, True)
    assert [haul.mass_kg for haul in found.hauls] == [3_000_000]


@pytest.mark.usefixtures("ash_in_the_west")
def test_a_haul_winds_as_the_roads_around_both_ends_do() -> None:
    """As a plan reckons it: 1.3 around the ash, 1.6 around the site."""
    around = Factor.objects.filter(code="circuity_510100")
    around.update(code=f"circuity_{worlds.WEST}", value=1.3)
    Factor.objects.create(
        code=f"circuity_{worlds.EAST}", value=1.6, unit="km/km", confidence="M"
    )
    (site,) = answer(candidate(lon=105.5, fixed_yuan=0)).sites
    road_km = (1.3 + 1.6) / 2 * great_circle_km(104.5, 30.5, 105.5, 30.5)
    params = params_of(horizon_months=12, accept="likely")
    fen = round(params.haul_fixed_fen_per_t + params.haul_fen_per_t_km * road_km)
    assert site.cost_yuan == Decimal(fen) / 100 * 3_000


@pytest.mark.usefixtures("ash_in_the_west")
def test_outside_the_map_roads_wind_as_they_do_on_average() -> None:
    Factor.objects.filter(code="circuity_510100").update(value=1.3)
    (site,) = answer(candidate(lon=106.1, fixed_yuan=0)).sites
    params = params_of(horizon_months=12, accept="likely")
    road_km = (1.3 + params.circuity) / 2 * great_circle_km(104.5, 30.5, 106.1, 30.5)
    fen = round(params.haul_fixed_fen_per_t + params.haul_fen_per_t_km * road_km)
    assert site.cost_yuan == Decimal(fen) / 100 * 3_000


@pytest.mark.usefixtures("ash_in_the_west")
def test_of_two_at_one_place_the_cheaper_is_built_and_the_other_lacks_all() -> None:
    found = answer(candidate("dear", fixed_yuan=150_000), candidate("cheap"))
    assert [site.is_built for site in found.sites] == [False, True]
    assert [site.missing_yuan for site in found.sites] == [150_000, 0]


@pytest.mark.usefixtures("ash_in_the_west")
def test_a_site_too_dear_becomes_worth_it_by_the_cut_it_lacks() -> None:
    dear = candidate(fixed_yuan=10_000_000)
    missing = answer(dear).sites[0].missing_yuan
    cut = replace(dear, fixed_yuan_per_year=dear.fixed_yuan_per_year - missing)
    assert answer(cut).saved_yuan == 0
    below = replace(cut, fixed_yuan_per_year=cut.fixed_yuan_per_year - 1)
    assert answer(below).sites[0].is_built


@pytest.mark.usefixtures("ash_in_the_west")
def test_a_site_out_of_reach_or_by_a_route_that_refuses_takes_nothing() -> None:
    found = answer(candidate(lon=114.5), candidate(route="gypsum_board"))
    assert [site.supplies_in_reach for site in found.sites] == [0, 0]
    assert found.built == found.taken_kg == found.saved_yuan == 0
    assert found.is_proven


@pytest.mark.usefixtures("ash_in_the_west")
def test_what_stands_on_no_assay_enters_only_by_choice() -> None:
    assert answer(candidate(), accept="treated").taken_kg == 0


def test_only_open_supplies_of_the_region_count() -> None:
    worlds.supply("fly_ash", at=worlds.facility(105.5, 30.5))
    listing_withdraw(listing=worlds.supply("fly_ash", at=worlds.facility(104.5)))
    assert answer(candidate(), adcode=worlds.WEST).offered_kg == 0
    assert answer(candidate(), adcode=worlds.EAST).offered_kg == 1_000_000


def test_what_is_invented_steps_back_before_what_is_real() -> None:
    dreamer = worlds.organisation(9, is_invented=True)
    worlds.supply("fly_ash", at=worlds.facility(104.5, owner=dreamer))
    assert answer(candidate()).is_invented
    worlds.supply("fly_ash", stock_kg=7)
    found = answer(candidate())
    assert (found.is_invented, found.offered_kg) == (False, 7)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lon": 181.0}, "candidates.0.lon"),
        ({"lat": float("nan")}, "candidates.0.lat"),
        ({"capacity_kg_per_year": 0}, "candidates.0.capacity_kg_per_year"),
        ({"fixed_yuan_per_year": Decimal(-1)}, "candidates.0.fixed_yuan_per_year"),
        ({"fixed_yuan_per_year": Decimal("1e12")}, "candidates.0.fixed_yuan_per_year"),
    ],
)
def test_an_impossible_site_is_refused_with_its_field(changes, field) -> None:
    with pytest.raises(Refused) as refused:
        answer(replace(candidate(), **changes))
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("count", [0, 21])
def test_one_to_twenty_sites_are_compared(count) -> None:
    with pytest.raises(Refused) as refused:
        answer(*[candidate()] * count)
    assert list(refused.value.fields) == ["candidates"]


@pytest.mark.parametrize("accept", ["no", "perhaps"])
def test_a_verdict_that_no_plan_uses_is_refused(accept) -> None:
    with pytest.raises(Refused) as refused:
        answer(candidate(), accept=accept)
    assert list(refused.value.fields) == ["accept"]


@pytest.mark.usefixtures("ash_in_the_west")
def test_more_pairs_than_can_be_answered_are_refused(monkeypatch) -> None:
    monkeypatch.setattr(siting, "MOST_PAIRS", 0)
    with pytest.raises(Refused) as refused:
        answer(candidate())
    assert list(refused.value.fields) == ["region"]
