"""PURE: counties put together until every group of them is safe to tell of.

The groups are disjoint and every published figure is a sum of whole groups. Then all
that can be reckoned back from everything published, by whatever sums and differences,
are the figures of the groups, and each of those is safe.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from maps.confidential import FirmTable, Integers
from maps.hierarchy import Hierarchy

UNTOLD = -1
"""The number of the one group that may not even be told as a whole."""


@dataclass(frozen=True)
class Partition:
    """Every county's group, by number; ``UNTOLD`` is never published."""

    group_of: Mapping[str, int]

    @cached_property
    def members(self) -> dict[int, frozenset[str]]:
        """The counties of every group."""
        found: dict[int, set[str]] = defaultdict(set)
        for county, group in self.group_of.items():
            found[group].add(county)
        return {group: frozenset(counties) for group, counties in found.items()}

    def tells(self, counties: frozenset[str]) -> bool:
        """Whether these counties are whole groups, none of them untold."""
        held = Counter(self.group_of[county] for county in counties)
        return UNTOLD not in held and all(
            len(self.members[group]) == count for group, count in held.items()
        )


@dataclass(frozen=True, eq=False)
class Group:
    """Some counties, their rows in the table and all their mass."""

    counties: tuple[str, ...]
    rows: Integers
    mass_kg: int


def partition(
    table: FirmTable,
    rows_of: Mapping[str, Integers],
    hierarchy: Hierarchy,
    together: Iterable[frozenset[str]] = (),
) -> Partition:
    """The counties in safe groups, as few and as small of them hidden as a pass finds.

    From the counties up: what is unsafe in a region is put together; where the whole is
    still unsafe it takes the smallest safe groups of that region; where the region has
    not enough of them it is left to the region around. In each region that is tried
    first among counties of the same zones, so that zones are whole groups.

    Parameters
    ----------
    rows_of
        The rows of the table by county; a county without any is left out.
    together
        Counties that must stay in one group whatever the figures say.
    """
    safe: dict[str | None, list[Group]] = defaultdict(list)
    loose: dict[str | None, list[Group]] = defaultdict(list)
    for piece in _pieces(table, rows_of, hierarchy, together):
        loose[hierarchy.around(piece.counties)].append(piece)
    for region in hierarchy.innermost_first:
        done, left = _settled(
            table, safe.pop(region, []), loose.pop(region, []), hierarchy
        )
        around = hierarchy.parents.get(region)
        safe[around] += done
        loose[around] += left
    return _numbered(hierarchy, safe[None], loose[None])


def _pieces(
    table: FirmTable,
    rows_of: Mapping[str, Integers],
    hierarchy: Hierarchy,
    together: Iterable[frozenset[str]],
) -> list[Group]:
    joined = [sorted(counties) for counties in together]
    bound = {county for counties in joined for county in counties}
    single = [[county] for county in hierarchy.paths if county not in bound]
    none = np.empty(0, np.int64)
    found = []
    for counties in joined + single:
        rows = np.concatenate([rows_of.get(county, none) for county in counties])
        if len(rows) or len(counties) > 1:
            found.append(Group(tuple(counties), rows, int(table.mass_kg[rows].sum())))
    return found


def _settled(
    table: FirmTable, safe: list[Group], loose: list[Group], hierarchy: Hierarchy
) -> tuple[list[Group], list[Group]]:
    """What of a region is safe now, and what is left to the region around it."""
    verdicts = [table.unsafe(group.rows) for group in loose]
    safe = safe + [g for g, why in zip(loose, verdicts, strict=True) if why is None]
    left = [g for g, why in zip(loose, verdicts, strict=True) if why is not None]
    if hierarchy.zones:
        by_zones, left = _by_zones(left, hierarchy), []
        for zones, unsafe in by_zones.items():
            within = [g for g in safe if _zones(g, hierarchy) == zones]
            safe, rest = _closed(table, _merged(unsafe), safe, within)
            left += rest
    if not left:
        return safe, []
    return _closed(table, _merged(left), safe, safe)


def _closed(
    table: FirmTable, whole: Group, safe: list[Group], candidates: list[Group]
) -> tuple[list[Group], list[Group]]:
    """The safe groups with the whole among them, or as they were and the whole left."""
    if table.unsafe(whole.rows) is None:
        return [*safe, whole], []
    in_order = sorted(candidates, key=lambda group: (group.mass_kg, group.counties))
    taken = _partners(table, whole, in_order)
    if taken is None:
        return safe, [whole]
    kept = [group for group in safe if group not in taken]
    return [*kept, _merged([whole, *taken])], []


def _zones(group: Group, hierarchy: Hierarchy) -> frozenset[frozenset[str]]:
    return frozenset(hierarchy.zones_of[county] for county in group.counties)


def _by_zones(
    groups: list[Group], hierarchy: Hierarchy
) -> dict[frozenset[frozenset[str]], list[Group]]:
    found: dict[frozenset[frozenset[str]], list[Group]] = {}
    for group in sorted(groups, key=lambda group: group.counties):
        found.setdefault(_zones(group, hierarchy), []).append(group)
    return found


def _partners(
    table: FirmTable, whole: Group, candidates: Sequence[Group]
) -> Sequence[Group] | None:
    """A run of candidates that makes the whole safe: early, and then short.

    A safe group put to what is safe already leaves it safe (Cox 1981), so that the
    shortest run from the front, and then from its back, is found by halving.
    """

    def safe_with(some: Sequence[Group]) -> bool:
        return table.unsafe(_merged([whole, *some]).rows) is None

    end = _least(lambda n: safe_with(candidates[:n]), len(candidates))
    if end is None:
        return None
    length = _least(lambda n: safe_with(candidates[end - n : end]), end)
    return candidates[end - (length or end) : end]


def _least(holds: Callable[[int], bool], most: int) -> int | None:
    """The least number from 1 to ``most`` from which on something holds, if any."""
    low, high = 0, 1
    while high < most and not holds(high):
        low, high = high, 2 * high
    if high >= most:
        if most == 0 or not holds(most):
            return None
        high = most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _merged(groups: Sequence[Group]) -> Group:
    return Group(
        tuple(sorted(county for group in groups for county in group.counties)),
        np.concatenate([group.rows for group in groups]),
        sum(group.mass_kg for group in groups),
    )


def _numbered(
    hierarchy: Hierarchy, safe: Iterable[Group], untold: Iterable[Group]
) -> Partition:
    counties = list(hierarchy.paths)
    group_of = {county: number for number, county in enumerate(counties)}
    for group in safe:
        group_of |= dict.fromkeys(group.counties, group_of[group.counties[0]])
    for group in untold:
        group_of |= dict.fromkeys(group.counties, UNTOLD)
    return Partition(group_of)
