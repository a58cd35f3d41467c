"""What every map starts from: tile addresses, the extent, labels, colours and words."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.db.models import Q
from django.utils.translation import gettext as _

from wastehub.catalogue.models import Material
from wastehub.places.models import BoundarySet, Region
from wastehub.web.templatetags.naming import both_plain

TILES = {
    "province": "/tiles/regions/{z}/{x}/{y}.pbf?level=province",
    "prefecture": "/tiles/regions/{z}/{x}/{y}.pbf?level=prefecture",
    "county": "/tiles/regions/{z}/{x}/{y}.pbf?level=county",
    "facilities": "/tiles/facilities/{z}/{x}/{y}.pbf",
}


def map_frame() -> dict[str, Any]:
    """The frame of a map, ready for ``json_script``."""
    current = BoundarySet.objects.filter(is_current=True).first()
    return {
        "tiles": TILES,
        "box": _box(current),
        "labels": _labels(current),
        "attribution": current.attribution if current else "",
        "basemap": _basemap(),
        "materials": {
            row.code: {"colour": row.colour, "name": both_plain(row)}
            for row in Material.objects.all()
        },
        "words": _words(),
    }


def _basemap() -> dict[str, str] | None:
    """The street map that the operator names; none by default."""
    if not settings.BASEMAP_URL:
        return None
    return {
        "url": settings.BASEMAP_URL,
        "datum": settings.BASEMAP_DATUM,
        "attribution": settings.BASEMAP_ATTRIBUTION,
    }


def _labels(current: BoundarySet | None) -> list[dict[str, Any]]:
    return _labels_of(current.pk, current.code) if current else []


def _box(current: BoundarySet | None) -> list[float] | None:
    return _box_of(current.pk, current.code) if current else None


# A boundary set never changes once it is loaded, so its labels and box do not either.
@lru_cache(maxsize=4)
def _labels_of(boundary_set_id: int, code: str) -> list[dict[str, Any]]:
    prefectures = Q(level=Region.Level.PREFECTURE)
    provinces = Q(level=Region.Level.PROVINCE, parent__isnull=False)
    rows = Region.objects.filter(
        prefectures | provinces, boundary_set_id=boundary_set_id
    )
    return [
        {"level": level, "name_zh": zh, "name_en": en, "lon": at.x, "lat": at.y}
        for level, zh, en, at in rows.values_list(
            "level", "name_zh", "name_en", "middle"
        )
    ]


@lru_cache(maxsize=4)
def _box_of(boundary_set_id: int, code: str) -> list[float] | None:
    rows = Region.objects.filter(boundary_set_id=boundary_set_id).filling(
        Region.Level.PREFECTURE
    )
    box = rows.aggregate(box=Extent("drawn_shape"))["box"]
    return list(box) if box else None


def _words() -> dict[str, str]:
    return {
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "hint_wheel": _("Hold Ctrl and scroll to zoom the map"),
        "hint_mac": _("Hold ⌘ and scroll to zoom the map"),
        "hint_touch": _("Move the map with two fingers"),
        "close": _("Close"),
        "credit": _("About this map"),
        "offers": _("Offers"),
        "wants": _("Wants"),
        "per_year": _("t a year"),
        "open": _("Open"),
        "no_map": _(
            "This browser can not draw the map. The lists say the same in words."
        ),
        "no_position": _("The browser did not tell your position. Click the map."),
        "chosen": _("Point chosen on the map"),
    }
