"""Regions as a page walks through them: the path down to one, and its parts."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from maps.question import level_within
from wastehub.places import adcodes
from wastehub.places.models import Region
from wastehub.web.templatetags.naming import name


@dataclass(frozen=True)
class Place:
    """A region on a path, by its name in the reader's language."""

    adcode: str
    words: str


def regions_around(adcode: str) -> list[Place]:
    """The path from the whole map down to a region, which comes last."""
    whole = Place(adcodes.COUNTRY, _whole_map())
    if adcode == adcodes.COUNTRY:
        return [whole]
    codes = {adcode, *adcodes.around(adcode)}
    rows = Region.objects.current().filter(adcode__in=codes).order_by("adcode")
    inner = [Place(row.adcode, name(row)) for row in _named(rows)]
    path = [whole, *(place for place in inner if _is_around(place.adcode, adcode))]
    # Where one province is the whole map, it stands on the path once.
    return list({place.words: place for place in path}.values())


def regions_in(adcode: str) -> QuerySet[Region]:
    """What a region is divided into on the map; nothing for a county."""
    level = level_within(adcode)
    if level not in Region.Level.values:
        return Region.objects.none()
    inside = Region.objects.current().within(adcode).filling(Region.Level(level))
    return _named(inside.order_by("adcode"))


def _named(rows: QuerySet[Region]) -> QuerySet[Region]:
    return rows.only("adcode", "level", "name_zh", "name_en")


def _is_around(outer: str, inner: str) -> bool:
    return inner.startswith(adcodes.prefix(outer))


def _whole_map() -> str:
    """The country, or the one province whose parts are loaded."""
    rows = Region.objects.current()
    country = _named(rows.filter(adcode=adcodes.COUNTRY)).first()
    if country is not None:
        return name(country)
    provinces = list(_named(rows.at(Region.Level.PROVINCE).with_parts())[:2])
    return name(provinces[0]) if len(provinces) == 1 else _("the whole map")
