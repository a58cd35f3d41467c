"""Many more invented listings like the demo's, scattered around its sites by a seed.

What is more than a province lies on copies of it, side by side, so that the land is as
crowded everywhere. The copies' sites keep the counties of those that they are like.
"""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

import numpy as np
from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from tests.bench.sizes import PROVINCE, Size
from wastehub.registry.models import Demand, Facility, Supply

BATCH = 2000
# How far off a site lies, about: 20 km.
SPREAD_DEG = 0.2
MOST_KG = 10**8
# Wider than the province and the farthest haul of its materials: nobody reaches across.
APART_DEG = 22.0
SOURCE = "a benchmark"
Rng = np.random.Generator


def grow_to(size: Size) -> None:
    """As many listings beside the demo's, unless they are there already."""
    there = Supply.objects.count() // PROVINCE.supplies
    for province in range(there, size.provinces):
        _add_province(province)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _add_province(province: int) -> None:
    """Each at a site of its own; material or route as one of the demo's; no assays."""
    supplies, demands = PROVINCE.supplies, PROVINCE.demands
    rng = np.random.default_rng(1 + province)
    sites = _sites(rng, supplies + demands, province)
    materials = _of_demo(Supply, "material")
    routes = _of_demo(Demand, "route")
    _create(
        Supply,
        (
            Supply(
                facility=site,
                material_id=materials[rng.integers(len(materials))],
                stock_kg=_mass_kg(rng),
                **_terms(rng),
            )
            for site in sites[:supplies]
        ),
    )
    _create(
        Demand,
        (
            _demand(rng, site, routes[rng.integers(len(routes))])
            for site in sites[supplies:]
        ),
    )


def _sites(rng: Rng, count: int, province: int) -> list[Facility]:
    demo = Facility.objects.exclude(source=SOURCE).select_related("county")
    models = list(demo.order_by("pk"))
    sites = []
    for number in range(count):
        like = models[rng.integers(len(models))]
        east, north = rng.normal(0, SPREAD_DEG, 2)
        lon = (like.point.x + east + APART_DEG * province + 180) % 360 - 180
        lat = like.point.y + north
        sites.append(
            Facility(
                organisation_id=like.organisation_id,
                name_zh=f"{number} 号厂区",
                origin=like.origin,
                source=SOURCE,
                point=Point(lon, lat, srid=4326),
                entered_lon=lon,
                entered_lat=lat,
                datum=Facility.Datum.WGS84,
                county=like.county,
            )
        )
    return Facility.objects.bulk_create(sites, BATCH)


def _of_demo(model: type[Model], column: str) -> list[int]:
    demo = model._default_manager.exclude(facility__source=SOURCE)
    return list(demo.order_by("pk").values_list(column, flat=True))


def _demand(rng: Rng, site: Facility, route: int) -> Demand:
    capacity_kg = 3 * _mass_kg(rng)
    return Demand(
        facility=site,
        route_id=route,
        capacity_kg_per_year=capacity_kg,
        base_kg_per_year=capacity_kg * int(rng.integers(1, 4)),
        **_terms(rng),
    )


def _mass_kg(rng: Rng) -> int:
    return int(rng.integers(1, MOST_KG))


def _terms(rng: Rng) -> dict[str, object]:
    return {
        "price_yuan_per_t": Decimal(int(rng.integers(-2000, 3000))) / 100,
        "valid_until": timezone.localdate() + timedelta(days=365),
    }


def _create(model: type[Model], rows: Iterable[Model]) -> None:
    model._default_manager.bulk_create(rows, BATCH)
