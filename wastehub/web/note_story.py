"""What has happened to a note and what comes next, ready to be shown."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import pgettext_lazy

from wastehub.accounts.models import User
from wastehub.exchange.models import Proposal, TransferNote
from wastehub.exchange.states import (
    NOTE_MOVES,
    PROMISING,
    NoteStatus,
    Side,
)
from wastehub.web.trail_words import Change, changes

ACTS: dict[str, str | Promise] = {
    "draft": pgettext_lazy("act of a note", "Drawn up"),
    "issue": pgettext_lazy("act of a note", "Issued"),
    "load": pgettext_lazy("act of a note", "Loaded"),
    "receive": pgettext_lazy("act of a note", "Weighed on arrival"),
    "judge": pgettext_lazy("act of a note", "Judged"),
    "settle": pgettext_lazy("act of a note", "Settled"),
    "close": pgettext_lazy("act of a note", "Closed"),
    "cancel": pgettext_lazy("act of a note", "Cancelled"),
    "attach": pgettext_lazy("act of a note", "File attached"),
    "revision_proposed": pgettext_lazy("act of a note", "Revision proposed"),
    "revision_approved": pgettext_lazy("act of a note", "Revision approved"),
    "revision_rejected": pgettext_lazy("act of a note", "Revision rejected"),
    "settlement_proposed": pgettext_lazy("act of a note", "Settlement proposed"),
    "settlement_approved": pgettext_lazy("act of a note", "Settlement approved"),
    "settlement_rejected": pgettext_lazy("act of a note", "Settlement rejected"),
}
_LINE = ("issue", "load", "receive", "judge", "close")
_OVER = (NoteStatus.CLOSED, NoteStatus.CANCELLED)
_COLOURS = {
    NoteStatus.DRAFT: "",
    NoteStatus.ISSUED: "treated",
    NoteStatus.LOADED: "treated",
    NoteStatus.RECEIVED: "likely",
    NoteStatus.DISPUTED: "no",
    NoteStatus.REFUSED: "no",
    NoteStatus.PARTLY_REFUSED: "likely",
    NoteStatus.ACCEPTED: "yes",
    NoteStatus.CLOSED: "yes",
    NoteStatus.CANCELLED: "",
}


@dataclass(frozen=True)
class Step:
    """An act that is signed, or one to come; ``state`` is past, now or ahead."""

    title: str | Promise
    state: str
    side: str
    who: str = ""
    at: datetime | None = None
    version: int | None = None


def story(note: TransferNote) -> list[Step]:
    """Every signature in order, then what is still to come on the straight way."""
    drawn = Step(
        ACTS["draft"],
        "past",
        str(Side.CONSIGNOR.label),
        called(note.made_by),
        note.made_at,
    )
    signed = [
        Step(
            ACTS[one.act],
            "past",
            str(Side(one.side).label),
            called(one.user),
            one.at,
            one.version,
        )
        for one in note.signatures.all()
    ]
    return [drawn, *signed, *_ahead(note)]


def _ahead(note: TransferNote) -> list[Step]:
    if note.status in _OVER:
        return []
    done = {one.act for one in note.signatures.all()}
    names = [name for name in _LINE if name not in done]
    if note.status == NoteStatus.DISPUTED:
        names.insert(0, "settle")
    return [
        Step(ACTS[name], "ahead" if place else "now", _by(name))
        for place, name in enumerate(names)
    ]


def _by(name: str) -> str:
    sides = NOTE_MOVES[name].by
    return _now("both sides") if len(sides) > 1 else str(Side(next(iter(sides))).label)


def whereabouts(note: TransferNote) -> str:
    """Where the load is, as far as signatures tell."""
    if note.status in PROMISING or note.status == NoteStatus.CANCELLED:
        return _now("at the consignor's")
    if note.status == NoteStatus.LOADED:
        return _now("on the road")
    if note.status == NoteStatus.REFUSED:
        return _now("refused, back to the consignor")
    return _now("at the consignee's")


def colour(note: TransferNote) -> str:
    """The badge's colour class of a note's status."""
    return _COLOURS[NoteStatus(note.status)]


def called(user: User | None) -> str:
    """A person by name, else by log-in; the system has neither."""
    return (user.get_full_name() or user.username) if user else _now("system")


def plates_of(note: TransferNote) -> dict[str, str]:
    """The plates of a note's vehicles by their keys, as terms and trail name them."""
    return {str(vehicle.pk): vehicle.plate for vehicle in note.vehicles.all()}


def proposed(proposal: Proposal) -> list[Change]:
    """What a proposal asks for."""
    return changes("note", {}, proposal.terms, plates_of(proposal.note))
