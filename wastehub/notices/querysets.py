"""How notices and deliveries are read."""

from datetime import datetime
from typing import Self

from django.db import models

from wastehub.accounts.models import User


class NoticeQuerySet(models.QuerySet):
    """Notices by reader and state."""

    def shown_to(self, user: User) -> Self:
        """What stands in a user's list."""
        return self.filter(user=user, in_app=True)

    def unread(self) -> Self:
        """What has not been opened."""
        return self.filter(read_at=None)

    def to_mail(self, since: datetime) -> Self:
        """What is still to be sent by e-mail, oldest first; nothing that is stale."""
        waiting = self.filter(by_mail=True, mailed_at=None)
        return waiting.filter(entry__at__gte=since).order_by("pk")


class DeliveryQuerySet(models.QuerySet):
    """Deliveries by state."""

    def due(self, now: datetime) -> Self:
        """What is to be sent now, the longest waiting first."""
        waiting = self.filter(status="waiting", next_at__lte=now)
        return waiting.order_by("next_at", "pk")
