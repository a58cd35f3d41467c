"""What a cell may hold: each parser gives a value, or raises a ``ValueError`` that says
in plain words what was expected."""

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from wastehub.formulas import formula
from wastehub.places.adcodes import is_adcode

_Value = TypeVar("_Value")
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_NUMERAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_YEARS = range(1990, 2101)


def code(most: int) -> Callable[[str], str]:
    """A name for programs: small letters, digits and underscores."""

    def parse(cell: str) -> str:
        if not _CODE.fullmatch(cell) or len(cell) > most:
            raise ValueError(
                f"{cell!r} is not a code of small letters, digits and underscores, "
                f"{most} at most"
            )
        return cell

    return parse


def text(most: int) -> Callable[[str], str]:
    """Words, not empty and at most so many characters."""

    def parse(cell: str) -> str:
        if not cell:
            raise ValueError("must not be empty")
        return optional_text(most)(cell)

    return parse


def optional_text(most: int) -> Callable[[str], str]:
    """Words, or nothing."""

    def parse(cell: str) -> str:
        if len(cell) > most:
            raise ValueError(f"has {len(cell)} characters, {most} at most")
        return cell

    return parse


def optional(parse: Callable[[str], _Value]) -> Callable[[str], _Value | None]:
    """What another parser takes, or ``None`` for an empty cell."""
    return lambda cell: parse(cell) if cell else None


@dataclass(frozen=True)
class OneOf:
    """A parser that can be asked for the words it takes."""

    choices: Collection[str]

    def __call__(self, cell: str) -> str:
        if cell not in self.choices:
            raise ValueError(f"{cell!r} is not one of {', '.join(self.choices)}")
        return cell


def one_of(choices: Collection[str]) -> OneOf:
    """One of a few words."""
    return OneOf(choices)


def number(cell: str) -> float:
    """A finite number with a decimal point."""
    value = float(_numeral(cell))
    if not math.isfinite(value):
        raise ValueError(f"{cell!r} is not a finite number")
    return value


def positive(cell: str) -> float:
    """A number above 0."""
    value = number(cell)
    if value <= 0:
        raise ValueError(f"{cell} is not above 0")
    return value


def fraction(cell: str) -> float:
    """A share above 0 and at most 1, never percent."""
    value = number(cell)
    if not 0 < value <= 1:
        raise ValueError(f"{cell} is not a fraction above 0 and at most 1")
    return value


def yuan(cell: str) -> Decimal:
    """An amount of yuan to the fen, not negative and below a million."""
    value = Decimal(_numeral(cell))
    if not 0 <= value < 10**6:
        raise ValueError(f"{cell} is not within 0 and 999999.99 yuan")
    whole_fen = value.quantize(Decimal("0.01"))
    if whole_fen != value:
        raise ValueError(f"{cell} is finer than a fen")
    return whole_fen


def price(cell: str) -> Decimal:
    """An amount of yuan above 0."""
    value = yuan(cell)
    if not value:
        raise ValueError(f"{cell} is not above 0 yuan")
    return value


def flag(cell: str) -> bool:
    """``true`` or ``false``."""
    return one_of(("true", "false"))(cell) == "true"


def mark(cell: str) -> bool:
    """``true``, or ``false``, which may be left out."""
    return flag(cell) if cell else False


def day(cell: str) -> date:
    """A day as YYYY-MM-DD."""
    if not _DAY.fullmatch(cell):
        raise ValueError(f"{cell!r} is not a day as YYYY-MM-DD")
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is not a day of the calendar") from None


def year(cell: str) -> int:
    """A year of the policies in question."""
    if not (cell.isascii() and cell.isdigit()) or int(cell) not in _YEARS:
        raise ValueError(f"{cell!r} is not a year from {_YEARS[0]} to {_YEARS[-1]}")
    return int(cell)


def colour(cell: str) -> str:
    """A colour as #RRGGBB."""
    if not _COLOUR.fullmatch(cell):
        raise ValueError(f"{cell!r} is not a colour as #RRGGBB")
    return cell


def adcode(cell: str) -> str:
    """A six-digit administrative division code (GB/T 2260)."""
    if not is_adcode(cell):
        raise ValueError(f"{cell!r} is not an adcode of six digits")
    return cell


def pattern(most: int) -> Callable[[str], str]:
    """A regular expression, or nothing."""

    def parse(cell: str) -> str:
        try:
            re.compile(cell)
        except re.error as error:
            raise ValueError(f"{cell!r} is not a regular expression: {error}") from None
        return optional_text(most)(cell)

    return parse


def formula_text(cell: str) -> str:
    """Arithmetic over codes of parameters, or nothing."""
    if cell:
        formula(cell)
    return cell


def _numeral(cell: str) -> str:
    if not _NUMERAL.fullmatch(cell):
        raise ValueError(f"{cell!r} is not a number with a decimal point")
    return cell
