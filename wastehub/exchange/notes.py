"""Transfer notes: drawn up, signed, loaded, weighed, judged and closed.

Every act locks the agreement, then the note, then the sites' ledgers, is signed by a
person of the side that does it, and stands in the trail. Nothing of an act that is
refused is written.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wastehub.errors import Conflict, Refused, refuse_if_any
from wastehub.exchange import agreements
from wastehub.exchange.bookings import book_settled, book_shipped
from wastehub.exchange.loads import (
    Load,
    Refusal,
    Weighing,
    check_day,
    check_loads,
    check_weighings,
    is_within_tolerance,
    plain_plate,
    settled_within_tolerance_kg,
)
from wastehub.exchange.models import Agreement, Signature, TransferNote, Vehicle
from wastehub.exchange.numbers import next_number
from wastehub.exchange.parties import require_speaker
from wastehub.exchange.states import (
    NOTE_MOVES,
    AgreementStatus,
    NoteStatus,
    Side,
    require,
)
from wastehub.trail.models import Actor, record
from wastehub.units import tonnes_from_kg

NOTE_PREFIX = "LD"
DEFAULT_TOLERANCE_FRAC = 0.005
"""This product's default, not a standard's; the parties set their own on the note."""
MOST_TOLERANCE_FRAC = 0.05


@transaction.atomic
def note_draft(
    *,
    agreement: Agreement,
    planned_kg: int,
    planned_on: date,
    carrier: str,
    actor: Actor,
    remark: str = "",
    tolerance_frac: float = DEFAULT_TOLERANCE_FRAC,
) -> TransferNote:
    """Draw up a delivery, as the consignor, of what the agreement still has.

    Raises
    ------
    Refused
        ``invalid``, with the fields at fault.
    Conflict
        ``not_active``: the agreement is over; ``beyond_agreement``, at ``planned_kg``.
    """
    agreement = agreements.lock(agreement)
    require_speaker(actor, agreement.consignor)
    _refuse_unless_active(agreement)
    check_plan(agreement, planned_kg, planned_on, carrier, tolerance_frac)
    refuse_beyond(agreement, planned_kg, "planned_kg")
    note = TransferNote.objects.create(
        number=next_number(NOTE_PREFIX),
        agreement=agreement,
        planned_kg=planned_kg,
        planned_on=planned_on,
        carrier=carrier.strip(),
        remark=remark.strip(),
        tolerance_frac=tolerance_frac,
        made_by=actor.user,
    )
    record(actor=actor, of=note, action="draft", after={"planned_kg": planned_kg})
    return note


@transaction.atomic
def note_issue(*, note: TransferNote, actor: Actor) -> TransferNote:
    """Sign the note as consignor: from now on it is revised only with approval."""
    note = opened(note, "issue", Side.CONSIGNOR, actor)
    return moved(note, "issue", NoteStatus.ISSUED, Side.CONSIGNOR, actor)


@transaction.atomic
def note_load(
    *, note: TransferNote, loads: Sequence[Load], loaded_on: date, actor: Actor
) -> TransferNote:
    """Load and weigh: the mass leaves the consignor's stock.

    Raises
    ------
    Refused
        ``invalid``, at ``loads.<place>.<field>`` or ``loaded_on``.
    Conflict
        ``beyond_agreement``; ``not_enough``: so much is not there.
    """
    note = opened(note, "load", Side.CONSIGNOR, actor)
    check_loads(loads)
    check_day("loaded_on", loaded_on, timezone.localdate(note.agreement.made_at))
    net_kg = sum(load.gross_kg - load.tare_kg for load in loads)
    refuse_beyond(note.agreement, net_kg, "loads", besides=note)
    vehicles = Vehicle.objects.bulk_create(
        Vehicle(
            note=note,
            plate=plain_plate(load.plate),
            origin_gross_kg=load.gross_kg,
            origin_tare_kg=load.tare_kg,
            loaded_on=loaded_on,
        )
        for load in loads
    )
    book_shipped(note, vehicles, actor.user)
    return moved(note, "load", NoteStatus.LOADED, Side.CONSIGNOR, actor)


@transaction.atomic
def note_receive(
    *,
    note: TransferNote,
    weighings: Sequence[Weighing],
    received_on: date,
    actor: Actor,
) -> TransferNote:
    """Weigh what arrives, as the consignee.

    Raises
    ------
    Refused
        ``invalid``, at ``weighings``, ``weighings.<place>.<field>`` or ``received_on``.
    """
    note = opened(note, "receive", Side.CONSIGNEE, actor)
    vehicles = list(note.vehicles.all())
    check_weighings(weighings, vehicles)
    latest = max(vehicle.loaded_on for vehicle in vehicles)
    check_day("received_on", received_on, latest)
    by_vehicle = {weighing.vehicle: weighing for weighing in weighings}
    for vehicle in vehicles:
        vehicle.gross_kg = by_vehicle[vehicle.pk].gross_kg
        vehicle.tare_kg = by_vehicle[vehicle.pk].tare_kg
        vehicle.received_on = received_on
    Vehicle.objects.bulk_update(vehicles, ["gross_kg", "tare_kg", "received_on"])
    return moved(note, "receive", NoteStatus.RECEIVED, Side.CONSIGNEE, actor)


@transaction.atomic
def note_judge(
    *, note: TransferNote, actor: Actor, refusals: Sequence[Refusal] = ()
) -> TransferNote:
    """Accept what arrived, refuse a part, or all of it.

    Where a vehicle's two weights lie further apart than agreed the note is disputed
    instead: what was refused is kept, and both sides settle the weights.

    Raises
    ------
    Refused
        ``invalid``, at ``refusals.<place>.<field>``.
    """
    note = opened(note, "judge", Side.CONSIGNEE, actor)
    vehicles = {vehicle.pk: vehicle for vehicle in note.vehicles.all()}
    differ = [
        vehicle
        for vehicle in vehicles.values()
        if not is_within_tolerance(vehicle, note.tolerance_frac)
    ]
    _put_refusals(vehicles, refusals)
    if differ:
        return moved(note, "judge", NoteStatus.DISPUTED, Side.CONSIGNEE, actor)
    settled = {
        vehicle.pk: settled_within_tolerance_kg(vehicle)
        for vehicle in vehicles.values()
    }
    return settle(note, settled, "judge", Side.CONSIGNEE, actor)


@transaction.atomic
def note_close(*, note: TransferNote, actor: Actor) -> TransferNote:
    """Sign, as consignor, that what was accepted is right."""
    note = opened(note, "close", Side.CONSIGNOR, actor)
    return moved(note, "close", NoteStatus.CLOSED, Side.CONSIGNOR, actor)


@transaction.atomic
def note_cancel(*, note: TransferNote, reason: str, actor: Actor) -> TransferNote:
    """Give a delivery up before it is loaded; its planned mass is free again."""
    note = opened(note, "cancel", Side.CONSIGNOR, actor)
    if not reason.strip():
        told = _("Say why.")
        raise Refused("invalid", told, {"reason": told})
    return moved(note, "cancel", NoteStatus.CANCELLED, Side.CONSIGNOR, actor, reason)


def opened(note: TransferNote, act: str, side: Side, actor: Actor) -> TransferNote:
    """The note with its agreement, locked, after asking whether the act may be done.

    Raises
    ------
    NotYours
        The actor does not speak for the side.
    Conflict
        ``wrong_state``.
    """
    note = locked(note, side, actor)
    require(NOTE_MOVES, act, NoteStatus(note.status), side)
    return note


def locked(note: TransferNote, side: Side, actor: Actor) -> TransferNote:
    """The note with its agreement, this transaction's alone, for a speaker of a side.

    Raises
    ------
    NotYours
        The actor does not speak for the side.
    """
    agreement = agreements.lock(Agreement(pk=note.agreement_id))
    note = TransferNote.objects.select_for_update().get(pk=note.pk)
    note.agreement = agreement
    require_speaker(actor, agreements.site_of(agreement, side))
    return note


def settle(
    note: TransferNote, settled_kg: dict[int, int], act: str, side: Side, actor: Actor
) -> TransferNote:
    """Book the settled masses by vehicle, and say how the note came out."""
    vehicles = list(note.vehicles.all())
    for vehicle in vehicles:
        vehicle.settled_kg = settled_kg[vehicle.pk]
        vehicle.refused_kg = min(vehicle.refused_kg, vehicle.settled_kg)
    Vehicle.objects.bulk_update(vehicles, ["settled_kg", "refused_kg"])
    book_settled(note, vehicles, actor.user)
    note = moved(note, act, _judgement(vehicles), side, actor)
    agreements.fulfil_if_moved(note.agreement, actor)
    return note


def moved(
    note: TransferNote,
    act: str,
    status: NoteStatus,
    side: Side,
    actor: Actor,
    reason: str = "",
) -> TransferNote:
    """The note in its new status, signed and in the trail."""
    before, note.status = note.status, status
    note.save(update_fields=["status", "changed_at"])
    Signature.objects.create(
        note=note, act=act, side=side, version=note.version, user=actor.user
    )
    after = {"status": status} | ({"reason": reason} if reason else {})
    record(actor=actor, of=note, action=act, before={"status": before}, after=after)
    return note


def refuse_beyond(
    agreement: Agreement, mass_kg: int, field: str, besides: TransferNote | None = None
) -> None:
    """Refuse more than the agreement still has, deliveries planned counted.

    Raises
    ------
    Conflict
        ``beyond_agreement``, at ``field``.
    """
    others = agreement.notes.all()
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    left_kg = agreements.left_to_move_kg(agreement) - others.promised_kg()
    if mass_kg > left_kg:
        told = _("The agreement has only %(left)s t left.") % {
            "left": tonnes_from_kg(max(0, left_kg))
        }
        raise Conflict("beyond_agreement", told, {field: told})


def check_plan(
    agreement: Agreement,
    planned_kg: int,
    planned_on: date,
    carrier: str,
    tolerance_frac: float,
) -> None:
    """Refuse a plan that no delivery of the agreement can have.

    Raises
    ------
    Refused
        ``invalid``, at the fields at fault.
    """
    faults = {}
    if planned_kg <= 0:
        faults["planned_kg"] = _("Enter a mass above 0.")
    if not agreement.starts_on <= planned_on <= agreement.ends_on:
        faults["planned_on"] = _("This day is outside the agreement's term.")
    if not carrier.strip():
        faults["carrier"] = _("Name the carrier.")
    if not 0 <= tolerance_frac <= MOST_TOLERANCE_FRAC:
        faults["tolerance_frac"] = _("A tolerance lies between 0 and 5 %.")
    refuse_if_any(faults, _("This delivery can not be drawn up."))


def _refuse_unless_active(agreement: Agreement) -> None:
    if agreement.status != AgreementStatus.ACTIVE:
        told = _("This agreement is over: %(status)s.")
        status = AgreementStatus(agreement.status).label
        raise Conflict("not_active", told % {"status": status})


def _put_refusals(vehicles: dict[int, Vehicle], refusals: Sequence[Refusal]) -> None:
    faults = {}
    for place, refusal in enumerate(refusals):
        vehicle = vehicles.get(refusal.vehicle)
        if vehicle is None:
            faults[f"refusals.{place}.vehicle"] = _("The note has no such vehicle.")
            continue
        if not 0 < refusal.refused_kg <= (vehicle.net_kg or 0):
            faults[f"refusals.{place}.refused_kg"] = _(
                "Enter a part of what arrived, in kilograms."
            )
        if not refusal.reason.strip():
            faults[f"refusals.{place}.reason"] = _("Say why it is refused.")
        vehicle.refused_kg, vehicle.refusal = refusal.refused_kg, refusal.reason.strip()
    refuse_if_any(faults, _("This refusal can not be entered."))
    Vehicle.objects.bulk_update(vehicles.values(), ["refused_kg", "refusal"])


def _judgement(vehicles: Sequence[Vehicle]) -> NoteStatus:
    if not any(vehicle.refused_kg for vehicle in vehicles):
        return NoteStatus.ACCEPTED
    if any(vehicle.accepted_kg for vehicle in vehicles):
        return NoteStatus.PARTLY_REFUSED
    return NoteStatus.REFUSED
