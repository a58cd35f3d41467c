"""What strangers read of the market: no sum tells more of a site than its own page."""

from functools import partial

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from maps.market import market
from tests.web import world as worlds
from wastehub.registry.bands import band_of
from wastehub.web import policy
from wastehub.web.templatetags.figures import mass, tonnes

pytestmark = pytest.mark.django_db

STOCK_KG, RATE_KG, CAPACITY_KG, PLACED_KG = 1_234_567, 345_678, 45_678_901, 567_891


@pytest.fixture
def world():
    """One real supply in the west, one real demand in the east, and a plan."""
    made = worlds.two_counties()
    made.supplies["ash"].stock_kg = STOCK_KG
    made.supplies["ash"].rate_kg_per_year = RATE_KG
    made.supplies["ash"].save()
    made.demands["kiln"].capacity_kg_per_year = CAPACITY_KG
    made.demands["kiln"].base_kg_per_year = CAPACITY_KG
    made.demands["kiln"].save()
    run = worlds.plan(params={"horizon_months": 12, "accept": "likely"})
    worlds.match(run, made.supplies["ash"], made.demands["kiln"], mass_kg=PLACED_KG)
    made.runs["market"] = run
    return made


def cells(world, user):
    found = market(
        "fly_ash", "county", world.runs["market"], partial(policy.in_full, user)
    )
    return [cell for cell in found if cell.offered_kg or cell.capacity_kg]


def test_a_stranger_reads_the_floors_of_the_bands(world):
    west, east = cells(world, AnonymousUser())
    assert west.offered_kg == band_of(STOCK_KG)[0] + band_of(RATE_KG)[0]
    assert west.placed_kg == east.received_kg == band_of(PLACED_KG)[0]
    assert east.capacity_kg == band_of(CAPACITY_KG)[0]


def test_staff_read_the_masses_themselves(world):
    west, east = cells(world, world.users["staff"])
    assert west.offered_kg == STOCK_KG + RATE_KG
    assert west.placed_kg == east.received_kg == PLACED_KG
    assert east.capacity_kg == CAPACITY_KG


def test_who_sees_one_end_only_reads_the_floor_of_what_moves(world):
    west, east = cells(world, world.users["west"])
    assert west.offered_kg == STOCK_KG + RATE_KG
    assert west.placed_kg == band_of(PLACED_KG)[0]
    assert east.capacity_kg == band_of(CAPACITY_KG)[0]


@pytest.mark.parametrize(
    "path", ["/market/", "/api/v1/market/", "/catalogue/fly_ash/", "/catalogue/"]
)
@pytest.mark.parametrize("level", ["county", "prefecture"])
def test_no_door_tells_a_stranger_an_exact_mass(world, path, level):
    client = Client(headers={"accept-language": "en"})
    sent = client.get(path, {"material": "fly_ash", "level": level})
    text = sent.content.decode().replace(",", "")
    assert sent.status_code == 200
    for mass_kg in (STOCK_KG, STOCK_KG + RATE_KG, CAPACITY_KG, PLACED_KG):
        for told in (f"{mass_kg / 1000:.3f}", mass(mass_kg), tonnes(mass_kg)):
            assert told.replace(",", "") not in text, told


def test_the_first_page_sums_the_floors_too():
    made = worlds.two_counties()
    made.supplies["ash"].rate_kg_per_year = RATE_KG
    made.supplies["ash"].save()
    page = Client().get("/")
    assert page.context["offered_kg_per_year"] == band_of(RATE_KG)[0]
