"""Tiles over HTTP: what is cached, what is empty, what is not there, who sees what."""

import mapbox_vector_tile
import pytest

from tests.web import world as worlds
from wastehub.registry.models import Demand, Supply

pytestmark = pytest.mark.django_db

SICHUAN = "/tiles/facilities/6/50/26.pbf"
REGIONS = "/tiles/regions/6/50/26.pbf"


@pytest.fixture
def world():
    return worlds.two_counties()


def _names(answer, layer="facilities"):
    features = mapbox_vector_tile.decode(answer.content)[layer]["features"]
    return {feature["properties"]["name_en"] for feature in features}


@pytest.mark.parametrize("layer", ["facilities", "regions"])
def test_a_tile_is_sent_once(client, world, layer):
    path = f"/tiles/{layer}/6/50/26.pbf"
    first = client.get(path)
    assert first.status_code == 200
    assert first["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert first["Cache-Control"] == "private, max-age=60"
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_changed_tile_is_sent_again(client, world):
    first = client.get(SICHUAN)
    Supply.objects.update(stock_kg=9 * 10**8)
    again = client.get(SICHUAN, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]


def test_an_anonymous_tile_is_one_statement(client, world, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(SICHUAN)


def test_regions_are_one_statement_whoever_asks(
    client, world, django_assert_num_queries
):
    client.force_login(world.users["staff"])
    with django_assert_num_queries(1):
        assert client.get(REGIONS).status_code == 200


def test_regions_are_only_read(client, world):
    assert client.post(REGIONS).status_code == 405


@pytest.mark.parametrize("layer", ["facilities", "regions"])
def test_a_tile_with_nothing_in_it_is_a_204(client, world, layer):
    answer = client.get(f"/tiles/{layer}/6/0/0.pbf")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/facilities/6/64/0.pbf",
        "/tiles/facilities/6/0/64.pbf",
        "/tiles/facilities/23/0/0.pbf",
        f"/tiles/facilities/{10**12}/0/0.pbf",
        "/tiles/regions/-1/0/0.pbf",
        f"/tiles/regions/6/{'9' * 5000}/0.pbf",
        f"/tiles/facilities/{'9' * 5000}/0/0.pbf",
        "/tiles/facilities/-1/0/0.pbf",
        "/tiles/rivers/6/50/26.pbf",
    ],
)
def test_no_such_tile(client, world, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("layer", ["facilities", "regions"])
@pytest.mark.parametrize(
    ("place", "end"), [("6/64/0", "63"), ("6/0/64", "63"), ("23/0/0", "22")]
)
def test_where_the_pyramid_ends_is_said(client, world, layer, place, end):
    answer = client.get(f"/tiles/{layer}/{place}.pbf")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert end in answer.json()["message"]


@pytest.mark.parametrize(
    ("path", "asked", "field"),
    [
        (SICHUAN, {"material": "gold"}, "material"),
        (SICHUAN, {"material": "\0"}, "material"),
        (REGIONS, {"level": "town"}, "level"),
        (REGIONS, {"level": ""}, "level"),
        (REGIONS, {"level": "\0"}, "level"),
    ],
)
def test_a_wrong_word_is_named(client, world, path, asked, field):
    answer = client.get(path, asked)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_a_material_narrows_the_sites(client, world):
    steel = world.materials["steel_slag"]
    worlds.supply(world, "kiln", stock_kg=1, material=steel)
    assert _names(client.get(SICHUAN, {"material": "steel_slag"})) == {"kiln"}


def test_counties_can_be_asked_for_at_any_zoom(client, world):
    answer = client.get(REGIONS, {"level": "county"})
    assert _names(answer, "regions") == {"Place 510101", "Place 510201"}


def test_sites_with_nothing_open_are_not_drawn_for_anybody(client, world):
    Supply.objects.update(status="withdrawn")
    Demand.objects.update(status="withdrawn")
    client.force_login(world.users["staff"])
    assert client.get(SICHUAN).status_code == 204
