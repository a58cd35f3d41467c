"""What workers do for reporting."""

from celery import shared_task
from django.utils import timezone

from wastehub.reporting.briefs import briefs_make


@shared_task
def make_briefs() -> int:
    """Make the monthly briefs that are due."""
    return briefs_make(timezone.localdate())
