"""Scenarios through the API: the same answers and the same errors as on the pages."""

from typing import Any

import pytest

from matching.models import MatchRun
from matching.scenario_models import Scenario
from tests.web import world as worlds
from tests.web.supposing import planned, plant, signed_in, supposed, west_takes_ash

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/scenarios/"
SHED = {
    "kind": "plant",
    "name": "shed",
    "route": "cement_blending",
    "lon": 104.6,
    "lat": 30.6,
    "capacity_t_per_year": 5,
}


@pytest.fixture
def world() -> worlds.World:
    return west_takes_ash()


def _posted(
    world: worlds.World, changes: Any = (), who: str = "west", **told: Any
) -> Any:
    entry = {"region": "510100", "name": "what if", "accept": "unknown"}
    entry |= {"changes": changes, **told}
    return signed_in(world, who).post(ADDRESS, entry, "application/json")


def _got(world: worlds.World, address: str, name: str = "west") -> Any:
    return signed_in(world, name).get(f"{ADDRESS}{address}")


def test_a_scenario_is_made_with_its_changes_planned_and_compared(
    world: worlds.World,
) -> None:
    works = str(world.demands["works"].public_id)
    changes = [SHED, {"kind": "closure", "demand": works}]
    answer = _posted(world, changes, objective="cost", note="why")
    assert answer.status_code == 201
    made = answer.json()
    assert [row["kind"] for row in made["changes"]] == ["plant", "closure"]
    assert made["changes"][0]["capacity_t_per_year"] == 5
    assert made["changes"][1]["demand"] == works
    assert made["run"] is None
    run = planned(Scenario.objects.get())
    found = _got(world, f"{made['public_id']}/comparison/").json()
    assert found["base"] == str(run.base.public_id)
    (row,) = found["scenarios"]
    placed_kg = run.summary["placed_kg"] - run.base.summary["placed_kg"]
    assert row["change"]["placed_kg"] == placed_kg
    takes = [turn["gained_t"] for turn in row["turns"] if turn["side"] == "takes"]
    assert sorted(takes) == [-10, 5]
    assert [price["demand"] for price in row["prices"]] == [None, works]


def test_a_run_says_which_scenario_it_is_of(world: worlds.World) -> None:
    scenario = supposed(world)
    address = f"{ADDRESS}{scenario.public_id}/run/"
    answer = signed_in(world, "west").post(address)
    assert answer.status_code == 202
    assert answer.json()["scenario"] == str(scenario.public_id)
    assert answer.json()["base"] == str(MatchRun.objects.factual().get().public_id)
    again = signed_in(world, "west").post(address)
    assert (again.status_code, again.json()["code"]) == (400, "under_way")


def test_two_are_compared_at_once(world: worlds.World) -> None:
    one, two = supposed(world), supposed(world, plant(world), name="b")
    planned(one)
    planned(two)
    found = _got(world, f"{one.public_id}/comparison/?with={two.public_id}").json()
    assert [row["name"] for row in found["scenarios"]] == ["what if", "b"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "miracle"}, "changes.0.kind"),
        ({}, "changes.0.kind"),
        (SHED | {"capacity_t_per_year": 0}, "changes.0.capacity_t_per_year"),
        (SHED | {"capacity_t_per_year": "lots"}, "changes.0.capacity_t_per_year"),
        (SHED | {"route": "nowhere"}, "changes.0.route"),
        (SHED | {"lon": "NaN"}, "changes.0.lon"),
        (SHED | {"lon": 105.5}, "changes.0.lon"),
        (SHED | {"lon": "NaN", "datum": "GCJ02"}, "changes.0.lon"),
        (SHED | {"name": "a\u0000b"}, "changes.0.name"),
        (SHED | {"farthest_km": -1}, "changes.0.farthest_km"),
        ({"kind": "closure"}, "changes.0.facility"),
        ({"kind": "closure", "demand": "no id"}, "changes.0.demand"),
        ({"kind": "capacity", "times": 2}, "changes.0.demand"),
        ({"kind": "subsidy", "subsidy_yuan_per_t": 1e9}, "changes.0.subsidy_yuan"),
        ({"kind": "edition", "as_of": "someday"}, "changes.0.as_of"),
        ("closure", "changes.0"),
    ],
)
def test_a_wrong_change_is_refused_by_field(
    world: worlds.World, change: Any, field: str
) -> None:
    answer = _posted(world, [change])
    assert answer.status_code == 400
    assert any(name.startswith(field) for name in answer.json()["fields"])
    assert not Scenario.objects.exists()


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": ["a"]}, "name"),
        ({"horizon_months": 0}, "horizon_months"),
        ({"objective": "mix"}, "carbon_price_yuan_per_t"),
        ({"changes": [SHED] * 51}, "changes"),
        ({"changes": "all"}, "changes"),
    ],
)
def test_a_wrong_scenario_is_refused_by_field(
    world: worlds.World, told: dict[str, Any], field: str
) -> None:
    answer = _posted(world, **told)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]


def test_a_region_that_is_not_ones_own_is_forbidden(world: worlds.World) -> None:
    assert _posted(world, who="east").status_code == 403
    assert _posted(world, who="editor").status_code == 403


def test_another_provinces_regulator_finds_nothing(world: worlds.World) -> None:
    scenario = supposed(world)
    planned(scenario)
    stem = str(scenario.public_id)
    for rest in ("/", "/comparison/", "/turns.csv"):
        assert _got(world, stem + rest, "east").status_code == 404
    assert _got(world, "", "east").json()["results"] == []
    assert _got(world, "").json()["count"] == 1
    east = signed_in(world, "east")
    assert east.post(f"{ADDRESS}{stem}/run/").status_code == 404
    assert east.delete(f"{ADDRESS}{stem}/").status_code == 404


@pytest.mark.parametrize("rest", ["comparison/", "turns.csv"])
def test_what_is_not_planned_is_not_compared(world: worlds.World, rest: str) -> None:
    answer = _got(world, f"{supposed(world).public_id}/{rest}")
    assert (answer.status_code, answer.json()["code"]) == (400, "not_comparable")


@pytest.mark.parametrize(
    ("key", "status"), [("x", 400), ("6f1c1d3e-0000-4000-8000-000000000000", 404)]
)
def test_nonsense_beside_it_is_said(world: worlds.World, key: str, status: int) -> None:
    scenario = supposed(world)
    planned(scenario)
    answer = _got(world, f"{scenario.public_id}/comparison/?with={key}")
    assert answer.status_code == status


def test_only_its_maker_renames_it(world: worlds.World) -> None:
    scenario = supposed(world, user=world.users["staff"])
    address = f"{ADDRESS}{scenario.public_id}/"
    for name, told, status in (
        ("west", {"name": "b"}, 403),
        ("staff", {"name": ""}, 400),
        ("staff", {"name": "b"}, 200),
    ):
        client = signed_in(world, name)
        assert client.patch(address, told, "application/json").status_code == status
    scenario.refresh_from_db()
    assert scenario.name == "b"


def test_only_its_maker_deletes_it(world: worlds.World) -> None:
    scenario = supposed(world, user=world.users["staff"])
    address = f"{ADDRESS}{scenario.public_id}/"
    assert signed_in(world, "west").delete(address).status_code == 403
    assert signed_in(world, "staff").delete(address).status_code == 204
    assert not Scenario.objects.exists()


def test_a_list_asks_as_often_for_one_as_for_many(
    world: worlds.World, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        supposed(world, plant(world), name=f"s{number}")
    west = signed_in(world, "west")
    with django_assert_max_num_queries(18):
        west.get(ADDRESS)
