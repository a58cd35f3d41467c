"""What workers do for the maps; each may be started twice, and does its work once."""

from celery import shared_task
from django.utils import timezone

from maps.alerts.services import alerts_refresh
from maps.editions import edition_due, yesterday


@shared_task
def find_alerts() -> int:
    """Find what a regulator should look at."""
    return alerts_refresh(today=timezone.localdate()).standing


@shared_task
def publish_figures() -> bool:
    """Make the month's edition of the open data, unless there is one of yesterday."""
    return edition_due(as_of=yesterday()) is not None
