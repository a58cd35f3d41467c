"""The work list: who sees what, what it says, and who works it off."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone, translation

from maps.models import Alert
from tests.web import world as worlds
from tests.web.alerted import alert, deficit, full_yard, missing_month
from tests.web.dealing import as_
from tests.web.test_policy import CLOSE, HOLDERS, ROLES
from tests.web.world import World
from wastehub.accounts.models import Organisation
from wastehub.web import policy
from wastehub.web.alert_words import sentence

pytestmark = pytest.mark.django_db

WATCHERS = {"west", "staff"}


@pytest.fixture
def world() -> World:
    return worlds.two_counties()


def client(world: World, role: str) -> Client:
    return as_(world.users.get(role))


def who(world: World, rows: Any, told: Alert) -> set[str]:
    people = {role: world.users.get(role, AnonymousUser()) for role in ROLES}
    return {role for role, user in people.items() if told in rows(user)}


def page(world: World, role: str, query: str = "") -> str:
    return client(world, role).get(f"/worklist/{query}").content.decode()


def test_an_alert_of_a_site_is_its_owners_and_its_regulators_affair(
    world: World,
) -> None:
    told = full_yard(world)
    assert who(world, policy.alerts, told) == CLOSE
    assert who(world, policy.workable_alerts, told) == WATCHERS


def test_an_alert_of_a_region_is_its_regulators_affair_alone(world: World) -> None:
    assert who(world, policy.alerts, deficit(world)) == WATCHERS


def test_the_invented_steps_back_as_soon_as_something_is_real(world: World) -> None:
    told = full_yard(world, is_invented=True)
    assert who(world, policy.alerts, told) == HOLDERS | {"staff"}
    Organisation.objects.update(is_invented=True)
    assert who(world, policy.alerts, told) == CLOSE


def test_without_a_log_in_there_is_no_list(world: World) -> None:
    answer = Client().get("/worklist/")
    assert (answer.status_code, answer["Location"][:7]) == (302, "/login/")


@pytest.mark.parametrize(
    ("role", "status"),
    [("west", 200), ("viewer", 200), ("east", 404), ("stranger", 404), ("staff", 200)],
)
def test_an_alert_of_others_is_not_there(world: World, role: str, status: int) -> None:
    told = full_yard(world)
    answer = client(world, role).get(f"/worklist/{told.public_id}/")
    assert answer.status_code == status


def test_it_says_what_is_wrong_since_when_and_on_what_ground(world: World) -> None:
    full_yard(world)
    shown = page(world, "west")
    assert "The yard is full: 950 t lie where 900 t fit." in shown
    assert "since 2026-01-14" in shown
    plant = world.facilities["plant"].public_id
    assert f'href="/ledger/{plant}/?material=fly_ash"' in shown


def test_it_says_so_in_chinese(world: World) -> None:
    with translation.override("zh-hans"):
        assert sentence(full_yard(world)) == "堆场已满：现存 950 吨，库容 900 吨。"


def test_the_gravest_comes_first(world: World) -> None:
    deficit(world)
    full_yard(world)
    shown = page(world, "west")
    assert shown.index("The yard is full") < shown.index("42 % of what was generated")


def test_the_chips_count_what_is_to_do(world: World) -> None:
    full_yard(world)
    missing_month(world)
    full_yard(world, cleared_at=timezone.now())
    chips = client(world, "west").get("/worklist/").context["chips"]
    assert [(chip.words, chip.count) for chip in chips] == [
        ("All", 2),
        ("Yard nearly full", 1),
        ("Declarations missing", 1),
    ]


def test_an_empty_list_says_so(world: World) -> None:
    assert "Nothing to do." in page(world, "west")


def test_the_exchange_leads_to_it(world: World) -> None:
    full_yard(world)
    shown = client(world, "west").get("/exchange/").content.decode()
    assert "1 alert on the work list" in shown
    assert "on the work list" not in (
        client(world, "stranger").get("/exchange/").content.decode()
    )


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("?kind=yard", 1),
        ("?material=fly_ash", 2),
        ("?material=steel_slag", 0),
        ("?prefecture=510100", 2),
        ("?prefecture=510200", 0),
        ("?state=settled", 0),
        ("?state=cleared", 1),
    ],
)
def test_it_is_filtered(world: World, query: str, count: int) -> None:
    full_yard(world)
    missing_month(world)
    full_yard(world, cleared_at=timezone.now())
    answer = client(world, "staff").get(f"/worklist/{query}")
    assert answer.status_code == 200
    assert answer.context["page"].paginator.count == count


@pytest.mark.parametrize(
    "query",
    [
        "?kind=x",
        "?material=x",
        "?material=%00",
        "?prefecture=999999",
        "?prefecture=%00",
        "?state=x",
    ],
)
def test_a_senseless_filter_is_refused(world: World, query: str) -> None:
    answer = client(world, "west").get(f"/worklist/{query}")
    assert answer.status_code == 400
    assert "Please mend the marked fields." in answer.content.decode()


def test_a_regulator_works_it_off_and_is_back_where_he_was(world: World) -> None:
    told = full_yard(world)
    west = client(world, "west")
    at = f"/worklist/{told.public_id}"
    done = west.post(f"{at}/acknowledge", {"back": "kind=yard"})
    assert done["Location"] == "/worklist/?kind=yard"
    west.post(f"{at}/settle", {"note": "seen on the spot"})
    told.refresh_from_db()
    assert (told.state, told.note) == ("settled", "seen on the spot")
    assert "Nothing to do." in page(world, "west")
    shown = west.get(f"{at}/").content.decode()
    assert "Alert settled" in shown
    assert "Mark as settled" not in shown


def test_a_settlement_without_words_is_refused_in_words(world: World) -> None:
    told = full_yard(world)
    answer = client(world, "west").post(
        f"/worklist/{told.public_id}/settle", {"note": " "}, follow=True
    )
    assert "Say in at most 1,000 characters what was done." in answer.content.decode()
    told.refresh_from_db()
    assert told.state == "open"


@pytest.mark.parametrize(
    ("role", "status"), [("editor", 403), ("viewer", 403), ("east", 404)]
)
@pytest.mark.parametrize("act", ["acknowledge", "settle"])
def test_nobody_else_works_it_off(
    world: World, role: str, status: int, act: str
) -> None:
    told = full_yard(world)
    path = f"/worklist/{told.public_id}/{act}"
    answer = client(world, role).post(path, {"note": "mine"})
    assert answer.status_code == status
    told.refresh_from_db()
    assert told.state == "open"


def test_a_way_back_that_can_not_be_read_is_refused_before_anything_is_done(
    world: World,
) -> None:
    told = full_yard(world)
    answer = client(world, "west").post(
        f"/worklist/{told.public_id}/acknowledge", {"back": "a=1&" * 3000}
    )
    assert answer.status_code == 400
    told.refresh_from_db()
    assert told.state == "open"


def test_only_those_who_may_work_it_off_have_the_buttons(world: World) -> None:
    full_yard(world)
    assert "Mark as settled" in page(world, "west")
    assert "Mark as settled" not in page(world, "editor")


def test_the_trail_names_the_alert(world: World) -> None:
    told = full_yard(world)
    west = client(world, "west")
    west.post(f"/worklist/{told.public_id}/acknowledge")
    shown = west.get("/trail/").content.decode()
    assert "Alert acknowledged" in shown
    assert f'href="/worklist/{told.public_id}/"' in shown
    assert "Yard nearly full" in shown
    assert told not in policy.alerts(world.users["east"])
    east = client(world, "east").get("/trail/").content.decode()
    assert "Alert acknowledged" not in east


@pytest.mark.parametrize("copies", [1, 30])
def test_more_alerts_need_no_more_queries(
    world: World, copies: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(copies):
        full_yard(world)
        deficit(world)
    west = client(world, "west")
    with django_assert_max_num_queries(22):
        west.get("/worklist/")


@pytest.mark.parametrize(
    ("kind", "figures", "words"),
    [
        (
            "yard",
            {"stock_kg": 9_000, "capacity_kg": 10_000, "fill_frac": 0.9},
            "The yard is 90 % full: 9 t of 10 t.",
        ),
        (
            "yard",
            {"stock_kg": 1, "capacity_kg": 2, "fill_frac": 0.5, "days_left": 60},
            "The yard is 50 % full; at its rate it lasts 60 days.",
        ),
        (
            "missing",
            {"months": 3, "returned": 0},
            "3 monthly declarations are overdue, the oldest of 2025-11.",
        ),
        (
            "weights",
            {"vehicles": 1, "notes": 1, "apart_kg": 1_200, "worst_frac": 0.04},
            "Two weighings differ by 1,200 kg, at most by 4.0 % of a load, and nobody "
            "has settled it.",
        ),
        (
            "declared",
            {"declared_used_kg": 1, "ledger_used_kg": 2_500, "apart_kg": 2_499},
            "2025-11: “Used, on the site and by others” is declared as 0.001 t, the "
            "ledger has 2.500 t.",
        ),
        (
            "stock",
            {"months": 12, "unexplained_kg": -9_000},
            "In 12 months the stock changed by −9 t that nothing tells.",
        ),
        (
            "loss",
            {"months": 12, "loss_kg": 5_000, "loss_frac": 0.05},
            "In 12 months 5 t were entered as loss: 5.0 % of what came.",
        ),
        (
            "excess",
            {"months": 12, "excess_kg": 5_000, "made_kg": 9_000},
            "In 12 months 5 t more were used or shipped than made: is it old stock "
            "that is not marked so?",
        ),
        (
            "jump",
            {"generated_kg": 9_000, "median_kg": 1_000, "score": 9.0},
            "In 2025-11 9 t were generated; a usual month has 1 t.",
        ),
        (
            "jump",
            {"left_kg": 9_000, "median_kg": 1_000, "score": 9.0},
            "In 2025-11 9 t left the pile; in a usual month 1 t do.",
        ),
    ],
)
def test_every_kind_has_its_sentence(
    world: World, kind: str, figures: dict[str, float], words: str
) -> None:
    month = missing_month(world).month
    with translation.override("en"):
        assert sentence(alert(world, kind, month=month, figures=figures)) == words
