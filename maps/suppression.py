"""PURE: which regions' figures the public may see, so that none tells of one firm.

A county's mass is often one firm's. Leaving out such counties is not enough: a hidden
figure follows from the province less its other counties, from the year less eleven
months, from a basin less its prefectures, from the mass balance with the stocks before
and after. So what is decided is not the single figure:

1. For a material, counties are put together into disjoint groups whose sums are safe
   (``maps.confidential``) in every measure and every published step of time
   (``maps.safe_groups``). A county that is safe by itself is a group by itself.
2. A region, be it a county, a province, an economic region or a basin, is shown in all
   its measures and periods when it is whole groups, and in none when it is not.

Every published figure is then a sum of figures of groups, and nothing but sums of
groups can be reckoned back from all of them together. Nobody outside can tell how a
group's mass is shared among its firms: an account in which any one firm has all of it
and the others nothing satisfies everything published, the balance of every firm from
month to month included. A firm of the group that takes itself off is left with the p %
rule's bound on any other.

Groups that change from year to year were rejected: both years tell the stock between
them, from which what the one hides can be bounded and at times reckoned exactly.

What this does not protect against: firms of a group that pool their figures; whoever
knows of all but one of a group from elsewhere; two editions of the same figure, which
differ by the corrections that came in between; materials made of each other in one firm
at a known rate. ``settled`` keeps hidden what an earlier edition hid; where a later one
must hide more, the earlier one is out, and with it the stock that the new time starts
from. A sum over materials may be shown only where each of them is, a ratio only where
its masses are.

References
----------
Hundepool et al., Statistical Disclosure Control, Wiley 2012,
doi 10.1002/9781118348239, ch. 4: secondary suppression and linked tables. Eurostat,
Integrated farm statistics manual, Confidentiality of tabular data: that the pattern of
what is hidden should be the same in all reference periods. To hide as little as can be
is NP-hard (Fischetti and Salazar, Management Science 47 (2001) 1008-1027,
doi 10.1287/mnsc.47.7.1008.9805); groups in its place are this product's choice: they
hide somewhat more and can be proved in a line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from maps.confidential import FirmTable, Integers, Params, Reason
from maps.hierarchy import Hierarchy
from maps.safe_groups import Partition, partition

_NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Contributions:
    """What firms put into the published figures of one material; a row is one firm's.

    Every measure that is published, or follows from what is published, has a column:
    the flows, the closing stock, and the opening stock too, which follows from them;
    the weighed, declared and estimated parts and the routes where they are shown apart.
    A firm that reports nought has a row, so that it is counted. Rows of one firm,
    county and step add up.

    Parameters
    ----------
    firm
        Organisations by number, whole groups of companies where that is known.
    county
        Adcodes.
    step
        The published step of time, by any number: all months, or all years where
        nothing finer is published. A coarser period is a sum of them and as safe.
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
    step: Integers
    mass_kg: Integers

    def __post_init__(self) -> None:
        columns = (self.county, self.step, self.mass_kg)
        if any(len(column) != len(self.firm) for column in columns):
            raise ValueError("the columns must be of equal length")
        if self.mass_kg.ndim != 2 or (self.mass_kg < 0).any():
            raise ValueError("mass_kg must have two dimensions and none below zero")


@dataclass(frozen=True)
class Decisions:
    """What is hidden of one material, region by region, for all its periods."""

    hierarchy: Hierarchy
    groups: Partition
    hidden: Mapping[str, Reason]

    def reason(self, region: str) -> Reason | None:
        """Why a region is hidden, None where it is shown.

        Where no firm is, nought is shown: it is nobody's, and that a firm has a site in
        a county is no secret, only how much.

        Raises
        ------
        KeyError
            For a region or zone that the hierarchy does not have.
        """
        if region not in self.hierarchy.inside:
            raise KeyError(region)
        return self.hidden.get(region)


def decide(
    contributions: Contributions,
    hierarchy: Hierarchy,
    params: Params | None = None,
    settled: Decisions | None = None,
) -> Decisions:
    """What of a material is shown, region by region.

    The same input gives the same answer; ties go by adcode.

    Parameters
    ----------
    contributions
        Of all periods that are published together.
    settled
        The decisions of an earlier edition. What it put together stays together.

    Raises
    ------
    ValueError
        For a contribution in a county that the hierarchy does not have.
    """
    table, rows_of = _tabled(contributions, params or Params())
    unknown = rows_of.keys() - hierarchy.paths.keys()
    if unknown:
        raise ValueError(f"no county of the hierarchy: {', '.join(sorted(unknown))}")
    groups = partition(table, rows_of, hierarchy, _together(settled))
    hidden = {
        region: table.unsafe(_rows_in(counties, rows_of)) or Reason.SECONDARY
        for region, counties in hierarchy.inside.items()
        if not groups.tells(counties)
    }
    return Decisions(hierarchy, groups, hidden)


def publish(
    rows: Iterable[Mapping[str, Any]],
    decisions: Decisions,
    *,
    figures: Iterable[str],
    region: str = "adcode",
) -> list[dict[str, Any]]:
    """The rows of a table with the figures of hidden regions as None.

    Parameters
    ----------
    rows
        One region's each, of any period.
    figures
        The names of everything in a row that tells of masses: ratios, counts of firms
        and differences as well.
    region
        The name of what holds the region's code.
    """
    blank = dict.fromkeys(figures)
    return [
        dict(row) | (blank if decisions.reason(row[region]) else {}) for row in rows
    ]


def _together(settled: Decisions | None) -> list[frozenset[str]]:
    members = settled.groups.members.values() if settled else ()
    return [counties for counties in members if len(counties) > 1]


def _rows_in(counties: Iterable[str], rows_of: Mapping[str, Integers]) -> Integers:
    return np.concatenate([_NONE, *(rows_of.get(c, _NONE) for c in counties)])


def _tabled(
    contributions: Contributions, params: Params
) -> tuple[FirmTable, dict[str, Integers]]:
    """The table of firms in counties, and its rows by county."""
    names = sorted(set(contributions.county))
    number = {name: at for at, name in enumerate(names)}
    county = np.array([number[name] for name in contributions.county], np.int64)
    firms, firm = np.unique(contributions.firm, return_inverse=True)
    sites, site = np.unique(county * max(1, len(firms)) + firm, return_inverse=True)
    in_county, of_firm = np.divmod(sites, max(1, len(firms)))
    table = FirmTable(of_firm, _spread(contributions, site, len(sites)), params)
    starts = np.searchsorted(in_county, np.arange(1, len(names)))
    rows = np.split(np.arange(len(sites)), starts)
    return table, dict(zip(names, rows, strict=False))


def _spread(contributions: Contributions, site: Integers, sites: int) -> Integers:
    """A row per site, a column per step and measure."""
    steps, step = np.unique(contributions.step, return_inverse=True)
    width = contributions.mass_kg.shape[1]
    spread = np.zeros((sites, len(steps), width), np.int64)
    np.add.at(spread, (site, step), contributions.mass_kg)
    return spread.reshape(sites, len(steps) * width)
