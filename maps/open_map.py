"""The map that open data are decided on: counties, what is around them, and zones."""

from collections.abc import Mapping

from maps.hierarchy import Hierarchy, by_adcode
from wastehub.places.models import BoundarySet, Region, Zone
from wastehub.places.retired import zone_prefixes
from wastehub.registry.models import Facility

OPEN_ZONES = (Zone.Kind.ECONOMIC_REGION, Zone.Kind.BASIN)


def map_code() -> str:
    """The code of the current boundary set; nothing where none is loaded."""
    current = BoundarySet.objects.filter(is_current=True)
    return current.values_list("code", flat=True).first() or ""


def hierarchy_now() -> Hierarchy:
    """Counties of the current map and those that sites were recorded in, with zones.

    A site in a county that the map no longer has still counts in its prefecture, and so
    its county is one too. A zone with polygons cuts through counties, a park is often
    one firm's: neither is in it.
    """
    filling = Region.objects.current().filling(Region.Level.COUNTY)
    counties = set(filling.values_list("adcode", flat=True))
    counties |= set(Facility.objects.values_list("county__adcode", flat=True))
    bare = by_adcode(counties)
    return Hierarchy(bare.parents, zones_of(bare))


def zones_of(regions: Hierarchy) -> Mapping[str, list[str]]:
    """The counties of every public zone that is made of whole ones."""
    found = {}
    for zone in Zone.objects.filter(kind__in=OPEN_ZONES, shape=None):
        prefixes = tuple(zone_prefixes(zone))
        found[zone.code] = [c for c in regions.paths if c.startswith(prefixes)]
    return found
