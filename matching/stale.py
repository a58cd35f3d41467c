"""Which supplies' matches are out of date: the sweep's question, answered in SQL."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from matching.models import MatchRun
from wastehub.catalogue.models import Rulebook
from wastehub.registry.models import Demand, Supply
from wastehub.registry.sphere import SphereWithin


def stale_supplies(day: date | None = None) -> QuerySet[Supply]:
    """Open supplies never matched, or changed since, or overtaken by what is around.

    Overtaken means: a demand within the material's reach, by a route that knows the
    material, changed later; or the rulebook did. Oldest change first.
    """
    return (
        Supply.objects.open(day)
        .filter(
            Q(matched_at__isnull=True)
            | Q(changed_at__gt=F("matched_at"))
            | Q(Exists(_newer_demands_in_reach()))
            | ~Q(Exists(_runs_by_current_rulebook()))
        )
        .order_by("changed_at", "pk")
    )


def is_stale(supply: Supply) -> bool:
    """Whether this one is."""
    return stale_supplies().filter(pk=supply.pk).exists()


def _newer_demands_in_reach() -> QuerySet[Demand]:
    return Demand.objects.filter(
        SphereWithin(
            F("facility__point"),
            OuterRef("facility__point"),
            OuterRef("material__reach_km") * 1000.0,
        ),
        facility__organisation__is_invented=OuterRef(
            "facility__organisation__is_invented"
        ),
        route__admissions__material=OuterRef("material"),
        changed_at__gt=OuterRef("matched_at"),
    )


def _runs_by_current_rulebook() -> QuerySet[MatchRun]:
    current = Rulebook.objects.order_by("-loaded_at").values("version")[:1]
    return MatchRun.objects.published().filter(
        supply=OuterRef("pk"), rulebook_version=current
    )
