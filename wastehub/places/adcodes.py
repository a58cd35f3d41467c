"""Six-digit administrative division codes (GB/T 2260): how they nest.

``510000`` is a province, ``510600`` a prefecture in it, ``510682`` a county in that.
"""

import re

_FORM = re.compile(r"\d{6}")


def is_adcode(text: str) -> bool:
    """Whether the text has the form of an adcode; it need not exist."""
    return _FORM.fullmatch(text) is not None


def prefix(adcode: str) -> str:
    """The digits that every adcode inside this region starts with."""
    if adcode.endswith("0000"):
        return adcode[:2]
    return adcode[:4] if adcode.endswith("00") else adcode


def prefecture_of(adcode: str) -> str:
    """The adcode of the prefecture around a county."""
    return adcode[:4] + "00"


def province_of(adcode: str) -> str:
    """The adcode of the province around a county or prefecture."""
    return adcode[:2] + "0000"
