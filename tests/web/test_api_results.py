"""Runs, matches, refusals, supply and room as the API tells them."""

import uuid

import pytest

from matching.models import MatchRun
from tests.web import world as worlds
from wastehub.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """A demo plant with one match and one refusal, by an old and a new run."""
    made = worlds.two_counties()
    worlds.tracked(made, "kiln")
    made.facilities["demo"] = worlds.facility(
        made, "demo", "holder", worlds.WEST, origin="demo"
    )
    made.supplies["demo"] = worlds.supply(made, "demo", stock_kg=4_000)
    worlds.supply_run(made.supplies["demo"])
    run = worlds.supply_run(made.supplies["demo"])
    worlds.supply_run(made.supplies["demo"], status="running")
    worlds.match(run, made.supplies["demo"], made.demands["kiln"], mass_kg=2_500)
    worlds.refusal(run, made.supplies["demo"], made.routes["road_base"])
    return made


def _of_demo(world, what):
    return f"/api/v1/supplies/{world.supplies['demo'].public_id}/{what}/"


def test_a_match_tells_each_part_of_its_cost(client, world):
    (row,) = client.get(_of_demo(world, "matches")).json()["results"]
    assert row["supply"]["public_id"] == str(world.supplies["demo"].public_id)
    assert row["demand"]["facility"]["name_en"] == "kiln"
    assert row["demand"]["route"]["code"] == "cement_blending"
    assert (row["verdict"], row["mass_t"], row["distance_km"]) == ("yes", 2.5, 95.8)
    cost = (
        row["asked_yuan_per_t"]
        - row["offered_yuan_per_t"]
        + row["treatment_yuan_per_t"]
        + row["haul_yuan_per_t"]
    )
    assert row["net_cost_yuan_per_t"] == pytest.approx(cost) == 4.5
    assert row["deciding_limit"]["parameter"] == "loi"


def test_a_refusal_tells_the_limit_and_the_smallest_change(client, world):
    (row,) = client.get(_of_demo(world, "refusals")).json()["results"]
    assert row["route"]["code"] == "road_base"
    assert (row["kind"], row["value"], row["fix"]) == ("limit", 9.5, {"kind": "none"})
    assert (row["limit"]["value"], row["limit"]["clause"]) == (8.0, "5.1")
    assert row["demand"] is None


@pytest.mark.parametrize("what", ["matches", "refusals"])
def test_a_supply_that_was_never_matched_has_none(client, world, what):
    MatchRun.objects.all().delete()
    assert client.get(_of_demo(world, what)).json()["results"] == []


@pytest.mark.parametrize("what", ["matches", "refusals"])
@pytest.mark.parametrize(
    ("role", "status"), [(None, 403), ("stranger", 403), ("viewer", 200), ("west", 200)]
)
def test_costs_of_a_registered_plant_are_its_own_affair(
    client, world, what, role, status
):
    if role:
        client.force_login(world.users[role])
    path = f"/api/v1/supplies/{world.supplies['ash'].public_id}/{what}/"
    assert client.get(path).status_code == status


@pytest.mark.parametrize("copies", [1, 6])
@pytest.mark.parametrize(("what", "queries"), [("matches", 4), ("refusals", 5)])
def test_queries_do_not_grow_with_the_results(
    client, world, what, copies, queries, django_assert_num_queries
):
    run = worlds.supply_run(world.supplies["demo"])
    for _ in range(copies):
        taker = worlds.demand(world, "kiln", capacity_kg=1)
        worlds.match(run, world.supplies["demo"], taker, mass_kg=1)
        worlds.refusal(run, world.supplies["demo"], world.routes["road_base"])
    with django_assert_num_queries(queries):
        rows = client.get(_of_demo(world, what)).json()["results"]
    assert len(rows) == copies


def test_a_plan_is_followed_at_its_address(client, world):
    run = worlds.plan(summary={"placed_kg": 5}, stage="store", done_frac=1)
    row = client.get(f"/api/v1/runs/{run.public_id}/").json()
    assert (row["status"], row["stage"], row["done_frac"]) == ("done", "store", 1.0)
    assert (row["adcode"], row["summary"]) == ("510000", {"placed_kg": 5})


def test_a_plans_matches_leave_out_what_is_not_the_readers_affair(client, world):
    run = worlds.plan()
    worlds.match(run, world.supplies["demo"], world.demands["kiln"], mass_kg=1)
    worlds.match(run, world.supplies["ash"], world.demands["kiln"], mass_kg=1)
    path = f"/api/v1/runs/{run.public_id}/matches/"
    assert client.get(path).json()["count"] == 1
    client.force_login(world.users["viewer"])
    assert client.get(path).json()["count"] == 2


