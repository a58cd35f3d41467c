"""Every knob of a run, with its default, its range and its unit."""

import math
from dataclasses import dataclass
from typing import Final

from matching.engine.verdict import Verdict

_BOUNDS: Final = {
    "horizon_months": (1, 120),
    "haul_fixed_fen_per_t": (0, 1_000_000),
    "haul_fen_per_t_km": (0, 10_000),
    "circuity": (1, 5),
    "unplaced_fen_per_t": (0, 1_000_000_000),
    "block_pairs": (1_000, 100_000_000),
}


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

    Raises
    ------
    ValueError
        A knob is out of its range; the message names it and the range.

    Notes
    -----
    The defaults are planning estimates: the haul rates are the middle of trade rules
    of thumb for bulk trucks (6-10 yuan/t loading, 0.30-0.55 yuan/t km at 50-300 km),
    the circuity is the mean detour index of 25 Chinese cities.
    """

    horizon_months: int = 12
    accept: Verdict = Verdict.TREATED
    haul_fixed_fen_per_t: float = 800.0
    haul_fen_per_t_km: float = 42.5
    circuity: float = 1.324
    unplaced_fen_per_t: int = 20_000
    block_pairs: int = 2_000_000

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if not (math.isfinite(value) and low <= value <= high):
                raise ValueError(f"{name} is {value}, not within {low} to {high}")
        for name in ("horizon_months", "unplaced_fen_per_t", "block_pairs"):
            if not isinstance(getattr(self, name), int):
                raise ValueError(f"{name} is {getattr(self, name)}, not a whole number")
        if self.accept not in tuple(Verdict)[: Verdict.NO]:
            raise ValueError(f"accept is {self.accept}, not within YES to UNKNOWN")
