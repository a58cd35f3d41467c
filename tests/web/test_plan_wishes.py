"""Asking for a plan with an aim: form and API take it, keep it, or say why not."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from matching.models import MatchRun
from matching.services import run_execute
from tests.web import world as worlds

pytestmark = pytest.mark.django_db
ENTRY = {"adcode": "510100", "horizon_months": "12", "accept": "unknown"}


@pytest.fixture
def world() -> worlds.World:
    return worlds.two_counties()


def _as(world: worlds.World, name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.users[name])
    return client


def test_a_plan_keeps_what_the_form_asked(world: worlds.World) -> None:
    told = {
        "objective": "mix",
        "carbon_price_yuan_per_t": "90.5",
        "subsidy_yuan_per_t": "12",
        "subsidy_material": "fly_ash",
        "farthest_haul_km": "150",
        "least_shipment_t": "0.5",
        "border": "province",
    }
    _as(world, "west").post("/plans/new", ENTRY | told)
    params = MatchRun.objects.get().params
    assert (params["objective"], params["carbon_price_fen_per_t"]) == ("mix", 9050)
    assert (params["subsidy_yuan_per_t"], params["subsidy_material"]) == (12, "fly_ash")
    assert (params["farthest_haul_km"], params["least_shipment_kg"]) == (150.0, 500)
    assert (params["border"], params["crosses_provinces"]) == ("province", False)


def test_the_page_of_a_plan_tells_what_it_was_asked(world: worlds.World) -> None:
    told = {"objective": "tonnes", "subsidy_yuan_per_t": "12", "least_shipment_t": "2"}
    client = _as(world, "west")
    client.post("/plans/new", ENTRY | told)
    run = run_execute(run_id=MatchRun.objects.get().pk)
    page = client.get(f"/plans/{run.public_id}/").content.decode()
    for words in ("most tonnes, then least cost", "12 CNY/t", "2 t", "CO2 saved"):
        assert words in page


def test_a_plan_of_before_there_were_aims_is_still_shown(world: worlds.World) -> None:
    run = run_execute(run_id=_old_plan().pk)
    for name in ("objective", "subsidy_yuan", "co2_haul_t", "pairs_dropped"):
        del run.summary[name]
    run.params = {"horizon_months": 12, "accept": "likely"}
    run.save(update_fields=["params", "summary"])
    answer = _as(world, "west").get(f"/plans/{run.public_id}/")
    assert answer.status_code == 200
    assert "CO2 saved" not in answer.content.decode()


def _old_plan() -> MatchRun:
    return worlds.plan("queued", params={"horizon_months": 12, "accept": "likely"})


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"objective": "best"}, "objective"),
        ({"objective": "mix"}, "carbon_price_yuan_per_t"),
        ({"carbon_price_yuan_per_t": "1"}, "carbon_price_yuan_per_t"),
        ({"subsidy_yuan_per_t": "NaN"}, "subsidy_yuan_per_t"),
        ({"subsidy_yuan_per_t": "Infinity"}, "subsidy_yuan_per_t"),
        ({"subsidy_yuan_per_t": "-1"}, "subsidy_yuan_per_t"),
        ({"farthest_haul_km": "1e400"}, "farthest_haul_km"),
        ({"least_shipment_t": "-2"}, "least_shipment_t"),
        ({"border": "moon"}, "border"),
        ({"subsidy_material": "tin"}, "subsidy_material"),
        ({"keeps": "yesterday"}, "keeps"),
        ({"kept_bonus_yuan_per_t": "3"}, "kept_bonus_yuan_per_t"),
    ],
)
def test_the_form_refuses_beside_the_field(
    world: worlds.World, told: dict[str, str], field: str
) -> None:
    answer = _as(world, "west").post("/plans/new", ENTRY | told)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not MatchRun.objects.exists()


def _posted(world: worlds.World, **told: Any) -> Any:
    return _as(world, "west").post(
        "/api/v1/runs/", {"region": "510100"} | told, "application/json"
    )


def test_the_api_takes_the_same_wishes(world: worlds.World) -> None:
    answer = _posted(world, objective="mix", carbon_price_yuan_per_t=60, border="open")
    assert answer.status_code == 202
    params = answer.json()["params"]
    assert (params["objective"], params["carbon_price_fen_per_t"]) == ("mix", 6000)
    assert params["border"] == "open"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"objective": "best"}, "objective"),
        ({"objective": ["mix"]}, "objective"),
        (
            {"objective": "tonnes", "carbon_price_yuan_per_t": 2},
            "carbon_price_yuan_per_t",
        ),
        ({"subsidy_yuan_per_t": "NaN"}, "subsidy_yuan_per_t"),
        ({"subsidy_yuan_per_t": 1e308}, "subsidy_yuan_per_t"),
        ({"subsidy_yuan_per_t_km": True}, "subsidy_yuan_per_t_km"),
        ({"farthest_haul_km": -1}, "farthest_haul_km"),
        ({"least_shipment_t": {"t": 3}}, "least_shipment_t"),
        ({"keeps": "yesterday"}, "keeps"),
        ({"subsidy_material": "t\u0000n"}, "subsidy_material"),
    ],
)
def test_the_api_refuses_by_field(
    world: worlds.World, told: dict[str, Any], field: str
) -> None:
    answer = _posted(world, **told)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert not MatchRun.objects.exists()


def test_a_match_in_the_api_says_its_co2(world: worlds.World) -> None:
    run = worlds.plan()
    ends = world.supplies["ash"], world.demands["kiln"]
    match = worlds.match(run, *ends, mass_kg=1000)
    match.co2_haul_kg_per_t, match.co2_displaced_kg_per_t = 7.8, 55.0
    match.subsidy_yuan_per_t = 12
    match.save()
    rows = _as(world, "staff").get(f"/api/v1/runs/{run.public_id}/matches/").json()
    (row,) = rows["results"]
    assert (row["co2_haul_kg_per_t"], row["co2_displaced_kg_per_t"]) == (7.8, 55.0)
    assert row["subsidy_yuan_per_t"] == 12


def _distances(world: worlds.World, km: str) -> SimpleUploadedFile:
    ends = world.supplies["ash"].public_id, world.demands["kiln"].public_id
    text = f"supply,demand,km\n{ends[0]},{ends[1]},{km}\n"
    return SimpleUploadedFile("roads.csv", text.encode("utf-8-sig"))


def test_the_form_takes_a_file_of_distances(world: worlds.World) -> None:
    told = ENTRY | {"distances": _distances(world, "120.5")}
    _as(world, "west").post("/plans/new", told)
    (row,) = MatchRun.objects.get().roads["measured"]
    assert row[2] == 120.5


@pytest.mark.parametrize("km", ["nan", "", "-3"])
def test_the_form_refuses_a_wrong_distance_with_its_row(
    world: worlds.World, km: str
) -> None:
    told = ENTRY | {"distances": _distances(world, km)}
    answer = _as(world, "west").post("/plans/new", told)
    assert answer.status_code == 400
    assert "Row 2" in answer.content.decode()


def test_a_file_that_is_no_text_is_refused(world: worlds.World) -> None:
    file = SimpleUploadedFile("roads.csv", b"\xff\xfe\x00")
    answer = _as(world, "west").post("/plans/new", ENTRY | {"distances": file})
    assert list(answer.context["form"].errors) == ["distances"]


@pytest.mark.parametrize(("km", "status"), [(88, 202), (-1, 400), ("NaN", 400)])
def test_the_api_takes_distances(world: worlds.World, km: Any, status: int) -> None:
    row = {
        "supply": str(world.supplies["ash"].public_id),
        "demand": str(world.demands["kiln"].public_id),
        "km": km,
    }
    answer = _posted(world, distances=[row])
    assert answer.status_code == status
    assert MatchRun.objects.filter(roads__source="given").exists() == (status == 202)
