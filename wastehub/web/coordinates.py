"""What can be wrong with a pair of coordinates before anybody looks at a map."""

import math

from django.utils.translation import gettext as _

from wastehub import geodesy


def fault(lon: float, lat: float) -> str | None:
    """Why a pair in degrees can not be right, or ``None``."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return _("Longitude and latitude must be numbers.")
    if geodesy.looks_swapped(lon, lat):
        return _(
            "It looks as if longitude and latitude are exchanged: "
            "longitude comes first."
        )
    if abs(lat) > 90:
        return _("Latitude lies between -90 and 90 degrees.")
    if abs(lon) > 180:
        return _("Longitude lies between -180 and 180 degrees.")
    return None
