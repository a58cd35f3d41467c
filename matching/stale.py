"""Which supplies' matches are out of date: the sweep's question, answered in SQL."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from matching.models import MatchRun
from wastehub.catalogue.models import Rulebook
from wastehub.registry.models import Demand, Supply
from wastehub.registry.sphere import SphereWithin


def stale_supplies(day: date | None = None) -> QuerySet[Supply]:
    """Open supplies never matched, or changed since, or overtaken by what is around.

    Overtaken means: a demand within the material's reach, by a route that knows the
    material, changed later or was moved; or the rulebook changed; or another day came,
    on which listings and editions may have ended. Oldest change first.
    """
    day = day or timezone.localdate()
    return (
        Supply.objects.open(day)
        .filter(
            Q(matched_at__isnull=True)
            | Q(changed_at__gt=F("matched_at"))
            | Q(facility__changed_at__gt=F("matched_at"))
            | Q(Exists(_newer_demands_in_reach()))
            | ~Q(Exists(_runs_by_the_rules_of(day)))
        )
        .order_by("changed_at", "pk")
    )


def is_stale(supply: Supply) -> bool:
    """Whether this one is."""
    return stale_supplies().filter(pk=supply.pk).exists()


def _newer_demands_in_reach() -> QuerySet[Demand]:
    moved_or_changed = Q(changed_at__gt=OuterRef("matched_at")) | Q(
        facility__changed_at__gt=OuterRef("matched_at")
    )
    in_reach = SphereWithin(
        F("facility__point"),
        OuterRef("facility__point"),
        OuterRef("material__reach_km") * 1000.0,
    )
    return Demand.objects.filter(
        moved_or_changed,
        in_reach,
        facility__organisation__is_invented=OuterRef(
            "facility__organisation__is_invented"
        ),
        route__admissions__material=OuterRef("material"),
    )


def _runs_by_the_rules_of(day: date) -> QuerySet[MatchRun]:
    current = Rulebook.objects.order_by("-loaded_at").values("version")[:1]
    return MatchRun.objects.published().filter(
        supply=OuterRef("pk"), rulebook_version=current, as_of__gte=day
    )
