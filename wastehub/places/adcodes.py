"""Six-digit administrative division codes (GB/T 2260): how they nest.

``100000`` is the country, ``510000`` a province, ``510600`` a prefecture in it,
``510682`` a county in that.
"""

import re
from collections.abc import Container

COUNTRY = "100000"
"""The country as a whole: every adcode lies in it, none starts with its digits."""

_FORM = re.compile(r"\d{6}")


def is_adcode(text: str) -> bool:
    """Whether the text has the form of an adcode; it need not exist."""
    return _FORM.fullmatch(text) is not None


def prefix(adcode: str) -> str:
    """The digits that every adcode inside this region starts with."""
    if adcode == COUNTRY:
        return ""
    if adcode.endswith("0000"):
        return adcode[:2]
    return adcode[:4] if adcode.endswith("00") else adcode


def prefecture_of(adcode: str) -> str:
    """The adcode of the prefecture around a county."""
    return adcode[:4] + "00"


def province_of(adcode: str) -> str:
    """The adcode of the province around a county or prefecture."""
    return adcode[:2] + "0000"


def around(county: str) -> tuple[str, str, str]:
    """The county, the prefecture and the province that it lies in."""
    return county, prefecture_of(county), province_of(county)


def standing_for(county: str, regions: Container[str]) -> str | None:
    """The smallest of some regions that a county is or lies in, if any."""
    if county in regions:
        return county
    return next((code for code in around(county) if code in regions), None)
