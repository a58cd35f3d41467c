"""The zones and retired codes that ship, against the real map."""

import csv
from collections import Counter

import pytest
from django.core.management import call_command

from seeds.places.extents import basin_counties
from seeds.places.outlines import read_entries
from seeds.places.zones import FOLDER, load_zones
from tests.places.zoning import counties_file, parts_of
from wastehub.errors import Refused
from wastehub.places.models import Region, Succession, Zone, ZonePart
from wastehub.places.retired import resolve, zone_prefixes

TUO_MAIN_STEM = {"510100", "510300", "510500", "510600", "511000", "511400", "512000"}


@pytest.fixture
def shipped(sichuan):
    load_zones()


@pytest.mark.usefixtures("shipped")
class TestOnTheMap:
    def test_the_five_regions_hold_each_prefecture_once(self):
        parts = ZonePart.objects.filter(zone__kind=Zone.Kind.ECONOMIC_REGION)
        counts = Counter(parts.values_list("adcode", flat=True))
        prefectures = Region.objects.current().at(Region.Level.PREFECTURE)
        assert counts == Counter(prefectures.values_list("adcode", flat=True))
        assert Zone.objects.of_kind(Zone.Kind.ECONOMIC_REGION).count() == 5

    def test_the_five_regions_hold_each_county_once(self):
        held = Counter()
        for zone in Zone.objects.of_kind(Zone.Kind.ECONOMIC_REGION):
            for prefix in zone_prefixes(zone):
                counties = Region.objects.current().at(Region.Level.COUNTY)
                inside = counties.filter(adcode__startswith=prefix)
                held.update(inside.values_list("adcode", flat=True))
        assert len(held) == 183
        assert set(held.values()) == {1}

    def test_the_tuo_basin_is_its_main_stems_cities_and_says_it_is_provisional(self):
        tuo = Zone.objects.get(code="tuo")
        assert parts_of(tuo) == dict.fromkeys(TUO_MAIN_STEM, "part")
        assert tuo.is_provisional
        assert "条例" in tuo.note_zh
        assert "Article 2" in tuo.note_en

    def test_every_retired_code_of_sichuan_leads_to_a_county_of_the_map(self):
        retired = Succession.objects.filter(retired__startswith="51")
        assert retired.count() == 16
        for row in retired:
            found = resolve(row.retired)
            assert found.retired_as == row
            assert found.region.level == Region.Level.COUNTY

    @pytest.mark.parametrize(
        ("adcode", "county"),
        [("510724", "安州区"), ("512081", "简阳市"), ("513425", "会理市")],
    )
    def test_a_county_by_the_code_it_had(self, adcode, county):
        assert resolve(adcode).region.name_zh == county

    def test_no_region_of_the_map_has_a_retired_code(self):
        retired = Succession.objects.values("retired")
        assert not Region.objects.current().filter(adcode__in=retired).exists()

    def test_every_row_says_where_it_was_read(self):
        for row in [*Zone.objects.all(), *Succession.objects.all()]:
            assert row.source
            assert row.confidence


def test_no_county_of_the_country_has_a_retired_code():
    retired = {row["retired"] for row in _rows("successions")}
    assert not {entry.adcode for entry in read_entries(nationwide=True)} & retired


@pytest.mark.django_db
class TestLoading:
    def test_again_changes_nothing(self):
        first, again = load_zones(), load_zones()
        assert first.changed == first.zones + first.successions
        assert again.changed == 0

    def test_a_row_that_is_no_longer_told_goes(self):
        load_zones()
        Succession.objects.create(
            retired="519999",
            successor="510100",
            since="2016-01-01",
            name_zh="旧县",
            source="a test",
            confidence="L",
        )
        assert load_zones().changed == 1
        assert not Succession.objects.filter(retired="519999").exists()

    def test_what_an_operators_file_says_of_a_basin_stays(self, sichuan, tmp_path):
        load_zones()
        basin_counties(code="tuo", path=counties_file(tmp_path, "510682 core"))
        assert load_zones().kept == 1
        assert parts_of(Zone.objects.get(code="tuo")) == {"510682": "core"}

    def test_unless_what_ships_is_to_win(self, sichuan, tmp_path, capsys):
        load_zones()
        basin_counties(code="tuo", path=counties_file(tmp_path, "510682 core"))
        call_command("load_zones", "--replace")
        assert "1 changed, 0 kept" in capsys.readouterr().out
        tuo = Zone.objects.get(code="tuo")
        assert set(parts_of(tuo)) == TUO_MAIN_STEM
        assert not tuo.is_replaced

    @pytest.mark.parametrize(
        ("file", "old", "new", "told"),
        [
            ("zones", "basin,沱江", "lake,沱江", "kind: 'lake' is not one of"),
            ("zones", "panxi,", "tuo,", "tuo stands in more than one row"),
            ("zones", "panxi,", "anning,", "there is no zone panxi"),
            ("zone_parts", "tuo,510100", "tuo,510300", "tuo 510300 stands in more"),
            ("zone_parts", "510100,part", "510100,half", "share: 'half' is not one of"),
            ("successions", "510705,2016", "510724,2016", "510724 comes after itself"),
            ("successions", "2016-03-20", "2016-02-30", "not a day of the calendar"),
        ],
    )
    def test_a_faulty_file_is_refused_and_nothing_written(
        self, tmp_path, file, old, new, told
    ):
        for name in ("zones", "zone_parts", "successions"):
            text = (FOLDER / f"{name}.csv").read_text(encoding="utf-8")
            if name == file:
                assert old in text
                text = text.replace(old, new, 1)
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        with pytest.raises(Refused) as caught:
            load_zones(tmp_path)
        assert told in caught.value.message
        assert not Zone.objects.exists()
        assert not Succession.objects.exists()


def _rows(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
