"""Terms side by side: each offer of a thread beside the one that it answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wastehub.exchange.models import Offer
from wastehub.web.templatetags.figures import tonnes, yuan_per_t


@dataclass(frozen=True)
class Cell:
    """One term of one offer, and whether it differs from the offer before."""

    words: str
    is_changed: bool


@dataclass(frozen=True)
class Row:
    """One term of every offer of a thread."""

    label: str
    cells: list[Cell]


def compared(thread: Sequence[Offer], *, is_party: bool) -> list[Row]:
    """The terms of a thread, the first offer first; the price only to the parties."""
    return [
        Row(label, list(_cells([show(offer) for offer in thread])))
        for label, show in _terms(is_party).items()
    ]


def _terms(is_party: bool) -> dict[str, Callable[[Any], str]]:
    shown: dict[str, Callable[[Any], str]] = {
        _("Kind"): lambda offer: offer.get_kind_display(),
        _("Mass"): lambda offer: _("%(tonnes)s t") % {"tonnes": tonnes(offer.mass_kg)},
    }
    if is_party:
        shown[_("Price")] = lambda offer: yuan_per_t(offer.price_yuan_per_t)
    return shown | {
        _("Haul"): lambda offer: offer.get_haulier_display(),
        _("First day"): lambda offer: date_format(offer.starts_on),
        _("Last day"): lambda offer: date_format(offer.ends_on),
        _("Answer until"): lambda offer: date_format(offer.expires_on),
    }


def _cells(told: list[str]) -> list[Cell]:
    before = [told[0], *told]
    return [
        Cell(words, words != earlier)
        for words, earlier in zip(told, before, strict=False)
    ]
