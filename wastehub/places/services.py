"""Where a point lies: its county, or the reason why it has none."""

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from wastehub.errors import Refused
from wastehub.geodesy import looks_swapped
from wastehub.places.models import BoundarySet, Region

PROVINCES_NAMED = 3


def county_at(point: Point) -> Region:
    """County of the current map that a WGS 84 point lies in; one query.

    The full-resolution shape counts. On a shared border the lowest adcode wins. The
    region comes without its shapes; they are fetched when asked for.

    Raises
    ------
    Refused
        ``outside_loaded_regions``: no county holds the point; the message says whether
        its axes look exchanged, its province has no counties loaded, or it is at sea
        or abroad. ``no_boundaries``: no map is loaded yet.
    """
    counties = Region.objects.current().at(Region.Level.COUNTY)
    county = counties.containing(point).defer("shape", "drawn_shape").first()
    if county is None:
        raise _refusal(point)
    return county


def _refusal(point: Point) -> Refused:
    if not BoundarySet.objects.filter(is_current=True).exists():
        return Refused(
            "no_boundaries",
            _("No boundaries are loaded yet. The operator runs manage.py load_places."),
        )
    message = _why_outside(point)
    return Refused("outside_loaded_regions", message, {"lon": message, "lat": message})


def _why_outside(point: Point) -> str:
    if looks_swapped(point.x, point.y):
        return _(
            "The point lies outside China; it looks as if longitude and latitude are"
            " exchanged. Longitude comes first."
        )
    provinces = Region.objects.current().at(Region.Level.PROVINCE)
    province = provinces.containing(point).only("name_zh", "name_en").first()
    if province is None:
        return _("The point lies outside every loaded region: at sea or abroad.")
    return _("The point lies in %(province)s. %(loaded)s") % {
        "province": province.name,
        "loaded": _what_is_loaded(),
    }


def _what_is_loaded() -> str:
    provinces = Region.objects.current().at(Region.Level.PROVINCE)
    names = [p.name for p in provinces.with_parts().only("name_zh", "name_en")]
    if len(names) > PROVINCES_NAMED:
        return _("No counties are loaded there.")
    return _("Counties are loaded only for: %(provinces)s.") % {
        "provinces": ", ".join(names) or _("none")
    }
