"""The pages of scenarios: a form without script, a comparison, nothing for others."""

import csv
from typing import Any

import pytest

from matching.models import MatchRun
from matching.scenario_models import Scenario
from matching.wishes import Wishes, faults_of
from tests.web import world as worlds
from tests.web.supposing import (
    ASKED,
    planned,
    plant,
    signed_in,
    supposed,
    west_takes_ash,
)
from wastehub.web import policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.World:
    return west_takes_ash()


def _page(world: worlds.World, address: str, name: str = "west") -> str:
    answer = signed_in(world, name).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_regulator_supposes_one_thing_after_another(world: worlds.World) -> None:
    west = signed_in(world, "west")
    told = ASKED | {"note": "why", "farthest_haul_km": "90"}
    edit = west.post("/scenarios/new", told).url
    shed = {
        "name": "shed",
        "route": "cement_blending",
        "lon": "104.6",
        "lat": "30.6",
        "datum": "WGS84",
        "capacity_t_per_year": "5",
        "price_yuan_per_t": "12.5",
    }
    works = world.demands["works"]
    for kind, named, entry in (
        ("plant", "", shed),
        ("closure", "plant", {"closes": str(world.supplies["ash"].public_id)}),
        ("capacity", "WORKS", {"demand": str(works.public_id), "times": "1.5"}),
        ("subsidy", "", {"subsidy_yuan_per_t": "3", "material": "fly_ash"}),
        ("edition", "", {"as_of": "2030-01-01"}),
    ):
        answer = west.post(f"{edit}?kind={kind}&named={named}", entry)
        assert answer.status_code == 302, answer.content.decode()
    scenario = Scenario.objects.get()
    assert (scenario.note, scenario.wishes["farthest_haul_km"]) == ("why", 90)
    kinds = [row.kind for row in scenario.changes.all()]
    assert kinds == ["plant", "closure", "capacity", "subsidy", "edition"]
    page = west.get(edit).content.decode()
    for words in ("5 t a year, offers 12.5 CNY/t", "× 1.5", "3 CNY/t", "Jan. 1, 2030"):
        assert words in page


def test_a_change_is_taken_back(world: worlds.World) -> None:
    scenario = supposed(world)
    address = f"/scenarios/{scenario.public_id}/changes/1/remove"
    signed_in(world, "west").post(address)
    assert not scenario.changes.exists()


@pytest.mark.parametrize(
    ("kind", "entry", "field"),
    [
        ("plant", {"name": "shed", "lon": "999"}, "lon"),
        ("plant", {"datum": "moon"}, "datum"),
        ("closure", {"closes": "nothing"}, "closes"),
        ("capacity", {}, "demand"),
        ("subsidy", {"subsidy_yuan_per_t": "NaN"}, "subsidy_yuan_per_t"),
        ("subsidy", {"subsidy_yuan_per_t": "0"}, "subsidy_yuan_per_t"),
        ("edition", {"as_of": "someday"}, "as_of"),
    ],
)
def test_the_form_refuses_beside_the_field(
    world: worlds.World, kind: str, entry: dict[str, str], field: str
) -> None:
    scenario = supposed(world)
    address = f"/scenarios/{scenario.public_id}/edit?kind={kind}&named=works"
    answer = signed_in(world, "west").post(address, entry)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert scenario.changes.count() == 1


def test_a_new_capacity_is_said_in_one_way(world: worlds.World) -> None:
    scenario = supposed(world)
    works = str(world.demands["works"].public_id)
    address = f"/scenarios/{scenario.public_id}/edit?kind=capacity&named=works"
    answer = signed_in(world, "west").post(address, {"demand": works})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["capacity_t_per_year"]


def test_a_kiln_takes_so_many_tonnes_more(world: worlds.World) -> None:
    scenario = supposed(world)
    works = str(world.demands["works"].public_id)
    address = f"/scenarios/{scenario.public_id}/edit?kind=capacity&named=works"
    west = signed_in(world, "west")
    west.post(address, {"demand": works, "more_t_per_year": "2.5"})
    assert scenario.changes.get(kind="capacity").capacity_kg_per_year == 12_500
    less = {"demand": works, "more_t_per_year": "-99"}
    answer = west.post(address, less)
    assert list(answer.context["form"].errors) == ["capacity_t_per_year"]


