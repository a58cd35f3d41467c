"""Notes with what is shown beside them, in a few queries however many there are."""

from django.db.models import F, QuerySet

from wastehub.exchange.models import TransferNote
from wastehub.web import policy
from wastehub.web.api.rows import with_places


def notes_listed(user: policy.Viewer) -> QuerySet[TransferNote]:
    """What a user may see, what waits for his signature first, then the newest."""
    rows = policy.notes(user).with_waits_for(policy.signable_facilities(user))
    return with_ends(rows).order_by(F("waits").desc(), "-made_at", "-pk")


def with_ends(rows: QuerySet[TransferNote]) -> QuerySet[TransferNote]:
    """Notes with their material and both sites."""
    rows = rows.select_related("agreement__material", "made_by")
    rows = with_places(rows, "agreement__consignor__")
    return with_places(rows, "agreement__consignee__")


def in_full(rows: QuerySet[TransferNote]) -> QuerySet[TransferNote]:
    """Notes with everything that hangs on them."""
    return with_ends(rows).prefetch_related(
        "vehicles", "signatures__user", "proposals", "attachments"
    )
