"""Files kept with transfer notes: the rows; ``attachments.py`` adds them."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wastehub.accounts.models import User
from wastehub.exchange.states import Side

ATTACHMENT_CEILING_BYTES = 10 * 2**20


class Attachment(models.Model):
    """A file that one side keeps with a note: as it came, under a name of our own.

    ``name`` is what its sender calls it, ``stored_as`` what the private store does.
    """

    class Kind(models.TextChoices):
        WEIGH_SLIP = "weigh_slip", _("weigh slip")
        LAB_REPORT = "lab_report", _("laboratory report")

    class Format(models.TextChoices):
        PDF = "application/pdf", "PDF"
        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    note = models.ForeignKey(
        "exchange.TransferNote", models.PROTECT, related_name="attachments"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=15, choices=Format)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=50, unique=True)
    side = models.CharField(max_length=9, choices=Side)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]
        triggers = [
            pgtrigger.Protect(
                name="attachment_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["note", "sha256"], name="attachment_once_a_note"
            ),
            models.CheckConstraint(
                name="attachment_side_is_a_party",
                condition=Q(side__in=[Side.CONSIGNOR, Side.CONSIGNEE]),
            ),
            models.CheckConstraint(
                name="attachment_size_plausible",
                condition=Q(size_bytes__range=(1, ATTACHMENT_CEILING_BYTES)),
            ),
            models.CheckConstraint(
                name="attachment_sha256_form",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
