"""Invented industrial parks: circles around works of the invented region."""

import math

import shapely
from django.contrib.gis.geos import Point
from django.db import transaction

from seeds.demo.generating import MARK_EN, MARK_ZH, SOURCE
from seeds.demo.loading import KEY
from seeds.places.features import as_multipolygon
from seeds.turns import wait_for_turn
from wastehub.geodesy import SPHERE_RADIUS_KM
from wastehub.places.models import Zone
from wastehub.places.zoning import ZoneFacts, zone_put
from wastehub.registry.models import Facility
from wastehub.sourced import Confidence

RADIUS_KM = 4
CORNERS = 64
# The park's code, its names, and the works that it lies around.
PARKS = (
    ("demo_park_shifang", "磷化工园区", "phosphate park", ("phosphate_shifang",)),
    (
        "demo_park_panzhihua",
        "钒钛园区",
        "vanadium and titanium park",
        ("steel_panzhihua", "cement_renhe"),
    ),
)


@transaction.atomic
def load_parks() -> int:
    """Draw the parks around their works; returns how many were new or moved."""
    wait_for_turn()
    return sum(zone_put(facts=_park(*park))[1] for park in PARKS)


def _park(code: str, name_zh: str, name_en: str, works: tuple[str, ...]) -> ZoneFacts:
    keys = [f"{KEY}:{site}" for site in works]
    sites = Facility.objects.filter(source_key__in=keys).order_by("source_key")
    return ZoneFacts(
        code=code,
        kind=Zone.Kind.PARK,
        name_zh=f"{MARK_ZH}·{name_zh}",
        name_en=f"{MARK_EN} {name_en}",
        source=SOURCE,
        confidence=Confidence.LOW,
        shape=as_multipolygon([_circle(site.point) for site in sites]),
        is_invented=True,
    )


def _circle(middle: Point) -> shapely.Polygon:
    """A ring of corners so many kilometres away, near enough on the sphere."""
    reach = math.degrees(RADIUS_KM / SPHERE_RADIUS_KM)
    flat = reach / math.cos(math.radians(middle.y))
    turns = [2 * math.pi * corner / CORNERS for corner in range(CORNERS)]
    ring = [
        (middle.x + flat * math.cos(turn), middle.y + reach * math.sin(turn))
        for turn in turns
    ]
    return shapely.Polygon(ring)
