"""A plan's flows on the map: which lines, in which direction, for whom."""

import uuid

import mapbox_vector_tile
import pytest

from maps import flows, tiles
from matching.models import Match, MatchRun
from tests.web import world as worlds

pytestmark = pytest.mark.django_db

# The tile of zoom 6 that holds both counties.
TILE = (6, 50, 26)


@pytest.fixture
def world():
    """A plan that sends ash from a demo plant and from a registered one."""
    made = worlds.two_counties()
    worlds.tracked(made, "kiln")
    made.facilities["demo"] = worlds.facility(
        made, "demo", "holder", (104.2, 30.2), origin="demo"
    )
    made.supplies["demo"] = worlds.supply(made, "demo", stock_kg=4_000)
    made.runs["plan"] = worlds.plan()
    for name, mass_kg in (("demo", 2_500), ("ash", 7_000)):
        made.matches[name] = worlds.match(
            made.runs["plan"], made.supplies[name], made.demands["kiln"], mass_kg
        )
    return made


def _features(body):
    decoded = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
    return decoded["flows"]["features"]


def _asked(client, run, **narrowed):
    path = "/tiles/flows/{}/{}/{}.pbf".format(*TILE)
    return client.get(path, {"run": run.public_id, **narrowed})


def test_a_line_runs_from_the_supply_to_the_demand(world):
    only = Match.objects.filter(pk=world.matches["ash"].pk)
    (line,) = _features(tiles.tile(flows.flows(), only, *TILE))
    (from_x, _), (to_x, _) = line["geometry"]["coordinates"]
    assert from_x < to_x
    told = line["properties"]
    assert (told["mass_t"], told["material"]) == (7.0, "fly_ash")
    assert (told["from_en"], told["to_en"]) == ("plant", "kiln")
    assert (told["route_en"], told["verdict"]) == ("cement_blending", "yes")


def test_one_tile_is_one_statement(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert tiles.tile(flows.flows("fly_ash"), Match.objects.all(), *TILE)


def test_from_afar_only_the_largest_are_drawn(world, monkeypatch):
    monkeypatch.setattr(flows, "MOST_FROM_AFAR", 1)
    (line,) = _features(tiles.tile(flows.flows(), Match.objects.all(), *TILE))
    assert line["properties"]["mass_t"] == 7.0


def test_near_by_all_of_them_are_drawn(world, monkeypatch):
    monkeypatch.setattr(flows, "MOST_FROM_AFAR", 1)
    rows = flows.flows().shown(Match.objects.all(), flows.ALL_FROM_ZOOM)
    assert rows.count() == 2


def test_a_material_narrows_the_flows(world):
    assert tiles.tile(flows.flows("steel_slag"), Match.objects.all(), *TILE) == b""


def test_two_sites_at_one_place_make_no_line(world):
    there = worlds.demand(world, "demo", capacity_kg=1)
    run = worlds.plan()
    worlds.match(run, world.supplies["demo"], there, mass_kg=1)
    assert tiles.tile(flows.flows(), run.matches.all(), *TILE) == b""


@pytest.mark.parametrize(
    ("role", "tonnes"),
    [(None, {2.5}), ("stranger", {2.5}), ("viewer", {2.5, 7.0}), ("staff", {2.5, 7.0})],
)
def test_a_reader_sees_the_flows_whose_costs_are_shown_to_him(
    client, world, role, tonnes
):
    if role:
        client.force_login(world.users[role])
    found = _features(_asked(client, world.runs["plan"]).content)
    assert {line["properties"]["mass_t"] for line in found} == tonnes


def test_an_anonymous_tile_is_one_statement(client, world, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert _asked(client, world.runs["plan"]).status_code == 200


def test_a_tile_is_sent_once(client, world):
    first = _asked(client, world.runs["plan"])
    path = first.wsgi_request.get_full_path()
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_plan_without_flows_here_is_an_empty_tile(client, world):
    assert _asked(client, worlds.plan()).status_code == 204


def test_a_plan_of_somebody_else_is_not_there(client, world):
    hidden = worlds.plan(status="failed", created_by=world.users["west"])
    assert _asked(client, hidden).status_code == 404
    client.force_login(world.users["west"])
    assert _asked(client, hidden).status_code == 204


@pytest.mark.parametrize("kind", ["nobody's", "a supply's"])
def test_what_is_no_plan_is_not_there(client, world, kind):
    run = MatchRun(public_id=uuid.uuid4())
    if kind == "a supply's":
        run = worlds.supply_run(world.supplies["demo"])
        worlds.match(run, world.supplies["demo"], world.demands["kiln"], mass_kg=1)
    assert _asked(client, run).status_code == 404


@pytest.mark.parametrize("asked", [{}, {"run": "x"}, {"run": "\0"}])
def test_a_tile_that_names_no_plan_says_so(client, world, asked):
    answer = client.get("/tiles/flows/6/50/26.pbf", asked)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["run"]
