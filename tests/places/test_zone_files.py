"""An operator's files: where a basin lies, and which parks there are."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from seeds.places.extents import basin_counties, basin_polygons
from seeds.places.parks import load_parks
from tests import worlds
from tests.places.zoning import (
    COLUMNS,
    box,
    counties_file,
    feature,
    geojson,
    parts_of,
    zone,
)
from tests.worlds import EAST, WEST
from wastehub.errors import Refused
from wastehub.places.models import Succession, Zone

IN_CHINA = box(104, 30, 105, 31)
PARK = {
    "code": "works_park",
    "name_zh": "某园区",
    "name_en": "Some Park",
    "source": "a map",
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _upper_basin():
    worlds.two_counties()
    zone("upper", parts={"510100": "part"})


def upper() -> Zone:
    return Zone.objects.get(code="upper")


def refusal(load, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        load(*args, **kwargs)
    assert caught.value.code == "zones_faulty"
    return caught.value.message


class TestCounties:
    def test_the_file_says_which_counties_a_basin_is_made_of(self, tmp_path):
        file = counties_file(tmp_path, f"{WEST} core", f"{EAST} part")
        found = basin_counties(code="upper", path=file)
        assert parts_of(found) == {WEST: "core", EAST: "part"}
        assert (found.source, found.confidence) == ("counties.csv", "M")
        assert found.is_provisional
        assert found.is_replaced

    def test_they_take_the_place_of_polygons(self, tmp_path):
        polygons = geojson(tmp_path, feature(IN_CHINA))
        basin_polygons(code="upper", path=polygons)
        basin_counties(code="upper", path=counties_file(tmp_path, f"{WEST} core"))
        assert upper().shape is None

    @pytest.mark.parametrize(
        ("rows", "told"),
        [
            (["999999 core"], "counties.csv:2: adcode: no region of the current map"),
            ([f"{WEST} core", "51 part"], "counties.csv:3: adcode: '51' is not an"),
            ([f"{WEST} half"], "counties.csv:2: class: 'half' is not one of core, pa"),
            ([f"{WEST} core", f"{WEST} part"], f"{WEST} stands in more than one row"),
            ([f"{WEST} core", "510100 part"], f"{WEST} lies in 510100, which is list"),
            (["510122 core"], f"510122 is a retired code: write {EAST}"),
            ([], "the file has a header but no rows"),
        ],
    )
    def test_a_bad_file_is_refused_with_line_and_reason(self, tmp_path, rows, told):
        _west_of_old()
        file = counties_file(tmp_path, *rows)
        assert told in refusal(basin_counties, code="upper", path=file)
        assert parts_of(upper()) == {"510100": "part"}
        assert not upper().is_replaced

    def test_every_fault_is_told_at_once(self, tmp_path):
        file = counties_file(tmp_path, "999999 core", f"{WEST} half")
        told = refusal(basin_counties, code="upper", path=file)
        assert "999999" in told
        assert "half" in told

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"", "the file is empty"),
            (b"adcode,class\n510104,core\n", "district: the column is missing"),
            ("adcode,成都\n".encode("gb18030"), "save it as UTF-8"),
            (
                f"{COLUMNS}\n510104,a,b\n".encode(),
                "counties.csv:2: the row has 3 cells",
            ),
        ],
    )
    def test_what_is_no_such_table_is_refused(self, tmp_path, content, told):
        file = tmp_path / "counties.csv"
        file.write_bytes(content)
        assert told in refusal(basin_counties, code="upper", path=file)

    def test_a_file_that_is_not_there_is_refused(self, tmp_path):
        told = refusal(basin_counties, code="upper", path=tmp_path / "none.csv")
        assert "none.csv: the file is missing" in told


class TestPolygons:
    def test_they_take_the_place_of_the_parts_and_end_the_provisional(self, tmp_path):
        file = geojson(tmp_path, feature(IN_CHINA))
        found = basin_polygons(
            code="upper", path=file, source="the water authority", confidence="H"
        )
        assert parts_of(found) == {}
        assert (found.source, found.confidence) == ("the water authority", "H")
        assert not found.is_provisional
        assert found.note == ""

    def test_neighbours_become_one(self, tmp_path):
        """Two sub-basins side by side; their area by plain SQL."""
        east = feature(box(105, 30, 106, 31))
        basin_polygons(code="upper", path=geojson(tmp_path, feature(IN_CHINA), east))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT ST_Area(shape), ST_NumGeometries(shape)"
                " FROM places_zone WHERE code = 'upper'"
            )
            assert cursor.fetchone() == (2, 1)

    def test_heights_are_dropped(self, tmp_path):
        ring = [[*at, 500] for at in IN_CHINA["coordinates"][0]]
        high = {"type": "Polygon", "coordinates": [ring]}
        found = basin_polygons(code="upper", path=geojson(tmp_path, feature(high)))
        assert not found.shape.hasz

    @pytest.mark.parametrize(
        ("geometry", "told"),
        [
            ({"type": "Point", "coordinates": [104, 30]}, "no polygon: Point"),
            ({"type": "Polygon", "coordinates": []}, "no polygon"),
            ({"type": "Polygon", "coordinates": [[[104, 30], [105, 30]]]}, "feature 1"),
            ({"type": "Polygon", "coordinates": "104 30"}, "can not be read"),
            ("POLYGON EMPTY", "can not be read"),
            (box(30, 104, 31, 105), "longitude and latitude look exchanged"),
            (box(-5, 50, 0, 55), "outside China"),
            (box(360000, 3300000, 370000, 3310000), "outside China"),
            (box(104, 30, 1e400, 31), "feature"),
            (None, "either polygons or a list of counties"),
        ],
    )
    def test_what_is_no_polygon_in_china_is_refused(self, tmp_path, geometry, told):
        file = geojson(tmp_path, feature(geometry))
        message = refusal(basin_polygons, code="upper", path=file)
        assert told in message or "no JSON" in message
        assert parts_of(upper()) == {"510100": "part"}

    def test_a_polygon_that_crosses_itself_is_refused_with_the_place(self, tmp_path):
        ring = [[104, 30], [105, 31], [105, 30], [104, 31], [104, 30]]
        bow = feature({"type": "Polygon", "coordinates": [ring]})
        told = refusal(basin_polygons, code="upper", path=geojson(tmp_path, bow))
        assert "feature 1: the polygon is not valid: Self-intersection[104.5 30.5]" in (
            told
        )

    def test_a_list_of_counties_is_no_basin_of_polygons(self, tmp_path):
        file = geojson(tmp_path, feature(None, counties=[WEST]))
        told = refusal(basin_polygons, code="upper", path=file)
        assert "feature 1: a basin is made of polygons" in told

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ('{"type": \n "Feature",,}', "features.geojson:2: the file is no JSON"),
            ("[" * 100_000, "no JSON"),
            ("[]", "no GeoJSON FeatureCollection"),
            ('{"features": []}', "the file has no features"),
            ('{"features": [3]}', "feature 1"),
            ('{"features": [NaN]}', "no JSON"),
        ],
    )
    def test_what_is_no_geojson_is_refused(self, tmp_path, content, told):
        file = tmp_path / "features.geojson"
        file.write_text(content)
        assert told in refusal(basin_polygons, code="upper", path=file)

    def test_another_reference_system_is_refused(self, tmp_path):
        crs = {"type": "name", "properties": {"name": "EPSG:4490"}}
        file = geojson(tmp_path, feature(IN_CHINA), crs=crs)
        assert "must be WGS 84" in refusal(basin_polygons, code="upper", path=file)


class TestParks:
    def test_a_park_is_its_polygon(self, tmp_path):
        assert load_parks(geojson(tmp_path, feature(IN_CHINA, **PARK))) == (1, 1)
        park = Zone.objects.get(code="works_park")
        assert (park.kind, park.name_zh, park.confidence) == ("park", "某园区", "M")
        assert park.shape.area == pytest.approx(1)
        assert not park.is_invented

    def test_or_a_list_of_counties(self, tmp_path):
        load_parks(geojson(tmp_path, feature(None, counties=[WEST], **PARK)))
        park = Zone.objects.get(code="works_park")
        assert park.shape is None
        assert parts_of(park) == {WEST: "whole"}

    def test_loading_the_same_again_changes_nothing(self, tmp_path):
        file = geojson(tmp_path, feature(IN_CHINA, **PARK))
        load_parks(file)
        assert load_parks(file) == (1, 0)

    @pytest.mark.parametrize(
        ("geometry", "values", "told"),
        [
            (IN_CHINA, {"code": "Some Park"}, "code: 'Some Park' is not a code"),
            (IN_CHINA, {"code": 7}, "code: '7' is not a code"),
            (IN_CHINA, {"name_zh": None}, "name_zh: must not be empty"),
            (IN_CHINA, {"source": ""}, "source: must not be empty"),
            (IN_CHINA, {"confidence": "sure"}, "confidence: 'sure' is not one of"),
            (IN_CHINA, {"code": "upper"}, "upper is the code of another zone"),
            (IN_CHINA, {"code": "invented"}, "invented is the code of another zone"),
            (IN_CHINA, {"counties": [WEST]}, "either polygons or a list of counties"),
            (None, {"counties": ["999999"]}, "no region of the current map has the c"),
            (None, {"counties": ["甲县"]}, "'甲县' is not an adcode"),
            (None, {"counties": [WEST, WEST]}, "stands in more than one row"),
            (None, {"counties": WEST}, "has to be a list of adcodes"),
        ],
    )
    def test_a_bad_park_is_refused_and_a_good_one_beside_it_not_written(
        self, tmp_path, geometry, values, told
    ):
        zone("invented", "park", is_invented=True)
        good = feature(IN_CHINA, **PARK | {"code": "good"})
        bad = feature(geometry, **PARK | values)
        message = refusal(load_parks, geojson(tmp_path, good, bad))
        assert told in message
        assert "feature 2" in message
        assert not Zone.objects.filter(code="good").exists()

    def test_a_code_twice_in_a_file_is_refused(self, tmp_path):
        twice = [feature(IN_CHINA, **PARK)] * 2
        told = refusal(load_parks, geojson(tmp_path, *twice))
        assert "works_park stands in more than one row" in told


class TestCommand:
    def test_counties(self, tmp_path, capsys):
        file = str(counties_file(tmp_path, f"{WEST} core"))
        call_command("load_zones", "--basin", "upper", "--counties", file)
        assert "upper is 1 regions, provisionally" in capsys.readouterr().out

    def test_polygons(self, tmp_path, capsys):
        file = str(geojson(tmp_path, feature(IN_CHINA)))
        call_command("load_zones", "--basin", "upper", "--polygons", file)
        assert "upper is 1 polygons" in capsys.readouterr().out

    def test_parks(self, tmp_path, capsys):
        file = str(geojson(tmp_path, feature(IN_CHINA, **PARK)))
        call_command("load_zones", "--parks", file)
        assert "1 parks; 1 changed" in capsys.readouterr().out

    def test_a_basin_that_is_not_there_is_refused_with_those_that_are(self, tmp_path):
        file = str(counties_file(tmp_path, f"{WEST} core"))
        with pytest.raises(CommandError, match=r"yellow.*upper"):
            call_command("load_zones", "--basin", "yellow", "--counties", file)

    @pytest.mark.parametrize(
        "arguments", [["--basin", "upper"], ["--counties", "counties.csv"]]
    )
    def test_a_basin_goes_with_a_file(self, arguments):
        with pytest.raises(CommandError, match="--basin goes with"):
            call_command("load_zones", *arguments)


def _west_of_old() -> None:
    Succession.objects.create(
        retired="510122",
        successor=EAST,
        since=date(2016, 1, 1),
        name_zh="旧县",
        source="a notice",
        confidence="H",
    )