@pytest.mark.parametrize(
    ("entry", "field"),
    [({"name": " "}, "name"), ({"horizon_months": "7"}, "horizon_months")],
)
def test_a_scenario_that_can_not_be_is_refused_beside_the_field(
    world: worlds.World, entry: dict[str, str], field: str
) -> None:
    answer = signed_in(world, "west").post("/scenarios/new", ASKED | entry)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]


def test_planning_opens_the_base_and_the_scenario(world: worlds.World) -> None:
    scenario = supposed(world)
    address = f"/scenarios/{scenario.public_id}/"
    signed_in(world, "west").post(f"{address}run")
    assert MatchRun.objects.count() == 2
    assert "First the plan without changes is made." in _page(world, address)


def test_the_comparison_says_who_loses_and_what_room_is_worth(
    world: worlds.World,
) -> None:
    scenario = supposed(world)
    planned(scenario)
    page = _page(world, f"/scenarios/{scenario.public_id}/")
    for words in ("Side by side", "−10 t", "now 0 t", "0 gain, 1 lose", "closure"):
        assert words in page


def test_scenarios_stand_side_by_side(world: worlds.World) -> None:
    one, two = supposed(world), supposed(world, plant(world), name="a shed")
    planned(one)
    planned(two)
    address = f"/scenarios/{one.public_id}/"
    assert "a shed" in _page(world, address)
    page = _page(world, f"{address}?with={two.public_id}")
    assert "Who gains and who loses: a shed" in page
    assert "hypothetical" in page
    answer = signed_in(world, "west").get(f"{address}?with={one.public_id}")
    assert answer.status_code == 400


@pytest.mark.parametrize("key", ["nonsense", "6f1c1d3e-0000-4000-8000-000000000000"])
def test_what_is_not_there_is_not_compared(world: worlds.World, key: str) -> None:
    scenario = supposed(world)
    planned(scenario)
    address = f"/scenarios/{scenario.public_id}/?with={key}"
    assert signed_in(world, "west").get(address).status_code == 404


def test_a_plan_that_failed_is_pointed_at(world: worlds.World) -> None:
    scenario = supposed(world)
    planned(scenario)
    scenario.runs.update(status="failed", error="broken")
    page = _page(world, f"/scenarios/{scenario.public_id}/")
    assert "The plan of this scenario did not end well." in page


def test_the_page_of_its_plan_says_that_it_is_a_hypothesis(world: worlds.World) -> None:
    run = planned(supposed(world, plant(world)))
    page = _page(world, f"/plans/{run.public_id}/")
    assert "not of what is" in page
    assert "shed" in page
    base = _page(world, f"/plans/{run.base.public_id}/")
    assert "not of what is" not in base
    assert f"/plans/{run.public_id}/worth/" not in page


def test_nothing_public_speaks_of_a_scenario(world: worlds.World) -> None:
    run = planned(supposed(world, plant(world)))
    listed = _page(world, "/plans/")
    assert str(run.public_id) not in listed
    assert str(run.base.public_id) in listed
    for address in (
        f"/plans/{run.public_id}/worth/",
        f"/api/v1/plans/{run.public_id}/worth/",
        f"/api/v1/market/?material=fly_ash&run={run.public_id}",
    ):
        assert signed_in(world, "west").get(address).status_code == 404
    assert str(run.public_id) not in _page(world, "/plans/new")
    wishes = Wishes(keeps=str(run.public_id), kept_bonus_yuan_per_t=1)
    assert "keeps" in faults_of(wishes, "510100")


