"""Every knob of a run, with its default, its range and its unit."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from matching.engine.verdict import Verdict

BOUNDLESS_KM: Final = 100_000.0
"""Farther than any two places on earth lie apart by road."""

_BOUNDS: Final = {
    "horizon_months": (1, 120),
    "haul_fixed_fen_per_t": (0, 1_000_000),
    "haul_fen_per_t_km": (0, 10_000),
    "circuity": (1, 5),
    "unplaced_fen_per_t": (0, 1_000_000_000),
    "block_pairs": (1_000, 100_000_000),
    "carbon_price_fen_per_t": (0, 100_000_000),
    "haul_g_per_t_km": (0, 10_000),
    "farthest_haul_km": (0, BOUNDLESS_KM),
    "least_shipment_kg": (0, 2**47),
    "kept_bonus_fen_per_t": (0, 1_000_000),
}
_WHOLE: Final = (
    "horizon_months",
    "unplaced_fen_per_t",
    "block_pairs",
    "carbon_price_fen_per_t",
    "least_shipment_kg",
    "kept_bonus_fen_per_t",
)


class Objective(StrEnum):
    """What a plan makes as small, or as large, as can be."""

    COST = "cost"
    """Least money: ask - offer + treatment + haul - subsidy - the unplaced value."""
    TONNES = "tonnes"
    """Most mass placed; among those plans the one of least money."""
    CO2 = "co2"
    """Least CO2: haul less what the material displaces; a tonne left emits nothing.
    Among those plans the one of least money, to the fen where 64 bits have room."""
    MIX = "mix"
    """Least money, with every tonne of CO2 charged or credited at the carbon price."""

    @property
    def is_money(self) -> bool:
        """Whether a sum of money is minimised, so that shadow prices are money too."""
        return self in (Objective.COST, Objective.MIX)


@dataclass(frozen=True)
class Params:
    """How a run reckons; stored with the run so that it can be repeated.

    Parameters
    ----------
    horizon_months
        Months the masses stand for, 1 to 120. The masses of a problem are already
        those of the horizon; the number is kept for the record.
    accept
        The worst verdict that may carry mass, ``YES`` to ``UNKNOWN``.
    haul_fixed_fen_per_t
        Loading and unloading, fen per tonne, 0 to 1,000,000.
    haul_fen_per_t_km
        Haul, fen per tonne and road kilometre, 0 to 10,000.
    circuity
        Road kilometres per great-circle kilometre, 1 to 5.
    unplaced_fen_per_t
        Planning value of a tonne kept out of the yard, fen per tonne, 0 to
        1,000,000,000: a pair that costs as much or more carries nothing.
    block_pairs
        Pairs measured at once, 1,000 to 100,000,000; bounds the memory (some 100
        bytes a pair) and never changes the answer.
    objective
        What is minimised.
    carbon_price_fen_per_t
        Fen per tonne of CO2, 0 to 100,000,000; only the mix uses it.
    haul_g_per_t_km
        CO2 of haul, grams per tonne and road kilometre, 0 to 10,000.
    farthest_haul_km
        Road kilometres, rim included, 0 to 100,000: a longer haul carries nothing;
        100,000 is no bound.
    least_shipment_kg
        The least a pair may carry over the horizon, 0 to 2**47.
    crosses_provinces
        Whether a supply may go to another province.
    kept_bonus_fen_per_t
        What a tonne on a pair of an earlier plan counts as saved, 0 to 1,000,000.

    Raises
    ------
    ValueError
        A knob is out of its range; the message names it and the range.

    Notes
    -----
    The defaults are planning estimates: the haul rates are the middle of trade rules
    of thumb for bulk trucks (6-10 yuan/t loading, 0.30-0.55 yuan/t km at 50-300 km),
    the circuity is the mean detour index of 25 Chinese cities, the CO2 of haul that of
    a 30 t diesel truck (GB/T 51366-2019, appendix E).
    """

    horizon_months: int = 12
    accept: Verdict = Verdict.TREATED
    haul_fixed_fen_per_t: float = 800.0
    haul_fen_per_t_km: float = 42.5
    circuity: float = 1.324
    unplaced_fen_per_t: int = 20_000
    block_pairs: int = 2_000_000
    objective: Objective = Objective.COST
    carbon_price_fen_per_t: int = 0
    haul_g_per_t_km: float = 78.0
    farthest_haul_km: float = BOUNDLESS_KM
    least_shipment_kg: int = 0
    crosses_provinces: bool = True
    kept_bonus_fen_per_t: int = 0

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if not (math.isfinite(value) and low <= value <= high):
                raise ValueError(f"{name} is {value}, not within {low} to {high}")
        for name in _WHOLE:
            if not isinstance(getattr(self, name), int):
                raise ValueError(f"{name} is {getattr(self, name)}, not a whole number")
        if self.accept not in tuple(Verdict)[: Verdict.NO]:
            raise ValueError(f"accept is {self.accept}, not within YES to UNKNOWN")
        if self.objective not in tuple(Objective):
            raise ValueError(f"objective is {self.objective}, not one of the four")
