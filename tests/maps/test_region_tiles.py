"""Regions as tiles: where they are, clipped, and with what they are coloured by."""

import math

import mapbox_vector_tile
import pytest

from maps.region_tiles import Figures, figure_tile, region_tile
from maps.tiles import EXTENT, MARGIN
from tests import worlds
from wastehub.places.models import BoundarySet

pytestmark = pytest.mark.django_db

# The tile of zoom 6 that holds both counties: 101.25 to 106.875 E, 27.06 to 31.95 N.
TILE = (6, 50, 26)
FIGURES = Figures(
    "SELECT * FROM (VALUES (%s, 12, 0.5::float8, true), (%s, NULL, 1.5, false))"
    " AS told (adcode, left_t, share_frac, is_short)",
    (worlds.WEST, worlds.EAST),
    ("left_t", "share_frac", "is_short"),
)


@pytest.fixture
def two_counties():
    return worlds.two_counties()


def decoded(body, layer="regions"):
    """The tile's features by adcode, the grid's y downwards."""
    answer = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
    features = answer[layer].pop("features")
    head = {"extent": EXTENT, "version": 2, "type": "FeatureCollection"}
    assert answer == {layer: head}
    return {feature["properties"]["adcode"]: feature for feature in features}


def on_grid(lon, lat, z, x, y):
    """Grid place of a point by the web map's own formula, y downwards."""
    across = (lon + 180) / 360 * 2**z - x
    turn = math.asinh(math.tan(math.radians(lat)))
    down = (1 - turn / math.pi) / 2 * 2**z - y
    return round(across * EXTENT), round(down * EXTENT)


def corners(feature):
    (ring,) = feature["geometry"]["coordinates"]
    return {tuple(corner) for corner in ring}


def test_counties_are_drawn_where_they_are(two_counties):
    features = decoded(region_tile("county", *TILE))
    assert [feature["properties"] for feature in features.values()] == [
        {"adcode": adcode, "level": "county", "name_zh": name, "name_en": adcode}
        for adcode, name in ((worlds.WEST, "西县"), (worlds.EAST, "东县"))
    ]
    for adcode, west in ((worlds.WEST, 104), (worlds.EAST, 105)):
        assert corners(features[adcode]) == {
            on_grid(lon, lat, *TILE) for lon in (west, west + 1) for lat in (30, 31)
        }


@pytest.mark.parametrize(
    ("level", "adcodes"),
    [
        ("country", ["100000"]),
        ("province", ["110000", "440000", "510000", "710000"]),
        ("prefecture", ["110101", "110102", "441900", "510100", "710000"]),
        ("county", ["110101", "110102", "441900", "510104", "510105", "710000"]),
    ],
)
def test_a_level_leaves_no_hole_and_comes_in_order(level, adcodes):
    worlds.a_country()
    assert list(decoded(region_tile(level, 3, 6, 3))) == adcodes


def test_a_region_across_a_border_is_in_both_tiles_up_to_the_margin(two_counties):
    # At zoom 7 a border runs at 104.0625 E, through the west county.
    left = corners(decoded(region_tile("county", 7, 100, 52))[worlds.WEST])
    right = corners(decoded(region_tile("county", 7, 101, 52))[worlds.WEST])
    assert max(x for x, _ in left) == EXTENT + MARGIN
    assert min(x for x, _ in right) == -MARGIN
    assert min(x for x, _ in left) == on_grid(104, 30, 7, 100, 52)[0]
    assert max(x for x, _ in right) == on_grid(105, 30, 7, 101, 52)[0]


@pytest.mark.parametrize("place", [(6, 0, 0), (22, 0, 0)])
def test_a_tile_of_elsewhere_is_empty(two_counties, place):
    assert region_tile("county", *place) == b""
    assert figure_tile("county", FIGURES, *place) == b""


def test_a_map_that_is_not_the_current_one_is_not_drawn(two_counties):
    BoundarySet.objects.update(is_current=False)
    assert region_tile("county", *TILE) == b""


def test_one_tile_is_one_statement(two_counties, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert region_tile("county", *TILE)
    with django_assert_num_queries(1):
        assert figure_tile("county", FIGURES, *TILE)


def test_figures_stand_beside_the_names_of_their_region(two_counties):
    features = decoded(figure_tile("county", FIGURES, *TILE), "figures")
    figures = {
        adcode: {name: told.get(name) for name in FIGURES.columns}
        for adcode, told in (
            (adcode, feature["properties"]) for adcode, feature in features.items()
        )
    }
    assert figures == {
        worlds.WEST: {"left_t": 12, "share_frac": 0.5, "is_short": True},
        worlds.EAST: {"left_t": None, "share_frac": 1.5, "is_short": False},
    }
    assert features[worlds.WEST]["properties"]["name_zh"] == "西县"


def test_a_region_without_figures_is_drawn_without_them(two_counties):
    (prefecture,) = decoded(
        figure_tile("prefecture", FIGURES, *TILE), "figures"
    ).values()
    assert prefecture["properties"].keys() == {"adcode", "level", "name_zh", "name_en"}


def test_figures_do_not_move_a_border(two_counties):
    plain = decoded(region_tile("county", *TILE))
    with_figures = decoded(figure_tile("county", FIGURES, *TILE), "figures")
    for adcode, feature in plain.items():
        assert with_figures[adcode]["geometry"] == feature["geometry"]
