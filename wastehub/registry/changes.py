"""Whether any demand, or what its site tells of it, changed.

The database writes a row into :class:`DemandChange` with every statement that changes a
demand, a site, an organisation or a region, whoever sends it, and takes it back with
the statement where that is rolled back. So the rows that are seen name a state of all
demands: the same rows, the same demands.
"""

from datetime import timedelta
from typing import Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.utils import timezone

from wastehub.registry.models import DemandChange

KEPT: Final = timedelta(hours=1)


def demands_state() -> tuple[object, ...]:
    """What names the demands as this connection sees them; one quick query."""
    seen = DemandChange.objects.aggregate(ids=ArrayAgg("id", order_by="id", default=[]))
    return tuple(seen["ids"])


def forget_old_changes() -> None:
    """Drop what is older than an hour, and write down that this was done.

    Without that the rows left over could be those that named an earlier state.
    """
    with transaction.atomic():
        dropped, _ = DemandChange.objects.filter(at__lt=timezone.now() - KEPT).delete()
        if dropped:
            DemandChange.objects.create()
