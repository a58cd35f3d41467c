"""The clock and the headroom of a pile, as they are or as somebody supposes."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from wastehub.catalogue.models import Material
from wastehub.ledger.headroom import Clock, Headroom
from wastehub.ledger.yards import clock_of, headroom_of
from wastehub.registry.models import Facility
from wastehub.web.ledger_forms import WhatIfForm


@dataclass(frozen=True)
class Outlook:
    """Both models; ``is_supposed`` where a number was changed by hand."""

    clock: Clock | None
    headroom: Headroom
    is_supposed: bool


def outlook_of(facility: Facility, material: Material, asked: WhatIfForm) -> Outlook:
    """How a pile goes on; numbers that a valid form gives take the ledger's place."""
    today = timezone.localdate()
    clock = clock_of(facility=facility, material=material, today=today)
    headroom = headroom_of(facility=facility, material=material, today=today)
    if not asked.is_valid():
        return Outlook(clock, headroom, is_supposed=False)
    of_clock = asked.told(Clock) if clock else {}
    of_headroom = asked.told(Headroom)
    return Outlook(
        replace(clock, **_without_stock(of_clock)) if clock else None,
        replace(headroom, **of_headroom),
        is_supposed=bool(of_clock or of_headroom),
    )


def _without_stock(told: dict[str, Any]) -> dict[str, Any]:
    """The clock's stock is today's; the form asks for that of the quarter's start."""
    return {name: value for name, value in told.items() if name != "stock_kg"}
