"""What may be entered: each function adds what is wrong to ``faults``, by field.

The database holds the same rules as constraints; these say them in words, all at once.
"""

import math
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wastehub import errors
from wastehub.registry.models import (
    MASS_CEILING_KG,
    PRICE_CEILING_YUAN_PER_T,
    VALUE_CEILING_YUAN,
)
from wastehub.units import tonnes_from_kg

FARTHEST_CEILING_KM = 5000
LONGEST_VALIDITY = timedelta(days=3 * 366)

Faults = dict[str, str]


def refuse_if_any(faults: Faults) -> None:
    """Raise one Refused that carries every fault."""
    errors.refuse_if_any(faults, _("Some entries can not be right."))


def mass(faults: Faults, field: str, mass_kg: int) -> None:
    """A mass is not negative and not beyond a gigatonne."""
    if mass_kg < 0:
        faults[field] = _("A mass can not be negative.")
    elif mass_kg > MASS_CEILING_KG:
        faults[field] = _(
            "More than a thousand million tonnes can not be right: "
            "are the units tonnes?"
        )


def price(faults: Faults, field: str, price_yuan_per_t: Decimal) -> None:
    """A price is a finite amount of at most a million yuan a tonne, either way."""
    value = Decimal(price_yuan_per_t)
    if not value.is_finite() or abs(value) > PRICE_CEILING_YUAN_PER_T:
        faults[field] = _(
            "A price lies between -1,000,000 and 1,000,000 yuan per tonne."
        )


def value(faults: Faults, field: str, mass_kg: int, price_yuan_per_t: Decimal) -> None:
    """What all of a listing is worth stays below what the engine can count."""
    worth_yuan = tonnes_from_kg(mass_kg) * abs(Decimal(price_yuan_per_t))
    if field not in faults and worth_yuan > VALUE_CEILING_YUAN:
        faults[field] = _(
            "The mass times this price passes 90 thousand million yuan: "
            "are the units tonnes and yuan per tonne?"
        )


def validity(faults: Faults, field: str, valid_until: date | None) -> None:
    """A listing ends on a named day, today at the earliest."""
    today = timezone.localdate()
    if valid_until is None:
        faults[field] = _("A listing needs a last day, so that nobody calls in vain.")
    elif valid_until < today:
        faults[field] = _(
            "The validity ended on %(day)s: choose a day from today on."
        ) % {"day": date_format(valid_until)}
    elif valid_until > today + LONGEST_VALIDITY:
        faults[field] = _("At most three years ahead; a listing can be renewed.")


def haul(faults: Faults, field: str, farthest_km: float | None) -> None:
    """A farthest haul is positive and within the country."""
    if farthest_km is None:
        return
    if not math.isfinite(farthest_km) or not 0 < farthest_km <= FARTHEST_CEILING_KM:
        faults[field] = _("The farthest haul lies between 0 and 5,000 km.")
