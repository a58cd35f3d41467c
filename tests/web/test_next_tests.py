"""Tests worth paying for, by the API and on the supply's page: to whom, and what.

The ash at the plant has no assay. Measured loss on ignition would open the kiln: 14 t a
year at 30 yuan/t less 8 + 0.425 x 1.324 x 95.8 = 61.9 yuan/t of haul.
"""

import pytest
from django.test import Client

from tests.web import world as worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.two_counties()


def _path(world):
    return f"/api/v1/supplies/{world.supplies['ash'].public_id}/next-tests/"


def _page(world, role):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.users[role])
    answer = client.get(f"/supplies/{world.supplies['ash'].public_id}/")
    return " ".join(answer.content.decode().split())


def test_a_test_tells_what_it_opens(client, world):
    client.force_login(world.users["viewer"])
    (row,) = client.get(_path(world)).json()["results"]
    assert (row["parameter"]["code"], row["parameter"]["unit"]) == ("loi", "%")
    assert (row["alone"]["demands"], row["alone"]["mass_t"]) == (1, 14.0)
    assert row["alone"]["worth_yuan"] == pytest.approx(14 * (30 - 61.9), abs=0.5)
    assert row["together"] == row["alone"]
    (opening,) = row["openings"]
    assert (opening["route"]["code"], opening["others"]) == ("cement_blending", [])


@pytest.mark.parametrize(
    ("role", "status"), [(None, 403), ("stranger", 403), ("viewer", 200), ("west", 200)]
)
def test_they_are_the_affair_of_those_who_see_the_costs(client, world, role, status):
    if role:
        client.force_login(world.users[role])
    assert client.get(_path(world)).status_code == status


def test_an_unknown_supply_is_not_found(client, world):
    nobody = "00000000-0000-4000-8000-000000000000"
    assert client.get(f"/api/v1/supplies/{nobody}/next-tests/").status_code == 404


def test_more_demands_need_no_more_queries(
    client, world, django_assert_max_num_queries
):
    client.force_login(world.users["viewer"])
    client.get(_path(world))
    with django_assert_max_num_queries(100) as few:
        client.get(_path(world))
    for _each in range(5):
        worlds.demand(world, "kiln", capacity_kg=1_000)
    with django_assert_max_num_queries(len(few)):
        client.get(_path(world))


def test_the_page_names_the_test_for_those_who_see_the_costs(world):
    shown = _page(world, "viewer")
    assert "Test these first" in shown
    assert "loss on ignition" in shown
    assert "Test these first" not in _page(world, "stranger")


def test_where_nothing_waits_for_a_test_the_page_says_nothing(world):
    world.demands["kiln"].delete()
    assert "Test these first" not in _page(world, "viewer")
