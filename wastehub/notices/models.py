"""Notices, what each person wants to be told, and the webhooks of organisations."""

import secrets
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wastehub.accounts.models import Organisation, User
from wastehub.notices.addresses import LONGEST_URL
from wastehub.notices.kinds import Kind
from wastehub.notices.querysets import DeliveryQuerySet, NoticeQuerySet
from wastehub.trail.models import TrailEntry

LONGEST_ERROR = 300


class Preference(models.Model):
    """How a person is told of one kind of act, where it is not the usual way."""

    user = models.ForeignKey(User, models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=30, choices=Kind)
    in_app = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("notice setting")
        verbose_name_plural = _("notice settings")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], name="preference_once_per_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class Notice(models.Model):
    """What one person is told of one act; its words are made when it is read."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    entry = models.ForeignKey(TrailEntry, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=30, choices=Kind)
    in_app = models.BooleanField()
    by_mail = models.BooleanField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["user"],
                condition=Q(in_app=True, read_at=None),
                name="notice_unread",
            ),
            models.Index(
                fields=["entry"],
                condition=Q(by_mail=True, mailed_at=None),
                name="notice_to_mail",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "entry"], name="notice_once_per_act"
            ),
            models.CheckConstraint(
                name="notice_goes_somewhere", condition=Q(in_app=True) | Q(by_mail=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


def new_secret() -> str:
    """256 random bits, in characters that fit into a URL."""
    return secrets.token_urlsafe(32)


class Hook(models.Model):
    """An address at which a program of an organisation is told of its acts."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="hooks")
    url = models.CharField(max_length=LONGEST_URL)
    secret = models.CharField(max_length=64, default=new_secret)
    kinds = ArrayField(models.CharField(max_length=30, choices=Kind))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "url"], name="hook_once_per_address"
            ),
            models.CheckConstraint(
                name="hook_has_kinds", condition=Q(kinds__len__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One act on its way to one webhook.

    ``since`` is when it was first to be sent, or was sent again by hand.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        GIVEN_UP = "given_up", _("given up")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hook = models.ForeignKey(Hook, models.CASCADE, related_name="deliveries")
    entry = models.ForeignKey(TrailEntry, models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=30, choices=Kind)
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(default=timezone.now)
    last_error = models.CharField(max_length=LONGEST_ERROR, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery to a webhook")
        verbose_name_plural = _("deliveries to webhooks")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(status="waiting"),
                name="delivery_due",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["hook", "entry"], name="delivery_once_per_act"
            ),
            models.CheckConstraint(
                name="delivery_done_has_its_time",
                condition=~Q(status="delivered") | Q(delivered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hook_id} {self.kind} {self.status}"
