"""The real map in tiles: at every zoom its levels lie upon each other without a gap."""

from itertools import combinations

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from shapely.geometry import box, shape

from maps.region_tiles import region_tile
from maps.tiles import EXTENT
from seeds.places.outlines import multipolygon
from tests.places_world import sichuan, sichuan_rows  # noqa: F401
from wastehub.places.models import Region

pytestmark = pytest.mark.usefixtures("sichuan")

# West, south, east, north of the province, a little wider, degrees.
AROUND = (97.3, 26.0, 108.6, 34.4)
# Two lines that are drawn alike lie on the same places of the grid; where one has a
# corner that the other lacks, rounding moves it by less than one.
UNIT = 1.0
# A pixel of a tile on a screen, in units of the grid.
PIXEL = EXTENT / 512


def on_plane(lonlat, zoom):
    """Places on the grid of a zoom, from the map's north-west corner, y downwards."""
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    places = np.column_stack([lon + np.pi, np.pi - np.arcsinh(np.tan(lat))])
    return places / (2 * np.pi) * 2**zoom * EXTENT


def tiles_around(zoom):
    west, south, east, north = AROUND
    ends = on_plane(np.array([[west, north], [east, south]]), zoom) // EXTENT
    (left, top), (right, bottom) = ends.astype(int)
    return [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def drawn(level, zoom, x, y):
    """The province's regions in a tile itself, its margin cut off, on the plane."""
    body = region_tile(level, zoom, x, y)
    answer = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
    inside = box(0, 0, EXTENT, EXTENT)
    corner = np.array([x, y]) * EXTENT
    return {
        feature["properties"]["adcode"]: shapely.transform(
            multipolygon(shape(feature["geometry"]).intersection(inside)),
            lambda places: places + corner,
        )
        for feature in answer.get("regions", {"features": ()})["features"]
        if feature["properties"]["adcode"].startswith("51")
    }


def thicker(area, units):
    """Whether something of an area is thicker than so many units of the grid."""
    return not area.buffer(-units / 2).is_empty


def all_of(level, zoom):
    """The level's parts in every tile, and their union."""
    parts = [drawn(level, zoom, x, y) for x, y in tiles_around(zoom)]
    return parts, shapely.union_all([area for tile in parts for area in tile.values()])


@pytest.mark.parametrize("zoom", [4, 5, 6, 7, 8])
@pytest.mark.parametrize("level", ["county", "prefecture"])
def test_regions_fill_the_province_without_overlap(level, zoom):
    tiles, filled = all_of(level, zoom)
    _, province = all_of("province", zoom)
    assert not thicker(filled.symmetric_difference(province), UNIT)
    for tile in tiles:
        for one, other in combinations(tile.values(), 2):
            assert not thicker(one.intersection(other), UNIT)


@pytest.mark.parametrize(("zoom", "most"), [(5, PIXEL), (6, PIXEL), (7, UNIT)])
def test_the_province_is_drawn_where_it_is(zoom, most):
    """From afar to the pixel, by shapes that are lighter than the drawn ones."""
    stored = Region.objects.current().get(adcode="510000").drawn_shape
    there = shapely.transform(
        shapely.from_wkb(bytes(stored.wkb)), lambda places: on_plane(places, zoom)
    )
    _, province = all_of("province", zoom)
    assert not thicker(province.symmetric_difference(there), most)


def test_every_county_is_in_the_tiles():
    tiles, _ = all_of("county", 4)
    counties = Region.objects.current().at(Region.Level.COUNTY)
    assert {adcode for tile in tiles for adcode in tile} == set(
        counties.values_list("adcode", flat=True)
    )
