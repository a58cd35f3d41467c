"""A tile is one statement, and says exactly what lies in it."""

import math

import mapbox_vector_tile
import pytest
from django.utils import timezone

from maps import layers, tiles
from tests.web import world as worlds
from wastehub.registry.models import Facility, Supply

pytestmark = pytest.mark.django_db

# The tile of zoom 6 that holds both counties: 101.25 to 106.875 E, 27.06 to 31.95 N.
TILE = (6, 50, 26)
HEAD = {"extent": 4096, "version": 2, "type": "FeatureCollection"}


@pytest.fixture
def world():
    return worlds.two_counties()


def _today(material=None):
    return layers.facilities(timezone.localdate(), material)


def _decoded(layer, rows, z, x, y):
    body = tiles.tile(layer, rows, z, x, y)
    return mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})


def _on_grid(lon, lat, z, x, y):
    """Grid place of a point by the web map's own formula, y downwards."""
    across = (lon + 180) / 360 * 2**z - x
    turn = math.asinh(math.tan(math.radians(lat)))
    down = (1 - turn / math.pi) / 2 * 2**z - y
    return [round(across * 4096), round(down * 4096)]


def _properties(decoded, layer):
    return [feature["properties"] for feature in decoded[layer]["features"]]


def test_facilities_say_what_they_offer_and_want(world):
    decoded = _decoded(_today(), Facility.objects.all(), *TILE)
    features = decoded["facilities"].pop("features")
    assert decoded == {"facilities": HEAD}
    by_name = {feature["properties"]["name_en"]: feature for feature in features}
    assert by_name == {
        "plant": {
            "geometry": {
                "type": "Point",
                "coordinates": _on_grid(*worlds.WEST, *TILE),
            },
            "id": 0,
            "type": "Feature",
            "properties": {
                "public_id": str(world.facilities["plant"].public_id),
                "name_zh": "plant厂",
                "name_en": "plant",
                "origin": "registered",
                "is_approximate": False,
                "offers": "fly_ash",
                "offered_t": 14.0,
                "wants": "",
                "wanted_t": 0.0,
            },
        },
        "kiln": {
            "geometry": {
                "type": "Point",
                "coordinates": _on_grid(*worlds.EAST, *TILE),
            },
            "id": 0,
            "type": "Feature",
            "properties": {
                "public_id": str(world.facilities["kiln"].public_id),
                "name_zh": "kiln厂",
                "name_en": "kiln",
                "origin": "registered",
                "is_approximate": False,
                "offers": "",
                "offered_t": 0.0,
                "wants": "cement_blending",
                "wanted_t": 50.0,
            },
        },
    }


@pytest.mark.parametrize(
    ("zoom", "level"),
    [
        (0, "province"),
        (4, "province"),
        (5, "prefecture"),
        (8, "county"),
        (14, "county"),
    ],
)
def test_the_zoom_chooses_the_level(zoom, level):
    assert layers.level_at(zoom) == level


def test_a_material_shows_its_holders_and_its_takers(world):
    slag = world.materials["steel_slag"]
    worlds.supply(world, "kiln", rate_kg=3_000, material=slag)
    worlds.demand(world, "plant", capacity_kg=9, route=world.routes["road_base"])
    ash = _decoded(_today("fly_ash"), Facility.objects.all(), *TILE)
    assert {
        (row["name_en"], row["offers"], row["offered_t"], row["wants"], row["wanted_t"])
        for row in _properties(ash, "facilities")
    } == {("plant", "fly_ash", 14.0, "", 0), ("kiln", "", 0, "cement_blending", 50.0)}
    steel = _decoded(_today("steel_slag"), Facility.objects.all(), *TILE)
    assert [row["name_en"] for row in _properties(steel, "facilities")] == ["kiln"]


def test_several_offers_of_one_site_add_up(world):
    worlds.supply(world, "plant", stock_kg=500, material=world.materials["steel_slag"])
    worlds.supply(world, "plant", stock_kg=250)
    decoded = _decoded(_today(), Facility.objects.filter(name_en="plant"), *TILE)
    (row,) = _properties(decoded, "facilities")
    assert (row["offers"], row["offered_t"]) == ("fly_ash,steel_slag", 14.75)


def test_withdrawn_supplies_are_not_on_the_map(world):
    Supply.objects.update(status="withdrawn")
    decoded = _decoded(_today(), Facility.objects.all(), *TILE)
    assert [row["name_en"] for row in _properties(decoded, "facilities")] == ["kiln"]


def test_only_the_rows_passed_in_are_drawn(world):
    decoded = _decoded(_today(), Facility.objects.filter(name_en="kiln"), *TILE)
    assert [row["name_en"] for row in _properties(decoded, "facilities")] == ["kiln"]


@pytest.mark.parametrize("place", [(6, 0, 0), (22, 0, 0)])
def test_a_tile_of_elsewhere_is_empty(world, place):
    assert tiles.tile(_today(), Facility.objects.all(), *place) == b""


def test_one_tile_is_one_statement(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert tiles.tile(_today("fly_ash"), Facility.objects.all(), *TILE)


@pytest.mark.parametrize(
    ("place", "is_there"),
    [
        ((0, 0, 0), True),
        ((0, 1, 0), False),
        ((3, 7, 7), True),
        ((3, 8, 0), False),
        ((3, 0, 8), False),
        ((22, 2**22 - 1, 0), True),
        ((23, 0, 0), False),
        ((10**9, 0, 0), False),
    ],
)
def test_the_pyramid_has_an_end(place, is_there):
    assert tiles.exists(*place) is is_there
