"""By what a balance is grouped: regions of a level, zones, companies, or sites."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from wastehub.places import adcodes
from wastehub.places.models import Region, RegionQuerySet, Zone
from wastehub.places.retired import zone_prefixes
from wastehub.registry.models import Facility
from wastehub.registry.querysets import FacilityQuerySet


@dataclass(frozen=True)
class Group:
    """Something that has a balance."""

    key: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Grouping:
    """The groups in the order in which they are told, and which site is in which.

    ``sites`` has the columns ``facility_id`` and ``key``; ``fold`` tells the group that
    a key stands for, or none.
    """

    groups: tuple[Group, ...]
    sites: QuerySet[Any]
    fold: Callable[[str], str | None]


def by_level(
    level: str, sites: FacilityQuerySet, within: str = adcodes.COUNTRY
) -> Grouping:
    """Regions of a level inside another that leave no hole, in order of adcode."""
    inside = Region.objects.current().within(within)
    return _by_region(level, sites.within(within), inside)


def by_level_in_zone(level: str, sites: FacilityQuerySet, zone: Zone) -> Grouping:
    """Regions of a level of which a zone has any part, with its sites only."""
    inside = Region.objects.current().filter(_touches(zone))
    return _by_region(level, sites.in_zone(zone), inside)


def by_zone(kind: str, sites: FacilityQuerySet) -> Grouping:
    """Zones of a kind, by their code; a site may be in several, or in none."""
    zones = list(Zone.objects.of_kind(Zone.Kind(kind)).order_by("code"))
    groups = tuple(Group(zone.code, zone.name_zh, zone.name_en) for zone in zones)
    keyed = [_keyed(sites.in_zone(zone), Value(zone.code)) for zone in zones]
    nobody = _keyed(sites.none(), Value(""))
    rows = keyed[0].union(*keyed[1:], all=True) if keyed else nobody
    return Grouping(groups, rows, str)


def by_site(sites: FacilityQuerySet) -> Grouping:
    """Each site for itself, by its public id."""
    return _by(sites, "public_id", "name_zh", "name_en")


def by_company(sites: FacilityQuerySet) -> Grouping:
    """Organisations with all their sites, by their public id."""
    path = "organisation__"
    return _by(sites, f"{path}public_id", f"{path}name_zh", f"{path}name_en")


def as_one(group: Group, sites: FacilityQuerySet) -> Grouping:
    """All of some sites together."""
    return Grouping((group,), _keyed(sites, Value(group.key)), str)


def invented_or_real(is_invented: bool) -> FacilityQuerySet:
    """The invented sites, or the real ones: the two never meet in a figure."""
    return Facility.objects.filter(organisation__is_invented=is_invented)


def in_view() -> FacilityQuerySet:
    """The real sites; the invented ones while there is no real one."""
    return invented_or_real(is_invented=not Facility.objects.real().exists())


def _by(sites: FacilityQuerySet, key: str, name_zh: str, name_en: str) -> Grouping:
    rows = sites.order_by(name_zh, key).values_list(key, name_zh, name_en).distinct()
    groups = tuple(Group(str(code), zh, en) for code, zh, en in rows)
    return Grouping(groups, _keyed(sites, Cast(key, CharField())), str)


def _keyed(sites: FacilityQuerySet, key: Any) -> QuerySet[Any]:
    return sites.order_by().annotate(key=key).values("pk", "key")


def _by_region(level: str, sites: FacilityQuerySet, inside: RegionQuerySet) -> Grouping:
    rows = inside.filling(Region.Level(level)).order_by("adcode")
    columns = rows.values_list("adcode", "name_zh", "name_en")
    groups = tuple(Group(*row) for row in columns)
    known = {group.key for group in groups}
    here = _keyed(sites, F("county__adcode"))
    if level == Region.Level.COUNTRY:
        return Grouping(groups, here, lambda county: adcodes.COUNTRY)
    return Grouping(groups, here, lambda county: adcodes.standing_for(county, known))


def _touches(zone: Zone) -> Q:
    if zone.shape:
        return Q(shape__intersects=zone.shape)
    found = Q(pk__in=[])
    for prefix in zone_prefixes(zone):
        found |= Q(adcode__startswith=prefix)
    return found
