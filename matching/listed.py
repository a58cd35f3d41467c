"""Listings as light rows: what a problem needs of each, read in one query a side.

Rows come by public id, so that the same listings make the same problem whatever the
order they were entered in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

import numpy as np
from django.db.models import (
    BigIntegerField,
    CharField,
    F,
    FloatField,
    Func,
    QuerySet,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from wastehub.registry.models import Supply
from wastehub.registry.querysets import DemandQuerySet, SupplyQuerySet
from wastehub.units import FEN_PER_YUAN


class SupplyRow(NamedTuple):
    """A supply, its site's place in WGS 84 degrees and its county's adcode."""

    pk: int
    public_id: str
    facility_id: int
    adcode: str
    lon: float
    lat: float
    ask_fen_per_t: int
    material_id: int
    stock_kg: int
    rate_kg_per_year: int


class DemandRow(NamedTuple):
    """A demand, its site's place in WGS 84 degrees and its county's adcode.

    A scenario's plant is one without keys: the database has no row of it.
    """

    pk: int | None
    public_id: str
    facility_id: int | None
    adcode: str
    lon: float
    lat: float
    offer_fen_per_t: int
    route_id: int
    capacity_kg_per_year: int
    base_kg_per_year: int
    farthest_km: float | None


@dataclass(frozen=True, eq=False)
class DemandTable:
    """Demands with those of their columns that a problem reckons with.

    ``farthest_km`` is infinite where there is no such wish.
    """

    rows: Sequence[DemandRow]
    lon: np.ndarray
    lat: np.ndarray
    route_id: np.ndarray
    offer_fen_per_t: np.ndarray
    capacity_kg_per_year: np.ndarray
    base_kg_per_year: np.ndarray
    farthest_km: np.ndarray

    @classmethod
    def of(cls, rows: Sequence[DemandRow]) -> "DemandTable":
        """The columns of these rows."""
        return cls(
            rows=rows,
            lon=column(rows, "lon", np.float64),
            lat=column(rows, "lat", np.float64),
            route_id=column(rows, "route_id", np.int64),
            offer_fen_per_t=column(rows, "offer_fen_per_t", np.int64),
            capacity_kg_per_year=column(rows, "capacity_kg_per_year", np.int64),
            base_kg_per_year=column(rows, "base_kg_per_year", np.int64),
            farthest_km=np.array(
                [
                    np.inf if row.farthest_km is None else row.farthest_km
                    for row in rows
                ],
                np.float64,
            ),
        )

    def take(self, places: np.ndarray) -> "DemandTable":
        """Some of the rows, in the order of their places."""
        columns = {name: data for name, data in vars(self).items() if name != "rows"}
        return DemandTable(
            rows=[self.rows[place] for place in places.tolist()],
            **{name: data[places] for name, data in columns.items()},
        )


def column(rows: Sequence[Any], name: str, kind: type[np.generic]) -> np.ndarray:
    """One attribute of all rows."""
    return np.fromiter(map(attrgetter(name), rows), kind, len(rows))


_Row = TypeVar("_Row", SupplyRow, DemandRow)


def supply_rows(supplies: SupplyQuerySet) -> list[SupplyRow]:
    """One query."""
    return _read(SupplyRow, supplies)


def demand_rows(demands: DemandQuerySet) -> list[DemandRow]:
    """One query."""
    return _read(DemandRow, demands)


def supplies_of(rows: Iterable[SupplyRow]) -> dict[int, Supply]:
    """The supplies behind light rows, by key, with sites and counties; one query."""
    county = "facility__county__"
    supplies = Supply.objects.select_related("facility__county")
    # A county's shapes are large.
    drawn = supplies.defer(f"{county}shape", f"{county}drawn_shape")
    return drawn.in_bulk([row.pk for row in rows])


def _read(kind: type[_Row], listings: QuerySet[Any]) -> list[_Row]:
    told = [_TOLD.get(name, F(name)) for name in kind._fields]
    rows = listings.order_by("public_id").values_list(*told)
    return list(map(kind._make, rows))


def _degrees(function: str) -> Func:
    return Func(F("facility__point"), function=function, output_field=FloatField())


# A price has two decimals in the database, so that its fen are whole.
_FEN_PER_T = Cast(F("price_yuan_per_t") * FEN_PER_YUAN, BigIntegerField())
_TOLD: dict[str, Combinable] = {
    "public_id": Cast(F("public_id"), CharField()),
    "adcode": F("facility__county__adcode"),
    "lon": _degrees("ST_X"),
    "lat": _degrees("ST_Y"),
    "ask_fen_per_t": _FEN_PER_T,
    "offer_fen_per_t": _FEN_PER_T,
}
