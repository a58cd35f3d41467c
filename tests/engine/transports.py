"""Plain transport problems by their cost table, free of geography."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.engine.pairs import Reached
from matching.engine.params import Params
from matching.engine.problem import Demands, Problem, Supplies
from matching.engine.rulebook import Limits, Rulebook, Treatments
from matching.engine.solution import Allocation

BASE_KG = 10**6
UNPLACED = 1000


@dataclass(frozen=True)
class Transport:
    """Masses, capacities, caps[demand][material], arcs {(supply, demand): cost}."""

    mass: Sequence[int]
    material: Sequence[int]
    capacity: Sequence[int]
    caps: Sequence[Sequence[int]]
    arcs: dict[tuple[int, int], int]
    unplaced: int = UNPLACED

    def problem(self) -> Problem:
        """Every demand is a route of its own, so that its caps are free to choose."""
        sources, sinks = len(self.mass), len(self.capacity)
        materials = max(self.material, default=0) + 1
        caps = np.asarray(self.caps, dtype=float).reshape(sinks, -1)[:, :materials]
        no_int: list[int] = []
        return Problem(
            supplies=Supplies(
                ids=tuple(f"s{row:04d}" for row in range(sources)),
                lon=np.zeros(sources),
                lat=np.zeros(sources),
                material=np.asarray(self.material, dtype=int),
                mass_kg=np.asarray(self.mass, dtype=int),
                ask_fen_per_t=np.zeros(sources, dtype=int),
                values=np.zeros((sources, 0)),
            ),
            demands=Demands(
                ids=tuple(f"d{row:04d}" for row in range(sinks)),
                lon=np.zeros(sinks),
                lat=np.zeros(sinks),
                route=np.arange(sinks),
                capacity_kg=np.asarray(self.capacity, dtype=int),
                base_kg=np.full(sinks, BASE_KG),
                offer_fen_per_t=np.zeros(sinks, dtype=int),
                farthest_km=np.full(sinks, np.inf),
            ),
            rules=Rulebook(
                material_reach_km=np.ones(materials),
                typical_low=np.zeros((materials, 0)),
                typical_high=np.zeros((materials, 0)),
                admitted=np.ones((sinks, materials), dtype=int),
                max_share_frac=caps / BASE_KG,
                limits=Limits(no_int, no_int, no_int, no_int, [], no_int, no_int),
                treatments=Treatments(no_int, no_int, [], no_int, [], no_int),
            ),
            params=Params(unplaced_fen_per_t=self.unplaced),
        )

    def pairs(self) -> Reached:
        """The arcs as the allocator takes them."""
        keys = sorted(self.arcs)
        supply, demand = np.asarray(keys, dtype=np.int32).reshape(-1, 2).T
        return Reached(
            first=np.searchsorted(supply, np.arange(len(self.mass) + 1)),
            demand=np.ascontiguousarray(demand),
            cost_fen_per_t=np.asarray([self.arcs[key] for key in keys], dtype=np.int64),
            in_reach=len(keys),
        )

    def objective(self, allocation: Allocation) -> int:
        """Sum of (cost - unplaced) x flow."""
        costs = (self.arcs[key] - self.unplaced for key in sorted(self.arcs))
        flows = allocation.flow_kg.tolist()
        return sum(cost * flow for cost, flow in zip(costs, flows, strict=True))

    def network(self) -> dict[str, Any]:
        """The same problem for the oracle, as plain data."""
        slots = sorted({(sink, self.material[source]) for source, sink in self.arcs})
        number = {slot: row for row, slot in enumerate(slots)}
        return {
            "mass": list(self.mass),
            "capacity": list(self.capacity),
            "slots": [[sink, self.caps[sink][kind]] for sink, kind in slots],
            "arcs": [
                [source, number[sink, self.material[source]], cost - self.unplaced]
                for (source, sink), cost in sorted(self.arcs.items())
            ],
        }


def drawn(rng: np.random.Generator) -> Transport:
    """A small transport: often degenerate, tied, unbalanced, or with shut slots."""
    sources, sinks, materials = rng.integers(1, [13, 9, 4])
    largest = int(rng.choice([1, 3, 50, 10**6]))
    dearest = int(rng.choice([0, 2, UNPLACED, 2 * UNPLACED]))
    arcs = {
        (source, sink): int(rng.integers(-dearest, dearest + 1))
        for source in range(sources)
        for sink in range(sinks)
        if rng.random() < 0.7
    }
    return Transport(
        mass=rng.integers(0, largest + 1, sources).tolist(),
        material=rng.integers(0, materials, sources).tolist(),
        capacity=rng.integers(0, 2 * largest + 1, sinks).tolist(),
        caps=rng.integers(0, largest + 1, (sinks, materials)).tolist(),
        arcs=arcs,
    )
