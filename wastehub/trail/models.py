"""The audit trail: who did what, when, from where, and what changed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from wastehub.accounts.models import User


@dataclass(frozen=True)
class Actor:
    """Who acts, and from which network address; no user where the system acts."""

    user: User | None = None
    address: str | None = None


SYSTEM = Actor()


class TrailEntry(models.Model):
    """One act on one thing, with the values it changed; the database keeps it as it is.

    ``subject`` is the kind of thing and ``subject_id`` its public id.
    """

    subject = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    action = models.CharField(max_length=30)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("trail entry")
        verbose_name_plural = _("audit trail")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["subject", "subject_id"], name="trail_of_a_thing")
        ]
        triggers = [
            pgtrigger.Protect(
                name="trail_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id} {self.action}"


def record(
    *,
    actor: Actor,
    subject: str,
    subject_id: UUID,
    action: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> TrailEntry:
    """Write one act down; in the transaction of the act itself.

    ``before`` and ``after`` are plain JSON and name only what changed.
    """
    return TrailEntry.objects.create(
        subject=subject,
        subject_id=subject_id,
        action=action,
        before=before or {},
        after=after or {},
        user=actor.user,
        address=actor.address,
    )
