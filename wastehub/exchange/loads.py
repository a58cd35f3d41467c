"""What a vehicle weighs, and what of it is reckoned with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from wastehub.errors import refuse_if_any
from wastehub.exchange.models import VEHICLE_CEILING_KG, Vehicle

PLATE: Final = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    "[A-HJ-NP-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂]"
)
"""Civil plates of GA 36: province, office, five or six characters, no I and no O."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """A vehicle weighed full and empty where it was loaded."""

    plate: str
    gross_kg: int
    tare_kg: int


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """A vehicle weighed full and empty where it arrived."""

    vehicle: int
    gross_kg: int
    tare_kg: int


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The part of a vehicle's load that goes back, and why."""

    vehicle: int
    refused_kg: int
    reason: str


def plain_plate(plate: str) -> str:
    """A plate as the law writes it: no spaces, no dots, capitals."""
    return re.sub(r"[\s·.\-]", "", plate).upper()


def check_loads(loads: Sequence[Load]) -> None:
    """Refuse loads without vehicles, plates that are none, weights that can not be.

    Raises
    ------
    Refused
        ``invalid``, at ``loads.<place>.<field>``.
    """
    faults = {}
    if not loads:
        faults["loads"] = _("Name at least one vehicle.")
    for place, load in enumerate(loads):
        if not PLATE.fullmatch(plain_plate(load.plate)):
            faults[f"loads.{place}.plate"] = _("This is no number plate.")
        for name, told in weight_faults(load.gross_kg, load.tare_kg).items():
            faults[f"loads.{place}.{name}"] = told
    _refuse(faults)


def weight_faults(gross_kg: int, tare_kg: int) -> dict[str, str]:
    """What is wrong with a vehicle's two weights, by field."""
    if tare_kg <= 0:
        return {"tare_kg": _("An empty vehicle weighs something.")}
    if gross_kg <= tare_kg:
        return {"gross_kg": _("A loaded vehicle weighs more than an empty one.")}
    if gross_kg > VEHICLE_CEILING_KG:
        return {"gross_kg": _("No vehicle weighs so much: are these kilograms?")}
    return {}


def check_weighings(weighings: Sequence[Weighing], vehicles: Sequence[Vehicle]) -> None:
    """Refuse arrivals that leave a vehicle out, name another, or can not be.

    Raises
    ------
    Refused
        ``invalid``, at ``weighings`` or ``weighings.<place>.<field>``.
    """
    faults = {}
    if sorted(w.vehicle for w in weighings) != sorted(v.pk for v in vehicles):
        faults["weighings"] = _("Weigh each vehicle of the note once.")
    for place, weighing in enumerate(weighings):
        found = weight_faults(weighing.gross_kg, weighing.tare_kg)
        faults |= {f"weighings.{place}.{name}": told for name, told in found.items()}
    _refuse(faults)


def check_day(field: str, day: date, earliest: date) -> None:
    """Refuse a day to come, and one before what must have come before it.

    Raises
    ------
    Refused
        ``invalid``, at ``field``.
    """
    if day > timezone.localdate():
        _refuse({field: _("This day is still to come.")})
    if day < earliest:
        _refuse({field: _("This day is too early for it.")})


def is_within_tolerance(vehicle: Vehicle, tolerance_frac: float) -> bool:
    """Whether the two net weights lie as near to each other as agreed."""
    apart_kg = abs(vehicle.origin_net_kg - (vehicle.net_kg or 0))
    return apart_kg <= vehicle.origin_net_kg * tolerance_frac


def settled_within_tolerance_kg(vehicle: Vehicle) -> int:
    """The smaller of the two net weights.

    It never books more than was loaded, so that no stock falls below nothing by a
    scale's error; what is missing on arrival is the consignor's loss.
    """
    return min(vehicle.origin_net_kg, vehicle.net_kg or 0)


def _refuse(faults: dict[str, str]) -> None:
    refuse_if_any(faults, _("These weights can not be entered."))
