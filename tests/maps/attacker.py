"""Small worlds of firms, and one who reckons hidden figures back from the told ones.

The attacker knows which firm has a site in which county, that no mass is below zero,
that every firm's stock follows from the month before, and every figure that is told. By
linear programming (HiGHS through SciPy) he finds the least and the most that any firm's
or county's mass can have been.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from maps.hierarchy import Hierarchy
from maps.suppression import Contributions, decide

MEASURES = ("opening", "made", "used", "closing")
Shown = Callable[[str, int], bool]


@dataclass(frozen=True)
class World:
    """Each site (firm, county) with what it made and used, step by step, in kg."""

    hierarchy: Hierarchy
    sites: dict[tuple[int, str], list[tuple[int, int]]]

    @property
    def steps(self) -> int:
        return len(next(iter(self.sites.values())))

    def figures(self, site) -> list[tuple[int, int, int, int]]:
        stock, rows = 0, []
        for made, used in self.sites[site]:
            rows.append((stock, made, used, stock + made - used))
            stock += made - used
        return rows

    def contributions(self, steps=None) -> Contributions:
        rows = [
            (firm, county, step, figures)
            for firm, county in self.sites
            for step, figures in enumerate(self.figures((firm, county)))
            if steps is None or step in steps
        ]
        firms, counties, at, masses = zip(*rows, strict=True)
        return Contributions(
            np.array(firms), counties, np.array(at), np.array(masses, np.int64)
        )

    def decided(self, **options):
        return decide(self.contributions(), self.hierarchy, **options)

    def total(self, counties, step, measure, firm=None) -> int:
        return sum(
            self.figures(site)[step][MEASURES.index(measure)]
            for site in self.sites
            if site[1] in counties and firm in (None, site[0])
        )


class Attacker:
    """Knows what ``shown`` tells, and all about one firm if he is that firm."""

    def __init__(self, world: World, shown: Shown, own: int | None = None):
        self.world, self.own = world, own
        sites, steps = list(world.sites), range(world.steps)
        keys = [(s, t, m) for s in sites for t in steps for m in MEASURES]
        self.at = {key: number for number, key in enumerate(keys)}
        self.rows: list[tuple[dict[int, float], float]] = []
        for site in sites:
            self._balances(site, known=site[0] == own)
        for region, counties in world.hierarchy.inside.items():
            for step in steps:
                if shown(region, step):
                    self._told(counties, step)
        self.matrix, self.right = self._equations()

    def range_of(self, counties, step, measure, firm=None) -> tuple[float, float]:
        """The least and the most of a sum that agree with all he knows."""
        aim = np.zeros(len(self.at))
        for site in self.world.sites:
            if site[1] in counties and firm in (None, site[0]):
                aim[self.at[site, step, measure]] = 1
        return self._best(aim), -self._best(-aim)

    def _balances(self, site, known):
        for step, figures in enumerate(self.world.figures(site)):
            at = {m: self.at[site, step, m] for m in MEASURES}
            self.rows.append(
                (
                    {
                        at["opening"]: 1,
                        at["made"]: 1,
                        at["used"]: -1,
                        at["closing"]: -1,
                    },
                    0,
                )
            )
            if step:
                before = self.at[site, step - 1, "closing"]
                self.rows.append(({at["opening"]: 1, before: -1}, 0))
            if known:
                self.rows += [
                    ({at[m]: 1}, mass)
                    for m, mass in zip(MEASURES, figures, strict=True)
                ]

    def _told(self, counties, step):
        for measure in MEASURES:
            inside = [site for site in self.world.sites if site[1] in counties]
            terms = {self.at[site, step, measure]: 1.0 for site in inside}
            self.rows.append((terms, self.world.total(counties, step, measure)))

    def _equations(self):
        cells = [
            (r, c, v)
            for r, (terms, _) in enumerate(self.rows)
            for c, v in terms.items()
        ]
        row, column, value = zip(*cells, strict=True)
        shape = (len(self.rows), len(self.at))
        matrix = coo_array((value, (row, column)), shape=shape).tocsr()
        return matrix, np.array([right for _, right in self.rows], float)

    def _best(self, aim) -> float:
        found = linprog(aim, A_eq=self.matrix, b_eq=self.right, method="highs")
        if found.status == 3:
            return -np.inf
        assert found.status == 0, found.message
        return found.fun
