"""A map of the whole country has no hole at any level."""

import pytest
from django.contrib.gis.db.models import Union

from seeds.places.outlines import parents, read_entries
from tests import worlds
from wastehub.places.models import Region

LEVELS = ["country", "province", "prefecture", "county"]
RANK = {level: rank for rank, level in enumerate(LEVELS)}


@pytest.mark.django_db
class TestSmallCountry:
    @pytest.fixture(autouse=True)
    def _country(self):
        worlds.a_country()

    @pytest.mark.parametrize(
        ("level", "filled_by"),
        [
            ("province", ["110000", "440000", "510000", "710000"]),
            ("prefecture", ["110101", "110102", "441900", "510100", "710000"]),
            ("county", ["110101", "110102", "441900", "510104", "510105", "710000"]),
        ],
    )
    def test_what_has_no_region_of_a_level_stands_for_itself(self, level, filled_by):
        found = Region.objects.current().filling(Region.Level(level))
        assert sorted(row.adcode for row in found) == filled_by

    @pytest.mark.parametrize("level", LEVELS)
    def test_no_hole_and_no_overlap(self, level):
        found = Region.objects.current().filling(Region.Level(level))
        whole = found.aggregate(all=Union("shape"))["all"]
        assert whole.equals(Region.objects.get(adcode="100000").shape)
        assert sum(row.shape.area for row in found) == pytest.approx(whole.area)

    def test_the_country_holds_every_region(self):
        every = Region.objects.current()
        assert every.within("100000").count() == every.count() == 11


@pytest.mark.django_db
def test_a_province_of_which_nothing_is_loaded_stands_for_nothing():
    squares = worlds.two_counties()
    shape = worlds.square(106, 30, 108, 31)
    Region.objects.create(
        boundary_set=squares,
        adcode="500000",
        level="province",
        name_zh="重庆市",
        shape=shape,
        drawn_shape=shape,
    )
    found = Region.objects.current().filling(Region.Level.PREFECTURE)
    assert [row.adcode for row in found] == ["510100"]


class TestRealCountry:
    """The package's index; its outlines take half a minute to read."""

    def test_every_region_hangs_on_a_greater_one(self):
        entries = read_entries(nationwide=True)
        level = {entry.adcode: entry.level for entry in entries}
        around = parents(entries)
        assert [adcode for adcode in around if around[adcode] is None] == ["100000"]
        for adcode, parent in around.items():
            if parent is not None:
                assert RANK[level[parent]] < RANK[level[adcode]]

    def test_only_taiwan_has_nothing_below_and_every_prefecture_has(self):
        entries = read_entries(nationwide=True)
        leaves = {entry.adcode for entry in entries} - set(parents(entries).values())
        above = [
            entry.adcode
            for entry in entries
            if entry.adcode in leaves and entry.level != Region.Level.COUNTY
        ]
        assert above == ["710000"]

    def test_no_county_is_passed_over_by_its_prefecture(self):
        entries = read_entries(nationwide=True)
        prefectures = {e.adcode for e in entries if e.level == Region.Level.PREFECTURE}
        for adcode, parent in parents(entries).items():
            if adcode not in prefectures and adcode[:4] + "00" in prefectures:
                assert parent == adcode[:4] + "00"
