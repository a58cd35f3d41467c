"""What people are told of: the acts of the trail that concern others."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from wastehub.exchange.states import NoteStatus
from wastehub.trail.models import TrailEntry


class Kind(models.TextChoices):
    """The types of notices, in the order of the settings page."""

    OFFER_MADE = "offer_made", _("Offer made")
    OFFER_COUNTERED = "offer_countered", _("Counter-offer made")
    OFFER_ACCEPTED = "offer_accepted", _("Offer accepted")
    OFFER_DECLINED = "offer_declined", _("Offer declined")
    OFFER_WITHDRAWN = "offer_withdrawn", _("Offer withdrawn")
    OFFER_EXPIRED = "offer_expired", _("Offer expired")
    AGREEMENT_MADE = "agreement_made", _("Agreement made")
    AGREEMENT_FULFILLED = "agreement_fulfilled", _("Agreement fulfilled")
    AGREEMENT_ENDED = "agreement_ended", _("Agreement ended")
    NOTE_ISSUED = "note_issued", _("Transfer note issued")
    NOTE_LOADED = "note_loaded", _("Delivery loaded")
    NOTE_RECEIVED = "note_received", _("Delivery received")
    NOTE_JUDGED = "note_judged", _("Delivery accepted or refused")
    NOTE_DISPUTED = "note_disputed", _("Weights in dispute")
    NOTE_SETTLED = "note_settled", _("Dispute settled")
    NOTE_CLOSED = "note_closed", _("Transfer note closed")
    NOTE_CANCELLED = "note_cancelled", _("Transfer note cancelled")
    PROPOSAL_MADE = "proposal_made", _("Change proposed")
    PROPOSAL_APPROVED = "proposal_approved", _("Proposed change approved")
    PROPOSAL_REJECTED = "proposal_rejected", _("Proposed change rejected")
    DECLARATION_SUBMITTED = "declaration_submitted", _("Declaration submitted")
    DECLARATION_RETURNED = "declaration_returned", _("Declaration returned")
    DECLARATION_ACCEPTED = "declaration_accepted", _("Declaration accepted")
    BRIEF_MADE = "brief_made", _("Monthly brief made")


# By subject and action of a trail entry. What is missing here (a draft, say) is nobody
# else's affair.
_KINDS: Final = {
    ("offer", "make"): Kind.OFFER_MADE,
    ("offer", "counter"): Kind.OFFER_COUNTERED,
    ("offer", "accept"): Kind.OFFER_ACCEPTED,
    ("offer", "decline"): Kind.OFFER_DECLINED,
    ("offer", "withdraw"): Kind.OFFER_WITHDRAWN,
    ("offer", "expire"): Kind.OFFER_EXPIRED,
    ("agreement", "make"): Kind.AGREEMENT_MADE,
    ("agreement", "fulfil"): Kind.AGREEMENT_FULFILLED,
    ("agreement", "end"): Kind.AGREEMENT_ENDED,
    ("note", "issue"): Kind.NOTE_ISSUED,
    ("note", "load"): Kind.NOTE_LOADED,
    ("note", "receive"): Kind.NOTE_RECEIVED,
    ("note", "judge"): Kind.NOTE_JUDGED,
    ("note", "settle"): Kind.NOTE_SETTLED,
    ("note", "close"): Kind.NOTE_CLOSED,
    ("note", "cancel"): Kind.NOTE_CANCELLED,
    ("note", "revision_proposed"): Kind.PROPOSAL_MADE,
    ("note", "revision_approved"): Kind.PROPOSAL_APPROVED,
    ("note", "revision_rejected"): Kind.PROPOSAL_REJECTED,
    ("note", "settlement_proposed"): Kind.PROPOSAL_MADE,
    ("note", "settlement_approved"): Kind.PROPOSAL_APPROVED,
    ("note", "settlement_rejected"): Kind.PROPOSAL_REJECTED,
    ("declaration", "submit"): Kind.DECLARATION_SUBMITTED,
    ("declaration", "return"): Kind.DECLARATION_RETURNED,
    ("declaration", "accept"): Kind.DECLARATION_ACCEPTED,
    ("brief", "make"): Kind.BRIEF_MADE,
}

REGULATED: Final = frozenset(
    {Kind.NOTE_DISPUTED, Kind.NOTE_SETTLED, Kind.DECLARATION_SUBMITTED}
)
"""What the regulators of the places are told too."""


def kind_of(entry: TrailEntry) -> Kind | None:
    """The type of notice that an act makes, or none."""
    kind = _KINDS.get((entry.subject, entry.action))
    if kind == Kind.NOTE_JUDGED and entry.after.get("status") == NoteStatus.DISPUTED:
        return Kind.NOTE_DISPUTED
    return kind
