"""Pairs of a supply and a demand: all in reach, packed, and some of them in full.

There are millions of pairs, and few carry anything: of each only what can not be told
from its two ends is kept. Distance and haul are reckoned for those that are asked for,
by the formula that priced them.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from matching.engine.columns import F64, I32, I64, seal
from matching.engine.price import haul_fen_per_t, measure
from matching.engine.problem import Problem
from matching.engine.spread import ranges

# Pairs whose columns of work stay in a core's cache.
_PAIRS_PER_SHARE: Final = 2**16


@dataclass(frozen=True, eq=False)
class Reached:
    """Supplies and demands in reach of each other whose verdict is acceptable.

    Sorted by supply, then demand: the pairs of supply s are the rows from ``first[s]``
    up to ``first[s + 1]``. ``cost_fen_per_t`` = ask - offer + treatment + haul, kept in
    32 bits where every cost fits. ``in_reach`` also counts the pairs in reach by an
    admitted use whose verdict is not acceptable.
    """

    first: I64
    demand: I32
    cost_fen_per_t: I32 | I64
    in_reach: int

    def __post_init__(self) -> None:
        seal(self)

    def __len__(self) -> int:
        return len(self.demand)

    @property
    def supply(self) -> I32:
        """The supply of every pair, a column made anew; shape (n,)."""
        return self.supplies_of(0, len(self)).astype(np.int32)

    def supplies_of(self, begin: int, end: int) -> I64:
        """The supplies of the rows from ``begin`` up to ``end``."""
        low = np.searchsorted(self.first, begin, "right") - 1
        high = max(np.searchsorted(self.first, end, "left"), low + 1)
        bounds = self.first[low : high + 1].clip(begin, end)
        return np.repeat(np.arange(low, low + len(bounds) - 1), np.diff(bounds))

    def shares(self, problem: Problem) -> list[tuple[int, int]]:
        """All rows in shares of work: first and end of each."""
        return ranges(len(self), min(_PAIRS_PER_SHARE, problem.params.block_pairs))

    def supply_shares(self, problem: Problem) -> list[tuple[int, int]]:
        """All supplies in shares of about as many pairs: first and end of each."""
        every = len(self.first) - 1
        ends = [end for _, end in self.shares(problem)[:-1]]
        cuts = np.unique([0, *np.searchsorted(self.first, ends), every])
        return list(pairwise(cuts.tolist()))

    def at(self, problem: Problem, rows: I64) -> "Pairs":
        """Some rows, in any order."""
        supply = np.searchsorted(self.first, rows, "right") - 1
        return Pairs(
            problem,
            supply,
            self.demand[rows].astype(np.int64),
            self.cost_fen_per_t[rows].astype(np.int64),
        )

    def between(self, problem: Problem, begin: int, end: int) -> "Pairs":
        """The rows from ``begin`` up to ``end``."""
        return Pairs(
            problem,
            self.supplies_of(begin, end),
            self.demand[begin:end].astype(np.int64),
            self.cost_fen_per_t[begin:end].astype(np.int64),
        )

    def every(self, problem: Problem) -> "Pairs":
        """All of them; for small worlds."""
        return self.between(problem, 0, len(self))


@dataclass(frozen=True, eq=False)
class Pairs:
    """Some pairs of a problem, a row each; every column has shape (n,)."""

    problem: Problem
    supply: I64
    demand: I64
    cost_fen_per_t: I64

    def __len__(self) -> int:
        return len(self.supply)

    @cached_property
    def distance_km(self) -> F64:
        """The great circle, as `great_circle_km` to a micrometre."""
        distance_km = np.empty(len(self))
        sources, sinks = self.problem.supplies.vector, self.problem.demands.vector
        measure(sources, sinks, self.supply, self.demand, distance_km)
        return distance_km

    @cached_property
    def road_km(self) -> F64:
        """The way by road."""
        return self.problem.road_km(self.supply, self.demand, self.distance_km)

    @cached_property
    def haul_fen_per_t(self) -> I64:
        """What the haul of a tonne costs."""
        return haul_fen_per_t(self.problem.params, self.road_km)
