"""A plan's pairs: as a table that is filtered and sorted, and as files to take away."""

import csv
import io
import json
import uuid

import pytest
from django.test import Client

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
    for ending in ("csv", "geojson"):
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


@pytest.mark.parametrize("ending", ["csv", "geojson"])
def test_flows_of_a_plan_that_is_not_shown_are_not_there(english, world, ending):
    hidden = worlds.plan(status="running", created_by=world.users["west"])
    assert _file(english, hidden, ending).status_code == 404
    of_a_supply = worlds.supply_run(world.supplies["north"])
    assert _file(english, of_a_supply, ending).status_code == 404
    hidden.public_id = uuid.uuid4()
    assert _file(english, hidden, ending).status_code == 404


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
