"""How far the two weights of a vehicle lie apart, drawn against what was agreed."""

from typing import Any

from django import template

from wastehub.exchange.loads import is_within_tolerance
from wastehub.exchange.models import Vehicle

register = template.Library()

HALF_WIDTH = 500
# The agreed band takes half of the drawing, unless the difference needs more room.
ROOM = 2.0
MARGIN = 1.1


@register.inclusion_tag("web/_tolerance.html")
def tolerance(vehicle: Vehicle, tolerance_frac: float) -> dict[str, Any]:
    """A band of what was agreed around zero, and the difference as a mark.

    Nothing is drawn before the vehicle is weighed on arrival.
    """
    if vehicle.net_kg is None:
        return {}
    apart_kg = vehicle.net_kg - vehicle.origin_net_kg
    agreed_kg = vehicle.origin_net_kg * tolerance_frac
    reach_kg = max(ROOM * agreed_kg, MARGIN * abs(apart_kg), 1)
    band = HALF_WIDTH * agreed_kg / reach_kg
    sign = "−" if apart_kg < 0 else "+" if apart_kg else "±"
    return {
        "left": f"{HALF_WIDTH - band:.0f}",
        "width": f"{2 * band:.0f}",
        "mark": f"{HALF_WIDTH + HALF_WIDTH * apart_kg / reach_kg:.0f}",
        "is_within": is_within_tolerance(vehicle, tolerance_frac),
        "apart": f"{sign}{abs(apart_kg):,} kg",
        "apart_percent": f"{sign}{100 * abs(apart_kg) / vehicle.origin_net_kg:.2f} %",
        "agreed": f"±{int(agreed_kg):,} kg",
        "agreed_percent": f"±{100 * tolerance_frac:g} %",
    }
