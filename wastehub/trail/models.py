"""The audit trail: who did what, when, from where, and what changed."""

from dataclasses import dataclass
from typing import Any, Protocol

import pgtrigger
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wastehub.accounts.models import User


@dataclass(frozen=True)
class Actor:
    """Who acts, and from which network address; no user where the system acts."""

    user: User | None = None
    address: str | None = None


SYSTEM = Actor()


class Traced(Protocol):
    """A thing whose acts are kept: what kind it is, and which one."""

    trail_subject: str
    public_id: Any


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


class Untold(models.Model):
    """An act that nobody has been told of: written with it, deleted with the telling.

    A cursor over the trail's ids would lose acts, for ids do not commit in their order.
    """

    entry = models.OneToOneField(TrailEntry, models.CASCADE, primary_key=True)

    class Meta:
        verbose_name = _("act to be told")
        verbose_name_plural = _("acts to be told")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.entry_id)


class KeptAnswer(models.Model):
    """What a request with a key was answered, so that its repetition does nothing.

    It is written in the transaction of the act: both are there, or neither.
    ``digest`` is the SHA-256 of what was asked.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    method = models.CharField(max_length=10)
    path = models.TextField()
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=100)
    location = models.TextField()
    body = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="answer_one_a_key"),
            models.CheckConstraint(
                name="answer_is_a_success", condition=Q(status__range=(200, 399))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"


@transaction.atomic
def record(
    *,
    actor: Actor,
    of: Traced,
    action: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> TrailEntry:
    """Write one act down, to be told; in the transaction of the act itself.

    ``before`` and ``after`` are plain JSON and name only what changed.
    """
    entry = TrailEntry.objects.create(
        subject=of.trail_subject,
        subject_id=of.public_id,
        action=action,
        before=before or {},
        after=after or {},
        user=actor.user,
        address=actor.address,
    )
    Untold.objects.create(entry=entry)
    return entry
