"""Invented offers, agreements and deliveries in every state, between two log-ins.

All of it goes through the services that people use, so that it stands in the trail and
in the ledgers like anything else.
"""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from seeds.demo.generating import MARK_EN, MARK_ZH
from seeds.turns import wait_for_turn
from wastehub.accounts.models import User
from wastehub.catalogue.models import UseRoute
from wastehub.exchange import notes
from wastehub.exchange.agreements import agreement_end
from wastehub.exchange.loads import Load, Refusal, Weighing
from wastehub.exchange.models import Agreement, Offer, TransferNote
from wastehub.exchange.offers import (
    Asked,
    offer_accept,
    offer_counter,
    offer_decline,
    offer_make,
    offer_withdraw,
    offers_expire,
)
from wastehub.exchange.proposals import revision_propose
from wastehub.exchange.states import Side
from wastehub.registry.models import Facility, Supply
from wastehub.trail.models import Actor
from wastehub.units import KG_PER_TONNE, kg_from_tonnes

SELLER, BUYER = "demo:phosphate_shifang", "demo:cement_jintang"
MATERIAL, ROUTE = "phosphogypsum", "set_retarder"
SAID = f"{MARK_ZH}演示 / {MARK_EN.lower()} for demonstration"
CARRIER = f"{MARK_ZH}运输公司 / {MARK_EN} Haulage"
TARE_KG, LOAD_KG = 15_800, 31_000
DAYS = 365
# Number nought is nobody's.
PLATE = "川A00000"


@transaction.atomic
def load_deals() -> int:
    """Make them, unless there are any; returns how many offers and notes were made."""
    wait_for_turn()
    if Offer.objects.exists():
        return 0
    scene = _Scene()
    scene.offers()
    scene.deliveries(scene.agreed(30_000, kind="framework"))
    scene.fulfilled(scene.agreed(LOAD_KG / KG_PER_TONNE))
    agreement_end(
        agreement=scene.agreed(500),
        side=Side.CONSIGNEE,
        reason=SAID,
        actor=scene.buyer,
    )
    return Offer.objects.count() + TransferNote.objects.count()


class _Scene:
    """The two sites, who speaks for them, and what they do with each other."""

    def __init__(self) -> None:
        self.site = {
            Side.CONSIGNOR: Facility.objects.get(source_key=SELLER),
            Side.CONSIGNEE: Facility.objects.get(source_key=BUYER),
        }
        supplies = Supply.objects.of(MATERIAL).filter(
            facility=self.site[Side.CONSIGNOR], rate_kg_per_year__gt=0
        )
        self.supply = supplies.get()
        self.route = UseRoute.objects.get(code=ROUTE)
        self.seller = Actor(User.objects.get(username="demo-producer"))
        self.buyer = Actor(User.objects.get(username="demo-consumer"))
        self.today = timezone.localdate()

    def offer(self, side: Side, mass_t: float, kind: str = "one_off") -> Offer:
        """One of the two puts terms to the other."""
        return offer_make(
            supply=self.supply,
            consignee=self.site[Side.CONSIGNEE],
            route=self.route,
            side=side,
            asked=self.asked(mass_t, kind),
            actor=self.seller if side == Side.CONSIGNOR else self.buyer,
        )

    def asked(self, mass_t: float, kind: str = "one_off", yuan: int = -15) -> Asked:
        """Terms from today: a year of a framework, a month of anything else."""
        days = DAYS if kind == "framework" else DAYS // 12
        return Asked(
            kind=kind,
            mass_kg=kg_from_tonnes(mass_t),
            price_yuan_per_t=Decimal(yuan),
            haulier="consignor",
            starts_on=self.today,
            ends_on=self.today + timedelta(days=days),
            expires_on=self.today + timedelta(days=DAYS // 12),
            message=SAID,
        )

    def offers(self) -> None:
        """An offer in each state."""
        overdue = self.offer(Side.CONSIGNEE, 800)
        Offer.objects.filter(pk=overdue.pk).update(
            expires_on=self.today - timedelta(days=1)
        )
        offers_expire()
        self.offer(Side.CONSIGNEE, 1_200)
        self.offer(Side.CONSIGNOR, 2_000)
        offer_counter(
            offer=self.offer(Side.CONSIGNEE, 3_000),
            asked=self.asked(2_500, yuan=-12),
            actor=self.seller,
        )
        offer_decline(offer=self.offer(Side.CONSIGNEE, 900), actor=self.seller)
        offer_withdraw(offer=self.offer(Side.CONSIGNOR, 600), actor=self.seller)

    def agreed(self, mass_t: float, kind: str = "one_off") -> Agreement:
        """The seller takes the buyer's offer."""
        offer = self.offer(Side.CONSIGNEE, mass_t, kind)
        return offer_accept(offer=offer, actor=self.seller)

    def deliveries(self, agreement: Agreement) -> None:
        """A note in each state."""
        self.drafted(agreement)
        self.revised(self.issued(agreement))
        notes.note_cancel(note=self.issued(agreement), reason=SAID, actor=self.seller)
        self.loaded(agreement)
        self.received(agreement)
        self.judged(agreement, apart_kg=-900)
        self.judged(agreement, apart_kg=-60)
        self.judged(agreement, refused_kg=12_000)
        self.judged(agreement, refused_kg=LOAD_KG)
        notes.note_close(note=self.judged(agreement), actor=self.seller)

    def fulfilled(self, agreement: Agreement) -> None:
        """One load, which is all of it."""
        notes.note_close(note=self.judged(agreement), actor=self.seller)

    def drafted(self, agreement: Agreement) -> TransferNote:
        """A load planned for today."""
        return notes.note_draft(
            agreement=agreement,
            planned_kg=LOAD_KG,
            planned_on=self.today,
            carrier=CARRIER,
            remark=SAID,
            actor=self.seller,
        )

    def issued(self, agreement: Agreement) -> TransferNote:
        """Signed by the seller."""
        return notes.note_issue(note=self.drafted(agreement), actor=self.seller)

    def revised(self, note: TransferNote) -> None:
        """The seller asks to load less."""
        revision_propose(
            note=note,
            side=Side.CONSIGNOR,
            terms={"planned_kg": LOAD_KG // 2},
            reason=SAID,
            actor=self.seller,
        )

    def loaded(self, agreement: Agreement) -> TransferNote:
        """One vehicle on its way."""
        load = Load(plate=PLATE, gross_kg=TARE_KG + LOAD_KG, tare_kg=TARE_KG)
        return notes.note_load(
            note=self.issued(agreement),
            loads=[load],
            loaded_on=self.today,
            actor=self.seller,
        )

    def received(self, agreement: Agreement, apart_kg: int = 0) -> TransferNote:
        """Weighed where it arrived, perhaps a little otherwise."""
        note = self.loaded(agreement)
        weighings = [
            Weighing(
                vehicle=vehicle.pk,
                gross_kg=vehicle.origin_gross_kg + apart_kg,
                tare_kg=TARE_KG,
            )
            for vehicle in note.vehicles.all()
        ]
        return notes.note_receive(
            note=note, weighings=weighings, received_on=self.today, actor=self.buyer
        )

    def judged(
        self, agreement: Agreement, apart_kg: int = 0, refused_kg: int = 0
    ) -> TransferNote:
        """Taken, or refused in part or whole, or disputed for its weight."""
        note = self.received(agreement, apart_kg)
        refusals = [
            Refusal(vehicle=vehicle.pk, refused_kg=refused_kg, reason=SAID)
            for vehicle in note.vehicles.all()
            if refused_kg
        ]
        return notes.note_judge(note=note, refusals=refusals, actor=self.buyer)
