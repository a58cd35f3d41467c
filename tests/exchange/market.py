"""A gypsum works that sells, cement works that buy, and the people who sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tests import worlds
from tests.ledger.yard import gypsum, retarder
from wastehub.accounts.models import Membership, Organisation, User
from wastehub.catalogue.models import Material
from wastehub.exchange import notes
from wastehub.exchange.loads import Load, Weighing
from wastehub.exchange.models import Agreement, Offer, TransferNote
from wastehub.exchange.offers import Asked, offer_accept, offer_make
from wastehub.exchange.states import Side
from wastehub.ledger.services import stock_kg
from wastehub.registry.models import Facility, Supply
from wastehub.trail.models import Actor

TARE_KG = 15_000
PLATE = "川A12345"


@dataclass(frozen=True)
class Party:
    """A site and somebody who may sign for it."""

    site: Facility
    actor: Actor

    @property
    def stock_kg(self) -> int:
        """Its gypsum, by the ledger."""
        return stock_kg(facility=self.site, material=gypsum())


@dataclass(frozen=True)
class Market:
    """A thousand tonnes of gypsum on offer, and a buyer."""

    seller: Party
    buyer: Party
    supply: Supply
    material: Material


def editor(organisation: Organisation) -> User:
    """A new user who writes for an organisation."""
    count = User.objects.count()
    user = User.objects.create_user(f"editor{count}", f"editor{count}@example.org")
    Membership.objects.create(user=user, organisation=organisation, role="editor")
    return user


def party(lon: float) -> Party:
    """A works with an owner and an editor of its own."""
    site = worlds.facility(lon)
    return Party(site, Actor(editor(site.organisation), "10.0.0.1"))


def market(stock_kg: int = 1_000_000) -> Market:
    """The world of two counties with a seller in the west and a buyer in the east."""
    worlds.two_counties()
    material = gypsum()
    seller, buyer = party(104.5), party(105.5)
    supply = worlds.supply("phosphogypsum", at=seller.site, stock_kg=stock_kg)
    return Market(seller, buyer, supply, material)


def asked(mass_kg: int = 100_000, **values: Any) -> Asked:
    """So much, once, within a month, for ten yuan a tonne."""
    today = timezone.localdate()
    told: dict[str, Any] = {
        "kind": "one_off",
        "price_yuan_per_t": Decimal(10),
        "haulier": "consignee",
        "starts_on": today,
        "ends_on": today + timedelta(days=30),
        "expires_on": today + timedelta(days=7),
    }
    return Asked(mass_kg=mass_kg, **told | values)


def offer(at: Market, mass_kg: int = 100_000, **values: Any) -> Offer:
    """The buyer asks for so much."""
    return offer_make(
        supply=at.supply,
        consignee=at.buyer.site,
        route=retarder(),
        side=Side.CONSIGNEE,
        asked=asked(mass_kg, **values),
        actor=at.buyer.actor,
    )


def agreement(at: Market, mass_kg: int = 100_000) -> Agreement:
    """The seller has said yes."""
    return offer_accept(offer=offer(at, mass_kg), actor=at.seller.actor)


def issued(at: Market, mass_kg: int = 60_000, **values: Any) -> TransferNote:
    """A note for so much, signed by the seller."""
    note = notes.note_draft(
        agreement=agreement(at),
        planned_kg=mass_kg,
        planned_on=timezone.localdate(),
        carrier="快运",
        actor=at.seller.actor,
        **values,
    )
    return notes.note_issue(note=note, actor=at.seller.actor)


def loaded(at: Market, nets_kg: Sequence[int] = (30_000, 30_000)) -> TransferNote:
    """The vehicles have left with so much each."""
    loads = [
        Load(plate=PLATE, gross_kg=TARE_KG + net, tare_kg=TARE_KG) for net in nets_kg
    ]
    return notes.note_load(
        note=issued(at, sum(nets_kg)),
        loads=loads,
        loaded_on=timezone.localdate(),
        actor=at.seller.actor,
    )


def received(
    at: Market,
    nets_kg: Sequence[int] = (30_000, 30_000),
    arrived_kg: Sequence[int] | None = None,
) -> TransferNote:
    """They have arrived, and weigh so much there."""
    note = loaded(at, nets_kg)
    vehicles = note.vehicles.all()
    weighings = [
        Weighing(vehicle=vehicle.pk, gross_kg=TARE_KG + net, tare_kg=TARE_KG)
        for vehicle, net in zip(vehicles, arrived_kg or nets_kg, strict=True)
    ]
    return notes.note_receive(
        note=note,
        weighings=weighings,
        received_on=timezone.localdate(),
        actor=at.buyer.actor,
    )
