"""Tiny worlds that can be reckoned on paper; changed with ``dataclasses.replace``."""

import numpy as np

from matching.engine.params import Params
from matching.engine.problem import Demands, Problem, Supplies
from matching.engine.rulebook import Limits, Rulebook, Treatments

ASH, GYPSUM = 0, 1
KILN = 0
LOSS_ON_IGNITION, MOISTURE = 0, 1
TONNE = 1000


def kiln_rules() -> Rulebook:
    """A kiln takes ash of at most 8 % loss on ignition and 1 % moisture.

    Moisture can be dried away for 10 yuan/t and 2 yuan/t per percent. Gypsum is
    forbidden. Ash is usually within 2-6 % loss on ignition and 0-1 % moisture.
    """
    return Rulebook(
        material_reach_km=[100.0, 100.0],
        typical_low=[[2.0, 0.0], [np.nan, np.nan]],
        typical_high=[[6.0, 1.0], [np.nan, np.nan]],
        admitted=[[1, 2]],
        max_share_frac=[[0.3, 1.0]],
        limits=Limits(
            route=[KILN, KILN],
            material=[-1, ASH],
            parameter=[LOSS_ON_IGNITION, MOISTURE],
            sense=[1, 1],
            value=[8.0, 1.0],
            decides=[True, True],
            grade=[-1, -1],
        ),
        treatments=Treatments(
            material=[ASH],
            parameter=[MOISTURE],
            reaches=[0.0],
            fixed_fen_per_t=[1000],
            fen_per_t_per_unit=[200.0],
            code=[0],
        ),
    )


def two_plants_one_kiln() -> Problem:
    """A near plant with 40 t, a farther one with 80 t, a kiln that takes 90 t.

    Both plants' ash is assayed and good; they lie on the kiln's meridian, half a
    degree (55.6 km) south and three quarters (83.4 km) north. Haul is 1 fen/t km on a
    straight road, a tonne out of the yard is worth 200 yuan.
    """
    return Problem(
        supplies=Supplies(
            ids=("a-near", "b-far"),
            lon=[104.0, 104.0],
            lat=[29.5, 30.75],
            material=[ASH, ASH],
            mass_kg=[40 * TONNE, 80 * TONNE],
            ask_fen_per_t=[0, 0],
            values=[[4.0, 0.5], [5.0, 0.2]],
        ),
        demands=Demands(
            ids=("kiln",),
            lon=[104.0],
            lat=[30.0],
            route=[KILN],
            capacity_kg=[90 * TONNE],
            base_kg=[300 * TONNE],
            offer_fen_per_t=[0],
            farthest_km=[np.inf],
        ),
        rules=kiln_rules(),
        params=Params(haul_fixed_fen_per_t=0, haul_fen_per_t_km=1, circuity=1),
    )


def single_cell(
    value: float = np.nan,
    *,
    bound: float = 8.0,
    sense: int = 1,
    typical: tuple[float, float] = (np.nan, np.nan),
    admitted: int = 1,
    decides: bool = True,
    reaches: float | None = None,
) -> Problem:
    """One supply, one route, one limit and at most one treatment (5 + 1 yuan/t)."""
    treated = [] if reaches is None else [reaches]
    return Problem(
        supplies=Supplies(("s",), [104.0], [30.0], [0], [TONNE], [0], [[value]]),
        demands=Demands(("d",), [104.0], [30.0], [0], [TONNE], [TONNE], [0], [np.inf]),
        rules=Rulebook(
            material_reach_km=[100.0],
            typical_low=[[typical[0]]],
            typical_high=[[typical[1]]],
            admitted=[[admitted]],
            max_share_frac=[[1.0]],
            limits=Limits([0], [-1], [0], [sense], [bound], [decides], [-1]),
            treatments=Treatments(
                material=[0] * len(treated),
                parameter=[0] * len(treated),
                reaches=treated,
                fixed_fen_per_t=[500] * len(treated),
                fen_per_t_per_unit=[100.0] * len(treated),
                code=[0] * len(treated),
            ),
        ),
        params=Params(),
    )
