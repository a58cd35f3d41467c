"""The doors of the main menu: each knows whether one stands behind it."""

from typing import Any

from django import template
from django.urls import reverse

register = template.Library()


@register.inclusion_tag("web/_door.html", takes_context=True)
def door(context: dict[str, Any], page: str, words: str) -> dict[str, Any]:
    """A link of the menu, marked on its own page and on those below it."""
    address = reverse(page)
    return {
        "address": address,
        "words": words,
        "is_current": context["request"].path.startswith(address),
    }
