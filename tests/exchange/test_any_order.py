"""Several people act in any order on the real database; the mass stays accounted for.

The machine knows nothing of how the services reckon: it counts by itself what every
act that went through must have done, and asks the ledger.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests import worlds
from tests.exchange import market
from tests.exchange.market import TARE_KG, Party
from tests.ledger.yard import gypsum, line, retarder
from wastehub.errors import Refused
from wastehub.exchange import notes
from wastehub.exchange.agreements import agreement_end
from wastehub.exchange.loads import Load, Refusal, Weighing
from wastehub.exchange.models import Agreement, Offer, Proposal, TransferNote, Vehicle
from wastehub.exchange.offers import offer_accept, offer_counter, offer_make
from wastehub.exchange.proposals import proposal_answer, settlement_propose
from wastehub.exchange.states import Side
from wastehub.ledger.checking import check
from wastehub.ledger.kinds import Kind
from wastehub.ledger.models import Entry
from wastehub.ledger.services import entries_add, entry_correct
from wastehub.registry.models import Supply

ON_ITS_WAY = ["loaded", "received", "disputed"]

masses = st.integers(1, 30_000)
picks = st.integers(0, 10**6)
parts = st.none() | st.floats(0, 1)


def pick(rows: Any, place: int) -> Any:
    """One of the rows, whichever."""
    found = list(rows.order_by("pk"))
    return found[place % len(found)] if found else None


class Exchange(RuleBasedStateMachine):
    """Two sellers, of which one buys as well, and a buyer."""

    @initialize()
    def open_the_market(self) -> None:
        self.world = transaction.atomic()
        self.world.__enter__()
        worlds.two_counties()
        gypsum()
        self.parties = [market.party(lon) for lon in (104.2, 104.6, 105.5)]
        for seller in self.parties[:2]:
            worlds.supply("phosphogypsum", at=seller.site, stock_kg=100_000)
        self.made: Counter[str] = Counter()

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        faults = check().faults
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)
        assert faults == []

    def party(self, site_id: int) -> Party:
        return next(party for party in self.parties if party.site.pk == site_id)

    def tried(self, act: Any, *args: Any, **kwargs: Any) -> Any:
        """The act's outcome; nothing where it is refused, and nothing written then."""
        before = Entry.objects.count()
        try:
            with transaction.atomic():
                return act(*args, **kwargs)
        except Refused:
            assert Entry.objects.count() == before
            return None

    @rule(place=picks, mass_kg=masses)
    def generate(self, place: int, mass_kg: int) -> None:
        self.enter(self.parties[place % 3], Kind.GENERATED, mass_kg)

    @rule(
        place=picks,
        kind=st.sampled_from([Kind.USED, Kind.DISPOSED, Kind.LOSS]),
        mass_kg=masses,
    )
    def spend(self, place: int, kind: Kind, mass_kg: int) -> None:
        self.enter(self.parties[place % 3], kind, mass_kg)

    def enter(self, party: Party, kind: Kind, mass_kg: int) -> None:
        if self.tried(entries_add, lines=[line(party.site, kind, mass_kg)]):
            self.made[kind] += mass_kg

    @rule(place=picks, mass_kg=st.integers(0, 60_000))
    def correct(self, place: int, mass_kg: int) -> None:
        by_hand = Entry.objects.filter(kind=Kind.GENERATED)
        entry = pick(by_hand, place)
        done = entry and self.tried(
            entry_correct, entry=entry, mass_kg=mass_kg, reason="x"
        )
        if done:
            self.made[Kind.GENERATED] += done.mass_kg

    @rule(place=picks, buyer=st.integers(0, 2), mass_kg=masses, days=st.integers(1, 60))
    def ask_only(self, place: int, buyer: int, mass_kg: int, days: int) -> None:
        self.ask(place, buyer, mass_kg, days)

    def ask(self, place: int, buyer: int, mass_kg: int, days: int) -> Any:
        today = timezone.localdate()
        return self.tried(
            offer_make,
            supply=pick(Supply.objects.all(), place),
            consignee=self.parties[buyer].site,
            route=retarder(),
            side=Side.CONSIGNEE,
            asked=market.asked(mass_kg, ends_on=today + timedelta(days=days)),
            actor=self.parties[buyer].actor,
        )

    @rule(place=picks, mass_kg=masses)
    def counter(self, place: int, mass_kg: int) -> None:
        offer = pick(Offer.objects.filter(status="open"), place)
        if offer:
            self.tried(
                offer_counter,
                offer=offer,
                asked=market.asked(mass_kg),
                actor=self.answering(offer).actor,
            )

    @rule(place=picks)
    def accept(self, place: int) -> None:
        self.answer(pick(Offer.objects.all(), place))

    @rule(place=picks, buyer=st.integers(0, 2), mass_kg=masses, days=st.integers(1, 60))
    def agree(self, place: int, buyer: int, mass_kg: int, days: int) -> None:
        self.answer(self.ask(place, buyer, mass_kg, days))

    def answer(self, offer: Offer | None) -> None:
        if offer is None:
            return
        opened = Entry.objects.filter(kind=Kind.OPENING).count()
        agreement = self.tried(
            offer_accept, offer=offer, actor=self.answering(offer).actor
        )
        if agreement:
            self.made[Kind.OPENING] += 100_000 * (
                Entry.objects.filter(kind=Kind.OPENING).count() - opened
            )
            self.nothing_is_promised_twice(agreement)

    def nothing_is_promised_twice(self, agreement: Agreement) -> None:
        """What must have moved by each last day fits into what is there today."""
        on_hand = self.party(agreement.consignor_id).stock_kg
        active = Agreement.objects.active().filter(consignor=agreement.consignor)
        open_kg = {one.pk: max(0, one.mass_kg - self.moved_kg(one)) for one in active}
        assert sum(open_kg.values()) <= on_hand

    def moved_kg(self, agreement: Agreement) -> int:
        total = 0
        for note in agreement.notes.all():
            for vehicle in note.vehicles.all():
                accepted = vehicle.accepted_kg
                total += vehicle.origin_net_kg if accepted is None else accepted
        return total

    def answering(self, offer: Offer) -> Party:
        if offer.answering_side == Side.CONSIGNOR:
            return self.party(offer.supply.facility_id)
        return self.party(offer.consignee_id)

    @rule(place=picks)
    def end(self, place: int) -> None:
        agreement = pick(Agreement.objects.all(), place)
        if agreement:
            self.tried(
                agreement_end,
                agreement=agreement,
                side=Side.CONSIGNEE,
                reason="x",
                actor=self.party(agreement.consignee_id).actor,
            )

    @precondition(lambda self: Agreement.objects.active().exists())
    @rule(place=picks, mass_kg=masses, more_kg=st.integers(-500, 500))
    def deliver(self, place: int, mass_kg: int, more_kg: int) -> None:
        """Draw up, sign and load; the load weighs not quite what was planned."""
        agreement = pick(Agreement.objects.active(), place)
        if agreement is None:
            return
        seller = self.party(agreement.consignor_id)
        note = self.tried(
            notes.note_draft,
            agreement=agreement,
            planned_kg=min(mass_kg, agreement.mass_kg),
            planned_on=timezone.localdate(),
            carrier="快运",
            actor=seller.actor,
        )
        if note:
            self.tried(notes.note_issue, note=note, actor=seller.actor)
            self.load(note, max(1, note.planned_kg + more_kg))

    def note(self, status: str, place: int) -> TransferNote | None:
        return pick(TransferNote.objects.filter(status=status), place)

    def load(self, note: TransferNote, net_kg: int) -> None:
        load = Load(plate=market.PLATE, gross_kg=TARE_KG + net_kg, tare_kg=TARE_KG)
        self.tried(
            notes.note_load,
            note=note,
            loads=[load],
            loaded_on=timezone.localdate(),
            actor=self.party(note.agreement.consignor_id).actor,
        )

    @precondition(lambda self: TransferNote.objects.filter(status="issued").exists())
    @rule(place=picks)
    def cancel(self, place: int) -> None:
        note = self.note("issued", place)
        assert note
        seller = self.party(note.agreement.consignor_id)
        self.tried(notes.note_cancel, note=note, reason="x", actor=seller.actor)

    @precondition(lambda self: TransferNote.objects.filter(status="loaded").exists())
    @rule(
        place=picks, apart_kg=st.integers(-300, 300), part=st.none() | st.floats(0, 1)
    )
    def receive(self, place: int, apart_kg: int, part: float | None) -> None:
        """Weigh what arrives; and judge it at once, unless no part is given."""
        note = self.note("loaded", place)
        assert note
        weighings = [
            Weighing(
                vehicle=vehicle.pk,
                gross_kg=TARE_KG + max(1, vehicle.origin_net_kg + apart_kg),
                tare_kg=TARE_KG,
            )
            for vehicle in note.vehicles.all()
        ]
        self.tried(
            notes.note_receive,
            note=note,
            weighings=weighings,
            received_on=timezone.localdate(),
            actor=self.party(note.agreement.consignee_id).actor,
        )
        if part is not None:
            self.judge_note(note, part)

    @precondition(lambda self: TransferNote.objects.filter(status="received").exists())
    @rule(place=picks, part=st.floats(0, 1))
    def judge(self, place: int, part: float) -> None:
        note = self.note("received", place)
        assert note
        self.judge_note(note, part)

    def judge_note(self, note: TransferNote, part: float) -> None:
        refusals = [
            Refusal(vehicle=v.pk, refused_kg=int((v.net_kg or 0) * part), reason="x")
            for v in note.vehicles.all()
            if int((v.net_kg or 0) * part) > 0
        ]
        self.tried(
            notes.note_judge,
            note=note,
            refusals=refusals,
            actor=self.party(note.agreement.consignee_id).actor,
        )

    @precondition(lambda self: TransferNote.objects.filter(status="disputed").exists())
    @rule(place=picks, part=st.floats(0, 1), approve=st.booleans())
    def settle(self, place: int, part: float, approve: bool) -> None:
        note = self.note("disputed", place)
        assert note
        settled = {
            v.pk: round(v.origin_net_kg + part * ((v.net_kg or 0) - v.origin_net_kg))
            for v in note.vehicles.all()
        }
        self.tried(
            settlement_propose,
            note=note,
            side=Side.CONSIGNOR,
            settled_kg=settled,
            reason="x",
            actor=self.party(note.agreement.consignor_id).actor,
        )
        for proposal in Proposal.objects.filter(note=note, status="open"):
            self.tried(
                proposal_answer,
                proposal=proposal,
                side=Side.CONSIGNEE,
                approve=approve,
                actor=self.party(note.agreement.consignee_id).actor,
            )

    @invariant()
    def no_stock_is_negative_and_all_mass_is_somewhere(self) -> None:
        if not hasattr(self, "parties"):
            return
        stocks = [party.stock_kg for party in self.parties]
        assert min(stocks) >= 0
        came = self.made[Kind.OPENING] + self.made[Kind.GENERATED]
        went = sum(self.made[kind] for kind in (Kind.USED, Kind.DISPOSED, Kind.LOSS))
        lost_on_the_way = self.lost_on_the_way_kg()
        assert came == went + lost_on_the_way + sum(stocks) + self.on_its_way_kg()

    def on_its_way_kg(self) -> int:
        under_way = TransferNote.objects.filter(status__in=ON_ITS_WAY)
        return sum(
            vehicle.origin_net_kg
            for note in under_way
            for vehicle in note.vehicles.all()
        )

    def lost_on_the_way_kg(self) -> int:
        settled = Vehicle.objects.exclude(note__status__in=ON_ITS_WAY)
        return sum(max(0, v.origin_net_kg - (v.settled_kg or 0)) for v in settled)

    @invariant()
    def what_was_shipped_was_received_or_is_on_its_way(self) -> None:
        if hasattr(self, "parties"):
            totals = Entry.objects.totals_kg()
            assert totals["shipped"] == totals["received"] + self.on_its_way_kg()


@pytest.mark.django_db
@pytest.mark.parametrize("examples", [12, pytest.param(500, marks=pytest.mark.soak)])
def test_whatever_is_done_in_whatever_order_the_mass_is_accounted_for(
    examples: int,
) -> None:
    run_state_machine_as_test(
        Exchange,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            suppress_health_check=list(HealthCheck),
        ),
    )
