"""How winding the roads are, by region, from the catalogue."""

from collections.abc import Iterable, Mapping

import numpy as np
from django.contrib.gis.geos import Point

from matching.engine.road import Roads
from matching.index import Index
from wastehub.catalogue.models import Factor
from wastehub.places import adcodes
from wastehub.places.models import Region
from wastehub.registry.models import Facility

CIRCUITY = "circuity"


def roads_of(index: Index, default: float) -> Roads:
    """Circuity around both ends; ``default`` where the catalogue names no region."""
    by_region = circuities()

    def around(sites: Iterable[Facility]) -> np.ndarray:
        return np.array(
            [circuity_at(site.county.adcode, by_region, default) for site in sites],
            np.float64,
        )

    return Roads(
        supply_circuity=around(row.facility for row in index.supplies),
        demand_circuity=around(row.facility for row in index.demands),
    )


def roads_to(places: Iterable[Point], roads: Roads, default: float) -> Roads:
    """The roads from a problem's supplies to other places than its demands.

    ``places`` are WGS 84; ``default`` is the circuity around one outside the map.
    """
    by_region = circuities()
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


def circuities() -> dict[str, float]:
    """Circuity by the adcode that a factor such as ``circuity_510400`` names."""
    rows = Factor.objects.filter(code__startswith=f"{CIRCUITY}_")
    return {
        code.removeprefix(f"{CIRCUITY}_"): value
        for code, value in rows.values_list("code", "value")
    }


def circuity_at(county: str, by_region: Mapping[str, float], default: float) -> float:
    """That of the county, else of its prefecture, else of its province."""
    named = adcodes.standing_for(county, by_region)
    return default if named is None else by_region[named]
