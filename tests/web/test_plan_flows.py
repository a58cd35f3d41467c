"""A plan's pairs: as a table that is filtered and sorted, and as files to take away."""

import csv
import io
import json
import uuid

import pytest
from django.test import Client
from openpyxl import load_workbook

from maps.flow_book import flow_book
from tests.web import world as worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """A plan with three pairs of two demo sites: 3, 1 and 2 t."""
    made = worlds.two_counties()
    worlds.tracked(made, "kiln")
    for name, place in (("north", (104.2, 30.9)), ("south", (104.2, 30.1))):
        made.facilities[name] = worlds.facility(
            made, name, "holder", place, origin="demo"
        )
    slag = made.materials["steel_slag"]
    made.supplies["north"] = worlds.supply(made, "north", stock_kg=9_000)
    made.supplies["south"] = worlds.supply(made, "south", stock_kg=9_000)
    made.supplies["slag"] = worlds.supply(made, "south", stock_kg=9_000, material=slag)
    made.runs["plan"] = worlds.plan(summary=_summary())
    for name, mass_kg in (("north", 3_000), ("south", 1_000), ("slag", 2_000)):
        made.matches[name] = worlds.match(
            made.runs["plan"], made.supplies[name], made.demands["kiln"], mass_kg
        )
    return made


def _summary():
    sent = {"route": "cement_blending", "verdict": "yes"}
    return {
        "offered_kg": 27_000,
        "placed_kg": 6_000,
        "left_kg": 21_000,
        "capacity_kg": 50_000,
        "net_cost_yuan": 27,
        "haul_cost_yuan": 240,
        "tonne_km": 747,
        "pairs_in_reach": 3,
        "pairs_acceptable": 3,
        "by_material": [
            {"material": "fly_ash", **_masses(18_000, 4_000)},
            {"material": "steel_slag", **_masses(9_000, 2_000)},
        ],
        "by_material_route": [
            {"material": "fly_ash", "mass_kg": 4_000, **sent},
            {"material": "steel_slag", "mass_kg": 2_000, **sent},
        ],
        "certificate": {"ok": True, "pairs_checked": 3, "checks": []},
    }


def _masses(offered_kg, placed_kg):
    left_kg = offered_kg - placed_kg
    return {"offered_kg": offered_kg, "placed_kg": placed_kg, "left_kg": left_kg}


@pytest.fixture
def english():
    return Client(headers={"accept-language": "en"})


def _page(client, world, **asked):
    return client.get(f"/plans/{world.runs['plan'].public_id}/", asked)


def _file(client, run, ending="csv", **asked):
    return client.get(f"/api/v1/plans/{run.public_id}/flows.{ending}", asked)


def _rows(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def _book(client, world, **asked):
    answer = _file(client, world.runs["plan"], "xlsx", **asked)
    return load_workbook(io.BytesIO(answer.content))


def _facts(book):
    return {en: value for _, en, value in book.worksheets[0].values}


def _pairs(book):
    """The rows of the second sheet below its heads."""
    return list(book.worksheets[1].values)[1:]


def _masses_shown(answer):
    return [match.mass_kg for match in answer.context["pairs"]]


@pytest.mark.parametrize(
    ("asked", "masses_kg"),
    [
        ({}, [3_000, 2_000, 1_000]),
        ({"ordering": "mass"}, [1_000, 2_000, 3_000]),
        ({"material": "fly_ash"}, [3_000, 1_000]),
        ({"route": "cement_blending", "material": "steel_slag"}, [2_000]),
        ({"route": "road_base"}, []),
        ({"verdict": "likely"}, []),
        ({"named": "NORTH"}, [3_000]),
        ({"named": "south厂", "ordering": "mass"}, [1_000, 2_000]),
    ],
)
def test_table_and_file_hold_what_is_asked_in_the_order_asked(
    english, world, asked, masses_kg
):
    assert _masses_shown(_page(english, world, **asked)) == masses_kg
    rows = _rows(_file(english, world.runs["plan"], **asked))
    assert [float(row["mass_t"]) for row in rows] == [kg / 1000 for kg in masses_kg]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"material": "gold"}, "material"),
        ({"route": "\0"}, "route"),
        ({"verdict": "no"}, "verdict"),
        ({"named": "a\0"}, "named"),
        ({"named": "a" * 101}, "named"),
        ({"ordering": "colour"}, "ordering"),
    ],
)
def test_nonsense_is_refused_with_its_field(english, world, asked, field):
    page = _page(english, world, **asked)
    assert (page.status_code, list(page.context["pair_form"].errors)) == (400, [field])
    for ending in ("csv", "geojson", "xlsx"):
        answer = _file(english, world.runs["plan"], ending, **asked)
        assert answer.status_code == 400
        assert list(answer.json()["fields"]) == [field]


