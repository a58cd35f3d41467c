"""Alerts open, stay, go and come back; and who may work them off."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from maps.alerts.kinds import AlertKind, AlertState
from maps.alerts.services import (
    Refreshed,
    alert_acknowledge,
    alert_settle,
    alerts_refresh,
)
from maps.alerts.terms import USUAL
from maps.models import Alert
from maps.tasks import find_alerts
from tests import worlds
from tests.exchange.market import editor
from tests.maps.alerting import TODAY, holds, nine_tenths_full
from tests.reporting.office import regulator
from wastehub.accounts.models import Organisation, User
from wastehub.errors import Conflict, NotYours, Refused
from wastehub.registry.models import Facility
from wastehub.trail.models import Actor, TrailEntry

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def site() -> Facility:
    return nine_tenths_full()


@pytest.fixture
def west(site: Facility) -> Actor:
    return regulator("west", worlds.WEST)


def refresh(today: date = TODAY) -> Refreshed:
    return alerts_refresh(today=today)


def the_alert() -> Alert:
    return Alert.objects.latest("pk")


def rows() -> list[dict]:
    return list(Alert.objects.order_by("pk").values())


def test_what_is_found_opens_an_alert(site: Facility) -> None:
    assert refresh() == Refreshed(standing=1, opened=1)
    alert = the_alert()
    assert (alert.kind, alert.facility, alert.adcode) == (
        AlertKind.YARD,
        site,
        worlds.WEST,
    )
    assert (alert.first_seen, alert.last_seen) == (TODAY, TODAY)
    assert alert.records == [["ledger", str(site.public_id)]]


def test_twice_is_once(site: Facility) -> None:
    refresh()
    before = rows()
    assert refresh() == Refreshed(standing=1)
    assert rows() == before


def test_the_next_night_only_the_last_day_changes(site: Facility) -> None:
    refresh()
    (before,) = rows()
    refresh(TOMORROW)
    assert rows() == [before | {"last_seen": TOMORROW}]


def test_what_is_mended_is_cleared_and_a_new_alert_when_it_is_back(
    site: Facility,
) -> None:
    refresh()
    holds(site, 2_000_000)
    assert refresh() == Refreshed(cleared=1)
    first = the_alert()
    assert first.cleared_at
    holds(site, 1_000_000)
    assert refresh() == Refreshed(standing=1, opened=1)
    assert the_alert() != first


def test_the_invented_and_the_real_are_found_apart(site: Facility) -> None:
    refresh()
    Organisation.objects.update(is_invented=True)
    assert refresh() == Refreshed(standing=1, opened=1, cleared=1)
    assert the_alert().is_invented


def test_a_regulator_acknowledges_and_settles(site: Facility, west: Actor) -> None:
    refresh()
    alert_acknowledge(alert=the_alert(), actor=west)
    assert the_alert().state == AlertState.ACKNOWLEDGED
    alert_settle(alert=the_alert(), note=" a second yard is built ", actor=west)
    alert = the_alert()
    assert (alert.state, alert.note) == (
        AlertState.SETTLED,
        "a second yard is built",
    )
    assert alert.acted_by == west.user
    acts = TrailEntry.objects.filter(subject="alert", subject_id=alert.public_id)
    assert [(act.action, act.user) for act in acts] == [
        ("acknowledge", west.user),
        ("settle", west.user),
    ]


def test_what_is_settled_stays_so_while_it_is_no_worse(
    site: Facility, west: Actor
) -> None:
    refresh()
    alert_settle(alert=the_alert(), note="known", actor=west)
    # 0.90 full and 20 % more would be 1.08: this is 0.95, and as grave as before.
    holds(site, 947_368)
    assert refresh(TOMORROW) == Refreshed(standing=1)
    assert the_alert().state == AlertState.SETTLED


def test_what_is_settled_comes_back_when_it_is_graver(
    site: Facility, west: Actor
) -> None:
    refresh()
    alert_settle(alert=the_alert(), note="known", actor=west)
    holds(site, 900_000)
    assert refresh(TOMORROW) == Refreshed(standing=1, reopened=1)
    alert = the_alert()
    assert (alert.state, alert.note, alert.acted_by) == (AlertState.OPEN, "", None)
    told = TrailEntry.objects.latest("pk")
    assert (told.action, told.user, told.before["note"]) == ("reopen", None, "known")


@pytest.mark.parametrize(("capacity_kg", "reopened"), [(960_000, 0), (950_000, 1)])
def test_or_when_it_is_larger_by_more_than_the_allowed_part(
    site: Facility, west: Actor, capacity_kg: int, reopened: int
) -> None:
    refresh()
    alert_settle(alert=the_alert(), note="known", actor=west)
    holds(site, capacity_kg)
    terms = replace(USUAL, worse_frac=0.05)
    assert alerts_refresh(today=TOMORROW, terms=terms).reopened == reopened


def test_staff_work_alerts_off_too(site: Facility) -> None:
    refresh()
    staff = Actor(User.objects.create_user("staff", is_staff=True))
    assert alert_acknowledge(alert=the_alert(), actor=staff).acted_by == staff.user


def test_nobody_else_does(site: Facility) -> None:
    refresh()
    stranger = regulator("east", worlds.EAST)
    member = Actor(editor(site.organisation))
    for actor in (stranger, member, Actor()):
        with pytest.raises(NotYours):
            alert_acknowledge(alert=the_alert(), actor=actor)
        with pytest.raises(NotYours):
            alert_settle(alert=the_alert(), note="mine", actor=actor)


@pytest.mark.parametrize("note", ["", "  ", "x" * 1001, "a\x00b"])
def test_a_settlement_says_what_was_done(
    site: Facility, west: Actor, note: str
) -> None:
    refresh()
    with pytest.raises(Refused) as refusal:
        alert_settle(alert=the_alert(), note=note, actor=west)
    assert set(refusal.value.fields) == {"note"}


def test_nothing_is_done_twice_or_after_it_is_gone(site: Facility, west: Actor) -> None:
    refresh()
    alert_acknowledge(alert=the_alert(), actor=west)
    with pytest.raises(Conflict):
        alert_acknowledge(alert=the_alert(), actor=west)
    holds(site, 2_000_000)
    refresh()
    with pytest.raises(Conflict):
        alert_settle(alert=the_alert(), note="too late", actor=west)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "other"},
        {"severity": 4},
        {"state": "settled"},
        {"note": "nobody said so"},
        {"month": date(2025, 1, 2)},
        {"adcode": "51"},
        {"last_seen": date(2025, 1, 1)},
    ],
)
def test_the_database_refuses_what_can_not_be(
    site: Facility, changes: dict[str, object]
) -> None:
    refresh()
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.update(**changes)


def test_only_one_with_a_key_stands(site: Facility) -> None:
    refresh()
    alert = the_alert()
    alert.pk, alert.public_id = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        alert.save(force_insert=True)


def test_the_command_and_the_task_do_it_for_today(site: Facility, capsys) -> None:
    call_command("find_alerts")
    standing = Alert.objects.standing().count()
    assert f"{standing} alerts stand" in capsys.readouterr().out
    assert find_alerts() == standing
    assert the_alert().last_seen == timezone.localdate()


@pytest.mark.parametrize(
    ("name", "value"), [("deficit_below_frac", -0.1), ("jump_months", 0)]
)
def test_a_threshold_out_of_its_range_can_not_be_built(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        replace(USUAL, **{name: value})
