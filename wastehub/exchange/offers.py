"""Offers and what they end in; every act is one transaction and stands in the trail."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wastehub.catalogue.models import UseRoute
from wastehub.errors import Conflict
from wastehub.exchange.availability import left_kg, on_hand_kg
from wastehub.exchange.models import Agreement, Offer
from wastehub.exchange.numbers import next_number
from wastehub.exchange.parties import require_speaker, speaks_for
from wastehub.exchange.states import OFFER_MOVES, OfferStatus, Side, require
from wastehub.exchange.terms import TERMS, Terms
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.lines import Line
from wastehub.ledger.models import Entry
from wastehub.ledger.services import entries_add
from wastehub.registry import checks
from wastehub.registry.bands import band_of
from wastehub.registry.models import PUBLIC_ORIGINS, Facility, Supply
from wastehub.trail.models import SYSTEM, Actor, record
from wastehub.units import tonnes_from_kg

LONGEST_TERM = timedelta(days=3 * 366)
LONGEST_WAIT = timedelta(days=92)
AGREEMENT_PREFIX = "XY"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The terms of an offer, as :class:`~.models.Terms` keeps them."""

    kind: str
    mass_kg: int
    price_yuan_per_t: Decimal
    haulier: str
    starts_on: date
    ends_on: date
    expires_on: date
    message: str = ""


def terms_of(offer: Offer) -> dict[str, Any]:
    """What an offer asks, as :class:`Asked` takes it, without its message."""
    names = [field.name for field in fields(Asked) if field.name != "message"]
    return {name: getattr(offer, name) for name in names}


@transaction.atomic
def offer_make(
    *,
    supply: Supply,
    consignee: Facility,
    route: UseRoute,
    side: Side,
    asked: Asked,
    actor: Actor,
) -> Offer:
    """Put terms to the other side: ask for a supply, or offer it to a consumer.

    Raises
    ------
    Refused
        ``invalid``, with every field at fault.
    Conflict
        ``oversold``, at ``mass_kg``, with what is left.
    NotYours
        The actor does not speak for the side that makes the offer.
    """
    consignor = supply.facility
    require_speaker(actor, consignor if side == Side.CONSIGNOR else consignee)
    _refuse_if_faulty(asked, supply, consignee)
    _refuse_if_oversold(supply, asked.mass_kg, asked.ends_on, consignee, actor)
    offer = Offer.objects.create(
        supply=supply,
        consignee=consignee,
        route=route,
        side=side,
        made_by=actor.user,
        **asdict(asked),
    )
    record(actor=actor, of=offer, action="make", after={"status": offer.status})
    return offer


@transaction.atomic
def offer_counter(*, offer: Offer, asked: Asked, actor: Actor) -> Offer:
    """Answer an offer with other terms; the old one is closed by it."""
    offer = _answered(offer, "counter", OfferStatus.COUNTERED, actor)
    counter = offer_make(
        supply=offer.supply,
        consignee=offer.consignee,
        route=offer.route,
        side=offer.answering_side,
        asked=asked,
        actor=actor,
    )
    counter.counters = offer
    counter.save(update_fields=["counters"])
    return counter


@transaction.atomic
def offer_accept(*, offer: Offer, actor: Actor) -> Agreement:
    """Agree: the mass is reserved, or all of it is refused.

    A site whose ledger does not know the material yet is opened with the stock that its
    listings declare, so that there is one figure from then on.

    Raises
    ------
    Conflict
        ``oversold``, with the mass that is left; ``wrong_state``; ``expired``.
    """
    offer = _answered(offer, "accept", OfferStatus.ACCEPTED, actor)
    supply = offer.supply
    _lock(supply.facility)
    _open_ledger(supply, actor)
    _refuse_if_oversold(supply, offer.mass_kg, offer.ends_on, offer.consignee, actor)
    agreement = Agreement.objects.create(
        number=next_number(AGREEMENT_PREFIX),
        offer=offer,
        consignor=supply.facility,
        material=supply.material,
        **{name: getattr(offer, name) for name in TERMS},
    )
    # What is left is less now: its matches are to be found afresh.
    supply.save(update_fields=["changed_at"])
    record(
        actor=actor,
        of=agreement,
        action="make",
        after={"status": agreement.status, "mass_kg": agreement.mass_kg},
    )
    return agreement


@transaction.atomic
def offer_decline(*, offer: Offer, actor: Actor) -> Offer:
    """Say no."""
    return _answered(offer, "decline", OfferStatus.DECLINED, actor)


@transaction.atomic
def offer_withdraw(*, offer: Offer, actor: Actor) -> Offer:
    """Take an offer back before it is answered."""
    offer = _locked(offer)
    require_speaker(actor, _site(offer, Side(offer.side)))
    return _moved(offer, "withdraw", OfferStatus.WITHDRAWN, actor, Side(offer.side))


def offers_expire() -> int:
    """Close every open offer whose last day is over; returns how many."""
    overdue = Offer.objects.overdue(timezone.localdate())
    return sum(_expire(key) for key in overdue.values_list("pk", flat=True))


@transaction.atomic
def _expire(key: int) -> int:
    offer = Offer.objects.select_for_update().get(pk=key)
    if offer.status != OfferStatus.OPEN:
        return 0
    _moved(offer, "expire", OfferStatus.EXPIRED, SYSTEM, Side.SYSTEM)
    return 1


