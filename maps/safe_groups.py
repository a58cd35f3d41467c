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

from maps.confidential import Integers, YearOfFirms
from maps.hierarchy import Hierarchy

UNTOLD = -1
"""The number of the one group that may not even be told as a whole."""


@dataclass(frozen=True)
class Partition:
    """Every county's group in one year, by number; ``UNTOLD`` is never published."""

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


@dataclass(frozen=True)
class Group:
    """Some counties, their rows in the year's table and all their mass."""

    counties: tuple[str, ...]
    rows: Integers
    mass_kg: int


def partition(
    year: YearOfFirms,
    rows_of: Mapping[str, Integers],
    hierarchy: Hierarchy,
    together: Iterable[frozenset[str]] = (),
) -> Partition:
    """The counties in safe groups, as few and as small of them hidden as a pass finds.

    From the counties up: what is unsafe in a region is put together; where the whole is
    still unsafe it takes the smallest safe groups of that region, first those of the
    same zones; where the region has not enough of them it is left to the region around.

    Parameters
    ----------
    rows_of
        The rows of the year's table by county; a county without any is left out.
    together
        Counties that must stay in one group whatever the figures say.
    """
    safe: dict[str | None, list[Group]] = defaultdict(list)
    loose: dict[str | None, list[Group]] = defaultdict(list)
    for piece in _pieces(year, rows_of, hierarchy, together):
        loose[hierarchy.around(piece.counties)].append(piece)
    for region in hierarchy.innermost_first:
        done, left = _settled(
            year, safe.pop(region, []), loose.pop(region, []), hierarchy
        )
        around = hierarchy.parents.get(region)
        safe[around] += done
        loose[around] += left
    return _numbered(hierarchy, safe[None], loose[None])


def _pieces(
    year: YearOfFirms,
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
            found.append(Group(tuple(counties), rows, int(year.mass_kg[rows].sum())))
    return found


def _settled(
    year: YearOfFirms, safe: list[Group], loose: list[Group], hierarchy: Hierarchy
) -> tuple[list[Group], list[Group]]:
    """What of a region is safe now, and what is left to the region around it."""
    verdicts = [year.unsafe(group.rows) for group in loose]
    safe = safe + [g for g, why in zip(loose, verdicts, strict=True) if why is None]
    unsafe = [g for g, why in zip(loose, verdicts, strict=True) if why is not None]
    if not unsafe:
        return safe, []
    whole = _merged(unsafe)
    taken = _partners(year, whole, _in_order(whole, safe, hierarchy))
    if taken is None:
        return safe, [whole]
    kept = [group for group in safe if group not in taken]
    return [*kept, _merged([whole, *taken])], []


def _in_order(whole: Group, safe: list[Group], hierarchy: Hierarchy) -> list[Group]:
    def zones(group: Group) -> set[frozenset[str]]:
        return {hierarchy.zones_of[county] for county in group.counties}

    own = zones(whole)
    return sorted(safe, key=lambda g: (zones(g) != own, g.mass_kg, g.counties))


def _partners(
    year: YearOfFirms, whole: Group, candidates: Sequence[Group]
) -> Sequence[Group] | None:
    """A run of candidates that makes the whole safe: early, and then short.

    A safe group put to what is safe already leaves it safe (Cox 1981), so that the
    shortest run from the front, and then from its back, is found by halving.
    """

    def safe_with(some: Sequence[Group]) -> bool:
        return year.unsafe(_merged([whole, *some]).rows) is None

    if safe_with(()):
        return ()
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


def nested_in_time(before: Partition, after: Partition) -> Partition:
    """Groups of a year put together until none cuts across one of the year before.

    The stock at the turn of a year is told by both years. Where every group of one year
    is whole groups of the other, the two tell no more than the finer does; and what one
    year does not tell must not be what the other tells less its neighbours.
    """
    group_of = dict(after.group_of)
    members = {number: set(counties) for number, counties in after.members.items()}
    settled = False
    while not settled:
        settled = True
        for group, counties in before.members.items():
            held = {group_of[county] for county in counties}
            joined = _clashing(group, counties, held, members)
            if joined:
                settled = False
                _join(joined, group_of, members)
    return Partition(group_of)


def _clashing(
    group: int,
    counties: frozenset[str],
    held: set[int],
    members: Mapping[int, set[str]],
) -> set[int]:
    """The groups that must become one because of one group of the year before."""
    grown = set[str]().union(*(members[number] for number in held))
    if len(held) == 1:
        leaks = group == UNTOLD and UNTOLD not in held and grown != counties
        return held | {UNTOLD} if leaks else set()
    leaks = group != UNTOLD and UNTOLD in held
    return held if leaks or grown != counties else set()


def _join(
    joined: set[int], group_of: dict[str, int], members: dict[int, set[str]]
) -> None:
    number = min(joined)  # UNTOLD where that is among them
    counties = set[str]().union(*(members.pop(other, ()) for other in joined))
    members[number] = counties
    group_of |= dict.fromkeys(counties, number)
