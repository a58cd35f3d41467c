"""Every state machine of the exchange, as data: what may follow what, and by whom.

The services ask :func:`allowed`; the database holds the same moves by triggers made of
:func:`steps`; the pages show a button for each move that is allowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wastehub.errors import Conflict, NotYours


class Side(models.TextChoices):
    """Who acts: the one that ships, the one that receives, or the clock."""

    CONSIGNOR = "consignor", _("consignor")
    CONSIGNEE = "consignee", _("consignee")
    SYSTEM = "system", _("system")


BOTH = frozenset({Side.CONSIGNOR, Side.CONSIGNEE})
PARTY_CHOICES = [choice for choice in Side.choices if choice[0] in BOTH]


class Office(models.TextChoices):
    """Who acts on a declaration: the site, or the authority of its place."""

    DECLARANT = "declarant", _("declarant")
    REGULATOR = "regulator", _("regulator")


_of_offer = partial(pgettext_lazy, "state of an offer")


class OfferStatus(models.TextChoices):
    """How far an offer is."""

    OPEN = "open", _of_offer("open")
    COUNTERED = "countered", _of_offer("answered with a counter-offer")
    ACCEPTED = "accepted", _of_offer("accepted")
    DECLINED = "declined", _of_offer("declined")
    WITHDRAWN = "withdrawn", _of_offer("withdrawn")
    EXPIRED = "expired", _of_offer("expired")


class AgreementStatus(models.TextChoices):
    """How far an agreement is."""

    ACTIVE = "active", _("active")
    FULFILLED = "fulfilled", _("fulfilled")
    ENDED = "ended", _("ended early")


_of_note = partial(pgettext_lazy, "state of a note")


class NoteStatus(models.TextChoices):
    """How far a transfer note is."""

    DRAFT = "draft", _of_note("draft")
    ISSUED = "issued", _of_note("issued")
    LOADED = "loaded", _of_note("loaded, on its way")
    RECEIVED = "received", _of_note("received, weighed")
    DISPUTED = "disputed", _of_note("the weights differ")
    ACCEPTED = "accepted", _of_note("accepted")
    PARTLY_REFUSED = "partly_refused", _of_note("partly refused")
    REFUSED = "refused", _of_note("refused")
    CLOSED = "closed", _of_note("closed")
    CANCELLED = "cancelled", _of_note("cancelled")


class DeclarationStatus(models.TextChoices):
    """How far a monthly declaration is."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("handed in")
    ACCEPTED = "accepted", _("accepted by the authority")
    RETURNED = "returned", _("returned")


@dataclass(frozen=True)
class Move:
    """One act: its name, where it may start, where it may end, and who may do it."""

    name: str
    starts: frozenset[str]
    ends: frozenset[str]
    by: frozenset[Side | Office]


def _move(
    name: str, starts: Sequence[str], ends: Sequence[str], *by: Side | Office
) -> tuple[str, Move]:
    return name, Move(name, frozenset(starts), frozenset(ends), frozenset(by))


# Of an offer, "consignor" and "consignee" are tried against who made it: only the maker
# withdraws, only the other answers (``offers.py``).
OFFER_MOVES = dict(
    [
        _move("counter", [OfferStatus.OPEN], [OfferStatus.COUNTERED], *BOTH),
        _move("accept", [OfferStatus.OPEN], [OfferStatus.ACCEPTED], *BOTH),
        _move("decline", [OfferStatus.OPEN], [OfferStatus.DECLINED], *BOTH),
        _move("withdraw", [OfferStatus.OPEN], [OfferStatus.WITHDRAWN], *BOTH),
        _move("expire", [OfferStatus.OPEN], [OfferStatus.EXPIRED], Side.SYSTEM),
    ]
)

AGREEMENT_MOVES = dict(
    [
        _move(
            "fulfil",
            [AgreementStatus.ACTIVE],
            [AgreementStatus.FULFILLED],
            Side.SYSTEM,
        ),
        _move("end", [AgreementStatus.ACTIVE], [AgreementStatus.ENDED], *Side),
    ]
)

JUDGED = [NoteStatus.ACCEPTED, NoteStatus.PARTLY_REFUSED, NoteStatus.REFUSED]

NOTE_MOVES = dict(
    [
        _move("issue", [NoteStatus.DRAFT], [NoteStatus.ISSUED], Side.CONSIGNOR),
        _move("load", [NoteStatus.ISSUED], [NoteStatus.LOADED], Side.CONSIGNOR),
        _move("receive", [NoteStatus.LOADED], [NoteStatus.RECEIVED], Side.CONSIGNEE),
        _move(
            "judge",
            [NoteStatus.RECEIVED],
            [*JUDGED, NoteStatus.DISPUTED],
            Side.CONSIGNEE,
        ),
        _move("settle", [NoteStatus.DISPUTED], JUDGED, *BOTH),
        _move("close", JUDGED, [NoteStatus.CLOSED], Side.CONSIGNOR),
        _move(
            "cancel",
            [NoteStatus.DRAFT, NoteStatus.ISSUED],
            [NoteStatus.CANCELLED],
            Side.CONSIGNOR,
        ),
    ]
)

DECLARATION_MOVES = dict(
    [
        _move(
            "submit",
            [DeclarationStatus.DRAFT, DeclarationStatus.RETURNED],
            [DeclarationStatus.SUBMITTED],
            Office.DECLARANT,
        ),
        _move(
            "accept",
            [DeclarationStatus.SUBMITTED],
            [DeclarationStatus.ACCEPTED],
            Office.REGULATOR,
        ),
        _move(
            "return",
            [DeclarationStatus.SUBMITTED],
            [DeclarationStatus.RETURNED],
            Office.REGULATOR,
        ),
    ]
)

# Until it is loaded a note promises its planned mass; from then on what was weighed.
PROMISING = frozenset({NoteStatus.DRAFT, NoteStatus.ISSUED})
UNDER_WAY = frozenset({NoteStatus.LOADED, NoteStatus.RECEIVED, NoteStatus.DISPUTED})


def allowed(moves: dict[str, Move], status: str, side: str) -> list[str]:
    """The names of what a side may do in a status, in the order of the table."""
    return [
        move.name
        for move in moves.values()
        if status in move.starts and side in move.by
    ]


def turns(side: Side) -> list[str]:
    """The statuses of a note in which it waits for a side to go on."""
    return sorted(
        {
            status
            for move in NOTE_MOVES.values()
            for status in move.starts
            if move.by == {side} and move.name != "cancel"
        }
    )


def steps(moves: dict[str, Move]) -> list[tuple[str, str]]:
    """Every change of status that some move makes, in order, for the database."""
    return sorted(
        {
            (start, end)
            for move in moves.values()
            for start in move.starts
            for end in move.ends
        }
    )


def require(moves: dict[str, Move], name: str, status: Any, side: str) -> None:
    """Refuse a move that is not this side's, or not possible now.

    Raises
    ------
    NotYours
        ``not_your_move``: the other side does this.
    Conflict
        ``wrong_state``, with the state in which it stays.
    """
    move = moves[name]
    if side not in move.by:
        raise NotYours("not_your_move", _now("The other side has to do this."))
    if status not in move.starts:
        told = _now("This can not be done now; it stays as it is: %(status)s.")
        raise Conflict("wrong_state", told % {"status": status.label})
