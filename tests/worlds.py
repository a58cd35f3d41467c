"""Named tiny worlds on the real database.

``two_counties`` is a province of two square counties between 104 and 106 degrees east
and 30 and 31 degrees north; Chengdu's real neighbours are not needed to test a rule.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils import timezone

from wastehub.accounts.credit_code import check_character
from wastehub.accounts.models import Organisation
from wastehub.accounts.services import organisation_create
from wastehub.catalogue.models import Material, UseRoute
from wastehub.places.models import DEEPEST_ZOOM, BoundarySet, Region, TileShape
from wastehub.registry import services
from wastehub.registry.models import Demand, Facility, Supply

WEST, EAST = "510104", "510105"


def next_month() -> date:
    """A day until which a listing may well be valid."""
    return timezone.localdate() + timedelta(days=30)


def square(west: float, south: float, east: float, north: float) -> MultiPolygon:
    """A rectangle as the kind of shape that regions have."""
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)


def two_counties() -> BoundarySet:
    """Province 510000, prefecture 510100, county 510104 west and 510105 east."""
    return _drawn([("510000", "province", "四川省", None, 104, 106), *_CHENGDU])


def a_country() -> BoundarySet:
    """From west to east: Sichuan as above, Beijing, Dongguan's province and Taiwan.

    Beijing's districts and Dongguan have no prefecture around them, Taiwan has no
    parts: so it is in the package that the real map comes from.
    """
    return _drawn(
        [
            ("100000", "country", "中国", None, 104, 110),
            ("510000", "province", "四川省", "100000", 104, 106),
            *_CHENGDU,
            ("110000", "province", "北京市", "100000", 106, 108),
            ("110101", "county", "东城区", "110000", 106, 107),
            ("110102", "county", "西城区", "110000", 107, 108),
            ("440000", "province", "广东省", "100000", 108, 109),
            ("441900", "county", "东莞市", "440000", 108, 109),
            ("710000", "province", "台湾省", "100000", 109, 110),
        ]
    )


_CHENGDU = [
    ("510100", "prefecture", "成都市", "510000", 104, 106),
    (WEST, "county", "西县", "510100", 104, 105),
    (EAST, "county", "东县", "510100", 105, 106),
]


def _drawn(rows: list[tuple[str, str, str, str | None, float, float]]) -> BoundarySet:
    """Regions from 30 to 31 north, each after the one that it lies in."""
    squares = BoundarySet.objects.create(
        code="squares", source="a test", licence="-", tolerance_deg=0, is_current=True
    )
    made: dict[str | None, Region] = {}
    for adcode, level, name, parent, west, east in rows:
        shape = square(west, 30, east, 31)
        made[adcode] = Region.objects.create(
            boundary_set=squares,
            adcode=adcode,
            level=level,
            parent=made.get(parent),
            name_zh=name,
            name_en=adcode,
            shape=shape,
            drawn_shape=shape,
        )
    draw_at_every_zoom(made.values())
    return squares


def draw_at_every_zoom(regions: Iterable[Region]) -> None:
    """Tiles show these regions as they are drawn, at all zooms alike."""
    zooms = {"from_zoom": 0, "below_zoom": DEEPEST_ZOOM + 1}
    TileShape.objects.bulk_create(
        TileShape(region=region, shape=region.drawn_shape, **zooms)
        for region in regions
    )


def credit_code(number: int) -> str:
    """A code with a right check character that belongs to nobody."""
    start = f"91510000{number:09d}"
    return start + check_character(start)


def organisation(number: int = 1, **values: Any) -> Organisation:
    """An organisation by its number."""
    values = {"name_zh": f"{number} 号厂", "name_en": f"Works {number}"} | values
    return organisation_create(credit_code=credit_code(number), **values)


def facility(
    lon: float = 104.5,
    lat: float = 30.5,
    owner: Organisation | None = None,
    **values: Any,
) -> Facility:
    """A site, in the west county unless placed elsewhere."""
    values = {"name_zh": "厂区", "datum": "WGS84"} | values
    return services.facility_create(
        organisation=owner or organisation(Organisation.objects.count() + 1),
        lon=lon,
        lat=lat,
        **values,
    )


def supply(
    material: str = "fly_ash", at: Facility | None = None, **values: Any
) -> Supply:
    """A thousand tonnes on offer, free, for a month."""
    values = {"stock_kg": 1_000_000, "valid_until": next_month()} | values
    return services.supply_create(
        facility=at or facility(),
        material=Material.objects.get(code=material),
        **values,
    )


def demand(
    route: str = "cement_blending", at: Facility | None = None, **values: Any
) -> Demand:
    """A thousand tonnes a year wanted, for a month."""
    values = {"capacity_kg_per_year": 1_000_000, "valid_until": next_month()} | values
    return services.demand_create(
        facility=at or facility(),
        route=UseRoute.objects.get(code=route),
        **values,
    )
