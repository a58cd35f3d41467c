"""What the balance map can be coloured by, and the classes and words of each measure.

Where more is made than consumed (a surplus) classes are named ``s1`` to ``s3``, where
more is consumed (a deficit) ``d1`` to ``d3``, the widest gap last; the style sheet
gives surplus a warm and deficit a cool colour. Other measures have the classes 0 to 5.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maps.figures import Cell
from wastehub.web.pages import scale
from wastehub.web.templatetags.figures import mass, percent, signed_mass

SURPLUS: Final = ("s3", "s2", "s1")
DEFICIT: Final = ("d1", "d2", "d3")
BALANCE_BOUNDS: Final = (0.5, 0.8, 1.0, 1.2, 2.0)
SIGNS: Final = {"s": "▲", "d": "▼"}
"""Stand beside a figure on the map, so that its side is not told by colour alone."""


@dataclass(frozen=True)
class Scale:
    """Classes between bounds, each with its words; ``nothing`` is told of no class."""

    bounds: tuple[float, ...]
    codes: tuple[str, ...]
    words: tuple[str, ...]
    nothing: str
    zero_is_none: bool = False

    def class_of(self, value: float | None) -> str:
        """The code of a value's class; ``none`` where there is nothing to colour."""
        if value is None or not self.codes or (self.zero_is_none and not value):
            return "none"
        return self.codes[scale.class_of(value, self.bounds)]

    def legend(self) -> list[tuple[str, str]]:
        """Each class in words, from the lowest, with its sign where it has one."""
        told = zip(self.codes, self.words, strict=True)
        signed = [(code, f"{sign(code)} {words}".strip()) for code, words in told]
        return [("none", self.nothing), *signed]


@dataclass(frozen=True)
class Measure:
    """A figure of a cell, by which the map is coloured."""

    code: str
    words: Any
    value: Callable[[Cell], float | None]
    told: Callable[[Any], str]
    scaled: Callable[[Iterable[float]], Scale]
    is_ratio: bool = False

    def tell(self, value: float | None) -> str:
        """The figure in words, a dash where there is none."""
        return "–" if value is None else self.told(value)


def sign(code: str) -> str:
    """The sign of a class of surplus or deficit; empty for the others."""
    return SIGNS.get(code[0], "")


def mass_scale(values: Iterable[float]) -> Scale:
    """Six classes of masses, the largest bound below the largest mass."""
    bounds = scale.round_bounds(values)
    codes = tuple(str(place) for place in range(len(bounds) + 1)) if bounds else ()
    return Scale(bounds, codes, _ranges(bounds, mass), _("none"), zero_is_none=True)


def _utilisation_scale(values: Iterable[float]) -> Scale:
    bounds = scale.SHARE_BOUNDS
    codes = tuple(str(place) for place in range(len(bounds) + 1))
    words = (*_ranges(bounds, percent)[:-1], _("all"))
    return Scale(bounds, codes, words, _("nothing generated"))


def _balance_scale(values: Iterable[float]) -> Scale:
    last = _("%(low)s and more, or consumed only")
    words = _ranges(BALANCE_BOUNDS, percent, last)
    codes = (*SURPLUS, *DEFICIT)
    return Scale(BALANCE_BOUNDS, codes, words, _("nothing generated or consumed"))


def _surplus_scale(values: Iterable[float]) -> Scale:
    """As many classes of a deficit as of a surplus, however large either is."""
    gaps = scale.round_bounds(abs(value) for value in values)[-2:]
    if len(gaps) < 2:
        return Scale((), (), (), _("none"))
    inner, outer = gaps
    words = _ranges(gaps, mass)
    return Scale(
        (-outer, -inner, 0.0, inner, outer),
        (*reversed(DEFICIT), *reversed(SURPLUS)),
        (*reversed(words), *words),
        _("none"),
        zero_is_none=True,
    )


def _ranges(
    bounds: tuple[float, ...], words: Callable[[float], str], last: str = ""
) -> tuple[str, ...]:
    """Each class between bounds in words: below the first, between, from the last."""
    if not bounds:
        return ()
    first = _("below %(high)s") % {"high": words(bounds[0])}
    inner = [f"{words(low)} – {words(high)}" for low, high in pairwise(bounds)]
    most = (last or _("%(low)s and more")) % {"low": words(bounds[-1])}
    return (first, *inner, most)


def _gap(mass_kg: float) -> str:
    return signed_mass(int(mass_kg)) if mass_kg else "0"


def _balance_told(fraction: float) -> str:
    return percent(fraction) if isfinite(fraction) else _("consumed only")


def _balance_of(cell: Cell) -> float | None:
    """Without bound where something is consumed and nothing made."""
    found = cell.balance
    return inf if found.value is None and found.above_kg > 0 else found.value


def _total(name: str) -> Callable[[Cell], float | None]:
    return lambda cell: getattr(cell.total, name)


MEASURES: Final = {
    measure.code: measure
    for measure in (
        Measure(
            "balance",
            gettext_lazy("Produce-consume balance"),
            _balance_of,
            _balance_told,
            _balance_scale,
            is_ratio=True,
        ),
        Measure(
            "utilisation",
            gettext_lazy("Utilisation rate"),
            lambda cell: cell.utilisation.value,
            percent,
            _utilisation_scale,
            is_ratio=True,
        ),
        Measure(
            "surplus",
            gettext_lazy("Surplus or deficit"),
            _total("surplus_kg"),
            _gap,
            _surplus_scale,
        ),
        Measure(
            "stock",
            gettext_lazy("Stock"),
            lambda cell: cell.closing_stock_kg,
            mass,
            mass_scale,
        ),
        Measure(
            "generated",
            gettext_lazy("Generated"),
            _total("generated_kg"),
            mass,
            mass_scale,
        ),
        Measure("used", gettext_lazy("Used"), _total("used_kg"), mass, mass_scale),
    )
}
FIRST_MEASURE: Final = "balance"
PLACED: Final = Measure(
    "placed", gettext_lazy("Placed by the plan"), lambda cell: None, mass, mass_scale
)
"""The figure of a scenario's plan, which no cell has."""
