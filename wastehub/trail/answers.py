"""Requests with a key: done once, answered the same as often as they are repeated."""

from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from wastehub.accounts.models import User
from wastehub.trail.models import KeptAnswer

KEPT_FOR: Final = timedelta(days=7)


def answer_to(user: User, key: str) -> KeptAnswer | None:
    """What the user's request with this key was answered, or nothing if it is new.

    The key is this transaction's alone until its end: of two requests at once the
    second waits here until the first is done or undone.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"answer {user.pk} {key}"],
        )
    return KeptAnswer.objects.filter(user=user, key=key).first()


def drop_old() -> int:
    """Forget answers that nobody asks for any more; returns how many."""
    old = KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]
