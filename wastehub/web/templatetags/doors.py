"""The doors of the main menu: each knows whether one stands behind it."""

from typing import Any

from django import template
from django.urls import reverse

register = template.Library()

# Pages that belong to a door though their address does not lie below it.
_BEHIND = {
    "supply_new": "mine",
    "facility_new": "mine",
    "scenarios": "plans",
    "scenario_new": "plans",
    "scenario": "plans",
    "scenario_edit": "plans",
    "scenario_name": "plans",
    "offers": "exchange",
    "offer": "exchange",
    "offer_new": "exchange",
    "offer_counter": "exchange",
    "agreements": "exchange",
    "agreement": "exchange",
}


@register.inclusion_tag("web/_door.html", takes_context=True)
def door(context: dict[str, Any], page: str, words: str) -> dict[str, Any]:
    """A link of the menu, marked on its own page and on those below it."""
    address, request = reverse(page), context["request"]
    here = request.resolver_match.url_name if request.resolver_match else ""
    is_below = request.path.startswith(address)
    return {
        "address": address,
        "words": words,
        "is_current": _BEHIND[here] == page if here in _BEHIND else is_below,
    }