def _locked(offer: Offer) -> Offer:
    rows = Offer.objects.select_for_update(of=["self"])
    sites = "supply__facility__organisation", "consignee__organisation"
    return rows.select_related(*sites, "supply__material", "route").get(pk=offer.pk)


def _answered(offer: Offer, name: str, status: OfferStatus, actor: Actor) -> Offer:
    """The offer, locked and moved on by the side that did not make it."""
    offer = _locked(offer)
    side = offer.answering_side
    require_speaker(actor, _site(offer, side))
    if offer.status == OfferStatus.OPEN and offer.expires_on < timezone.localdate():
        told = _("This offer ended on %(day)s.")
        day = {"day": date_format(offer.expires_on)}
        raise Conflict("expired", told % day)
    return _moved(offer, name, status, actor, side)


def _moved(
    offer: Offer, name: str, status: OfferStatus, actor: Actor, side: Side
) -> Offer:
    before = OfferStatus(offer.status)
    require(OFFER_MOVES, name, before, side)
    offer.status = status
    offer.answered_at = timezone.now()
    offer.save(update_fields=["status", "answered_at"])
    record(
        actor=actor,
        of=offer,
        action=name,
        before={"status": before},
        after={"status": status},
    )
    return offer


def _site(offer: Offer, side: Side) -> Facility:
    return offer.supply.facility if side == Side.CONSIGNOR else offer.consignee


def _lock(site: Facility) -> None:
    Facility.objects.select_for_update(no_key=True).get(pk=site.pk)


def _open_ledger(supply: Supply, actor: Actor) -> None:
    site, material = supply.facility, supply.material
    declared_kg = on_hand_kg(facility=site, material=material)
    known = Entry.objects.filter(facility=site, material=material)
    if declared_kg == 0 or known.exists():
        return
    opening = Line(
        facility=site,
        material=material,
        kind=Kind.OPENING,
        mass_kg=declared_kg,
        occurred_on=timezone.localdate(),
        evidence=Evidence.ESTIMATED if supply.is_estimated else Evidence.DECLARED,
        note=_("as listed when its first agreement was made"),
    )
    entries_add(lines=[opening], user=actor.user)


def _refuse_if_oversold(
    supply: Supply, mass_kg: int, until: date, consignee: Facility, actor: Actor
) -> None:
    there = left_kg(facility=supply.facility, material=supply.material, until=until)
    if mass_kg > there:
        told = _left(supply, max(0, there), consignee, actor)
        raise Conflict("oversold", told, {"mass_kg": told})


def _left(supply: Supply, left_kg: int, consignee: Facility, actor: Actor) -> str:
    """How much is left, in words; in a band to whom it is not told exactly."""
    site = supply.facility
    is_told = (
        site.origin in PUBLIC_ORIGINS
        or speaks_for(actor.user, site)
        or Agreement.objects.filter(consignor=site, consignee=consignee).exists()
    )
    if is_told:
        left = tonnes_from_kg(left_kg)
        return _("Only %(left)s t are left for that time.") % {"left": left}
    high_kg = band_of(left_kg)[1]
    if high_kg is None:
        return _("Not so much is left for that time.")
    bound = tonnes_from_kg(high_kg)
    return _("Less than %(bound)s t are left for that time.") % {"bound": bound}


def _refuse_if_faulty(asked: Asked, supply: Supply, consignee: Facility) -> None:
    faults: checks.Faults = {}
    checks.price(faults, "price_yuan_per_t", asked.price_yuan_per_t)
    if asked.kind not in Terms.Kind.values:
        faults["kind"] = _("An agreement is one_off or framework.")
    if asked.haulier not in Terms.Haulier.values:
        faults["haulier"] = _("Say who hauls: consignor or consignee.")
    faults |= dict([*_mass(asked), *_days(asked), *_ends(supply, consignee)])
    checks.refuse_if_any(faults)


def _mass(asked: Asked) -> Iterator[tuple[str, str]]:
    faults: checks.Faults = {}
    checks.mass(faults, "mass_kg", asked.mass_kg)
    if asked.mass_kg == 0:
        faults["mass_kg"] = _("Enter a mass above 0.")
    yield from faults.items()


def _days(asked: Asked) -> Iterator[tuple[str, str]]:
    today = timezone.localdate()
    if asked.starts_on < today:
        yield "starts_on", _("This day is over.")
    if asked.ends_on < asked.starts_on:
        yield "ends_on", _("The last day comes before the first.")
    elif asked.ends_on > asked.starts_on + LONGEST_TERM:
        yield "ends_on", _("At most three years; an agreement can be made anew.")
    if not today <= asked.expires_on <= today + LONGEST_WAIT:
        yield "expires_on", _("An offer waits from today on, three months at most.")


def _ends(supply: Supply, consignee: Facility) -> Iterator[tuple[str, str]]:
    if supply.facility_id == consignee.pk:
        yield "consignee", _("A site does not ship to itself.")
    if not Supply.objects.open().filter(pk=supply.pk).exists():
        yield "supply", _("This supply is no longer open.")
    owners = supply.facility.organisation, consignee.organisation
    if owners[0].is_invented != owners[1].is_invented:
        yield "consignee", _("What is invented and what is real never meet.")
