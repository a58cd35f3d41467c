"""Writing facilities: the point is converted to WGS 84 and placed in its county."""

import math
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from wastehub import geodesy, sourcekey
from wastehub.accounts.models import Organisation
from wastehub.errors import Refused
from wastehub.places.models import SRID
from wastehub.places.services import county_at
from wastehub.registry.models import Facility


@transaction.atomic
def facility_create(
    *,
    organisation: Organisation,
    name_zh: str,
    lon: float,
    lat: float,
    datum: str,
    name_en: str = "",
    is_approximate: bool = False,
) -> Facility:
    """Register a site at a point given in ``datum``; an invented owner's is invented.

    Raises
    ------
    Refused
        An unknown datum, a point that is no number, or one outside the loaded counties
        (``outside_loaded_regions``), at ``datum``, ``lon`` and ``lat``.
    """
    facility = Facility(
        organisation=organisation,
        name_zh=name_zh,
        name_en=name_en,
        is_approximate=is_approximate,
        **_origin(organisation),
        **_placed(lon, lat, datum),
    )
    facility.full_clean()
    facility.save()
    return facility


def facility_put(
    *, source_key: str, lon: float, lat: float, datum: str, **values: Any
) -> tuple[Facility, bool]:
    """Bring a site known from an outside source up to date; refuses as above."""
    return sourcekey.put(Facility, source_key, **_placed(lon, lat, datum), **values)


def point_in_wgs84(lon: float, lat: float, datum: str) -> Point:
    """The WGS 84 point of a pair given in a datum.

    Raises
    ------
    Refused
        ``datum_unknown`` or ``not_a_number``.
    """
    if datum not in Facility.Datum.values:
        message = _("State the datum: WGS84, CGCS2000, GCJ02 or BD09.")
        raise Refused("datum_unknown", message, {"datum": message})
    if not (math.isfinite(lon) and math.isfinite(lat)):
        message = _("Longitude and latitude must be numbers.")
        raise Refused("not_a_number", message, {"lon": message, "lat": message})
    x, y = geodesy.to_wgs84(lon, lat, datum)
    return Point(float(x), float(y), srid=SRID)


def _origin(organisation: Organisation) -> dict[str, str]:
    if not organisation.is_invented:
        return {"origin": Facility.Origin.REGISTERED}
    return {
        "origin": Facility.Origin.DEMO,
        "source": _("entered by an invented organisation"),
    }


def _placed(lon: float, lat: float, datum: str) -> dict[str, Any]:
    point = point_in_wgs84(lon, lat, datum)
    return {
        "point": point,
        "entered_lon": lon,
        "entered_lat": lat,
        "datum": datum,
        "county": county_at(point),
    }
