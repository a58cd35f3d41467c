"""What was sent, sent over again the shortest way: the balanced transport problem.

Every sender sends as much as it did and every taker gets as much as it did; only who
sends to whom is free, among the pairs that may. What was done is one of the choices,
so that the best is never longer. It is reckoned in whole kilograms and whole metres of
road, by the allocator of plans and with its certificate.

References
----------
F. Hitchcock, The distribution of a product from several sources to numerous
localities, Journal of Mathematics and Physics 20, 1941, doi:10.1002/sapm1941201224.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import (
    F64,
    I32,
    I64,
    Mask,
    frozen,
    frozen_ids,
    no_rows,
    outside,
    seal,
)
from matching.engine.params import Objective, Params
from matching.engine.problem import Demands, Problem, Supplies
from matching.engine.road import Roads
from matching.engine.rulebook import Limits, Rulebook, Treatments
from matching.engine.solution import Certificate, carried
from matching.engine.solve import solve
from matching.engine.verdict import Verdict

BARRED_M: Final = -1
"""In place of the road of a pair that may not send."""
_M_PER_KM: Final = 1000.0


@dataclass(frozen=True, eq=False)
class Ends:
    """Senders or takers: ids ascending, WGS 84 degrees, circuity of the roads around.

    Raises
    ------
    ValueError
        The columns differ in length, or an id repeats.
    """

    ids: tuple[str, ...]
    lon: F64
    lat: F64
    circuity: F64

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", frozen_ids("ends", self.ids))
        for name in ("lon", "lat", "circuity"):
            given = getattr(self, name)
            column = frozen(f"ends.{name}", given, np.float64, (len(self),))
            object.__setattr__(self, name, column)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Shipments:
    """What went from whom to whom.

    Parameters
    ----------
    sender, taker
        Rows of the ends, shape (n,), each pair once.
    mass_kg
        What went between the two, above 0, shape (n,).
    may_send
        Which sender may send to which taker, shape (S, T); true of what was sent.

    Raises
    ------
    ValueError
        A row is impossible, or something was sent between two that may not.
    """

    senders: Ends
    takers: Ends
    sender: I32
    taker: I32
    mass_kg: I64
    may_send: Mask

    def __post_init__(self) -> None:
        size, shape = (len(self.mass_kg),), (len(self.senders), len(self.takers))
        for name, dtype, wanted in (
            ("sender", np.int32, size),
            ("taker", np.int32, size),
            ("mass_kg", np.int64, size),
            ("may_send", np.bool_, shape),
        ):
            column = frozen(f"shipments.{name}", getattr(self, name), dtype, wanted)
            object.__setattr__(self, name, column)
        for name, count in zip(("sender", "taker"), shape, strict=True):
            if outside(getattr(self, name), 0, count - 1).any():
                raise ValueError(f"shipments: a {name} is not among the ends")
        if (self.mass_kg <= 0).any():
            raise ValueError("shipments: mass_kg must be above 0")
        if not self.may_send[self.sender, self.taker].all():
            raise ValueError("shipments: something was sent that may not be")

    @property
    def sent(self) -> I64:
        """What went from each sender to each taker, kilograms, shape (S, T)."""
        table = np.zeros(self.may_send.shape, dtype=np.int64)
        np.add.at(table, (self.sender, self.taker), self.mass_kg)
        return table


@dataclass(frozen=True, eq=False)
class Shortest:
    """The best of all choices.

    Parameters
    ----------
    road_m
        Metres by road from each sender to each taker, :data:`BARRED_M` where the pair
        may not, shape (S, T).
    best_kg
        What goes between the two at best, shape (S, T).
    certificate
        That nothing is shorter.
    """

    road_m: I64
    best_kg: I64
    certificate: Certificate

    def __post_init__(self) -> None:
        seal(self)


def shortest(shipments: Shipments) -> Shortest:
    """The same masses between the same ends over the least tonne-metres.

    Where several choices are as short, the same question has the same answer.
    """
    problem = _problem(shipments)
    solution = solve(problem)
    road_m = np.full(shipments.may_send.shape, BARRED_M, dtype=np.int64)
    pairs = solution.pairs
    road_m[pairs.supply, pairs.demand] = pairs.cost_fen_per_t
    best_kg = np.zeros_like(road_m)
    sent = carried(problem, pairs, solution.allocation)
    best_kg[sent.pairs.supply, sent.pairs.demand] = sent.flow_kg
    return Shortest(road_m, best_kg, solution.certificate)


def _problem(shipments: Shipments) -> Problem:
    """The engine's own problem, with metres of road for money.

    Senders that may send to the same takers are one material, takers that may take of
    the same materials one route, so that the rulebook is as small as can be. As most
    tonnes come first and what was done places all of them, nothing is left over.
    """
    kinds, material = np.unique(shipments.may_send, axis=0, return_inverse=True)
    admitted, route = np.unique(kinds, axis=1, return_inverse=True)
    sent = shipments.sent
    return Problem(
        supplies=_supplies(shipments.senders, _numbers(material), sent.sum(axis=1)),
        demands=_demands(shipments.takers, _numbers(route), sent.sum(axis=0)),
        rules=_rules(admitted.T),
        params=Params(
            accept=Verdict.LIKELY,
            objective=Objective.TONNES,
            haul_fixed_fen_per_t=0.0,
            haul_fen_per_t_km=_M_PER_KM,
        ),
        roads=_roads(shipments),
    )


def _numbers(inverse: NDArray[Any]) -> I32:
    """The group of each row, as ``np.unique`` told it."""
    return inverse.ravel().astype(np.int32)


def _supplies(senders: Ends, material: I32, mass_kg: I64) -> Supplies:
    return Supplies(
        ids=senders.ids,
        lon=senders.lon,
        lat=senders.lat,
        material=material,
        mass_kg=mass_kg,
        ask_fen_per_t=np.zeros(len(senders), dtype=np.int64),
        values=np.zeros((len(senders), 0)),
    )


def _demands(takers: Ends, route: I32, mass_kg: I64) -> Demands:
    return Demands(
        ids=takers.ids,
        lon=takers.lon,
        lat=takers.lat,
        route=route,
        capacity_kg=mass_kg,
        base_kg=mass_kg,
        offer_fen_per_t=np.zeros(len(takers), dtype=np.int64),
        farthest_km=np.full(len(takers), np.inf),
    )


def _rules(admitted: Mask) -> Rulebook:
    """Every admitted pair is one at any distance, and any share of what is taken."""
    routes, materials = admitted.shape
    none = no_rows(np.int64)
    return Rulebook(
        material_reach_km=np.full(materials, np.inf),
        typical_low=np.zeros((materials, 0)),
        typical_high=np.zeros((materials, 0)),
        admitted=admitted.astype(np.int8),
        max_share_frac=np.ones((routes, materials)),
        limits=Limits(none, none, none, none, none, none, none),
        treatments=Treatments(none, none, none, none, none, none),
    )


def _roads(shipments: Shipments) -> Roads:
    return Roads(
        supply_circuity=shipments.senders.circuity,
        demand_circuity=shipments.takers.circuity,
    )
