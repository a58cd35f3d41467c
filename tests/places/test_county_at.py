"""A point's county, and what is said to who enters a point that has none."""

import csv
import os
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.utils import translation

from wastehub.errors import Refused
from wastehub.geodesy import to_wgs84
from wastehub.places.models import BoundarySet, Region
from wastehub.places.services import county_at


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def at(lon, lat):
    return county_at(Point(lon, lat, srid=4326))


def refusal(lon, lat):
    with pytest.raises(Refused) as caught:
        at(lon, lat)
    return caught.value


@pytest.mark.parametrize(
    ("adcode", "name_zh", "lon", "lat"),
    [
        ("510682", "什邡市", 104.1676, 31.1268),
        ("510683", "绵竹市", 104.2207, 31.3381),
        ("510402", "东区", 101.7186, 26.5824),
        ("513401", "西昌市", 102.2644, 27.8945),
        ("513437", "雷波县", 103.5717, 28.2627),
        ("511133", "马边彝族自治县", 103.5464, 28.8355),
    ],
)
def test_a_town_lies_in_its_county(sichuan, adcode, name_zh, lon, lat):
    county = at(lon, lat)
    assert (county.adcode, county.name_zh) == (adcode, name_zh)
    assert county.level == Region.Level.COUNTY


def test_one_query_answers(sichuan, django_assert_num_queries):
    with django_assert_num_queries(1):
        county = at(104.1676, 31.1268)
        assert county.name == "Shifang"


def test_on_a_shared_border_the_lowest_adcode_wins(sichuan):
    shifang, mianzhu = (
        Region.objects.current().get(adcode=adcode) for adcode in ("510682", "510683")
    )
    border = shifang.shape.intersection(mianzhu.shape)
    lon, lat = border.coords[0][0] if border.geom_type != "LineString" else border[0]
    assert at(lon, lat).adcode == "510682"


def test_exchanged_axes_are_named(sichuan):
    refused = refusal(31.1268, 104.1676)
    assert refused.code == "outside_loaded_regions"
    assert "longitude and latitude are exchanged" in refused.message
    assert set(refused.fields) == {"lon", "lat"}


def test_a_province_without_counties_is_named(sichuan):
    refused = refusal(106.55, 29.56)
    assert refused.code == "outside_loaded_regions"
    assert "lies in Chongqing" in refused.message
    assert "only for: Sichuan" in refused.message


@pytest.mark.parametrize(
    ("place", "lon", "lat"),
    [
        ("East China Sea", 125.0, 28.0),
        ("Paris", 2.35, 48.86),
        ("not on the globe", 200.0, 95.0),
        ("not a number", float("nan"), 30.0),
    ],
)
def test_the_sea_and_abroad_are_refused(sichuan, place, lon, lat):
    refused = refusal(lon, lat)
    assert refused.code == "outside_loaded_regions"
    assert "at sea or abroad" in refused.message


def test_without_a_map_the_operator_is_told_what_to_run(sichuan):
    BoundarySet.objects.update(is_current=False)
    refused = refusal(104.1676, 31.1268)
    assert refused.code == "no_boundaries"
    assert "load_places" in refused.message


@pytest.fixture
def gaoba():
    """A power station of the public tracker, close to the border of its county."""
    folder = os.environ.get("WASTEHUB_SHARED_DATA")
    if not folder:
        pytest.skip("WASTEHUB_SHARED_DATA does not name a folder with tracker files")
    path = Path(folder) / "facilities" / "sichuan_gem_coal_units.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return next(
            row
            for row in csv.DictReader(lines)
            if row["Plant name"] == "Neijiang Gaoba power station"
        )


@pytest.mark.shared_data
def test_a_plant_lies_in_the_county_that_its_tracker_names(sichuan, gaoba):
    county = at(float(gaoba["lon"]), float(gaoba["lat"]))
    assert gaoba["Local area (taluk, county)"] == "Shizhong"
    assert county.name_en == "Shizhong District"


@pytest.mark.shared_data
def test_on_unconverted_outlines_that_plant_would_lie_in_the_wrong_county(
    sichuan, gaoba
):
    """To read a point on GCJ-02 outlines is to take its coordinates for GCJ-02."""
    as_on_gcj02 = to_wgs84(float(gaoba["lon"]), float(gaoba["lat"]), "GCJ02")
    assert at(*as_on_gcj02).name_en == "Dongxing District"
