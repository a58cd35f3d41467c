"""How far a pair is by road: as measured, or great circle times a circuity.

The circuity of a pair is the mean of those at its two ends: half of the way is taken to
run through the country around each.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.columns import F64, I32, I64, frozen, no_rows, outside, refuse

FARTHEST_KM: Final = 100_000


@dataclass(frozen=True, eq=False)
class Roads:
    """What is known of roads beyond the circuity of the params; all may be empty.

    Parameters
    ----------
    supply_circuity, demand_circuity
        Road kilometres per great-circle kilometre around each row, 1 to 5; left empty,
        the circuity of the params holds everywhere.
    measured_supply, measured_demand, measured_km
        Pairs, as rows of the problem, whose road distance is known, each once.

    Raises
    ------
    ValueError
        A value is impossible, or the columns of what is measured differ in length.
    """

    supply_circuity: F64 = field(default_factory=lambda: no_rows(np.float64))
    demand_circuity: F64 = field(default_factory=lambda: no_rows(np.float64))
    measured_supply: I32 = field(default_factory=lambda: no_rows(np.int32))
    measured_demand: I32 = field(default_factory=lambda: no_rows(np.int32))
    measured_km: F64 = field(default_factory=lambda: no_rows(np.float64))

    def __post_init__(self) -> None:
        for name, dtype in _DTYPES.items():
            given = np.asarray(getattr(self, name))
            data = frozen(f"roads.{name}", given, dtype, given.shape)
            object.__setattr__(self, name, data)
        measured = self.measured_supply, self.measured_demand, self.measured_km
        if len({column.shape for column in measured}) > 1:
            raise ValueError("roads: the measured columns differ in length")
        for name, (low, high) in _BOUNDS.items():
            column = getattr(self, name)
            reason = f"{name} must be within {low} to {high}"
            refuse("roads", outside(column, low, high), reason, column)

    def check(self, supplies: int, demands: int) -> None:
        """Refuse what does not fit a problem of this size.

        Raises
        ------
        ValueError
            Circuities are not one per row, or a measured pair is not in the problem.
        """
        said = len(self.supply_circuity), len(self.demand_circuity)
        if said not in ((0, 0), (supplies, demands)):
            raise ValueError(f"roads: {said} circuities for {supplies} and {demands}")
        for name, count in (("supply", supplies), ("demand", demands)):
            rows = getattr(self, f"measured_{name}")
            bad = outside(rows, 0, count - 1)
            refuse("roads", bad, f"measured_{name} is not in the problem", rows)


def road_km(
    roads: Roads,
    circuity: float,
    demands: int,
    supply: NDArray[Any],
    demand: NDArray[Any],
    distance_km: F64,
) -> F64:
    """Road kilometres of pairs ``distance_km`` apart on the great circle.

    ``demands`` is how many demands the problem has, ``circuity`` what holds where the
    roads say nothing.
    """
    if len(roads.supply_circuity):
        found: F64 = roads.supply_circuity[supply]
        found += roads.demand_circuity[demand]
        found /= 2
        found *= distance_km
    else:
        found = circuity * distance_km
    if not len(roads.measured_km):
        return found
    known = _key(roads.measured_supply, roads.measured_demand, demands)
    order = np.argsort(known, kind="stable")
    asked = _key(supply, demand, demands)
    place = order[np.searchsorted(known[order], asked).clip(max=len(known) - 1)]
    return np.where(known[place] == asked, roads.measured_km[place], found)


def _key(supply: NDArray[Any], demand: NDArray[Any], demands: int) -> I64:
    key: I64 = supply.astype(np.int64) * demands + demand
    return key


_DTYPES: Final = {
    "supply_circuity": np.float64,
    "demand_circuity": np.float64,
    "measured_supply": np.int32,
    "measured_demand": np.int32,
    "measured_km": np.float64,
}
_BOUNDS: Final = {
    "supply_circuity": (1, 5),
    "demand_circuity": (1, 5),
    "measured_km": (0, FARTHEST_KM),
}
