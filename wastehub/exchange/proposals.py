"""What needs the other side's approval: a revised note, and weights that differ."""

from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wastehub.errors import Conflict, NotYours, refuse_if_any
from wastehub.exchange import notes
from wastehub.exchange.models import Proposal, TransferNote
from wastehub.exchange.states import NOTE_MOVES, NoteStatus, Side, require
from wastehub.trail.models import Actor, record

REVISABLE: Final = ("planned_kg", "planned_on", "carrier", "remark")


@transaction.atomic
def revision_propose(
    *,
    note: TransferNote,
    side: Side,
    terms: dict[str, Any],
    reason: str,
    actor: Actor,
) -> Proposal:
    """Ask the other side for other words of an issued note.

    ``terms`` are some of :data:`REVISABLE` with their new values.

    Raises
    ------
    Refused
        ``invalid``, at the fields at fault.
    Conflict
        ``wrong_state``: only an issued note is revised; ``proposal_open``.
    """
    note = notes.locked(note, side, actor)
    if note.status != NoteStatus.ISSUED:
        told = _("Only a note that is issued and not yet loaded is revised.")
        raise Conflict("wrong_state", told)
    faults = {
        name: _("This can not be revised.") for name in set(terms) - set(REVISABLE)
    }
    if not terms:
        faults["terms"] = _("Say what is to change.")
    _refuse_if(faults)
    _fit(note, terms)
    return _propose(note, Proposal.Kind.REVISION, side, _plain(terms), reason, actor)


@transaction.atomic
def settlement_propose(
    *,
    note: TransferNote,
    side: Side,
    settled_kg: dict[int, int],
    reason: str,
    actor: Actor,
) -> Proposal:
    """Ask the other side to reckon with these masses, by vehicle, of a disputed note.

    Raises
    ------
    Refused
        ``invalid``, at ``settled_kg``: a vehicle is missing, or a mass lies outside the
        two that were weighed.
    Conflict
        ``wrong_state``; ``proposal_open``.
    """
    note = notes.locked(note, side, actor)
    require(NOTE_MOVES, "settle", NoteStatus(note.status), side)
    vehicles = {vehicle.pk: vehicle for vehicle in note.vehicles.all()}
    if set(settled_kg) != set(vehicles):
        _refuse_if({"settled_kg": _("Give a mass for each vehicle of the note.")})
    for key, mass_kg in settled_kg.items():
        low, high = sorted([vehicles[key].origin_net_kg, vehicles[key].net_kg or 0])
        if not low <= mass_kg <= high:
            told = _("A settled mass lies between the two that were weighed.")
            _refuse_if({"settled_kg": told})
    terms = {str(key): mass_kg for key, mass_kg in settled_kg.items()}
    return _propose(note, Proposal.Kind.SETTLEMENT, side, terms, reason, actor)


@transaction.atomic
def proposal_answer(
    *, proposal: Proposal, side: Side, approve: bool, actor: Actor
) -> Proposal:
    """Approve or reject what the other side proposed; approved, it is done at once.

    Raises
    ------
    NotYours
        ``not_your_move``: nobody approves their own proposal.
    Conflict
        ``wrong_state``: it is answered already, or its note has moved on.
    """
    note = notes.locked(proposal.note, side, actor)
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if side == proposal.side:
        raise NotYours("not_your_move", _("The other side has to answer this."))
    if proposal.status != Proposal.Status.OPEN:
        raise Conflict("wrong_state", _("This proposal is answered already."))
    proposal.status = Proposal.Status.APPROVED if approve else Proposal.Status.REJECTED
    proposal.answered_at = timezone.now()
    proposal.save(update_fields=["status", "answered_at"])
    answer = f"{proposal.kind}_{proposal.status}"
    record(actor=actor, of=note, action=answer, after=proposal.terms)
    if approve:
        _do(note, proposal, side, actor)
    return proposal


def _do(note: TransferNote, proposal: Proposal, side: Side, actor: Actor) -> None:
    if proposal.kind == Proposal.Kind.SETTLEMENT:
        require(NOTE_MOVES, "settle", NoteStatus(note.status), side)
        settled = {int(key): mass_kg for key, mass_kg in proposal.terms.items()}
        notes.settle(note, settled, "settle", side, actor)
        return
    if note.status != NoteStatus.ISSUED:
        raise Conflict("wrong_state", _("This note has moved on."))
    terms = dict(proposal.terms)
    if "planned_on" in terms:
        terms["planned_on"] = date.fromisoformat(terms["planned_on"])
    _fit(note, terms)
    for name, value in terms.items():
        setattr(note, name, value)
    note.version += 1
    note.save(update_fields=[*terms, "version", "changed_at"])


def _fit(note: TransferNote, terms: dict[str, Any]) -> None:
    """Refuse a revision that could not have been drawn up in the first place."""
    wanted = {name: terms.get(name, getattr(note, name)) for name in REVISABLE}
    notes.check_plan(
        note.agreement,
        wanted["planned_kg"],
        wanted["planned_on"],
        wanted["carrier"],
        note.tolerance_frac,
    )
    notes.refuse_beyond(
        note.agreement, wanted["planned_kg"], "planned_kg", besides=note
    )


def _propose(
    note: TransferNote,
    kind: Proposal.Kind,
    side: Side,
    terms: dict[str, Any],
    reason: str,
    actor: Actor,
) -> Proposal:
    if not reason.strip():
        _refuse_if({"reason": _("Say why.")})
    if note.proposals.filter(status=Proposal.Status.OPEN).exists():
        told = _("An earlier proposal waits for its answer.")
        raise Conflict("proposal_open", told)
    proposal = Proposal.objects.create(
        note=note,
        kind=kind,
        side=side,
        terms=terms,
        reason=reason.strip(),
        made_by=actor.user,
    )
    record(actor=actor, of=note, action=f"{kind}_proposed", after=terms)
    return proposal


def _plain(terms: dict[str, Any]) -> dict[str, Any]:
    """Terms as JSON keeps them."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in terms.items()
    }


def _refuse_if(faults: dict[str, str]) -> None:
    refuse_if_any(faults, _("This can not be proposed."))
