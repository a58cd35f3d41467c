"""``manage.py find_alerts``: what should a regulator look at today?"""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from maps.alerts.services import alerts_refresh


class Command(BaseCommand):
    """Runs every rule, and opens and clears alerts; beat does so every night."""

    help = "Find alerts anew; running it twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        done = alerts_refresh(today=timezone.localdate())
        self.stdout.write(
            f"{done.standing} alerts stand; {done.opened} opened, {done.reopened} "
            f"reopened as they got worse, {done.cleared} cleared."
        )
