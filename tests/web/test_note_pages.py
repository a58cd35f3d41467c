"""The pages of transfer notes: who sees what, and what stands there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.exchange import market
from tests.exchange.market import Market, Party
from tests.web.noting import as_party, client_of, draft, forms_of, path, regulator
from wastehub.accounts.models import Membership, User
from wastehub.exchange import notes
from wastehub.exchange.loads import Refusal
from wastehub.exchange.models import TransferNote

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Market:
    return market.market()


def viewer(party: Party) -> User:
    user = User.objects.create_user("viewer")
    organisation = party.site.organisation
    Membership.objects.create(user=user, organisation=organisation, role="viewer")
    return user


def test_pages_ask_for_a_log_in() -> None:
    assert Client().get("/notes/").status_code == 302


@pytest.mark.parametrize("name", ["", "note.pdf"])
def test_outsiders_find_nothing(here: Market, name: str) -> None:
    stranger = as_party(market.party(104.2))
    note = draft(here)
    assert stranger.get(path(note, name)).status_code == 404
    assert stranger.post(path(note, "issue")).status_code == 404
    assert note.number not in stranger.get("/notes/").content.decode()


@pytest.mark.parametrize("adcode", ["510104", "510105", "510000"])
def test_a_regulator_of_either_end_reads_and_signs_nothing(
    here: Market, adcode: str
) -> None:
    note = draft(here)
    answer = client_of(regulator(adcode)).get(path(note))
    assert answer.status_code == 200
    assert forms_of(answer) == []
    assert client_of(regulator("510999")).get(path(note)).status_code == 404


def test_no_price_is_on_any_page_of_a_note(here: Market) -> None:
    note = market.issued(here)
    page = as_party(here.seller).get(path(note)).content.decode()
    assert "CNY" not in page


STAGES: list[tuple[Callable[[Market], TransferNote], list[str], list[str]]] = [
    (draft, ["issue", "cancel", "attach"], ["attach"]),
    (
        market.issued,
        ["load", "revision", "cancel", "attach"],
        ["revision", "attach"],
    ),
    (market.loaded, ["attach"], ["receive", "attach"]),
    (market.received, ["attach"], ["accept", "refuse", "attach"]),
]


@pytest.mark.parametrize(("stage", "sellers", "buyers"), STAGES)
def test_everybody_sees_their_own_forms_only(
    here: Market,
    stage: Callable[[Market], TransferNote],
    sellers: list[str],
    buyers: list[str],
) -> None:
    note = stage(here)
    assert forms_of(as_party(here.seller).get(path(note))) == sellers
    assert forms_of(as_party(here.buyer).get(path(note))) == buyers
    assert forms_of(client_of(viewer(here.seller)).get(path(note))) == []


def test_what_waits_for_me_comes_first(here: Market) -> None:
    """The seller has to load the older note; the newer one is on its way."""
    older, newer = market.issued(here), market.loaded(here)
    for party, first in ((here.seller, older), (here.buyer, newer)):
        page = as_party(party).get("/notes/").context["page"]
        assert next(note.pk for note in page) == first.pk
        assert [note.waits for note in page] == [True, False]


def test_the_list_is_filtered(here: Market) -> None:
    older, newer = draft(here), market.loaded(here)
    client = as_party(here.seller)

    def found(**asked: Any) -> list[int]:
        return [note.pk for note in client.get("/notes/", asked).context["page"]]

    assert found(status="draft") == [older.pk]
    assert found(status="loaded", material="phosphogypsum") == [newer.pk]
    assert len(found(site=here.seller.site.public_id)) == 2
    assert len(found(counterparty=here.buyer.site.public_id)) == 2
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    assert found(planned_from=tomorrow.isoformat()) == []
    assert client.get("/notes/", {"status": "lost"}).status_code == 400


def test_the_list_asks_as_often_for_many_as_for_few(
    here: Market, django_assert_max_num_queries: Any
) -> None:
    client = as_party(here.seller)
    for _ in range(3):
        draft(here)
    with django_assert_max_num_queries(20):
        client.get("/notes/")


def test_signatures_trail_and_refusals_stand_on_the_page(here: Market) -> None:
    note = market.received(here)
    first = note.vehicles.first()
    assert first
    refusals = [Refusal(vehicle=first.pk, refused_kg=5_000, reason="含水过高")]
    notes.note_judge(note=note, refusals=refusals, actor=here.buyer.actor)
    answer = as_party(here.seller).get(path(note))
    steps = [(str(step.title), step.state) for step in answer.context["story"]]
    assert steps == [
        ("Drawn up", "past"),
        ("Issued", "past"),
        ("Loaded", "past"),
        ("Weighed on arrival", "past"),
        ("Judged", "past"),
        ("Closed", "now"),
    ]
    assert "含水过高" in answer.content.decode()
    changes = [act["changes"] for act in answer.context["trail"]]
    assert [(one.field, one.before, one.after) for [one] in changes] == [
        ("Planned mass", "", "60,000 kg"),
        ("State", "draft", "issued"),
        ("State", "issued", "loaded, on its way"),
        ("State", "loaded, on its way", "received, weighed"),
        ("State", "received, weighed", "partly refused"),
    ]


def test_a_page_of_many_vehicles_asks_no_more_than_of_one(
    here: Market, django_assert_num_queries: Any
) -> None:
    one, many = market.received(here, [10_000]), market.received(here, [1_000] * 30)
    client = as_party(here.buyer)
    with CaptureQueriesContext(connection) as asked:
        client.get(path(one))
    with django_assert_num_queries(len(asked)):
        client.get(path(many))
