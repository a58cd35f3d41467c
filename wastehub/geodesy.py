"""Datums used on Chinese maps, and distance on the sphere.

Longitude and latitude are degrees, in this order, as floats or arrays. WGS 84 is what
is stored. CGCS2000 differs from it by millimetres (ellipsoid) to decimetres (epoch) and
is treated as equal. GCJ-02 is WGS 84 shifted by a public polynomial, 337 to 446 m in
Sichuan; BD-09 twists GCJ-02 once more, to 837 to 983 m. Both shifts apply within a
rough box around China (which also holds Hong Kong, Taiwan and foreign land) and are
the identity outside it.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import overload

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Pair = tuple[Array, Array]

# PostGIS's sphere: (2a + b) / 3 of the WGS 84 ellipsoid.
SPHERE_RADIUS_KM = 6371.0087714150598

# The box in which maps are shifted, degrees.
WEST, EAST = 72.004, 137.8347
SOUTH, NORTH = 0.8293, 55.8271

# GCJ-02: the Krasovsky 1940 ellipsoid and the polynomial's origin.
KRASOVSKY_A_M = 6378245.0
KRASOVSKY_E2 = 0.00669342162296594323
ORIGIN_LON, ORIGIN_LAT = 105.0, 35.0

# BD-09: wavelength of the twist, and the offset.
TWIST_PER_DEG = np.pi * 3000.0 / 180.0
BD_OFFSET_LON, BD_OFFSET_LAT = 0.0065, 0.006

# Each round of the inverse shrinks the error at least fiftyfold, from 0.02 degrees at
# worst: seven end at the last bits of a double. Their number is fixed, so that a point
# is converted to the same bits alone and in any array: shared borders stay shared.
INVERSE_ROUNDS = 7


class Datum(StrEnum):
    """What a pair of coordinates refers to."""

    WGS84 = "WGS84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ02"
    BD09 = "BD09"


@overload
def to_wgs84(lon: float, lat: float, datum: str) -> tuple[float, float]: ...
@overload
def to_wgs84(lon: Array, lat: Array, datum: str) -> Pair: ...
def to_wgs84(
    lon: float | Array, lat: float | Array, datum: str
) -> tuple[float | Array, float | Array]:
    """WGS 84 coordinates of points given in a datum.

    The shift has no closed inverse; it is iterated to a fixed point, so that
    :func:`from_wgs84` gives the input back to within 1e-9 degrees. Within 1 km of the
    edge of China's box two WGS 84 points can share one shifted point; the one inside
    the box is returned.

    Parameters
    ----------
    lon, lat
        Degrees; floats, or arrays of one shape.
    datum
        One of :class:`Datum`.

    Raises
    ------
    ValueError
        The datum is unknown.
    """
    shift = _SHIFTS[Datum(datum)]
    return _like(lon, lat, _unshifted(shift, *_arrays(lon, lat)))


@overload
def from_wgs84(lon: float, lat: float, datum: str) -> tuple[float, float]: ...
@overload
def from_wgs84(lon: Array, lat: Array, datum: str) -> Pair: ...
def from_wgs84(
    lon: float | Array, lat: float | Array, datum: str
) -> tuple[float | Array, float | Array]:
    """Coordinates in a datum of points given in WGS 84.

    Parameters and errors are those of :func:`to_wgs84`.

    References
    ----------
    GCJ-02 as published by googollee/eviltransform; BD-09 as published by
    wandergis/coordtransform.
    """
    shift = _SHIFTS[Datum(datum)]
    return _like(lon, lat, _shifted(shift, *_arrays(lon, lat)))


@overload
def great_circle_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float: ...
@overload
def great_circle_km(
    lon1: Array, lat1: Array, lon2: float | Array, lat2: float | Array
) -> Array: ...
@overload
def great_circle_km(lon1: float, lat1: float, lon2: Array, lat2: Array) -> Array: ...
def great_circle_km(
    lon1: float | Array, lat1: float | Array, lon2: float | Array, lat2: float | Array
) -> float | Array:
    """Great-circle distance in kilometres; arguments broadcast.

    The arctangent form is used, not the haversine: it is exact to nanometres for near,
    far and antipodal points, as PostGIS is.

    Parameters
    ----------
    lon1, lat1, lon2, lat2
        WGS 84, degrees.
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    turn = np.radians(np.subtract(lon2, lon1))
    across = np.cos(phi2) * np.sin(turn)
    along = np.cos(phi1) * np.sin(phi2) - np.sin(phi1) * np.cos(phi2) * np.cos(turn)
    inward = np.sin(phi1) * np.sin(phi2) + np.cos(phi1) * np.cos(phi2) * np.cos(turn)
    distance: Array = SPHERE_RADIUS_KM * np.arctan2(np.hypot(across, along), inward)
    return distance if distance.ndim else float(distance)


