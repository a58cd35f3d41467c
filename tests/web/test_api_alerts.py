"""The work list for programs: the same rows, the same rules, masses in tonnes."""

import pytest
from django.test import Client

from maps.models import Alert
from tests.web import world as worlds
from tests.web.alerted import deficit, full_yard
from tests.web.dealing import as_
from tests.web.world import World

pytestmark = pytest.mark.django_db

AT = "/api/v1/alerts/"


@pytest.fixture
def world() -> World:
    return worlds.two_counties()


def client(world: World, role: str) -> Client:
    return as_(world.users[role])


def one(told: Alert, act: str = "") -> str:
    return f"{AT}{told.public_id}/{act}"


def test_a_row_has_its_sentence_its_figures_and_its_records(world: World) -> None:
    told = deficit(world)
    (row,) = client(world, "west").get(AT).json()["results"]
    assert row["public_id"] == str(told.public_id)
    assert (row["kind"], row["adcode"], row["facility"]) == ("deficit", "510100", None)
    assert row["figures"]["surplus_t"] == 2_900
    assert row["figures"]["balance_frac"] == 0.42
    assert row["sentence"].startswith("In the last 12 months 42 %")
    plant = str(world.facilities["plant"].public_id)
    assert row["records"] == [{"kind": "ledger", "public_id": plant}]


def test_a_stranger_lists_nothing_and_a_guest_is_sent_away(world: World) -> None:
    full_yard(world)
    assert client(world, "stranger").get(AT).json()["count"] == 0
    assert Client().get(AT).status_code in (401, 403)


def test_it_is_filtered(world: World) -> None:
    full_yard(world)
    deficit(world)
    west = client(world, "west")
    assert west.get(AT, {"kind": "yard"}).json()["count"] == 1
    assert west.get(AT, {"prefecture": "510200"}).json()["count"] == 0
    refused = west.get(AT, {"kind": "x"})
    assert (refused.status_code, set(refused.json()["fields"])) == (400, {"kind"})


def test_a_regulator_acknowledges_and_settles(world: World) -> None:
    told = full_yard(world)
    west = client(world, "west")
    assert west.post(one(told, "acknowledge/")).json()["state"] == "acknowledged"
    done = west.post(one(told, "settle/"), {"note": "inspected"})
    assert (done.status_code, done.json()["note"]) == (200, "inspected")
    assert west.get(AT).json()["count"] == 0
    assert west.get(one(told)).json()["state"] == "settled"
    assert west.post(one(told, "acknowledge/")).status_code == 409


@pytest.mark.parametrize("note", [{}, {"note": ""}, {"note": "x" * 1001}])
def test_a_settlement_says_what_was_done(world: World, note: dict[str, str]) -> None:
    refused = client(world, "west").post(one(full_yard(world), "settle/"), note)
    assert (refused.status_code, set(refused.json()["fields"])) == (400, {"note"})


@pytest.mark.parametrize(
    ("role", "status"), [("editor", 403), ("east", 404), ("stranger", 404)]
)
@pytest.mark.parametrize("act", ["acknowledge/", "settle/"])
def test_nobody_else_does(world: World, role: str, status: int, act: str) -> None:
    told = full_yard(world)
    answer = client(world, role).post(one(told, act), {"note": "mine"})
    assert answer.status_code == status
    told.refresh_from_db()
    assert told.state == "open"
