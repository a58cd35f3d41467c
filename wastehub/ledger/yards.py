"""Yards as the ledger knows them: clock, headroom, and what sites say of both."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Min, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from wastehub.catalogue.models import Material
from wastehub.errors import refuse_if_any
from wastehub.ledger.headroom import WEIGHT_CEILING, WINDOW_DAYS, Clock, Headroom
from wastehub.ledger.kinds import ADDS, Evidence, Kind
from wastehub.ledger.models import (
    BALANCE_CEILING_KG,
    Entry,
    QuotaTerms,
    YardCapacity,
)
from wastehub.ledger.periods import quarter_before, quarter_of
from wastehub.ledger.querysets import EntryQuerySet, stock_of
from wastehub.registry.models import MASS_CEILING_KG, Facility
from wastehub.registry.querysets import FacilityQuerySet
from wastehub.trail.models import Actor, record


def clock_of(*, facility: Facility, material: Material, today: date) -> Clock | None:
    """How long the yard lasts at the net rate of the last 90 days of the ledger.

    A ledger that is younger is read from its first day on. Nothing is said where no
    capacity is declared or the ledger is empty.
    """
    rows = Entry.objects.filter(facility=facility, material=material)
    capacity_kg = capacity_kg_of(facility, material)
    first = rows.aggregate(first=Min("occurred_on"))["first"]
    if capacity_kg is None or first is None:
        return None
    days = min(WINDOW_DAYS, (today - first).days + 1)
    lately = rows.between(today - timedelta(days=days - 1), today)
    return Clock(
        stock_kg=stock_of(rows.totals_kg()),
        capacity_kg=capacity_kg,
        net_kg=stock_of(lately.exclude(kind=Kind.OPENING).totals_kg()),
        days=days,
    )


def clocks_of(
    *, facilities: FacilityQuerySet, today: date
) -> Iterator[tuple[YardCapacity, Clock]]:
    """The clock of every yard of some sites, as :func:`clock_of` one by one has it."""
    pile = ("facility_id", "material_id")
    yards = YardCapacity.objects.filter(facility__in=facilities.values("pk"))
    newest = yards.order_by(*pile, "-declared_on").distinct(*pile)
    told = _told_lately(facilities, today)
    shapes = ("facility__county__shape", "facility__county__drawn_shape")
    rows = newest.select_related("material", "facility__county").defer(*shapes)
    for yard in rows:
        lately = told.get((yard.facility_id, yard.material_id))
        if lately is not None:
            yield yard, Clock(capacity_kg=yard.capacity_kg, **lately)


def headroom_of(*, facility: Facility, material: Material, today: date) -> Headroom:
    """What may still be made in the quarter of a day."""
    rows = Entry.objects.filter(facility=facility, material=material)
    terms = terms_of(facility, material)
    begins = quarter_of(today)
    before = rows.between(quarter_before(today), begins - timedelta(days=1))
    return Headroom(
        used_kg=_verified_use_kg(before),
        carry_kg=terms.carry_kg,
        stock_kg=stock_of(rows.filter(occurred_on__lt=begins).totals_kg()),
        stock_plan_kg=terms.stock_plan_kg,
        weight=terms.weight,
        made_kg=rows.between(begins, today).totals_kg()[Kind.GENERATED],
    )


def capacity_kg_of(facility: Facility, material: Material) -> int | None:
    """What the yard holds, by the newest declaration."""
    rows = YardCapacity.objects.filter(facility=facility, material=material)
    newest = rows.order_by("-declared_on")
    return newest.values_list("capacity_kg", flat=True).first()


def terms_of(facility: Facility, material: Material) -> QuotaTerms:
    """What the site has put into the model; the defaults where it has not."""
    found = QuotaTerms.objects.filter(facility=facility, material=material).first()
    return found or QuotaTerms(facility=facility, material=material)


@transaction.atomic
def capacity_declare(
    *,
    facility: Facility,
    material: Material,
    capacity_kg: int,
    source: str,
    declared_on: date,
    actor: Actor,
) -> YardCapacity:
    """Say how much the yard holds; of one day the last word counts.

    Raises
    ------
    Refused
        ``invalid``, with the field at fault.
    """
    faults = {}
    if not 0 < capacity_kg <= MASS_CEILING_KG:
        faults["capacity_kg"] = _("Enter a mass above 0.")
    if not source.strip():
        faults["source"] = _("Say who measured or approved it.")
    if declared_on > timezone.localdate():
        faults["declared_on"] = _("This day is still to come.")
    _refuse(faults)
    yard, _is_new = YardCapacity.objects.update_or_create(
        facility=facility,
        material=material,
        declared_on=declared_on,
        defaults={
            "capacity_kg": capacity_kg,
            "source": source.strip(),
            "entered_by": actor.user,
        },
    )
    told = {"capacity_kg": capacity_kg, "declared_on": declared_on.isoformat()}
    _record(actor, "declare_capacity", facility, material, told)
    return yard


@transaction.atomic
def terms_set(
    *,
    facility: Facility,
    material: Material,
    carry_kg: int,
    stock_plan_kg: int | None,
    weight: float,
    actor: Actor,
) -> QuotaTerms:
    """Change what the site puts into the headroom model.

    Raises
    ------
    Refused
        ``invalid``, with the field at fault.
    """
    faults = {}
    if not 0 <= carry_kg <= MASS_CEILING_KG:
        faults["carry_kg"] = _("A mass can not be negative.")
    if stock_plan_kg is not None and not 0 <= stock_plan_kg <= BALANCE_CEILING_KG:
        faults["stock_plan_kg"] = _("A mass can not be negative.")
    if not 0 <= weight <= WEIGHT_CEILING:
        told = _("Enter a number from 0 to %(most)s.")
        faults["weight"] = told % {"most": WEIGHT_CEILING}
    _refuse(faults)
    values = {"carry_kg": carry_kg, "stock_plan_kg": stock_plan_kg, "weight": weight}
    terms, _is_new = QuotaTerms.objects.update_or_create(
        facility=facility, material=material, defaults=values
    )
    _record(actor, "set_quota_terms", facility, material, values)
    return terms


def _told_lately(
    facilities: FacilityQuerySet, today: date
) -> dict[tuple[int, int], dict[str, int]]:
    """By site and material: the stock, and what the clock's window did to it."""
    change_kg = Case(When(kind__in=sorted(ADDS), then="mass_kg"), default=-F("mass_kg"))
    window = (today - timedelta(days=WINDOW_DAYS - 1), today)
    lately = Q(occurred_on__range=window) & ~Q(kind=Kind.OPENING)
    rows: QuerySet = Entry.objects.filter(facility__in=facilities.values("pk"))
    sums = rows.order_by().values_list("facility_id", "material_id")
    told = sums.annotate(
        Min("occurred_on"),
        stock_kg=Sum(change_kg),
        net_kg=Coalesce(Sum(change_kg, filter=lately), 0),
    )
    return {
        (facility, material): {
            "stock_kg": int(stock_kg),
            "net_kg": int(net_kg),
            "days": min(WINDOW_DAYS, (today - first).days + 1),
        }
        for facility, material, first, stock_kg, net_kg in told
    }


def _verified_use_kg(rows: EntryQuerySet) -> int:
    """What was used on the site, and what takers weighed in: the confirmed sinks."""
    confirmed = Q(kind=Kind.USED) | Q(kind=Kind.SHIPPED, evidence=Evidence.WEIGHED)
    totals = rows.filter(confirmed).totals_kg()
    return max(0, totals[Kind.USED] + totals[Kind.SHIPPED])


def _refuse(faults: dict[str, str]) -> None:
    refuse_if_any(faults, _("This can not be entered."))


def _record(
    actor: Actor,
    action: str,
    facility: Facility,
    material: Material,
    told: dict[str, Any],
) -> None:
    record(
        actor=actor,
        of=facility,
        action=action,
        after={"material": material.code, **told},
    )
