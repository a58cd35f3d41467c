"""Listings with the rows that a page shows beside them, in one query.

A region's shape is large and no page needs it, so it is never read here.
"""

from typing import Any

from django.db.models import F, QuerySet

from matching.models import MatchRun
from wastehub.exchange.availability import with_piles
from wastehub.registry.querysets import SupplyQuerySet
from wastehub.web import reveal


def supplies_in_full(rows: SupplyQuerySet) -> QuerySet:
    """Supplies with their pile, material, site, organisation, county and prefecture."""
    return _without_shapes(
        with_piles(rows).select_related(
            "material", "facility__organisation", "facility__county__parent"
        ),
        "facility__county",
    )


def demands_in_full(rows: QuerySet) -> QuerySet:
    """Demands with route, site, organisation, county and prefecture."""
    return _without_shapes(
        rows.select_related(
            "route", "facility__organisation", "facility__county__parent"
        ),
        "facility__county",
    )


def facilities_in_full(rows: QuerySet) -> QuerySet:
    """Sites with organisation, county and prefecture."""
    return _without_shapes(
        rows.select_related("organisation", "county__parent"), "county"
    )


def with_two_sites(rows: QuerySet, *sites: str) -> QuerySet:
    """Rows between two sites, with both, their owners, counties and prefectures."""
    for site in sites:
        rows = rows.select_related(f"{site}__organisation", f"{site}__county__parent")
        rows = _without_shapes(rows, f"{site}__county")
    return rows


def matches_in_full(rows: QuerySet) -> QuerySet:
    """Matches with both ends and the limit that decided."""
    rows = rows.select_related(
        "supply__material",
        "supply__facility__county__parent",
        "demand__route",
        "demand__facility__county__parent",
        "deciding_limit__parameter",
        "deciding_limit__standard",
    )
    rows = _without_shapes(rows, "supply__facility__county")
    return _without_shapes(rows, "demand__facility__county")


def refusals_in_full(rows: QuerySet) -> QuerySet:
    """Refusals with the rule that decided and the site, if it is about one."""
    rows = rows.select_related(
        "route",
        "demand__facility__county",
        "supply__facility__county",
        "supply__material",
        "limit__parameter",
        "limit__standard",
        "admission__standard",
    )
    rows = _without_shapes(rows, "supply__facility__county")
    return _without_shapes(rows, "demand__facility__county")


def origins(facilities: QuerySet) -> set[str]:
    """Where sites come from, so that a page says what is invented or estimated."""
    return set(facilities.order_by().values_list("origin", flat=True).distinct())


def origins_counted(facilities: QuerySet, run: MatchRun | None) -> set[str]:
    """Where the sites come from that a run counts: real ones, or invented ones."""
    if run is None:
        return origins(facilities)
    return origins(facilities.filter(organisation__is_invented=run.is_invented))


def by_size(rows: SupplyQuerySet) -> SupplyQuerySet:
    """Supplies, those that offer most in a year first."""
    return rows.ordered_by_mass(F("stock_kg") + F("rate_kg_per_year"))


def map_point(facility: Any) -> dict[str, Any]:
    """A site as a map draws it: where it is shown."""
    return drawn_at(reveal.place_of(facility))


def drawn_at(point: Any) -> dict[str, Any]:
    """A point as a map draws it."""
    return {"lon": round(point.x, 6), "lat": round(point.y, 6)}


def _without_shapes(rows: QuerySet, county: str) -> QuerySet:
    regions = (county, f"{county}__parent")
    return rows.defer(
        *(f"{region}__{shape}" for region in regions for shape in _SHAPES)
    )


_SHAPES = ("shape", "drawn_shape")
