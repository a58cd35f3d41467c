"""What a listing says of itself in a few words: price, amount, place."""

from django import template
from django.utils.translation import gettext as _

from wastehub.places.models import Region
from wastehub.registry.bands import band_of
from wastehub.registry.models import Demand, Facility, Supply
from wastehub.web.reveal import is_in_full, listing_in_full
from wastehub.web.templatetags.figures import mass, yuan_per_t
from wastehub.web.templatetags.naming import name

register = template.Library()


@register.filter
def asking(supply: Supply) -> str:
    """What its holder asks; a negative price is what the holder pays.

    An estimate knows no price, so its zero is not an offer for nothing.
    """
    price = supply.price_yuan_per_t
    if price > 0:
        return _("asks %(price)s") % {"price": yuan_per_t(price)}
    if price < 0:
        return _("pays %(price)s") % {"price": yuan_per_t(-price)}
    return _("price not stated") if supply.is_estimated else _("free at the gate")


@register.filter
def bidding(demand: Demand) -> str:
    """What its taker pays at the gate; an estimate knows no price."""
    price = demand.price_yuan_per_t
    if price == 0 and demand.is_estimated:
        return _("price not stated")
    return yuan_per_t(price)


@register.filter
def offering(supply: Supply) -> str:
    """What it makes in a year and what lies in stock, whichever there is.

    Each is told in a band where the site is not shown in full.
    """
    told = mass if listing_in_full(supply) else band
    stock_kg = getattr(supply, "on_hand_kg", supply.stock_kg)
    parts = []
    if supply.rate_kg_per_year:
        parts.append(_("%(mass)s a year") % {"mass": told(supply.rate_kg_per_year)})
    if stock_kg:
        parts.append(_("%(mass)s in stock") % {"mass": told(stock_kg)})
    return " + ".join(parts)


@register.filter
def taking(demand: Demand) -> str:
    """What it takes in a year; a band where the site is not shown in full."""
    told = mass if listing_in_full(demand) else band
    return _("%(mass)s a year") % {"mass": told(demand.capacity_kg_per_year)}


@register.filter
def is_shown_in_full(site: Facility) -> bool:
    """Whether the reader sees the site's point and exact masses."""
    return is_in_full(site)


def band(mass_kg: int) -> str:
    """A mass by its band only."""
    low_kg, high_kg = band_of(mass_kg)
    if high_kg is None:
        return _("above %(mass)s") % {"mass": mass(low_kg)}
    if not low_kg:
        return _("below %(mass)s") % {"mass": mass(high_kg)}
    return _("%(low)s to %(high)s") % {"low": mass(low_kg), "high": mass(high_kg)}


@register.filter
def place(county: Region) -> str:
    """The county with the prefecture around it."""
    around = f"{name(county.parent)} " if county.parent else ""
    return around + name(county)
