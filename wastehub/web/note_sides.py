"""For which side of a note a user speaks, and what he may do there now."""

from wastehub.accounts.models import User
from wastehub.exchange.models import Proposal, TransferNote
from wastehub.exchange.parties import sides_of
from wastehub.exchange.states import (
    NOTE_MOVES,
    NoteStatus,
    Side,
    allowed,
)


def sides(user: User | None, note: TransferNote) -> list[Side]:
    """The sides he may sign for, none for most people."""
    return sides_of(user, note.agreement.consignor, note.agreement.consignee)


def speaking_side(user: User | None, note: TransferNote) -> Side:
    """The side he proposes for; whom no side knows is refused by the service."""
    return next(iter(sides(user, note)), Side.CONSIGNOR)


def answering_side(user: User | None, proposal: Proposal) -> Side:
    """The side he answers a proposal for: not its maker's, where he has the choice."""
    mine = sides(user, proposal.note)
    others = [side for side in mine if side != proposal.side]
    return next(iter(others or mine), Side.CONSIGNOR)


def acts(note: TransferNote, mine: list[Side]) -> list[str]:
    """The names of what these sides may do now, in the order of a note's life.

    Besides the moves of the state machine these are ``settlement`` and ``revision``,
    which propose, and ``answer``; what is proposed is answered before it is proposed
    anew.
    """
    moves = [name for side in mine for name in allowed(NOTE_MOVES, note.status, side)]
    found = [name for name in NOTE_MOVES if name in moves and name != "settle"]
    asked = open_proposal(note)
    if asked is not None:
        return [*found, *(["answer"] if set(mine) - {asked.side} else [])]
    if "settle" in moves:
        found.append("settlement")
    if mine and note.status == NoteStatus.ISSUED:
        found.append("revision")
    return found


def open_proposal(note: TransferNote) -> Proposal | None:
    """What waits for its answer; there is at most one."""
    proposals = note.proposals.all()
    return next((p for p in proposals if p.status == Proposal.Status.OPEN), None)
