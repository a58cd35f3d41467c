"""How alerts are read."""

from typing import Self

from django.db import models
from django.db.models import Case, Count, Value, When

from maps.alerts.kinds import TO_DO, AlertKind
from wastehub.places import adcodes


class AlertQuerySet(models.QuerySet):
    """Alerts by place and by what is still to be done."""

    def standing(self) -> Self:
        """Those whose reason is still there, settled ones too."""
        return self.filter(cleared_at=None)

    def to_do(self) -> Self:
        """Those that stand and that nobody has settled."""
        return self.standing().filter(state__in=TO_DO)

    def within(self, adcode: str) -> Self:
        """Those of a region and of what lies in it."""
        return self.filter(adcode__startswith=adcodes.prefix(adcode))

    def gravest_first(self) -> Self:
        """By severity, then by kind, the oldest first."""
        places = [When(kind=kind, then=at) for at, kind in enumerate(AlertKind)]
        kind = Case(*places, default=Value(len(places)))
        return self.order_by("-severity", kind, "first_seen", "adcode", "pk")

    def counted_by_kind(self) -> dict[str, int]:
        """How many there are of each kind."""
        rows = self.order_by().values_list("kind").annotate(Count("pk"))
        return dict(rows)
