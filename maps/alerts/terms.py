"""Every threshold of the alerts, with its default, its range and its unit."""

import math
from dataclasses import dataclass
from typing import Final

_MOST_KG: Final = 10**12
_BOUNDS: Final = {
    "deficit_below_frac": (0, 2),
    "deficit_severe_frac": (0, 2),
    "deficit_least_kg": (0, _MOST_KG),
    "yard_full_frac": (0, 1),
    "yard_days": (0, 3650),
    "yard_severe_days": (0, 3650),
    "missing_months": (1, 60),
    "missing_severe_months": (1, 60),
    "weights_severe_frac": (0, 1),
    "jump_score": (0, 100),
    "jump_history_months": (3, 60),
    "jump_least_history_months": (3, 60),
    "jump_months": (1, 12),
    "jump_least_kg": (0, _MOST_KG),
    "jump_least_frac": (0, 10),
    "closing_months": (1, 60),
    "closing_apart_frac": (0, 1),
    "closing_least_kg": (0, _MOST_KG),
    "loss_above_frac": (0, 1),
    "worse_frac": (0, 10),
    "most_records": (1, 100),
}


@dataclass(frozen=True, kw_only=True)
class AlertTerms:
    """When something is worth an alert.

    Parameters
    ----------
    deficit_below_frac, deficit_severe_frac
        产消平衡 below which a region's material is told, and told as severe; 0 to 2.
    deficit_least_kg
        The least that must have been generated beyond what was consumed, kilograms.
    yard_full_frac
        The part of a yard's capacity from which on it is told, 0 to 1.
    yard_days, yard_severe_days
        Days until it is full, by its clock, at which it is told, and told as severe;
        0 to 3650.
    missing_months
        How many months back declarations are looked for, 1 to 60.
    missing_severe_months
        So many missing months of one pile are severe, 1 to 60.
    weights_severe_frac
        A vehicle whose two net weights lie farther apart is severe, as a part of the
        first; 0 to 1. What is told at all is the tolerance of the note itself.
    jump_score
        The modified z-score beyond which a month is a jump, 0 to 100; beyond twice as
        much it is a warning.
    jump_history_months, jump_least_history_months
        How many months before it a month is held against, and the fewest, 3 to 60.
    jump_months
        How many of the last months are looked at, 1 to 12.
    jump_least_kg, jump_least_frac
        The least distance from the median, kilograms and as a part of the median.
    closing_months
        Over how many months a pile has to close and its declarations are held against
        its ledger, 1 to 60.
    closing_apart_frac, closing_least_kg
        How far figures may lie apart, as a part of the larger and in kilograms: what is
        within either is not told.
    loss_above_frac
        The part of what a pile had that may be lost, 0 to 1.
    worse_frac
        By how much more than when it was settled a thing must be to come back, 0 to 10.
    most_records
        How many records an alert names, 1 to 100.

    Raises
    ------
    ValueError
        A threshold is out of its range; the message names it and the range.

    Notes
    -----
    All defaults are this product's own choices: no published rule sets them, but for
    the score of 3.5 (see :mod:`maps.alerts.jumps`).
    """

    deficit_below_frac: float = 0.8
    deficit_severe_frac: float = 0.5
    deficit_least_kg: int = 1_000_000
    yard_full_frac: float = 0.9
    yard_days: int = 90
    yard_severe_days: int = 30
    missing_months: int = 12
    missing_severe_months: int = 3
    weights_severe_frac: float = 0.05
    jump_score: float = 3.5
    jump_history_months: int = 12
    jump_least_history_months: int = 6
    jump_months: int = 3
    jump_least_kg: int = 100_000
    jump_least_frac: float = 0.3
    closing_months: int = 12
    closing_apart_frac: float = 0.01
    closing_least_kg: int = 1_000
    loss_above_frac: float = 0.02
    worse_frac: float = 0.2
    most_records: int = 20

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if not (math.isfinite(value) and low <= value <= high):
                raise ValueError(f"{name} is {value}, not within {low} to {high}")


USUAL: Final = AlertTerms()
"""The defaults."""
