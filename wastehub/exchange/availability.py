"""What a site can still promise of a material: in stock, reserved, left."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from wastehub.catalogue.models import Material
from wastehub.exchange.models import Agreement
from wastehub.ledger.models import Entry
from wastehub.ledger.services import stock_kg
from wastehub.registry.models import Facility, Supply


@dataclass(frozen=True)
class Pile:
    """The one figure of a material at a site, whole kilograms.

    ``reserved_kg`` is promised by active agreements and has not moved; ``available_kg``
    is what may be promised today, what is made later not counted.
    """

    on_hand_kg: int
    reserved_kg: int
    available_kg: int


def pile(*, facility: Facility, material: Material) -> Pile:
    """How a pile stands now."""
    agreements = Agreement.objects.active().filter(
        consignor=facility, material=material
    )
    reserved = sum(max(0, agreed - moved) for agreed, moved in agreements.masses_kg())
    left = left_kg(facility=facility, material=material, until=timezone.localdate())
    return Pile(
        on_hand_kg=on_hand_kg(facility=facility, material=material),
        reserved_kg=reserved,
        available_kg=max(0, left),
    )


def on_hand_kg(*, facility: Facility, material: Material) -> int:
    """What the ledger says; before its first entry, what open listings declare."""
    pile = Entry.objects.filter(facility=facility, material=material)
    if pile.exists():
        return stock_kg(facility=facility, material=material)
    listed = Supply.objects.open().filter(facility=facility, material=material)
    return listed.aggregate(kg=Coalesce(Sum("stock_kg"), 0))["kg"]


def left_kg(*, facility: Facility, material: Material, until: date) -> int:
    """What may still be promised until a day; below 0 where too much is promised.

    The database reckons it (``exchange/triggers.py`` says how).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT exchange_left_kg(%s, %s, %s)", [facility.pk, material.pk, until]
        )
        return cursor.fetchone()[0]
