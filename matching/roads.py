"""How winding the roads are, by region, from the catalogue."""

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
from django.contrib.gis.geos import Point

from matching.engine.road import Roads
from matching.index import Index
from matching.listed import DemandRow, SupplyRow
from wastehub.places import adcodes
from wastehub.places.models import Region


def roads_of(index: Index, default: float) -> Roads:
    """Circuity around both ends; ``default`` where the catalogue names no region."""

    @cache
    def at(county: str) -> float:
        return circuity_at(county, index.circuities, default)

    def around(rows: Iterable[SupplyRow | DemandRow]) -> np.ndarray:
        return np.array([at(row.adcode) for row in rows], np.float64)

    return Roads(
        supply_circuity=around(index.supplies),
        demand_circuity=around(index.demands),
    )


def roads_to(
    places: Iterable[Point],
    roads: Roads,
    by_region: Mapping[str, float],
    default: float,
) -> Roads:
    """The roads from a problem's supplies to other places than its demands.

    ``places`` are WGS 84; ``by_region`` is the circuity by adcode, ``default`` that
    around a place outside the map.
    """
    counties = Region.objects.current().at(Region.Level.COUNTY)
    inside = (
        counties.containing(place).values_list("adcode", flat=True).first()
        for place in places
    )
    around = [
        circuity_at(county, by_region, default) if county else default
        for county in inside
    ]
    return Roads(
        supply_circuity=roads.supply_circuity,
        demand_circuity=np.array(around, np.float64),
    )


def circuity_at(county: str, by_region: Mapping[str, float], default: float) -> float:
    """That of the county, else of its prefecture, else of its province."""
    named = adcodes.standing_for(county, by_region)
    return default if named is None else by_region[named]
