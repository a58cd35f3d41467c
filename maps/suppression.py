"""PURE: which regions' figures the public may see, so that none tells of one firm.

A county's mass is often one firm's. Leaving out such counties is not enough: a hidden
figure follows from the province less its other counties, from the year less eleven
months, from a basin less its prefectures, from the stock of two months, from the mass
balance. So what is decided is not the single figure:

1. For a material and a calendar year, counties are put together into disjoint groups
   whose sums are safe (``maps.confidential``) in every measure and every published step
   (``maps.safe_groups``). A county that is safe by itself is a group by itself.
2. A region, be it a county, a province, an economic region or a basin, is shown for
   that year in all its measures and steps when it is whole groups, else in none.
3. A period is shown when every year that it touches is.
4. From year to year no group cuts across another, as both years tell the stock between.

Every published figure is then a sum of figures of groups, and nothing but sums of
groups can be reckoned back from all of them together. Nobody outside can tell how a
group's mass is shared among its firms, be it all one firm's or none: an account in
which one firm has all of it satisfies everything published, the balance of every firm
included. A firm of the group that takes itself off is left with the p % rule's bound.

What it does not protect against: firms of a group that pool their figures; whoever
knows all but one of a group from elsewhere; that two editions of the same figure differ
by one firm's correction; figures published elsewhere, of a firm that fell out of the
statistics; materials made of each other in one firm at a known rate. ``settled`` keeps
what was hidden in earlier editions hidden. A sum over materials may be shown only where
each of them is, a ratio only where its masses are.

References
----------
Hundepool et al., Statistical Disclosure Control, Wiley 2012,
doi 10.1002/9781118348239, ch. 4: secondary suppression, linked tables, and that what is
hidden together must be safe as one cell. That the same cells be hidden in all reference
periods: Eurostat, Integrated farm statistics manual, Confidentiality of tabular data.
Partitions in place of the least suppression (NP-hard; Fischetti and Salazar, Management
Science 47 (2001) 1008-1027, doi 10.1287/mnsc.47.7.1008.9805) are this product's choice:
they hide somewhat more and can be proved in a line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from maps.confidential import Integers, Params, Reason, YearOfFirms
from maps.hierarchy import Hierarchy
from maps.safe_groups import Partition, nested_in_time, partition

__all__ = ["Contributions", "Decisions", "Hierarchy", "Params", "Reason", "decide"]


@dataclass(frozen=True)
class Contributions:
    """What firms put into the published figures of one material; a row is one firm's.

    Every measure that is published, or follows from what is published, has a column:
    the flows, the closing stock, and the opening stock too, which follows from them;
    the weighed, declared and estimated parts where they are shown apart. A firm that
    reports nought has a row, so that it is counted. Rows of one firm, county and step
    add up.

    Parameters
    ----------
    firm
        Organisations by number, whole groups of companies where that is known.
    county
        Adcodes.
    year, step
        The calendar year and the published step in it, from 0: a month or a quarter,
        or 0 alone where years are published. The finest step passed in is the finest
        that may be published.
    mass_kg
        A row for each of the above, a column for each measure.

    Raises
    ------
    ValueError
        For columns of unequal length, or a mass below zero: neither rule holds for
        those, so that a correction downwards needs a measure of its own.
    """

    firm: Integers
    county: Sequence[str]
    year: Integers
    step: Integers
    mass_kg: Integers

    def __post_init__(self) -> None:
        columns = (self.county, self.year, self.step, self.mass_kg)
        if any(len(column) != len(self.firm) for column in columns):
            raise ValueError("the columns must be of equal length")
        if self.mass_kg.ndim != 2 or (self.mass_kg < 0).any():
            raise ValueError("mass_kg must have two dimensions and none below zero")
        if len(self.step) and self.step.min() < 0:
            raise ValueError("step must not be below zero")


@dataclass(frozen=True)
class Decisions:
    """What is hidden of one material: reasons by region and year, and the groups."""

    hierarchy: Hierarchy
    partitions: Mapping[int, Partition]
    hidden: Mapping[tuple[str, int], Reason]

    def reason(self, region: str, year: int) -> Reason | None:
        """Why a region is hidden in a year, None where it is shown.

        A year without any contribution is shown: it is nought, and nobody's.

        Raises
        ------
        KeyError
            For a region or zone that the hierarchy does not have.
        """
        if region not in self.hierarchy.inside:
            raise KeyError(region)
        return self.hidden.get((region, year))

    def shown(self, region: str, years: Iterable[int]) -> bool:
        """Whether a period that touches these years is shown for a region."""
        return all(self.reason(region, year) is None for year in years)


def decide(
    contributions: Contributions,
    hierarchy: Hierarchy,
    params: Params | None = None,
    settled: Decisions | None = None,
) -> Decisions:
    """What of a material is shown, region by region and year by year.

    The same input gives the same answer; ties go by adcode.

    Parameters
    ----------
    settled
        The decisions of an earlier edition. What it put together stays together.

    Raises
    ------
    ValueError
        For a contribution in a county that the hierarchy does not have.
    """
    unknown = set(contributions.county) - hierarchy.paths.keys()
    if unknown:
        raise ValueError(f"no county of the hierarchy: {sorted(unknown)}")
    partitions: dict[int, Partition] = {}
    hidden: dict[tuple[str, int], Reason] = {}
    for year in np.unique(contributions.year).tolist():
        table, rows_of = _year_of_firms(contributions, year, params or Params())
        found = partition(table, rows_of, hierarchy, _together(settled, year))
        if year - 1 in partitions:
            found = nested_in_time(partitions[year - 1], found)
        partitions[year] = found
        hidden |= _reasons(year, found, table, rows_of, hierarchy)
    return Decisions(hierarchy, partitions, hidden)


def publish(
    rows: Iterable[Mapping[str, Any]],
    decisions: Decisions,
    *,
    years: Iterable[int],
    figures: Iterable[str],
) -> list[dict[str, Any]]:
    """The rows of a table with the figures of hidden regions as None.

    Parameters
    ----------
    rows
        Each names its region under ``adcode``.
    years
        All that the period of the table touches.
    figures
        The names of everything in a row that tells of masses: ratios, counts of firms
        and differences as well.
    """
    touched, names = tuple(years), tuple(figures)
    return [
        dict(row)
        if decisions.shown(row["adcode"], touched)
        else dict(row) | dict.fromkeys(names)
        for row in rows
    ]


def _together(settled: Decisions | None, year: int) -> list[frozenset[str]]:
    if settled is None or year not in settled.partitions:
        return []
    members = settled.partitions[year].members
    return [counties for counties in members.values() if len(counties) > 1]


def _year_of_firms(
    contributions: Contributions, year: int, params: Params
) -> tuple[YearOfFirms, dict[str, Integers]]:
    chosen = np.flatnonzero(contributions.year == year)
    names, county = np.unique(
        np.asarray(contributions.county)[chosen], return_inverse=True
    )
    firms, firm = np.unique(contributions.firm[chosen], return_inverse=True)
    sites, site = np.unique(county * len(firms) + firm, return_inverse=True)
    table = YearOfFirms(
        firm=sites % len(firms),
        mass_kg=_spread(contributions, chosen, site, len(sites)),
        params=params,
    )
    starts = np.searchsorted(sites // len(firms), np.arange(1, len(names)))
    rows = np.split(np.arange(len(sites)), starts)
    return table, dict(zip(names.tolist(), rows, strict=True))


def _spread(
    contributions: Contributions, chosen: Integers, site: Integers, sites: int
) -> Integers:
    """A row per site, a column per step and measure."""
    measures = contributions.mass_kg.shape[1]
    steps, step = np.unique(contributions.step[chosen], return_inverse=True)
    spread = np.zeros((sites, len(steps), measures), np.int64)
    np.add.at(spread, (site, step), contributions.mass_kg[chosen])
    return spread.reshape(sites, -1)


def _reasons(
    year: int,
    found: Partition,
    table: YearOfFirms,
    rows_of: Mapping[str, Integers],
    hierarchy: Hierarchy,
) -> dict[tuple[str, int], Reason]:
    none = np.empty(0, np.int64)
    reasons = {}
    for region, counties in hierarchy.inside.items():
        if not found.tells(counties):
            rows = np.concatenate([none, *(rows_of.get(c, none) for c in counties)])
            reasons[region, year] = table.unsafe(rows) or Reason.SECONDARY
    return reasons
