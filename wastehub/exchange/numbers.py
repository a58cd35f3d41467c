"""Numbers of agreements and notes: one count, so that no two are ever the same."""

from django.db import connection
from django.utils import timezone


def next_number(prefix: str) -> str:
    """Such as ``LD-2026-000123``; a number is never given again, used or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('exchange_number')")
        (count,) = cursor.fetchone()
    return f"{prefix}-{timezone.localdate().year}-{count:06d}"
