"""What a listing says of itself in a few words: price, amount, place."""

from django import template
from django.utils.translation import gettext as _

from wastehub.places.models import Region
from wastehub.registry.models import Demand, Supply
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
    """What it makes in a year and what lies in stock, whichever there is."""
    parts = []
    if supply.rate_kg_per_year:
        parts.append(_("%(mass)s a year") % {"mass": mass(supply.rate_kg_per_year)})
    if supply.stock_kg:
        parts.append(_("%(mass)s in stock") % {"mass": mass(supply.stock_kg)})
    return " + ".join(parts)


@register.filter
def place(county: Region) -> str:
    """The county with the prefecture around it."""
    around = f"{name(county.parent)} " if county.parent else ""
    return around + name(county)
