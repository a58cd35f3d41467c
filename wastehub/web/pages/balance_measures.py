"""What the balance map can be coloured by, and the classes and words of each measure.

Where more is made than consumed (a surplus) classes are named ``s1`` to ``s3``, where
more is consumed (a deficit) ``d1`` to ``d3``, the widest gap last; the style sheet
gives surplus a warm and deficit a cool colour. Other measures have the classes 0 to 5.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
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
    """Classes between bounds, and how a bound is written."""

    bounds: tuple[float, ...]
    codes: tuple[str, ...]
    words: Callable[[float], str]
    zero_is_none: bool
    nothing: str

    def class_of(self, value: float | None) -> str:
        """The code of a value's class; ``none`` where there is nothing to colour."""
        if value is None or not self.codes or (self.zero_is_none and not value):
            return "none"
        return self.codes[scale.class_of(value, self.bounds)]

    def legend(self) -> list[tuple[str, str]]:
        """Each class in words, from the lowest, with its sign where it has one."""
        if not self.codes:
            return [("none", self.nothing)]
        first = _("below %(high)s") % {"high": self.words(self.bounds[0])}
        inner = [
            f"{self.words(low)} – {self.words(high)}"
            for low, high in pairwise(self.bounds)
        ]
        last = _("%(low)s and more") % {"low": self.words(self.bounds[-1])}
        ranges = zip(self.codes, [first, *inner, last], strict=True)
        signed = [(code, f"{sign(code)} {told}".strip()) for code, told in ranges]
        return [("none", self.nothing), *signed]


@dataclass(frozen=True)
class Measure:
    """A figure of a cell, by which the map is coloured."""

    code: str
    words: Any
    value: Callable[[Cell], float | None]
    told: Callable[[Any], str]
    scaled: Callable[[Iterable[float]], Scale]

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
    return Scale(bounds, codes, mass, zero_is_none=True, nothing=_("none"))


def _utilisation_scale(values: Iterable[float]) -> Scale:
    bounds = scale.SHARE_BOUNDS
    codes = tuple(str(place) for place in range(len(bounds) + 1))
    return Scale(bounds, codes, percent, False, _("nothing generated"))


def _balance_scale(values: Iterable[float]) -> Scale:
    codes = (*SURPLUS, *DEFICIT)
    return Scale(BALANCE_BOUNDS, codes, percent, False, _("nothing generated"))


def _surplus_scale(values: Iterable[float]) -> Scale:
    bounds = scale.round_bounds(abs(value) for value in values)[-2:]
    if len(bounds) < 2:
        return Scale((), (), signed_mass, zero_is_none=True, nothing=_("none"))
    inner, outer = bounds
    codes = (*reversed(DEFICIT), *reversed(SURPLUS))
    steps = (-outer, -inner, 0.0, inner, outer)
    return Scale(steps, codes, _gap, zero_is_none=True, nothing=_("none"))


def _gap(mass_kg: float) -> str:
    return signed_mass(int(mass_kg)) if mass_kg else "0"


def _ratio(name: str) -> Callable[[Cell], float | None]:
    return lambda cell: getattr(cell, name).value


def _total(name: str) -> Callable[[Cell], float | None]:
    return lambda cell: getattr(cell.total, name)


MEASURES: Final = {
    measure.code: measure
    for measure in (
        Measure(
            "balance",
            gettext_lazy("Produce-consume balance"),
            _ratio("balance"),
            percent,
            _balance_scale,
        ),
        Measure(
            "utilisation",
            gettext_lazy("Utilisation rate"),
            _ratio("utilisation"),
            percent,
            _utilisation_scale,
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