def test_a_head_sorts_by_its_column_and_a_second_click_turns_it_round(english, world):
    heads = {
        str(head.words): head for head in _page(english, world).context["pair_heads"]
    }
    assert heads["Tonnes"].sorted_as == "descending"
    assert heads["Tonnes"].query == "ordering=mass"
    assert (heads["From"].sorted_as, heads["From"].query) == ("", "ordering=from")
    turned = _page(english, world, ordering="mass", material="fly_ash")
    heads = {str(head.words): head for head in turned.context["pair_heads"]}
    assert heads["Tonnes"].sorted_as == "ascending"
    assert heads["Distance"].query == "ordering=-distance&material=fly_ash"


def test_the_table_beside_the_diagram_has_the_same_numbers(english, world):
    answer = _page(english, world)
    ribbons = answer.context["sankey"].ribbons
    assert [ribbon.mass_kg for ribbon in ribbons] == [4_000, 2_000]
    words = answer.content.decode()
    assert words.count('class="ribbon"') == 2
    assert "fly_ash → cement_blending: 4 t" in words


def test_the_map_starts_from_the_extent_of_the_flows(english, world):
    drawn = _page(english, world).context["drawn"]
    assert drawn["box"] == [[104.2, 30.1], [105.5, 30.9]]
    assert drawn["widest_t"] == 3.0
    assert drawn["numbers"] == {"fly_ash": "1", "steel_slag": "2"}


def test_a_plan_without_flows_is_drawn_empty(english, world):
    world.matches.clear()
    world.runs["plan"].matches.all().delete()
    answer = _page(english, world)
    assert (answer.status_code, answer.context["drawn"]["box"]) == (200, None)
    assert _rows(_file(english, world.runs["plan"])) == []


def test_the_file_tells_each_part_of_the_cost(english, world):
    row = _rows(_file(english, world.runs["plan"], named="north"))[0]
    assert (row["from_en"], row["to_en"], row["material"]) == (
        "north",
        "kiln",
        "fly_ash",
    )
    assert (row["from_origin"], row["from_county"]) == ("demo", "510101")
    parts = [
        float(row[f"{part}_yuan_per_t"])
        for part in ("asked", "offered", "treatment", "haul", "net_cost")
    ]
    assert parts == [-5.5, 30.0, 0.0, 40.0, 4.5]


def test_geojson_has_a_line_from_holder_to_taker(english, world):
    answer = _file(english, world.runs["plan"], "geojson", named="north")
    assert answer["Content-Type"] == "application/geo+json"
    (line,) = json.loads(b"".join(answer.streaming_content))["features"]
    assert line["geometry"] == {
        "type": "LineString",
        "coordinates": [[104.2, 30.9], [105.5, 30.5]],
    }
    assert line["properties"]["mass_t"] == 3.0


def test_a_name_that_a_spreadsheet_would_run_is_written_as_text(english, world):
    site = world.facilities["north"]
    site.name_en = '=HYPERLINK("http://x")'
    site.save()
    row = _rows(_file(english, world.runs["plan"], named="north"))[0]
    assert row["from_en"] == '\'=HYPERLINK("http://x")'
    assert row["asked_yuan_per_t"] == "-5.5"


def test_a_file_is_sent_whatever_kind_is_asked_for(world):
    client = Client(headers={"accept": "text/csv"})
    answer = _file(client, world.runs["plan"])
    assert (answer.status_code, answer["Content-Type"]) == (
        200,
        "text/csv; charset=utf-8",
    )
    assert answer["Content-Disposition"].endswith('.csv"')


def test_a_reader_takes_away_only_the_pairs_that_he_sees(english, world):
    worlds.match(
        world.runs["plan"], world.supplies["ash"], world.demands["kiln"], mass_kg=7_000
    )
    assert len(_rows(_file(english, world.runs["plan"]))) == 3
    english.force_login(world.users["viewer"])
    assert len(_rows(_file(english, world.runs["plan"]))) == 4


