"""Candidate sites by the API: as on the page, with its bounds and its door."""

import pytest
from django.test import Client

from tests.web import world as worlds
from wastehub.catalogue.models import Limit

pytestmark = pytest.mark.django_db

HERE = "/api/v1/sitings/"
SITE = {
    "name": "甲地",
    "lon": 104.5,
    "lat": 30.5,
    "route": "cement_blending",
    "capacity_t_per_year": 10,
    "fixed_yuan_per_year": 500,
}


@pytest.fixture
def world():
    made = worlds.two_counties()
    Limit.objects.all().delete()
    return made


def ask(user=None, *sites, **changes):
    client = Client(headers={"accept-language": "en"})
    if user is not None:
        client.force_login(user)
    told = {"region": "510100", "accept": "unknown", "sites": sites or [SITE]}
    return client.post(HERE, told | changes, content_type="application/json")


def test_it_answers_as_the_page_does(world):
    answer = ask(world.users["west"])
    assert answer.status_code == 200, answer.content
    told = answer.json()
    # The plant has 14 t in the year; the site has room for 10.
    (site,) = told["sites"]
    assert (site["is_built"], site["taken_t"], site["missing_yuan"]) == (True, 10, 0)
    assert (told["offered_t"], told["taken_t"], told["fixed_yuan"]) == (14, 10, 500)
    assert (told["is_proven"], told["gap_frac"]) == (True, 0)
    (haul,) = told["hauls"]
    assert haul == {
        "supply": str(world.supplies["ash"].public_id),
        "site": "甲地",
        "mass_t": 10,
    }


@pytest.mark.parametrize("user", [None, "stranger", "east"])
def test_only_who_may_plan_the_region_may_ask(world, user):
    answer = ask(user and world.users[user])
    assert answer.status_code in (401, 403)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lon": 181}, "sites.0"),
        ({"lon": 30.5, "lat": 104.5}, "sites.0"),
        ({"lat": "north"}, "sites.0.lat"),
        ({"route": "moon_base"}, "sites.0.route"),
        ({"name": ""}, "sites.0.name"),
        ({"capacity_t_per_year": 0}, "sites.0.capacity_t_per_year"),
        ({"capacity_t_per_year": 10**11}, "sites.0.capacity_t_per_year"),
        ({"fixed_yuan_per_year": -1}, "sites.0.fixed_yuan_per_year"),
        ({"fixed_yuan_per_year": None}, "sites.0.fixed_yuan_per_year"),
    ],
)
def test_a_fault_is_told_at_its_field(world, changes, field):
    answer = ask(world.users["west"], SITE | changes)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sites": []}, "sites"),
        ({"sites": [SITE] * 21}, "sites"),
        ({"sites": "here"}, "sites"),
        ({"accept": "no"}, "accept"),
        ({"region": "51"}, "region"),
        ({"region": None}, "region"),
    ],
)
def test_what_can_not_be_asked_is_refused_with_its_field(world, changes, field):
    answer = ask(world.users["west"], **changes)
    assert answer.status_code == 400
    assert any(name.startswith(field) for name in answer.json()["fields"])
