"""Regions as a page walks through them: the path down to one, and its parts."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from maps.question import level_within
from wastehub.places import adcodes
from wastehub.places.models import Region, RegionQuerySet, Zone
from wastehub.places.retired import zone_prefixes
from wastehub.web.templatetags.naming import name


@dataclass(frozen=True)
class Place:
    """A region on a path, by its name in the reader's language."""

    adcode: str
    words: str


def regions_around(adcode: str) -> list[Place]:
    """The path from the whole map down to a region or zone, which comes last."""
    whole = Place(adcodes.COUNTRY, _whole_map())
    zone = Zone.objects.filter(code=adcode).first()
    if zone is not None:
        return [whole, Place(adcode, name(zone))]
    if adcode == adcodes.COUNTRY:
        return [whole]
    codes = {adcode, *adcodes.around(adcode)}
    rows = Region.objects.current().filter(adcode__in=codes).order_by("adcode")
    inner = [Place(row.adcode, name(row)) for row in _named(rows)]
    path = [whole, *(place for place in inner if _is_around(place.adcode, adcode))]
    # Where one province is the whole map, it stands on the path once.
    return list({place.words: place for place in path}.values())


def regions_in(adcode: str) -> QuerySet[Region]:
    """What a region is divided into on the map; nothing for others."""
    level = level_within(adcode) if adcodes.is_adcode(adcode) else ""
    if level not in Region.Level.values:
        return Region.objects.none()
    inside = Region.objects.current().within(adcode).filling(Region.Level(level))
    return _named(inside.order_by("adcode"))


def counties_of(zone: Zone) -> RegionQuerySet:
    """Counties of the map whose middle lies in a zone."""
    counties = Region.objects.current().filling(Region.Level.COUNTY)
    if zone.shape:
        return counties.filter(middle__within=zone.shape)
    inside = Q(pk__in=[])
    for prefix in zone_prefixes(zone):
        inside |= Q(adcode__startswith=prefix)
    return counties.filter(inside)


def counties_of_zones(kind: str) -> dict[str, str]:
    """The code of the zone of a kind that each county lies in."""
    zones = Zone.objects.of_kind(Zone.Kind(kind)).order_by("code")
    return {
        adcode: zone.code
        for zone in zones
        for adcode in counties_of(zone).values_list("adcode", flat=True)
    }


def zone_names(kind: str) -> dict[str, dict[str, str]]:
    """Both names of each zone of a kind, by its code."""
    zones = Zone.objects.of_kind(Zone.Kind(kind))
    return {
        zone.code: {"name_zh": zone.name_zh, "name_en": zone.name_en} for zone in zones
    }


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