def test_a_regulator_starts_a_plan_and_need_not_wait(client, world):
    client.force_login(world.users["west"])
    answer = client.post(
        "/api/v1/runs/",
        {"region": "510100", "horizon_months": 6, "accept": "likely"},
        content_type="application/json",
    )
    assert answer.status_code == 202, answer.json()
    run = MatchRun.objects.get(public_id=answer.json()["public_id"])
    assert (run.adcode, run.created_by) == ("510100", world.users["west"])
    assert run.params["horizon_months"] == 6
    assert client.get(answer["Location"]).json()["status"] == "queued"


def test_a_started_plan_is_carried_out_after_the_commit(
    client, world, django_capture_on_commit_callbacks
):
    client.force_login(world.users["staff"])
    with (
        worlds.worker_in_this_process(),
        django_capture_on_commit_callbacks(execute=True),
    ):
        answer = client.post("/api/v1/runs/", {"region": "510000"})
    told = client.get(answer["Location"]).json()
    assert (told["status"], told["error"]) == ("done", "")
    assert told["summary"]["certificate"]["ok"] is True


@pytest.mark.parametrize("role", [None, "stranger", "editor", "east"])
def test_nobody_else_starts_a_plan(client, world, role):
    if role:
        client.force_login(world.users[role])
    answer = client.post("/api/v1/runs/", {"region": "510100"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"region": "990000"}, "region"),
        ({"region": "Sichuan"}, "region"),
        ({"region": None}, "region"),
        ({"horizon_months": 0}, "horizon_months"),
        ({"horizon_months": 10**30}, "horizon_months"),
        ({"horizon_months": "a year"}, "horizon_months"),
        ({"accept": "no"}, "accept"),
        ({"accept": "everything"}, "accept"),
    ],
)
def test_a_plan_that_can_not_be_made_says_why(client, world, changes, field):
    client.force_login(world.users["staff"])
    answer = client.post(
        "/api/v1/runs/",
        {"region": "510000", **changes},
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_the_market_is_told_in_tonnes_by_region(client, world):
    client.force_login(User.objects.create_user("operator", is_staff=True))
    run = worlds.plan()
    worlds.match(run, world.supplies["ash"], world.demands["kiln"], mass_kg=1_250)
    told = client.get("/api/v1/market/", {"material": "fly_ash"}).json()
    assert told["run"] == str(run.public_id)
    assert (told["material"], told["level"]) == ("fly_ash", "prefecture")
    assert told["cells"] == [
        {
            "adcode": "510100",
            "name_zh": "地510100",
            "name_en": "Place 510100",
            "offered_t": 18.0,
            "estimated_t": 0.0,
            "estimated_frac": 0.0,
            "capacity_t": 0.0,
            "placed_t": 1.25,
            "received_t": 0.0,
            "left_t": 16.75,
        },
        {
            "adcode": "510200",
            "name_zh": "地510200",
            "name_en": "Place 510200",
            "offered_t": 0.0,
            "estimated_t": 0.0,
            "estimated_frac": 0.0,
            "capacity_t": 50.0,
            "placed_t": 0.0,
            "received_t": 1.25,
            "left_t": 0.0,
        },
    ]


def test_the_market_by_a_plan_of_choice(client, world):
    run = worlds.plan()
    worlds.plan()
    asked = {"material": "fly_ash", "level": "county", "run": run.public_id}
    told = client.get("/api/v1/market/", asked).json()
    assert told["run"] == str(run.public_id)
    assert [cell["adcode"] for cell in told["cells"]] == ["510101", "510201"]


def test_a_newer_plan_of_a_part_does_not_speak_for_the_map(client, world):
    province = worlds.plan()
    part = worlds.plan(adcode="510100")
    told = client.get("/api/v1/market/", {"material": "fly_ash"}).json()
    assert told["run"] == str(province.public_id)
    province.delete()
    told = client.get("/api/v1/market/", {"material": "fly_ash"}).json()
    assert told["run"] == str(part.public_id)


def test_the_market_without_a_plan(client, world):
    told = client.get("/api/v1/market/", {"material": "fly_ash"}).json()
    assert (told["run"], told["as_of"]) == (None, None)
    assert len(told["cells"]) == 2


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "material"),
        ({"material": "gold"}, "material"),
        ({"material": "fly_ash", "level": "town"}, "level"),
        ({"material": "fly_ash", "run": "x"}, "run"),
    ],
)
def test_a_market_that_can_not_be_drawn_says_why(client, world, asked, field):
    answer = client.get("/api/v1/market/", asked)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_the_market_by_a_plan_that_is_not_there(client, world):
    asked = {"material": "fly_ash", "run": uuid.uuid4()}
    assert client.get("/api/v1/market/", asked).status_code == 404


def test_the_schema_describes_every_door(client, world):
    answer = client.get("/api/schema/", headers={"accept": "application/json"})
    assert answer.status_code == 200
    assert "/api/v1/supplies/" in answer.content.decode()


def test_the_docs_hold_no_inline_script_or_style(client, world):
    page = client.get("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "<style" not in text
    assert "<script>" not in text
    script = client.get("/api/docs/", {"script": ""})
    assert script["Content-Type"].startswith("application/javascript")