def test_the_file_of_sites_adds_up(world: worlds.World) -> None:
    scenario = supposed(world, plant(world, name="=shed"))
    run = planned(scenario)
    address = f"/api/v1/scenarios/{scenario.public_id}/turns.csv"
    text = _page(world, address).removeprefix("\ufeff")
    rows = list(csv.DictReader(text.splitlines()))
    placed_kg = run.summary["placed_kg"] - run.base.summary["placed_kg"]
    for side in ("sends", "takes"):
        gained = [float(row["gained_t"]) for row in rows if row["side"] == side]
        assert sum(gained) * 1000 == placed_kg > 0
    (shed,) = [row for row in rows if row["is_hypothetical"] == "True"]
    assert shed["name_zh"] == "'=shed"


def _seen_by(world: worlds.World, sees: Any) -> set[str]:
    return {name for name, user in world.users.items() if sees(user)}


def test_its_maker_the_regulators_and_staff_see_a_scenario(world: worlds.World) -> None:
    run = planned(supposed(world, plant(world)))
    drawn = run.plant_matches.get()
    watching = {"west", "staff"}
    assert _seen_by(world, lambda u: run.scenario in policy.scenarios(u)) == watching
    assert _seen_by(world, lambda u: run in policy.runs(u)) == watching
    assert _seen_by(world, lambda u: drawn in policy.plant_matches(u)) == watching
    assert _seen_by(world, lambda u: policy.may_change(u, run.scenario)) == watching
    assert run.base in policy.runs(world.users["stranger"])


def test_another_provinces_regulator_finds_nothing(world: worlds.World) -> None:
    run = planned(supposed(world))
    stem = f"/scenarios/{run.scenario.public_id}/"
    east = signed_in(world, "east")
    for address in (stem, f"{stem}edit", f"/plans/{run.public_id}/"):
        assert east.get(address).status_code == 404
    for action in ("run", "delete", "changes/1/remove"):
        assert east.post(f"{stem}{action}").status_code == 404
    tile = f"/tiles/flows/6/50/26.pbf?run={run.public_id}"
    assert east.get(tile).status_code == 404
    assert str(run.scenario.public_id) not in _page(world, "/scenarios/", "east")


def test_a_regulator_beside_the_maker_plans_but_does_not_change(
    world: worlds.World,
) -> None:
    scenario = supposed(world, user=world.users["staff"])
    stem = f"/scenarios/{scenario.public_id}/"
    west = signed_in(world, "west")
    assert west.get(f"{stem}edit").status_code == 403
    assert west.post(f"{stem}delete").status_code == 403
    assert west.post(f"{stem}run").status_code == 302
    assert scenario.runs.exists()


def test_who_plans_nothing_supposes_nothing(world: worlds.World) -> None:
    assert signed_in(world, "editor").get("/scenarios/new").status_code == 403
    assert "New scenario" not in _page(world, "/scenarios/", "editor")


def test_a_new_name_keeps_the_plans(world: worlds.World) -> None:
    run = planned(supposed(world))
    supposed(world, name="taken")
    address = f"/scenarios/{run.scenario.public_id}/name"
    west = signed_in(world, "west")
    answer = west.post(address, {"name": "taken"})
    assert list(answer.context["form"].errors) == ["name"]
    west.post(address, {"name": "other", "note": "why"})
    scenario = run.scenario
    scenario.refresh_from_db()
    assert (scenario.name, scenario.note) == ("other", "why")
    assert list(scenario.runs.all()) == [run]
    assert signed_in(world, "east").get(address).status_code == 404


def test_the_map_shows_the_plants_and_what_goes_there(world: worlds.World) -> None:
    run = planned(supposed(world, plant(world)))
    address = f"/scenarios/{run.scenario.public_id}/"
    drawn = signed_in(world, "west").get(address).context["drawn"]
    assert [site["number"] for site in drawn["sites"]] == ["1"]
    assert [haul["mass_t"] for haul in drawn["hauls"]] == [4.0], (
        "all that the works leave"
    )


def test_its_maker_deletes_it(world: worlds.World) -> None:
    run = planned(supposed(world))
    signed_in(world, "west").post(f"/scenarios/{run.scenario.public_id}/delete")
    assert not Scenario.objects.exists()
    assert list(MatchRun.objects.all()) == [run.base]
