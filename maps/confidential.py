"""PURE: which figures about firms are too close to one firm's own to be told.

References
----------
Hundepool et al., Statistical Disclosure Control, Wiley 2012,
doi 10.1002/9781118348239, ch. 4; Handbook on Statistical Disclosure Control, sec. 4.2
(sdctools.github.io/HandbookSDC), for the two rules. Cox, Linear sensitivity measures in
statistical disclosure control, J. Statist. Plann. Inference 5 (1981) 153-164: where
each of two figures passes the rules, so does their sum.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Reason(StrEnum):
    """Why a region's figures are hidden.

    For those who answer for the figures. The public is told no more than that a figure
    is confidential: that one firm dominates a county is itself news about the firm.
    """

    FEW_FIRMS = "few_firms"
    ONE_DOMINANT = "one_dominant"
    SECONDARY = "secondary"


@dataclass(frozen=True)
class Params:
    """When a figure is safe to tell.

    ``min_firms`` is the minimum frequency rule: fewer firms are not told of; 3 is the
    common choice (Handbook on SDC, sec. 4.2) and the least that makes sense, as each of
    two firms reads the other off their sum. ``p_frac`` is the p % rule: what is left of
    a figure without its two largest firms is at least this fraction of the largest, or
    else the second largest estimates the largest more closely than that. It takes in
    the plain rule of one dominant firm, a share above 1 / (1 + p). The Handbook prefers
    it to that rule, which two equal giants pass. The default of 0.2 (a share of 83 %)
    is this product's choice: statistical offices do not tell theirs, and a site in use
    should set one of its own and not tell it either.

    Raises
    ------
    ValueError
        For fewer than three firms, or a fraction that is not above 0 and up to 1.
    """

    min_firms: int = 3
    p_frac: float = 0.2

    def __post_init__(self) -> None:
        if self.min_firms < 3:
            raise ValueError("min_firms must be at least 3")
        if not 0 < self.p_frac <= 1:
            raise ValueError("p_frac must be above 0 and at most 1")


@dataclass(frozen=True)
class FirmTable:
    """What each firm put into the figures of each county, in whole kilograms.

    Row ``i`` is firm ``firm[i]`` in one county; ``mass_kg[i]`` has a column for every
    measure in every published step of time. A firm may have rows in many counties.
    """

    firm: Integers
    mass_kg: Integers
    params: Params

    def unsafe(self, rows: Integers) -> Reason | None:
        """Why the sum of some rows may not be told, None where it may.

        The sum of no rows may: where no firm is, nought tells of none. A measure in
        which no firm has anything is told too, of the three firms that must be there.
        """
        if not len(rows):
            return None
        if len(rows) < self.params.min_firms:
            return Reason.FEW_FIRMS
        by_firm = self._by_firm(rows)
        if len(by_firm) < self.params.min_firms:
            return Reason.FEW_FIRMS
        second, largest = np.partition(by_firm, (-2, -1), axis=0)[-2:]
        rest = by_firm.sum(axis=0) - second - largest
        if (rest < self.params.p_frac * largest).any():
            return Reason.ONE_DOMINANT
        return None

    def _by_firm(self, rows: Integers) -> Integers:
        order = np.argsort(self.firm[rows], kind="stable")
        firm = self.firm[rows[order]]
        new = np.concatenate([[True], firm[1:] != firm[:-1]])
        if new.all():
            return self.mass_kg[rows]
        return np.add.reduceat(self.mass_kg[rows[order]], np.flatnonzero(new), axis=0)
