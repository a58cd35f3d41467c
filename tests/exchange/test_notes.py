"""A delivery from its draft to its end, and what both ledgers say of it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from tests.exchange import market
from tests.exchange.market import PLATE, TARE_KG, Market
from wastehub.errors import Conflict, NotYours, Refused
from wastehub.exchange import notes
from wastehub.exchange.loads import Load, Refusal, Weighing
from wastehub.exchange.models import TransferNote, Vehicle
from wastehub.exchange.proposals import (
    proposal_answer,
    revision_propose,
    settlement_propose,
)
from wastehub.exchange.states import NOTE_MOVES, NoteStatus, Side, steps
from wastehub.ledger.checking import check
from wastehub.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Market:
    return market.market()


def judged(
    at: Market,
    arrived_kg: Sequence[int],
    refused_kg: int = 0,
    nets_kg: Sequence[int] = (30_000, 30_000),
) -> TransferNote:
    """What became of a delivery of which so much of the first vehicle is refused."""
    note = market.received(at, nets_kg, arrived_kg)
    first = note.vehicles.first()
    assert first
    refusals = [Refusal(vehicle=first.pk, refused_kg=refused_kg, reason="含水过高")]
    return notes.note_judge(
        note=note, actor=at.buyer.actor, refusals=refusals if refused_kg else []
    )


def moved_kg(at: Market) -> tuple[int, int]:
    """Shipped by the seller and received by the buyer."""
    sites = at.seller.site, at.buyer.site
    shipped, received = (Entry.objects.filter(facility=s).totals_kg() for s in sites)
    return shipped["shipped"], received["received"]


def test_a_full_delivery_moves_from_stock_to_stock(here: Market) -> None:
    note = judged(here, [30_000, 30_000])
    assert note.status == NoteStatus.ACCEPTED
    assert (here.seller.stock_kg, here.buyer.stock_kg) == (940_000, 60_000)
    assert notes.note_close(note=note, actor=here.seller.actor).status == "closed"
    assert check().faults == []


def test_loading_takes_the_mass_out_of_the_stock_at_once(here: Market) -> None:
    market.loaded(here)
    assert (here.seller.stock_kg, here.buyer.stock_kg) == (940_000, 0)


def test_within_tolerance_the_smaller_weight_counts_and_the_rest_is_lost(
    here: Market,
) -> None:
    judged(here, [29_900, 30_100])
    assert moved_kg(here) == (59_900, 59_900)
    lost = Entry.objects.filter(facility=here.seller.site).totals_kg()["loss"]
    assert lost == 100
    assert here.seller.stock_kg == 940_000


def test_what_is_refused_goes_back(here: Market) -> None:
    note = judged(here, [30_000, 30_000], refused_kg=12_000)
    assert note.status == NoteStatus.PARTLY_REFUSED
    assert moved_kg(here) == (48_000, 48_000)
    assert (here.seller.stock_kg, here.buyer.stock_kg) == (952_000, 48_000)


def test_a_load_refused_whole_leaves_no_trace_but_the_entries(here: Market) -> None:
    note = judged(here, [30_000], refused_kg=30_000, nets_kg=[30_000])
    assert note.status == NoteStatus.REFUSED
    assert (here.seller.stock_kg, here.buyer.stock_kg) == (1_000_000, 0)


def test_weights_too_far_apart_are_a_dispute_that_books_nothing(here: Market) -> None:
    note = judged(here, [29_000, 30_000])
    assert note.status == NoteStatus.DISPUTED
    assert moved_kg(here) == (60_000, 0)


def settle(at: Market, note: TransferNote, masses: Sequence[int]) -> TransferNote:
    vehicles = note.vehicles.all()
    settled = {v.pk: kg for v, kg in zip(vehicles, masses, strict=True)}
    proposal = settlement_propose(
        note=note,
        side=Side.CONSIGNOR,
        settled_kg=settled,
        reason="复磅",
        actor=at.seller.actor,
    )
    proposal_answer(
        proposal=proposal, side=Side.CONSIGNEE, approve=True, actor=at.buyer.actor
    )
    note.refresh_from_db()
    return note


def test_a_dispute_ends_when_both_agree(here: Market) -> None:
    note = settle(here, judged(here, [29_000, 30_000]), [29_500, 30_000])
    assert note.status == NoteStatus.ACCEPTED
    assert moved_kg(here) == (59_500, 59_500)
    assert check().faults == []


def test_a_dispute_settles_within_the_two_weights(here: Market) -> None:
    note = judged(here, [29_000, 30_000])
    with pytest.raises(Refused) as refusal:
        settle(here, note, [28_999, 30_000])
    assert set(refusal.value.fields) == {"settled_kg"}


def test_nobody_approves_their_own_proposal(here: Market) -> None:
    note = market.issued(here)
    proposal = revision_propose(
        note=note,
        side=Side.CONSIGNOR,
        terms={"planned_kg": 50_000},
        reason="少装",
        actor=here.seller.actor,
    )
    with pytest.raises(NotYours):
        proposal_answer(
            proposal=proposal,
            side=Side.CONSIGNOR,
            approve=True,
            actor=here.seller.actor,
        )


@pytest.mark.parametrize(("approve", "planned_kg"), [(True, 50_000), (False, 60_000)])
def test_a_revision_holds_with_the_other_sides_approval(
    here: Market, approve: bool, planned_kg: int
) -> None:
    note = market.issued(here)
    proposal = revision_propose(
        note=note,
        side=Side.CONSIGNOR,
        terms={"planned_kg": 50_000},
        reason="少装",
        actor=here.seller.actor,
    )
    proposal_answer(
        proposal=proposal, side=Side.CONSIGNEE, approve=approve, actor=here.buyer.actor
    )
    note.refresh_from_db()
    assert (note.planned_kg, note.version) == (planned_kg, 2 if approve else 1)


def test_a_delivery_can_not_pass_the_agreement(here: Market) -> None:
    made = market.agreement(here, 100_000)

    def draft(planned_kg: int) -> TransferNote:
        return notes.note_draft(
            agreement=made,
            planned_kg=planned_kg,
            planned_on=timezone.localdate(),
            carrier="快运",
            actor=here.seller.actor,
        )

    draft(60_000)
    with pytest.raises(Conflict, match="40"):
        draft(40_001)
    draft(40_000)


def test_a_cancelled_delivery_frees_its_plan(here: Market) -> None:
    note = market.issued(here, 100_000)
    notes.note_cancel(note=note, reason="停产", actor=here.seller.actor)
    again = notes.note_draft(
        agreement=note.agreement,
        planned_kg=100_000,
        planned_on=timezone.localdate(),
        carrier="快运",
        actor=here.seller.actor,
    )
    assert again.status == NoteStatus.DRAFT


def test_an_agreement_whose_mass_has_moved_is_fulfilled(here: Market) -> None:
    note = judged(here, [50_000, 50_000], nets_kg=[50_000, 50_000])
    note.agreement.refresh_from_db()
    assert note.agreement.status == "fulfilled"


@pytest.mark.parametrize(
    ("plate", "gross_kg", "tare_kg", "field"),
    [
        ("HELLO", 45_000, 15_000, "plate"),
        ("川I12345", 45_000, 15_000, "plate"),  # no office has the letter I
        (PLATE, 15_000, 45_000, "gross_kg"),
        (PLATE, 15_000, 15_000, "gross_kg"),
        (PLATE, 45_000, 0, "tare_kg"),
        (PLATE, 300_000, 15_000, "gross_kg"),
    ],
)
def test_a_load_that_can_not_be_is_refused_and_nothing_leaves(
    here: Market, plate: str, gross_kg: int, tare_kg: int, field: str
) -> None:
    note = market.issued(here)
    with pytest.raises(Refused) as refusal:
        notes.note_load(
            note=note,
            loads=[Load(plate=plate, gross_kg=gross_kg, tare_kg=tare_kg)],
            loaded_on=timezone.localdate(),
            actor=here.seller.actor,
        )
    assert set(refusal.value.fields) == {f"loads.0.{field}"}
    note.refresh_from_db()
    assert (note.status, here.seller.stock_kg) == (NoteStatus.ISSUED, 1_000_000)


@pytest.mark.parametrize("days", [1, -1])
def test_a_load_of_another_day_is_refused(here: Market, days: int) -> None:
    """Neither to come nor before the agreement."""
    note = market.issued(here)
    with pytest.raises(Refused) as refusal:
        notes.note_load(
            note=note,
            loads=[Load(plate=PLATE, gross_kg=TARE_KG + 1, tare_kg=TARE_KG)],
            loaded_on=timezone.localdate() + timedelta(days=days),
            actor=here.seller.actor,
        )
    assert set(refusal.value.fields) == {"loaded_on"}


def test_every_vehicle_is_weighed_once(here: Market) -> None:
    note = market.loaded(here)
    first = note.vehicles.first()
    assert first
    weighing = Weighing(vehicle=first.pk, gross_kg=TARE_KG + 1, tare_kg=TARE_KG)
    with pytest.raises(Refused) as refusal:
        notes.note_receive(
            note=note,
            weighings=[weighing],
            received_on=timezone.localdate(),
            actor=here.buyer.actor,
        )
    assert set(refusal.value.fields) == {"weighings"}


ACTS: dict[str, tuple[str, Any]] = {
    "issue": ("seller", lambda note, actor: notes.note_issue(note=note, actor=actor)),
    "judge": ("buyer", lambda note, actor: notes.note_judge(note=note, actor=actor)),
    "close": ("seller", lambda note, actor: notes.note_close(note=note, actor=actor)),
    "cancel": (
        "seller",
        lambda note, actor: notes.note_cancel(note=note, reason="x", actor=actor),
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_signs_for_anothers_site(here: Market, act: str) -> None:
    right, do = ACTS[act]
    other = here.buyer if right == "seller" else here.seller
    with pytest.raises(NotYours):
        do(market.issued(here), other.actor)


@pytest.mark.parametrize("act", ["judge", "close"])
def test_an_act_out_of_turn_says_in_which_state_the_note_stays(
    here: Market, act: str
) -> None:
    right, do = ACTS[act]
    note = market.issued(here)
    with pytest.raises(Conflict, match=r"issued|签发") as refusal:
        do(note, getattr(here, right).actor)
    assert refusal.value.code == "wrong_state"


def test_the_database_refuses_every_step_that_is_not_in_the_table(
    here: Market,
) -> None:
    note = market.issued(here)
    allowed = {end for start, end in steps(NOTE_MOVES) if start == NoteStatus.ISSUED}
    for status in set(NoteStatus) - allowed - {NoteStatus.ISSUED}:
        with pytest.raises(Exception, match="transition"), transaction.atomic():
            TransferNote.objects.filter(pk=note.pk).update(status=status)


def test_the_database_keeps_the_loads_as_they_were_weighed(here: Market) -> None:
    market.loaded(here)
    with pytest.raises(Exception, match="update"), transaction.atomic():
        Vehicle.objects.update(origin_gross_kg=99_000)
