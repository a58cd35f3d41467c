"""What the map's layers draw, and what each thing on them says.

A layer narrows a queryset to what a zoom shows and names the columns that travel with
each shape. Mass is tonnes over a year: a supply's stock and yearly rate together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import (
    Case,
    Exists,
    F,
    FloatField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from maps import takers
from wastehub.registry.bands import floor_of
from wastehub.registry.models import Demand, Supply
from wastehub.units import KG_PER_TONNE

# Web map zooms: a prefecture of Sichuan fills a screen at about 8.
PREFECTURES_FROM_ZOOM = 5
COUNTIES_FROM_ZOOM = 8


@dataclass(frozen=True)
class Layer:
    """A layer of a vector tile.

    Attributes
    ----------
    geometry
        The column that is drawn, WGS 84.
    plain
        Columns that each shape carries as they are.
    reckoned
        Figures that each shape carries, by their name in the tile.
    shown
        Narrows the rows to those that a zoom shows.
    """

    name: str
    geometry: str
    plain: tuple[str, ...]
    reckoned: Mapping[str, Combinable]
    shown: Callable[[QuerySet[Any], int], QuerySet[Any]]


def level_at(zoom: int) -> str:
    """Provinces from afar, then prefectures, then counties."""
    if zoom < PREFECTURES_FROM_ZOOM:
        return "province"
    return "prefecture" if zoom < COUNTIES_FROM_ZOOM else "county"


def facilities(
    day: date, material_code: str | None = None, *, is_placed: bool = False
) -> Layer:
    """Sites with what they offer and want on a day, of one material or of all.

    ``is_placed`` rows come from ``FacilityQuerySet.placed``: those that are not shown
    in full stand in the middle of their county, with the floors of their masses' bands.
    """
    supplies = Supply.objects.open(day)
    demands = Demand.objects.open(day)
    if material_code is not None:
        supplies = supplies.of(material_code)
        demands = takers.open_for(material_code, day)
    here = OuterRef("pk")
    offers, wants = supplies.filter(facility=here), demands.filter(facility=here)
    plain = ("public_id", "name_zh", "name_en", "origin", "is_approximate")
    return Layer(
        name="facilities",
        geometry="place" if is_placed else "point",
        plain=(*plain, "is_in_full") if is_placed else plain,
        reckoned=_offered(offers, is_placed) | _wanted(wants, is_placed),
        shown=lambda rows, zoom: rows.filter(Exists(offers) | Exists(wants)),
    )


def _offered(offers: QuerySet[Supply], is_placed: bool) -> dict[str, Combinable]:
    mass_kg = F("stock_kg") + F("rate_kg_per_year")
    return {
        "offers": _codes(offers, "material__code"),
        "offered_t": _tonnes(offers, mass_kg, is_placed),
    }


def _wanted(wants: QuerySet[Demand], is_placed: bool) -> dict[str, Combinable]:
    return {
        "wants": _codes(wants, "route__code"),
        "wanted_t": _tonnes(wants, F("capacity_kg_per_year"), is_placed),
    }


def _codes(rows: QuerySet[Any], path: str) -> Combinable:
    codes = StringAgg(path, ",", distinct=True, order_by=path)
    return Coalesce(_total(rows, codes), Value("", TextField()))


def _tonnes(rows: QuerySet[Any], mass_kg: Combinable, is_placed: bool) -> Combinable:
    exact = _in_tonnes(rows, Sum(mass_kg))
    if not is_placed:
        return exact
    blurred = _in_tonnes(rows.annotate(listed_kg=mass_kg), Sum(floor_of("listed_kg")))
    return Case(When(is_in_full=True, then=exact), default=blurred)


def _in_tonnes(rows: QuerySet[Any], mass_kg: Combinable) -> Combinable:
    tonnes = Cast(mass_kg, FloatField()) / Value(float(KG_PER_TONNE))
    return Coalesce(_total(rows, tonnes), Value(0.0))


def _total(rows: QuerySet[Any], aggregate: Combinable) -> Subquery:
    totals = rows.order_by().values("facility").annotate(total=aggregate)
    return Subquery(totals.values("total"))
