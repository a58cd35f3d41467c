"""What the engine answers. All tables are columns; all indices are rows of the problem.

Money is whole fen per tonne, mass whole kilograms, so a product of the two is a
thousandth of a fen and sums of it are exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.engine.columns import I64, seal
from matching.engine.pairs import Pairs, Reached
from matching.engine.problem import Problem
from matching.engine.screen import Screen


@dataclass(frozen=True, eq=False)
class Slots:
    """Room for one material at one demand; sorted by demand, then material.

    Only those that a pair touches. ``price_fen_per_t`` is what one more tonne of the
    share cap is worth.
    """

    demand: I64
    material: I64
    cap_kg: I64
    price_fen_per_t: I64

    def __post_init__(self) -> None:
        seal(self)

    def __len__(self) -> int:
        return len(self.demand)


@dataclass(frozen=True, eq=False)
class Allocation:
    """Who sends how much to whom, and what one more tonne is worth.

    Parameters
    ----------
    flow_kg
        Mass each pair carries, one value per row of the pairs.
    left_kg
        Mass of each supply that stays where it is.
    supply_price_fen_per_t, demand_price_fen_per_t
        What one more tonne on offer, or of capacity, is worth; never negative.
    slots
        The share caps with their prices.
    """

    flow_kg: I64
    left_kg: I64
    supply_price_fen_per_t: I64
    demand_price_fen_per_t: I64
    slots: Slots

    def __post_init__(self) -> None:
        seal(self)


@dataclass(frozen=True, eq=False)
class Carried:
    """The pairs that carry mass, and how much each."""

    pairs: Pairs
    flow_kg: I64


def carried(problem: Problem, reached: Reached, allocation: Allocation) -> Carried:
    """The pairs of an allocation that carry mass, in their order."""
    rows = np.flatnonzero(allocation.flow_kg)
    return Carried(reached.at(problem, rows), allocation.flow_kg[rows])


@dataclass(frozen=True)
class Check:
    """One thing that was verified, and what was found."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Certificate:
    """That an allocation keeps every balance and that none is cheaper.

    ``pairs_checked`` counts the pairs of the certificate's own search.
    ``objective_fen_kg_per_t`` is the sum of weight x flow. By cost, divided by 1,000,
    it is fen; by tonnes and CO2 it has no unit of its own. It is not positive.
    """

    ok: bool
    checks: tuple[Check, ...]
    pairs_checked: int
    objective_fen_kg_per_t: int


@dataclass(frozen=True, eq=False)
class Solution:
    """The answer to a problem, stage by stage; seconds only if a clock was given."""

    screen: Screen
    pairs: Reached
    allocation: Allocation
    certificate: Certificate
    seconds: Mapping[str, float]
