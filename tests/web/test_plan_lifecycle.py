"""Cancelling and retrying a plan, from its page and through the API."""

import pytest
from django.test import Client

from matching.models import MatchRun
from matching.services import run_execute
from tests.web import world as worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.World:
    return worlds.two_counties()


def _as(world: worlds.World, name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.users[name])
    return client


def _west_plan(world: worlds.World, status: str) -> MatchRun:
    return worlds.plan(status, adcode="510100", created_by=world.users["west"])


def test_a_waiting_plan_is_cancelled_from_its_page(world: worlds.World) -> None:
    run = _west_plan(world, "queued")
    west = _as(world, "west")
    assert "Cancel this plan" in west.get(f"/plans/{run.public_id}/").content.decode()
    west.post(f"/plans/{run.public_id}/cancel")
    run.refresh_from_db()
    assert run.status == "cancelled"
    page = west.get(f"/plans/{run.public_id}/").content.decode()
    assert "nothing of it was published" in page
    assert "Try again" in page
    assert "progress.js" not in page


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_an_ended_plan_is_tried_again_from_its_page(
    world: worlds.World, status: str
) -> None:
    run = _west_plan(world, status)
    answer = _as(world, "west").post(f"/plans/{run.public_id}/retry")
    new = MatchRun.objects.get(retry_of=run)
    assert answer.url == f"/plans/{new.public_id}/"
    assert new.created_by == world.users["west"]


def test_a_plan_that_is_done_says_that_it_can_not_be_cancelled(
    world: worlds.World,
) -> None:
    run = run_execute(run_id=_west_plan(world, "queued").pk)
    west = _as(world, "west")
    answer = west.post(f"/plans/{run.public_id}/cancel", follow=True)
    assert "Only a plan under way can be cancelled." in answer.content.decode()


@pytest.mark.parametrize(
    ("deed", "status"), [("cancel", "queued"), ("retry", "failed")]
)
def test_the_api_does_the_same(world: worlds.World, deed: str, status: str) -> None:
    run = _west_plan(world, status)
    answer = _as(world, "west").post(f"/api/v1/runs/{run.public_id}/{deed}/")
    assert answer.status_code == 202
    told = answer.json()
    if deed == "cancel":
        assert told["status"] == "cancelled"
    else:
        assert (told["status"], told["retry_of"]) == ("queued", str(run.public_id))
        assert answer["Location"].endswith(f"/api/v1/runs/{told['public_id']}/")


@pytest.mark.parametrize("deed", ["cancel", "retry"])
def test_the_api_refuses_what_can_not_be(world: worlds.World, deed: str) -> None:
    run = _west_plan(world, "done")
    answer = _as(world, "west").post(f"/api/v1/runs/{run.public_id}/{deed}/")
    assert answer.status_code == 400
    assert answer.json()["message"]


@pytest.mark.parametrize("deed", ["cancel", "retry"])
@pytest.mark.parametrize("way", ["/plans/{}/{}", "/api/v1/runs/{}/{}/"])
def test_who_may_not_plan_may_neither_cancel_nor_retry(
    world: worlds.World, deed: str, way: str
) -> None:
    run = _west_plan(world, "done")
    path = way.format(run.public_id, deed)
    assert _as(world, "east").post(path).status_code == 403
    assert Client().post(path).status_code in (302, 401, 403)


def test_a_look_changes_nothing(world: worlds.World) -> None:
    run = _west_plan(world, "queued")
    west = _as(world, "west")
    for deed in ("cancel", "retry"):
        assert west.get(f"/plans/{run.public_id}/{deed}").status_code == 405
        assert west.get(f"/api/v1/runs/{run.public_id}/{deed}/").status_code == 405
