"""Cells as values: names, amounts, positions and states, alike for all trackers."""

import math
import re
from collections.abc import Collection

from seeds.trackers.plants import Amount, RowFault
from wastehub.geodesy import looks_swapped

# How the trackers say that a capacity exists and its size is not known, or nothing.
NUMBERLESS = frozenset({"", ">0", "unknown", "n/a", "na", "tbd", "-"})
NAMELESS = frozenset({"", "unknown", "n/a", "-"})
NAME_LENGTH = 200
# In any unit of the trackers, Mt and Btu/kWh alike, this is beyond all works on Earth.
AMOUNT_CEILING = 1e6

_NUMBER = re.compile(r"\d+(\.\d*)?([eE][+-]?\d+)?")
_LANGUAGE = re.compile(r"\s*\(Chinese\)")
_SHARE = re.compile(r"\s*\[[\d.]+\s*%\]")


def name(text: str) -> str:
    """A name without its language mark and shares; empty where none is given."""
    bare = _SHARE.sub("", _LANGUAGE.sub("", text)).strip()
    return "" if bare.casefold() in NAMELESS else bare[:NAME_LENGTH]


def amount(text: str, column: str) -> Amount:
    """A capacity, in the column's own unit.

    Raises
    ------
    RowFault
        The cell holds neither a plausible number nor a known "no number".
    """
    if text.casefold() in NUMBERLESS:
        return Amount(None, text)
    if not _NUMBER.fullmatch(text):
        raise RowFault(f"{column} is {text!r}, not a number")
    if float(text) > AMOUNT_CEILING:
        raise RowFault(f"{column} is {text}, which can not be right")
    return Amount(float(text), text)


def position(lat: str, lon: str) -> tuple[float, float]:
    """Longitude and latitude in degrees.

    Raises
    ------
    RowFault
        One is missing, not a number, or out of range; a likely swap is named.
    """
    latitude, longitude = _degrees(lat, "lat"), _degrees(lon, "lon")
    if abs(latitude) > 90:
        swapped = (
            "; are lat and lon swapped?" if looks_swapped(longitude, latitude) else ""
        )
        raise RowFault(f"lat is {lat}, not within -90 and 90{swapped}")
    if abs(longitude) > 180:
        raise RowFault(f"lon is {lon}, not within -180 and 180")
    return longitude, latitude


def state(text: str, column: str, known: Collection[str]) -> str:
    """A plant's state in lower case.

    Raises
    ------
    RowFault
        The tracker has no such state.
    """
    if text.casefold() not in known:
        raise RowFault(f"{column} is {text!r}, not a known status")
    return text.casefold()


def key(text: str, column: str) -> str:
    """The tracker's own identifier.

    Raises
    ------
    RowFault
        It is missing, or holds anything but letters and digits.
    """
    if not (text.isascii() and text.isalnum()):
        raise RowFault(f"{column} is {text!r}, not an identifier")
    return text


def _degrees(text: str, column: str) -> float:
    if not text:
        raise RowFault(f"{column} is missing")
    try:
        degrees = float(text)
    except ValueError:
        degrees = math.nan
    if not math.isfinite(degrees):
        raise RowFault(f"{column} is {text!r}, not a number")
    return degrees
