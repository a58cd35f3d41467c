"""Numbers in templates, each with its unit, rounded and grouped by three.

Both languages of the site write 1,234.5, so the locale's formats are not asked.
"""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wastehub.units import KG_PER_TONNE

register = template.Library()

# The steps in which each language counts large masses, largest first, in tonnes.
_STEPS = {
    "zh": ((10**8, "亿吨"), (10**4, "万吨"), (1, "吨")),
    "en": ((10**6, "Mt"), (10**4, "kt"), (1, "t")),
}
_MONEY = {
    "zh": ((10**8, "亿元"), (10**4, "万元"), (1, "元")),
    "en": ((10**6, "M CNY"), (1, "CNY")),
}
_HAULAGE = {
    "zh": ((10**8, "亿吨公里"), (10**4, "万吨公里"), (1, "吨公里")),
    "en": ((10**6, "M t·km"), (1, "t·km")),
}
_DIVISORS = {"Mt": 10**6, "kt": 10**3, "t": 1, "亿吨": 10**8, "万吨": 10**4, "吨": 1}


@register.filter
def tonnes(mass_kg: int | float) -> str:
    """Tonnes without a unit, for a column whose head names it."""
    value = Decimal(mass_kg) / KG_PER_TONNE
    places = 0 if value >= 100 or value == value.to_integral_value() else 1
    return f"{value:,.{places}f}"


@register.filter
def signed_tonnes(mass_kg: int) -> str:
    """Tonnes that may be below 0, with their sign, for a column whose head says t."""
    if not mass_kg:
        return "0"
    return f"{'−' if mass_kg < 0 else '+'}{tonnes(abs(mass_kg))}"


@register.filter
def exact_tonnes(mass_kg: int) -> str:
    """Tonnes to the kilogram without a unit, with a true minus sign."""
    return _signed(f"{Decimal(mass_kg) / KG_PER_TONNE:,.3f}")


@register.filter
def signed_mass(mass_kg: int) -> str:
    """A mass that may be below 0, with its sign and the unit that keeps it short."""
    return f"{'−' if mass_kg < 0 else '+'}{mass(abs(mass_kg))}"


@register.filter
def abs_mass(mass_kg: int) -> str:
    """A mass without its sign, where the words around it say the direction."""
    return mass(abs(mass_kg))


@register.filter
def mass(mass_kg: int | float) -> str:
    """A mass with the unit that keeps it short: ``1.2 Mt``, ``120 万吨``."""
    value = Decimal(mass_kg) / KG_PER_TONNE
    steps = _STEPS["zh" if _reads_chinese() else "en"]
    unit = next((unit for floor, unit in steps if value >= floor), steps[-1][1])
    return f"{_short(value / _DIVISORS[unit])} {unit}"


@register.filter
def km(distance_km: float) -> str:
    """Kilometres with one decimal below a hundred."""
    return f"{distance_km:,.{0 if distance_km >= 100 else 1}f} km"


@register.filter
def yuan(amount: Decimal | float) -> str:
    """Yuan with a true minus sign, for a column whose head names the unit."""
    return _signed(f"{amount:,.1f}")


@register.filter
def yuan_per_t(amount: Decimal | float) -> str:
    """Yuan per tonne with a true minus sign."""
    places = 0 if amount == round(amount) else 1
    return _("%(amount)s CNY/t") % {"amount": _signed(f"{amount:,.{places}f}")}


@register.filter
def abs_yuan_per_t(amount: Decimal | float) -> str:
    """Yuan per tonne without its sign, where the words around it say the direction."""
    return yuan_per_t(-amount if amount < 0 else amount)


@register.filter
def percent(fraction: float) -> str:
    """A fraction as a percentage, with one decimal below ten."""
    value = fraction * 100
    return f"{value:.{1 if 0 < value < 10 else 0}f} %"


@register.filter
def fine_percent(fraction: float) -> str:
    """A fraction as a percentage with two decimals, as ratios are published."""
    return f"{fraction * 100:.2f} %"


@register.filter
def count(number: int) -> str:
    """A whole number, grouped."""
    return f"{number:,}"


@register.filter
def whole(amount: float) -> str:
    """Grouped, with a true minus sign, for a column whose head names the unit."""
    return _signed(f"{round(amount):,}")


@register.filter
def plain(value: Any) -> str:
    """A measured value as written in a report: no more digits than it has."""
    return f"{Decimal(f'{value:.6g}'):f}"


@register.filter
def unit(parameter: Any) -> str:
    """The unit of a parameter; a pure number has none."""
    return "" if parameter.unit == "-" else parameter.unit


@register.filter
def seconds(duration_s: float) -> str:
    """A duration to the millisecond."""
    return f"{duration_s:.3f} s"


@register.filter
def money(amount_yuan: float) -> str:
    """An amount of money with the unit that keeps it short."""
    value = Decimal(str(amount_yuan))
    steps = _MONEY["zh" if _reads_chinese() else "en"]
    size, unit = next(step for step in steps if abs(value) >= step[0] or step[0] == 1)
    return _signed(f"{_short(value / size)} {unit}")


@register.filter
def tonne_km(amount: float) -> str:
    """Haulage in tonne-kilometres, shortened."""
    value = Decimal(str(amount))
    steps = _HAULAGE["zh" if _reads_chinese() else "en"]
    size, unit = next(step for step in steps if abs(value) >= step[0] or step[0] == 1)
    return _signed(f"{_short(value / size)} {unit}")


def _reads_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _short(value: Decimal) -> str:
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def _signed(text: str) -> str:
    return text.replace("-", "−")
