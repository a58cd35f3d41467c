"""What workers do for the maps; each may be started twice, and does its work once."""

from celery import shared_task
from django.utils import timezone

from maps.alerts.services import alerts_refresh


@shared_task
def find_alerts() -> int:
    """Find what a regulator should look at."""
    return alerts_refresh(today=timezone.localdate()).standing
