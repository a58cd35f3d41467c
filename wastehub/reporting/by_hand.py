"""What a site enters in its ledger itself: all that no transfer note writes."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wastehub.errors import Conflict
from wastehub.exchange.availability import left_kg
from wastehub.exchange.bookings import is_of_a_note
from wastehub.exchange.parties import require_speaker
from wastehub.ledger.kinds import Kind
from wastehub.ledger.lines import Line
from wastehub.ledger.models import Entry
from wastehub.ledger.services import entries_add, entry_correct
from wastehub.trail.models import Actor


@transaction.atomic
def line_add(*, line: Line, actor: Actor) -> Entry:
    """Write one line, in the name of its site.

    Raises
    ------
    NotYours
        ``not_your_site``.
    Refused
        ``invalid``, with the field at fault.
    Conflict
        ``not_enough``, ``already_open``; ``reserved``, at ``mass_kg``: what is shipped
        without a note is promised to somebody else.
    """
    require_speaker(actor, line.facility)
    [entry] = entries_add(lines=[line], user=actor.user)
    if line.kind == Kind.SHIPPED:
        _refuse_if_promised(line)
    return entry


@transaction.atomic
def entry_mend(*, entry: Entry, mass_kg: int, reason: str, actor: Actor) -> Entry:
    """Correct an entry that the site wrote itself.

    Raises
    ------
    NotYours
        ``not_your_site``.
    Refused
        ``invalid``, at ``mass_kg`` or ``reason``.
    Conflict
        ``of_a_note``: both ends have signed it; ``not_enough``.
    """
    require_speaker(actor, entry.facility)
    if is_of_a_note(entry):
        told = _("A transfer note wrote this and both sides signed it.")
        raise Conflict("of_a_note", told, {"mass_kg": told})
    return entry_correct(entry=entry, mass_kg=mass_kg, reason=reason, user=actor.user)


def _refuse_if_promised(line: Line) -> None:
    today = timezone.localdate()
    if left_kg(facility=line.facility, material=line.material, until=today) < 0:
        told = _("That is promised to others by agreements.")
        raise Conflict("reserved", told, {"mass_kg": told})
