"""The doors of the menus: each knows whether one stands behind it."""

from typing import Any, Final

from django import template
from django.urls import reverse

register = template.Library()

# Pages, and lists with all that lies below them, that belong to a door of the main
# menu though their address does not lie below it.
_BEHIND: Final = {"supply_new": "mine", "facility_new": "mine"}
_WITH_ALL_BELOW: Final = {
    "market": "balance",
    "scenarios": "plans",
    "offers": "exchange",
    "agreements": "exchange",
    "notes": "exchange",
    "ledger": "exchange",
    "declarations": "exchange",
    "registers": "exchange",
    "worklist": "exchange",
}


@register.inclusion_tag("web/_door.html", takes_context=True)
def door(context: dict[str, Any], page: str, words: str) -> dict[str, Any]:
    """A link of the main menu, marked on every page that belongs to it."""
    request = context["request"]
    here = request.resolver_match.url_name if request.resolver_match else ""
    belongs_to = _BEHIND.get(here) or _door_over(request.path)
    told = _link(request.path, page, words)
    return told | {"is_current": belongs_to == page} if belongs_to else told


@register.inclusion_tag("web/_door.html", takes_context=True)
def inner_door(context: dict[str, Any], page: str, words: str) -> dict[str, Any]:
    """A link of a menu within a part of the site, marked on its page and below it."""
    return _link(context["request"].path, page, words)


def _link(path: str, page: str, words: str) -> dict[str, Any]:
    address = reverse(page)
    is_current = path.startswith(address)
    return {"address": address, "words": words, "is_current": is_current}


def _door_over(path: str) -> str | None:
    for page, over in _WITH_ALL_BELOW.items():
        if path.startswith(reverse(page)):
            return over
    return None
