"""PURE: the regions of a map whose figures add up to each other."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from wastehub.places import adcodes


@dataclass(frozen=True)
class Hierarchy:
    """Regions within regions, down to counties, and zones that cut across them.

    ``parents`` names the region around every region but the outermost; a county is one
    that is around none. ``zones`` are further regions by the counties in them, a basin
    for one; they may overlap the others and each other.

    Raises
    ------
    ValueError
        For a region inside itself, a zone with the code of a region, or one that holds
        something other than known counties.
    """

    parents: Mapping[str, str]
    zones: Mapping[str, Collection[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = set(self.paths)
        for zone, counties in self.zones.items():
            if zone in self.inside_regions:
                raise ValueError(f"zone {zone} has the code of a region")
            if not known.issuperset(counties):
                raise ValueError(f"zone {zone} holds what is no county")

    @cached_property
    def paths(self) -> dict[str, tuple[str, ...]]:
        """For every county the regions it lies in, outermost first, itself last."""
        counties = sorted(self.parents.keys() - set(self.parents.values()))
        found = {county: self._path(county) for county in counties}
        if set(self.parents) - {region for path in found.values() for region in path}:
            raise ValueError("a region lies inside itself")
        return found

    @cached_property
    def inside_regions(self) -> dict[str, frozenset[str]]:
        """The counties of every region, zones left out."""
        found: dict[str, set[str]] = {}
        for county, path in self.paths.items():
            for region in path:
                found.setdefault(region, set()).add(county)
        return {region: frozenset(counties) for region, counties in found.items()}

    @cached_property
    def inside(self) -> dict[str, frozenset[str]]:
        """The counties of every region and zone."""
        zones = {zone: frozenset(held) for zone, held in self.zones.items()}
        return self.inside_regions | zones

    @cached_property
    def zones_of(self) -> dict[str, frozenset[str]]:
        """For every county the zones that hold it."""
        found: dict[str, set[str]] = {county: set() for county in self.paths}
        for zone, counties in self.zones.items():
            for county in counties:
                found[county].add(zone)
        return {county: frozenset(zones) for county, zones in found.items()}

    @cached_property
    def innermost_first(self) -> list[str]:
        """Every region after all that lie in it."""
        depths = {r: d for path in self.paths.values() for d, r in enumerate(path)}
        return sorted(depths, key=lambda region: (-depths[region], region))

    def around(self, counties: Iterable[str]) -> str | None:
        """The smallest region that holds all of some counties, None where none does."""
        found = None
        for regions in zip(*(self.paths[county] for county in counties), strict=False):
            if len(set(regions)) > 1:
                break
            found = regions[0]
        return found

    def _path(self, county: str) -> tuple[str, ...]:
        path = [county]
        while (parent := self.parents.get(path[-1])) is not None:
            if parent in path:
                raise ValueError(f"region {parent} lies inside itself")
            path.append(parent)
        return tuple(reversed(path))


def by_adcode(
    counties: Iterable[str],
    *,
    parts_of_provinces: Mapping[str, str] | None = None,
    zones: Mapping[str, Collection[str]] | None = None,
) -> Hierarchy:
    """Nation, provinces, prefectures and counties, as their codes nest.

    ``parts_of_provinces`` gives for a prefecture the part of its province that it lies
    in (an economic region); such parts hold whole prefectures and do not overlap, so
    they are a level of their own and not zones.
    """
    parts = parts_of_provinces or {}
    parents: dict[str, str] = {}
    for county in counties:
        _, prefecture, province = adcodes.around(county)
        part = parts.get(prefecture, province)
        chain = dict.fromkeys((county, prefecture, part, province, adcodes.COUNTRY))
        parents.update(pairwise(chain))
    return Hierarchy(parents, zones or {})
