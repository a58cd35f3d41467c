"""What rows of facts share: a source, a confidence, and the days on which they hold."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Confidence(models.TextChoices):
    HIGH = "H", _("read in a source")
    MEDIUM_PLUS = "M+", _("unverified against the official text, two transcriptions")
    MEDIUM = "M", _("unverified against the official text")
    MEDIUM_MINUS = "M-", _("unverified against the official text, less sure")
    LOW = "L", _("rule of thumb, never decides")


class Sourced(models.Model):
    """A statement with the place it was read and how sure it is."""

    source = models.CharField(max_length=400)
    confidence = models.CharField(max_length=2, choices=Confidence)

    class Meta:
        abstract = True


class DatedQuerySet(models.QuerySet):
    """Rows that hold from a day on, and up to and including a day."""

    def on(self, day: date) -> "DatedQuerySet":
        """Rows in force on a day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        )


class Dated(models.Model):
    """A row in force between two days, both included; an empty end is open."""

    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


def in_order(name: str) -> models.CheckConstraint:
    """No row ends before it begins."""
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_from__isnull=True)
        | Q(valid_to__isnull=True)
        | Q(valid_from__lte=F("valid_to")),
    )
