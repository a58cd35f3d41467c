"""SIGKILL of web, worker and PostgreSQL: nothing is lost and nothing happens twice.

Two programs make transfers through real processes, every request under a key that is
repeated until it is answered, while one part after another is killed at points that
chance chooses. Then the database is read.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection

import pytest
from django.db import connection
from django.db.models import F, Sum

from tests.crashes.house import House, house_in
from tests.crashes.killing import Aftermath, Plan, lived_through
from tests.crashes.transfers import (
    ACTS,
    DATABASE_AWAY,
    FAULTS,
    LOAD_KG,
    LOST,
    all_missing_kg,
    missing_kg,
)
from tests.notices.receiver import receiving
from tests.stack import wait_until
from wastehub.exchange.models import Agreement, Offer, Signature, TransferNote
from wastehub.ledger.checking import check
from wastehub.ledger.models import Entry
from wastehub.notices.kinds import kind_of
from wastehub.notices.models import Delivery, Notice
from wastehub.trail.models import KeptAnswer, TrailEntry

PLANS = [
    pytest.param(Plan(transfers=20, kills=3, seed=1), id="few"),
    pytest.param(
        Plan(transfers=200, kills=15, seed=2), id="many", marks=pytest.mark.soak
    ),
]


@pytest.fixture(scope="module", params=PLANS)
def after(request, django_db_blocker, tmp_path_factory) -> Iterator[Aftermath]:
    """All is over, and this process's models read what is left."""
    with (
        django_db_blocker.unblock(),
        house_in(tmp_path_factory.mktemp("house")) as house,
        house.orm(),
        receiving() as receiver,
    ):
        after = lived_through(house, request.param, receiver)
        print(after)
        wait_until(partial(_is_healthy, house), seconds=60, what="the site's health")
        yield after


def _is_healthy(house: House) -> bool:
    asking = HTTPConnection(house.host)
    try:
        asking.request("GET", "/healthz")
        return asking.getresponse().status == 200
    finally:
        asking.close()


def expected_kg(plan: Plan) -> dict[str, int]:
    """What both ledgers must say, by kind of entry."""
    loaded = plan.transfers * LOAD_KG
    missing = all_missing_kg(plan.transfers)
    return {
        "opening": loaded + missing,
        "shipped": loaded - missing,
        "loss": missing,
        "received": loaded - missing,
    }


def test_the_database_puts_every_commit_on_the_disk_first(after: Aftermath) -> None:
    with connection.cursor() as sql:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            sql.execute(f"SHOW {setting}")
            assert sql.fetchone() == ("on",), setting


def test_parts_were_killed_and_requests_failed(after: Aftermath) -> None:
    """Without that the others would prove nothing."""
    seen = after.tally.seen
    assert sum(n for what, n in seen.items() if "killed" in what) == after.plan.kills
    assert seen[LOST] + seen[DATABASE_AWAY] > 0


def test_nothing_failed_but_for_want_of_a_part(after: Aftermath) -> None:
    assert after.tally.seen[FAULTS] == 0


def test_every_act_was_done_once(after: Aftermath) -> None:
    n = after.plan.transfers
    assert Counter(TransferNote.objects.values_list("status", flat=True)) == {
        "closed": n
    }
    assert (Offer.objects.count(), Agreement.objects.count()) == (n, n)
    signed = Counter(Signature.objects.values_list("act", flat=True))
    assert signed == dict.fromkeys(["issue", "load", "receive", "judge", "close"], n)
    assert KeptAnswer.objects.count() == n * len(ACTS)


def test_the_trail_has_every_act_once(after: Aftermath) -> None:
    n = after.plan.transfers
    short = sum(1 for number in range(n) if missing_kg(number))
    acts = Counter(TrailEntry.objects.values_list("subject", "action"))
    notes = ["draft", "issue", "load", "receive", "judge", "close"]
    assert acts == {
        ("offer", "make"): n,
        ("offer", "accept"): n,
        ("agreement", "make"): n,
        ("agreement", "fulfil"): n - short,
        **{("note", act): n for act in notes},
    }


def test_the_mass_is_where_it_was_sent(after: Aftermath) -> None:
    told = Entry.objects.order_by().values("kind").annotate(kg=Sum("mass_kg"))
    wanted = expected_kg(after.plan)
    assert {row["kind"]: row["kg"] for row in told} == wanted
    stocks = after.market.seller.stock_kg, after.market.buyer.stock_kg
    assert stocks == (wanted["loss"], wanted["received"])


def test_every_chain_of_the_ledger_holds(after: Aftermath) -> None:
    found = check()
    assert (found.facilities, found.faults) == (2, [])


def test_each_act_was_told_to_the_other_side_once(after: Aftermath) -> None:
    of_note = {entry.pk for entry in TrailEntry.objects.all() if kind_of(entry)}
    told = Counter(Notice.objects.values_list("entry", flat=True))
    assert told == dict.fromkeys(of_note, 1)
    assert not Notice.objects.filter(user=F("entry__user")).exists()


def test_each_act_reached_the_webhook(after: Aftermath) -> None:
    """At least once, as promised; a repetition is known by its ``id``."""
    of_note = {entry.pk for entry in TrailEntry.objects.all() if kind_of(entry)}
    sent = dict(Delivery.objects.values_list("entry", "public_id"))
    assert sent.keys() == of_note
    came = {json.loads(body)["id"] for _headers, body in after.receiver.came}
    assert came == set(map(str, sent.values()))
