"""Deliveries to webhooks: tried, tried again ever later, given up after a day.

Each is sent at least once: the next attempt is booked before this one is made, so that
a worker that dies leaves it due again. Its ``id`` lets the receiver tell a repetition.
"""

import json
import random
import time
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wastehub.errors import Conflict
from wastehub.notices.addresses import AddressFault
from wastehub.notices.hooks import callable_target
from wastehub.notices.models import LONGEST_ERROR, Delivery
from wastehub.notices.sending import SIGNATURE, SendingFault, post, signature

AT_ONCE: Final = 200
ROUND_S: Final = 120.0
FIRST_WAIT_S: Final = 30.0
LONGEST_WAIT_S: Final = 4 * 3600.0
MOST_DOUBLINGS: Final = 16
TRIED_FOR: Final = timedelta(days=1)


def deliver_due() -> int:
    """Send what is due; returns how many were taken.

    A webhook that fails is left alone for the rest of the round, so that one that
    hangs does not keep the others waiting.
    """
    due = Delivery.objects.due(timezone.now()).values_list("pk", "hook")
    until = time.monotonic() + ROUND_S
    failing: set[int] = set()
    taken = 0
    for key, hook in list(due[:AT_ONCE]):
        if time.monotonic() > until:
            break
        if hook in failing:
            continue
        if _deliver(key):
            taken += 1
        else:
            failing.add(hook)
    return taken


@transaction.atomic
def delivery_resend(*, delivery: Delivery) -> Delivery:
    """Send by hand what was given up or delivered already.

    Raises
    ------
    Conflict
        ``waiting``: it is still being tried.
    """
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if delivery.status == Delivery.Status.WAITING:
        raise Conflict("waiting", _("This delivery is still being tried."))
    delivery.status, delivery.attempts = Delivery.Status.WAITING, 0
    delivery.since = delivery.next_at = timezone.now()
    delivery.save(update_fields=["status", "attempts", "since", "next_at"])
    return delivery


def payload(delivery: Delivery) -> dict[str, Any]:
    """What a webhook is told: who did what to which thing is looked up by the ids.

    Only organisations that are a party have webhooks, so nothing is held back.
    """
    entry = delivery.entry
    return {
        "id": str(delivery.public_id),
        "at": entry.at.isoformat(),
        "subject": entry.subject,
        "subject_id": str(entry.subject_id),
        "act": delivery.kind,
        "before": entry.before,
        "after": entry.after,
    }


def wait_s(attempts: int) -> float:
    """Seconds until the next attempt: doubled each time, and spread by chance."""
    doublings = min(attempts - 1, MOST_DOUBLINGS)
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**doublings)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311


def _deliver(key: int) -> bool:
    """Whether the webhook took it; True also where another worker has it."""
    delivery = _booked(key)
    if delivery is None:
        return True
    try:
        _send(delivery)
    except (AddressFault, SendingFault) as fault:
        _failed(delivery, str(fault))
        return False
    done = {"status": Delivery.Status.DELIVERED, "delivered_at": timezone.now()}
    _written(delivery, last_error="", **done)
    return True


@transaction.atomic
def _booked(key: int) -> Delivery | None:
    """The delivery, with its next attempt booked; nothing if another has it."""
    due = Delivery.objects.due(timezone.now()).filter(pk=key)
    rows = due.select_for_update(of=["self"], skip_locked=True)
    delivery = rows.select_related("hook", "entry").first()
    if delivery is None:
        return None
    delivery.attempts += 1
    delivery.next_at = timezone.now() + timedelta(seconds=wait_s(delivery.attempts))
    delivery.save(update_fields=["attempts", "next_at"])
    return delivery


def _send(delivery: Delivery) -> None:
    body = json.dumps(payload(delivery), ensure_ascii=False).encode()
    signed = signature(delivery.hook.secret, int(time.time()), body)
    post(callable_target(delivery.hook.url), body, {SIGNATURE: signed})


def _failed(delivery: Delivery, why: str) -> None:
    given_up = delivery.next_at > delivery.since + TRIED_FOR
    status = Delivery.Status.GIVEN_UP if given_up else Delivery.Status.WAITING
    _written(delivery, status=status, last_error=why[:LONGEST_ERROR])


def _written(delivery: Delivery, **outcome: Any) -> None:
    """Write down how an attempt came out, unless the webhook is gone by now."""
    Delivery.objects.filter(pk=delivery.pk).update(**outcome)
