"""``manage.py balance`` prints one balance in four forms, and says what is wrong."""

import csv
import json
from datetime import date
from io import StringIO

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import CommandError, call_command
from django.utils.translation import override

from maps import answered
from maps.columns import COLUMNS
from tests import worlds
from tests.ledger.yard import add, works
from tests.maps.yards import works_and_kiln
from wastehub.accounts.models import Organisation
from wastehub.ledger.kinds import Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def yards():
    return works_and_kiln()


def printed(form="table", **options):
    out = StringIO()
    asked = {"material": "phosphogypsum", "level": "county", "period": "2025"}
    with override("en"):
        call_command("balance", format=form, stdout=out, **asked | options)
    return out.getvalue()


def in_json(**options):
    return json.loads(printed("json", **options))


def in_csv(**options):
    text = printed("csv", **options)
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def in_geojson(**options):
    return json.loads(printed("geojson", **options))


def test_json_tells_every_cell_and_the_total(yards):
    told = in_json()
    west, east = told["cells"]
    assert (west["key"], west["generated_t"], west["shipped_out_t"]) == (
        worlds.WEST,
        100,
        60,
    )
    assert (west["utilisation_frac"], west["balance_frac"]) == (0.6, 0.05)
    assert (east["utilisation_frac"], east["weighed_frac"]) == (None, 0)
    assert told["total"]["closing_stock_t"] == 55
    assert told["total"]["shipped_out_t"] is None
    assert (told["period"], told["as_of"], told["invented"]) == ("2025", None, False)


def test_the_files_hold_the_same_figures(yards):
    cells = in_json()["cells"]
    for cell, line in zip(cells, in_csv(), strict=True):
        assert line == {
            name: "" if value is None else str(value) for name, value in cell.items()
        }
    features = in_geojson()["features"]
    assert [feature["properties"] for feature in features] == cells


def test_every_column_has_its_words_in_both_languages(yards):
    told = {column["name"]: column for column in in_json()["columns"]}
    assert list(told) == [column.name for column in COLUMNS]
    assert told["utilisation_frac"]["zh"] == "综合利用率"
    assert all(column["zh"] and column["en"] for column in told.values())
    assert {name.endswith("_t") for name in told if told[name]["unit"] == "t"} == {True}


def test_shapes_are_the_counties_with_outer_rings_anticlockwise(yards):
    west, _east = in_geojson()["features"]
    assert west["id"] == worlds.WEST
    shape = GEOSGeometry(json.dumps(west["geometry"]))
    assert shape.extent == (104, 30, 105, 31)
    assert shape[0][0].is_counterclockwise


def test_sites_are_points_and_companies_lie_nowhere(yards):
    points = [f["geometry"] for f in in_geojson(level="site")["features"]]
    assert sorted(point["coordinates"] for point in points) == [
        [104.5, 30.5],
        [105.5, 30.5],
    ]
    companies = in_geojson(level="company")["features"]
    assert [feature["geometry"] for feature in companies] == [None, None]


def test_the_table_is_aligned_and_ends_with_the_total(yards):
    head, west, _east, total = printed().splitlines()[1:5]
    assert "generated t" in head
    assert "utilisation rate %" in head
    assert west.split()[:2] == ["西县", "100.000"]
    assert total.split()[0] == "合计"
    # A Chinese character takes two places of a terminal.
    assert len(west) + 2 == len(total) + 2 == len(head) - len("name (Chinese)") + 14


def test_use_beyond_what_there_was_is_told_with_its_size(yards):
    assert "were used" not in printed()
    site, day = works(104.6), date(2025, 3, 1)
    add(site, Kind.OPENING, 70_000, occurred_on=day)
    add(site, Kind.USED, 70_000, occurred_on=day)
    assert "30.000 t were used beyond" in printed()


def test_an_invented_world_says_so(yards):
    Organisation.objects.update(is_invented=True)
    assert "Invented" in printed()
    assert in_json()["invented"] is True


def test_a_name_that_a_spreadsheet_would_run_is_text(yards):
    west, _east = yards
    west.name_zh = "=1+1"
    west.save()
    names = [line["name_zh"] for line in in_csv(level="site")]
    assert "'=1+1" in names


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"material": "gold"}, "material: .*gold"),
        ({"level": "village"}, "level: "),
        ({"within": "999999"}, "within: .*999999"),
        ({"period": "2025-06..2025-01"}, "period: .*ends before it starts"),
        ({"period": "2010..2025"}, "period: .*120"),
        ({"period": "2016-01-01T00..2025-12-31T23"}, "period: "),
        ({"as_of": "tomorrow"}, "as_of: "),
    ],
)
def test_what_can_not_be_answered_is_said(yards, asked, said):
    with pytest.raises(CommandError, match=said):
        printed(**asked)


def test_all_faults_are_said_at_once(yards):
    with pytest.raises(CommandError, match=r"material: .*period: "):
        printed(material="gold", period="soon")


def test_more_than_can_be_answered_is_refused(yards, monkeypatch):
    monkeypatch.setattr(answered, "MOST_READ", 23)
    with pytest.raises(CommandError, match="too much"):
        printed(level="site")
