"""What becomes of agreements: fulfilled, or ended before their mass has moved."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wastehub.errors import Conflict, Refused
from wastehub.exchange.models import Agreement
from wastehub.exchange.parties import require_speaker
from wastehub.exchange.states import (
    AGREEMENT_MOVES,
    JUDGED,
    AgreementStatus,
    Side,
    require,
)
from wastehub.registry.models import Facility
from wastehub.trail.models import SYSTEM, Actor, record

TERM_OVER = "term over / 期满"


@transaction.atomic
def agreement_end(
    *, agreement: Agreement, side: Side, reason: str, actor: Actor
) -> Agreement:
    """End an agreement early: what it still reserves is free again.

    Raises
    ------
    Refused
        ``invalid``, at ``reason``.
    Conflict
        ``notes_open``: a delivery is under way; ``wrong_state``.
    """
    agreement = lock(agreement)
    require_speaker(actor, site_of(agreement, side))
    if not reason.strip():
        told = _("Say why.")
        raise Refused("invalid", told, {"reason": told})
    if agreement.notes.live().exclude(status__in=JUDGED).exists():
        raise Conflict("notes_open", _("A delivery under it is not settled yet."))
    agreement.ended_because = reason.strip()
    return _moved(agreement, "end", AgreementStatus.ENDED, actor, side)


def agreements_expire() -> int:
    """End every agreement whose term is over and that nothing is under way for."""
    over = Agreement.objects.active().filter(ends_on__lt=timezone.localdate())
    return sum(_expire(key) for key in over.values_list("pk", flat=True))


def fulfil_if_moved(agreement: Agreement, actor: Actor) -> None:
    """Close an agreement whose mass has moved; the caller holds its lock."""
    if agreement.status != AgreementStatus.ACTIVE or left_to_move_kg(agreement) > 0:
        return
    _moved(agreement, "fulfil", AgreementStatus.FULFILLED, actor, Side.SYSTEM)


def left_to_move_kg(agreement: Agreement) -> int:
    """Agreed and not yet moved; deliveries that are only planned are not counted."""
    [(agreed_kg, moved_kg)] = Agreement.objects.filter(pk=agreement.pk).masses_kg()
    return agreed_kg - moved_kg


def lock(agreement: Agreement) -> Agreement:
    """The agreement as it is now, this transaction's alone until its end."""
    rows = Agreement.objects.select_for_update(of=["self"])
    return rows.select_related("consignor", "consignee", "material", "route").get(
        pk=agreement.pk
    )


def site_of(agreement: Agreement, side: Side) -> Facility:
    """The site of a side."""
    return agreement.consignor if side == Side.CONSIGNOR else agreement.consignee


@transaction.atomic
def _expire(key: int) -> int:
    agreement = lock(Agreement(pk=key))
    under_way = agreement.notes.live().exclude(status__in=JUDGED).exists()
    if agreement.status != AgreementStatus.ACTIVE or under_way:
        return 0
    agreement.ended_because = TERM_OVER
    _moved(agreement, "end", AgreementStatus.ENDED, SYSTEM, Side.SYSTEM)
    return 1


def _moved(
    agreement: Agreement, name: str, status: AgreementStatus, actor: Actor, side: Side
) -> Agreement:
    before = AgreementStatus(agreement.status)
    require(AGREEMENT_MOVES, name, before, side)
    agreement.status = status
    agreement.save(update_fields=["status", "ended_because"])
    record(
        actor=actor,
        of=agreement,
        action=name,
        before={"status": before},
        after={"status": status, "reason": agreement.ended_because},
    )
    return agreement