def in_china_box(lon: float | Array, lat: float | Array) -> NDArray[np.bool_]:
    """Whether points lie in the rough box in which Chinese maps are shifted."""
    x, y = _arrays(lon, lat)
    inside: NDArray[np.bool_] = (x >= WEST) & (x <= EAST) & (y >= SOUTH) & (y <= NORTH)
    return inside


def looks_swapped(lon: float, lat: float) -> bool:
    """Whether a point outside China's box would lie in it with its axes exchanged."""
    return not in_china_box(lon, lat) and bool(in_china_box(lat, lon))


def _arrays(lon: float | Array, lat: float | Array) -> Pair:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _like(
    lon: float | Array, lat: float | Array, result: Pair
) -> tuple[float | Array, float | Array]:
    if np.ndim(lon) or np.ndim(lat):
        return result
    return float(result[0]), float(result[1])


Shift = Callable[[Array, Array], Pair]


def _shifted(shift: Shift, lon: Array, lat: Array) -> Pair:
    x, y = shift(lon, lat)
    inside = in_china_box(lon, lat)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _unshifted(shift: Shift, lon: Array, lat: Array) -> Pair:
    x, y = _inverse(shift, lon, lat)
    inside = in_china_box(x, y)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _inverse(shift: Shift, lon: Array, lat: Array) -> Pair:
    x, y = lon, lat
    for _ in range(INVERSE_ROUNDS):
        shifted_x, shifted_y = shift(x, y)
        x, y = x + (lon - shifted_x), y + (lat - shifted_y)
    return x, y


def _none(lon: Array, lat: Array) -> Pair:
    return lon, lat


def _gcj02(lon: Array, lat: Array) -> Pair:
    x, y = lon - ORIGIN_LON, lat - ORIGIN_LAT
    curvature = 1 - KRASOVSKY_E2 * np.sin(np.radians(lat)) ** 2
    normal_m = KRASOVSKY_A_M / np.sqrt(curvature)
    meridian_m = normal_m * (1 - KRASOVSKY_E2) / curvature
    east_deg = np.degrees(_east_m(x, y) / (normal_m * np.cos(np.radians(lat))))
    return lon + east_deg, lat + np.degrees(_north_m(x, y) / meridian_m)


def _east_m(x: Array, y: Array) -> Array:
    smooth = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    waves = (
        20 * _sine(6, x) + 20 * _sine(2, x) + 20 * _sine(1, x) + 40 * _sine(1 / 3, x)
    )
    east: Array = (
        smooth + (waves + 150 * _sine(1 / 12, x) + 300 * _sine(1 / 30, x)) * 2 / 3
    )
    return east


def _north_m(x: Array, y: Array) -> Array:
    smooth = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    waves = (
        20 * _sine(6, x) + 20 * _sine(2, x) + 20 * _sine(1, y) + 40 * _sine(1 / 3, y)
    )
    north: Array = (
        smooth + (waves + 160 * _sine(1 / 12, y) + 320 * _sine(1 / 30, y)) * 2 / 3
    )
    return north


def _sine(half_turns: float, angle: Array) -> Array:
    wave: Array = np.sin(half_turns * np.pi * angle)
    return wave


def _bd09_from_gcj02(lon: Array, lat: Array) -> Pair:
    radius = np.sqrt(lon * lon + lat * lat) + 2e-5 * np.sin(lat * TWIST_PER_DEG)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * TWIST_PER_DEG)
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    return x + BD_OFFSET_LON, y + BD_OFFSET_LAT


def _bd09(lon: Array, lat: Array) -> Pair:
    return _bd09_from_gcj02(*_gcj02(lon, lat))


_SHIFTS: dict[Datum, Shift] = {
    Datum.WGS84: _none,
    Datum.CGCS2000: _none,
    Datum.GCJ02: _gcj02,
    Datum.BD09: _bd09,
}
