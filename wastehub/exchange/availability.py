"""What a site can still promise of a material: in stock, reserved, left.

:func:`pile` tells it of one pile, :func:`with_piles` of a whole list of supplies in one
statement. What is on hand the ledger says; where it does not know the material yet,
what its open listings declare stands for it, in a list each what it declares itself.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    DecimalField,
    Exists,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Floor, Greatest
from django.utils.translation import gettext as _

from wastehub.catalogue.models import Material
from wastehub.errors import Refused
from wastehub.exchange.models import Agreement, Vehicle
from wastehub.exchange.querysets import moved_kg
from wastehub.ledger.models import Entry
from wastehub.ledger.services import stock_kg
from wastehub.registry.models import Facility, Supply
from wastehub.registry.querysets import SupplyQuerySet


@dataclass(frozen=True)
class Pile:
    """The one figure of a material at a site, whole kilograms.

    ``reserved_kg`` is promised by active agreements and has not moved; ``available_kg``
    is what is on hand beyond that. An agreement may also promise what is made within
    its term: :func:`left_kg` reckons that.
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
    on_hand = on_hand_kg(facility=facility, material=material)
    return Pile(
        on_hand_kg=on_hand,
        reserved_kg=reserved,
        available_kg=max(0, on_hand - reserved),
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


# Kilograms times kilograms pass 64 bits.
_EXACT = DecimalField(max_digits=40, decimal_places=0)


class _LeftKg(Func):
    function = "exchange_left_kg"
    output_field = BigIntegerField()


def with_piles(supplies: SupplyQuerySet) -> SupplyQuerySet:
    """Adds ``on_hand_kg``, ``reserved_kg`` and ``available_kg``, as :class:`Pile` does.

    ``ledger_kg`` is added too; it is nothing where no ledger knows the material.
    """
    kg = BigIntegerField()
    told = supplies.annotate(ledger_kg=Subquery(_newest_balances())).annotate(
        on_hand_kg=Coalesce("ledger_kg", "stock_kg", output_field=kg),
        reserved_kg=Coalesce(Subquery(_reserved()), 0, output_field=kg),
    )
    beyond_kg = F("on_hand_kg") - F("reserved_kg")
    return told.annotate(available_kg=Greatest(beyond_kg, 0, output_field=kg))


def plannable(until: date) -> dict[str, Combinable]:
    """What a plan up to a day may count on of each supply, as expressions by field.

    Where a site keeps a ledger its listings of a material share, in proportion to what
    they offer, what may still be promised until then; what is made is in that already,
    so that their rate is 0. Elsewhere a listing's own figures stand.
    """
    is_kept = Exists(Entry.objects.filter(facility=OuterRef("facility"), sequence=1))
    offered = Cast(F("stock_kg") + F("rate_kg_per_year"), _EXACT)
    nothing = Value(0, BigIntegerField())
    left_kg = _LeftKg("facility", "material", Value(until, DateField()))
    together = Coalesce(Subquery(_offered_together()), offered, output_field=_EXACT)
    share = Floor(Cast(Greatest(left_kg, nothing), _EXACT) * offered / together)
    return {
        "stock_kg": Case(
            When(is_kept, then=Cast(share, BigIntegerField())), default=F("stock_kg")
        ),
        "rate_kg_per_year": Case(
            When(is_kept, then=nothing), default=F("rate_kg_per_year")
        ),
    }


def refuse_stock_beside_a_ledger(facility: Facility, material: Material) -> None:
    """Refuse to declare a stock that a ledger tells.

    Raises
    ------
    Refused
        ``ledger_tells``, at ``stock_kg``.
    """
    if Entry.objects.filter(facility=facility, material=material).exists():
        told = _("The ledger tells this stock: correct the ledger.")
        raise Refused("ledger_tells", told, {"stock_kg": told})


def _newest_balances() -> QuerySet[Any, Any]:
    here = Entry.objects.filter(
        facility=OuterRef("facility"), material=OuterRef("material")
    )
    return here.order_by("-sequence").values("balance_kg")[:1]


def _offered_together() -> QuerySet[Any, Any]:
    offered = Cast(F("stock_kg") + F("rate_kg_per_year"), _EXACT)
    return _listed().annotate(kg=Sum(offered)).values("kg")


def _listed() -> QuerySet[Any, Any]:
    """The open listings of a supply's site and material, in one group."""
    listed = Supply.objects.open().filter(
        facility=OuterRef("facility"), material=OuterRef("material")
    )
    return listed.order_by().values("facility")


def _reserved() -> QuerySet[Any, Any]:
    """The mass of a supply's site and material that is promised and has not moved."""
    loads = Vehicle.objects.filter(note__agreement=OuterRef("pk")).order_by()
    moved = loads.values("note__agreement").annotate(kg=Sum(moved_kg())).values("kg")
    unmoved_kg = F("mass_kg") - Coalesce(Subquery(moved), 0)
    promised = Agreement.objects.active().filter(
        consignor=OuterRef("facility"), material=OuterRef("material")
    )
    promised = promised.annotate(unmoved_kg=Greatest(unmoved_kg, 0)).order_by()
    return promised.values("consignor").annotate(kg=Sum("unmoved_kg")).values("kg")
