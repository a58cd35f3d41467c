"""Each act is told once to each of those it concerns, and to nobody else."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests import worlds
from tests.exchange import market
from tests.notices.audience import heard, hook, regulator, silence, wants
from wastehub.accounts.models import Membership, User
from wastehub.exchange import notes
from wastehub.exchange.models import TransferNote
from wastehub.exchange.offers import offer_accept, offer_decline
from wastehub.notices import telling
from wastehub.notices.models import Delivery, Notice
from wastehub.registry.models import Facility
from wastehub.reporting.models import Declaration
from wastehub.trail.models import SYSTEM, TrailEntry, Untold, record


@pytest.fixture
def at(db):
    return market.market()


def seller(at) -> User:
    return at.seller.actor.user


def buyer(at) -> User:
    return at.buyer.actor.user


def test_the_other_side_is_told_and_the_one_who_did_it_is_not(at):
    market.offer(at)
    assert heard(seller(at)) == ["offer_made"]
    assert heard(buyer(at)) == []


def test_every_member_of_both_organisations_is_told(at):
    colleagues = [
        market.editor(party.site.organisation) for party in (at.seller, at.buyer)
    ]
    market.offer(at)
    assert [heard(user) for user in colleagues] == [["offer_made"]] * 2


def test_an_outsider_is_not_told(at):
    outsider = market.editor(worlds.organisation(99))
    market.offer(at)
    assert heard(outsider) == []


def test_who_left_is_not_told(at):
    Membership.objects.filter(user=seller(at)).delete()
    market.offer(at)
    assert heard(seller(at)) == []


def test_what_the_clock_does_is_told_to_both(at):
    offer = market.offer(at)
    silence()
    record(actor=SYSTEM, of=offer, action="expire")
    assert heard(seller(at)) == heard(buyer(at)) == ["offer_expired"]


def test_a_delivery_is_followed_step_by_step(at):
    market.received(at)
    assert heard(buyer(at)) == [
        "offer_accepted",
        "agreement_made",
        "note_issued",
        "note_loaded",
    ]
    assert heard(seller(at)) == ["offer_made", "note_received"]


def test_telling_again_tells_nothing_twice(at):
    market.offer(at)
    assert heard(seller(at)) == heard(seller(at)) == ["offer_made"]
    assert not Untold.objects.exists()


def test_what_was_undone_is_not_told(at):
    with transaction.atomic():
        market.offer(at)
        transaction.set_rollback(True)
    assert heard(seller(at)) == []


def test_a_draft_is_nobody_else_s_affair(at):
    agreement = market.agreement(at)
    silence()
    notes.note_draft(
        agreement=agreement,
        planned_kg=1_000,
        planned_on=agreement.starts_on,
        carrier="快运",
        actor=at.seller.actor,
    )
    assert heard(buyer(at)) == []


@pytest.mark.parametrize(
    ("in_app", "by_mail", "told"),
    [(True, True, 1), (False, True, 1), (True, False, 1), (False, False, 0)],
)
def test_each_chooses_how_to_be_told(at, in_app, by_mail, told):
    wants(seller(at), "offer_made", in_app=in_app, by_mail=by_mail)
    market.offer(at)
    heard(seller(at))
    rows = Notice.objects.filter(in_app=in_app, by_mail=by_mail)
    assert rows.count() == told


def test_a_choice_is_for_one_kind_of_act(at):
    wants(buyer(at), "offer_accepted", in_app=False)
    offer_accept(offer=market.offer(at), actor=at.seller.actor)
    assert heard(buyer(at)) == ["agreement_made"]


@pytest.mark.parametrize(
    ("adcode", "told"), [("510104", True), ("510000", True), ("520000", False)]
)
def test_a_dispute_is_told_to_the_regulators_of_the_places(at, adcode, told):
    watching = regulator(adcode)
    note = market.received(at, arrived_kg=(30_000, 20_000))
    silence()
    notes.note_judge(note=note, refusals=[], actor=at.buyer.actor)
    assert heard(watching) == (["note_disputed"] if told else [])


def test_an_offer_is_no_regulator_s_affair(at):
    watching = regulator("510000")
    market.offer(at)
    assert heard(watching) == []


def test_an_invented_dispute_is_not_told_where_there_is_a_real_site(at):
    watching = regulator("510000")
    note = market.received(at, arrived_kg=(30_000, 20_000))
    parties = Facility.objects.values("organisation")
    organisations = type(at.seller.site.organisation).objects
    organisations.filter(pk__in=parties).update(is_invented=True)
    worlds.facility(104.7)
    silence()
    notes.note_judge(note=note, refusals=[], actor=at.buyer.actor)
    assert heard(watching) == []


def test_a_webhook_gets_the_kinds_it_was_entered_for(at):
    hook(at, "https://example.org/", ["offer_declined"])
    offer_decline(offer=market.offer(at), actor=at.seller.actor)
    heard(seller(at))
    assert [row.kind for row in Delivery.objects.all()] == ["offer_declined"]


def test_a_thing_that_nobody_knows_is_told_to_nobody(at):
    record(
        actor=SYSTEM,
        of=Declaration(public_id=at.supply.public_id),
        action="submit",
    )
    assert heard(seller(at)) == []
    assert not Untold.objects.exists()


def test_an_act_that_can_not_be_told_does_not_stop_the_next(at, caplog):
    broken = record(
        actor=SYSTEM,
        of=TransferNote(public_id=at.supply.public_id),
        action="judge",
        after=["no object"],
    )
    market.offer(at)
    assert heard(seller(at)) == ["offer_made"]
    assert Untold.objects.get().entry == broken
    assert "could not be told" in caplog.text


# Several workers need what the others commit.
@pytest.mark.django_db(transaction=True)
def test_workers_at_once_tell_each_act_once():
    at = market.market()
    for _ in range(6):
        market.offer(at, 1_000)

    def told(_):
        try:
            return telling.tell_untold()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as workers:
        assert sum(workers.map(told, range(3))) == TrailEntry.objects.count()
    assert heard(seller(at)) == ["offer_made"] * 6


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_in_between_leaves_the_act_untold(monkeypatch):
    at = market.market()
    market.offer(at)
    with monkeypatch.context() as broken:
        broken.setattr(telling.Delivery.objects, "bulk_create", _die)
        with pytest.raises(SystemExit):
            telling.tell_untold()
    assert not Notice.objects.exists()
    assert heard(seller(at)) == ["offer_made"]


def _die(*_: object) -> None:
    raise SystemExit