@pytest.mark.parametrize("ending", ["csv", "geojson", "xlsx"])
def test_flows_of_a_plan_that_is_not_shown_are_not_there(english, world, ending):
    hidden = worlds.plan(status="running", created_by=world.users["west"])
    assert _file(english, hidden, ending).status_code == 404
    of_a_supply = worlds.supply_run(world.supplies["north"])
    assert _file(english, of_a_supply, ending).status_code == 404
    hidden.public_id = uuid.uuid4()
    assert _file(english, hidden, ending).status_code == 404


def _plain(cell):
    """Numbers as numbers: CSV says 4.0 where a workbook says 4."""
    words = "" if cell is None else str(cell)
    try:
        return float(words)
    except ValueError:
        return words


def test_the_workbook_holds_what_the_csv_file_holds(english, world):
    lines = _rows(_file(english, world.runs["plan"], ordering="mass"))
    rows = _pairs(_book(english, world, ordering="mass"))
    said = [list(map(_plain, line.values())) for line in lines]
    assert [list(map(_plain, row)) for row in rows] == said != []


def test_the_workbook_adds_up_to_what_the_plan_says(english, world):
    book = _book(english, world)
    column = [head.value for head in book.worksheets[1][1]].index(
        "质量（湿基 t）\nMass (wet t)"
    )
    placed_t = sum(row[column] for row in _pairs(book))
    facts = _facts(book)
    summary = world.runs["plan"].summary
    assert placed_t == facts["Placed by the plan (t)"] == summary["placed_kg"] / 1000
    assert (facts["Flows in this file"], facts["Mass in this file (t)"]) == (3, 6)


def test_the_facts_say_where_when_and_how_sure(english, world):
    run, site = world.runs["plan"], world.facilities["north"]
    site.source = "A register of plants, 2026"
    site.save()
    facts = _facts(_book(english, world))
    assert facts["Region"].startswith(run.adcode)
    assert facts["As of"].date() == run.as_of
    assert "planning estimates" in facts["Estimates"]
    assert "Invented" not in facts
    sheet = _book(english, world).worksheets[0]
    assert site.source in [row[2] for row in sheet.values]


def test_a_plan_of_invented_listings_says_so_in_its_workbook(world):
    run = world.runs["plan"]
    run.is_invented = True
    book = load_workbook(io.BytesIO(flow_book(run, run.matches.all())))
    assert "虚构" in _facts(book)["Invented"]


def test_the_heads_stay_in_sight_and_numbers_are_formatted(english, world):
    sheet = _book(english, world).worksheets[1]
    assert sheet.freeze_panes == "A2"
    formats = {
        sheet.cell(1, cell.column).value.split("\n")[1]: cell.number_format
        for cell in sheet[2]
    }
    assert formats["Mass (wet t)"] == "#,##0.000"
    assert formats["Net cost (yuan/t)"] == "#,##0.00"
    assert sheet.column_dimensions["A"].width > 30


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@A1", "#N/A"])
def test_a_name_that_a_workbook_would_run_stays_text(english, world, name):
    site = world.facilities["north"]
    site.name_en = name
    site.save()
    sheet = _book(english, world, named="north").worksheets[1]
    (cell,) = (cell for cell in sheet[2] if cell.value == name)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_a_name_with_a_character_that_no_workbook_holds_loses_it(english, world):
    site = world.facilities["north"]
    site.name_en = "bell\a"
    site.save()
    (row,) = _pairs(_book(english, world, named="north"))
    assert "bell" in row


def test_a_plan_too_long_for_a_workbook_is_refused(english, world, monkeypatch):
    monkeypatch.setattr("wastehub.web.api.plans.MOST_ROWS", 2)
    answer = _file(english, world.runs["plan"], "xlsx")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert _file(english, world.runs["plan"], "xlsx", named="north").status_code == 200


@pytest.mark.parametrize("copies", [1, 20])
def test_queries_do_not_grow_with_the_pairs(
    english, world, copies, django_assert_num_queries
):
    for _ in range(copies):
        taker = worlds.demand(world, "kiln", capacity_kg=1)
        worlds.match(world.runs["plan"], world.supplies["north"], taker, mass_kg=1)
    _page(english, world)  # the labels of the map are kept from here on
    with django_assert_num_queries(14):
        _page(english, world)
