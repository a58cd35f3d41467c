"""What a plan aims at beyond the listings: money, CO2, pairs kept or barred.

Every column may be left empty, which means that there is nothing of the kind.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.engine.columns import F64, I32, I64, frozen, no_rows, outside, refuse

SUBSIDY_CEILING_FEN_PER_T: Final = 10**9
DISPLACED_CEILING_G_PER_T: Final = 10**8
"""A hundred tonnes of CO2 per tonne: no material displaces as much."""


@dataclass(frozen=True, eq=False)
class Aims:
    """Money and CO2 by material and route, and pairs with a say of their own.

    Parameters
    ----------
    subsidy_fen_per_t, subsidy_fen_per_t_km
        What is paid for a placed tonne, and for its road kilometre, by material,
        shape (M,).
    displaced_g_per_t
        CO2 that a tonne saves where it is used, grams, shape (R, M).
    supply_province, demand_province
        A number for the province of each row; left empty, all lie in one.
    kept_supply, kept_demand
        Pairs of an earlier plan, as rows of the problem; each earns the bonus on
        every tonne, also beyond what the earlier plan sent.
    barred_supply, barred_demand
        Pairs that must carry nothing, as rows of the problem.

    Raises
    ------
    ValueError
        A value is impossible, or a list of pairs has two lengths.
    """

    subsidy_fen_per_t: I64 = field(default_factory=lambda: no_rows(np.int64))
    subsidy_fen_per_t_km: F64 = field(default_factory=lambda: no_rows(np.float64))
    displaced_g_per_t: I64 = field(default_factory=lambda: no_rows(np.int64))
    supply_province: I32 = field(default_factory=lambda: no_rows(np.int32))
    demand_province: I32 = field(default_factory=lambda: no_rows(np.int32))
    kept_supply: I32 = field(default_factory=lambda: no_rows(np.int32))
    kept_demand: I32 = field(default_factory=lambda: no_rows(np.int32))
    barred_supply: I32 = field(default_factory=lambda: no_rows(np.int32))
    barred_demand: I32 = field(default_factory=lambda: no_rows(np.int32))

    def __post_init__(self) -> None:
        for name, dtype in _DTYPES.items():
            given = np.asarray(getattr(self, name))
            data = frozen(f"aims.{name}", given, dtype, given.shape)
            object.__setattr__(self, name, data)
        for name, ceiling in _CEILINGS.items():
            column = getattr(self, name)
            reason = f"{name} must be within 0 to {ceiling}"
            refuse("aims", outside(column, 0, ceiling), reason, column)
        for kind in ("kept", "barred"):
            ends = [getattr(self, f"{kind}_{end}") for end in ("supply", "demand")]
            if len(ends[0]) != len(ends[1]):
                raise ValueError(
                    f"aims: {kind} pairs have {len(ends[0])} supplies "
                    f"and {len(ends[1])} demands"
                )

    def check(self, supplies: int, demands: int, routes: int, materials: int) -> None:
        """Refuse what does not fit a problem of this size.

        Raises
        ------
        ValueError
            A column has another shape, or a pair names a row that does not exist.
        """
        shapes = {
            "subsidy_fen_per_t": (materials,),
            "subsidy_fen_per_t_km": (materials,),
            "displaced_g_per_t": (routes, materials),
        }
        for name, shape in shapes.items():
            column = getattr(self, name)
            if column.size and column.shape != shape:
                raise ValueError(f"aims.{name} has shape {column.shape}, not {shape}")
        said = len(self.supply_province), len(self.demand_province)
        if said not in ((0, 0), (supplies, demands)):
            raise ValueError(f"aims: {said} provinces for {supplies} and {demands}")
        for kind in ("kept", "barred"):
            for end, count in (("supply", supplies), ("demand", demands)):
                rows = getattr(self, f"{kind}_{end}")
                bad = outside(rows, 0, count - 1)
                refuse("aims", bad, f"{kind}_{end} is not in the problem", rows)


_DTYPES: Final = {
    "subsidy_fen_per_t": np.int64,
    "subsidy_fen_per_t_km": np.float64,
    "displaced_g_per_t": np.int64,
    "supply_province": np.int32,
    "demand_province": np.int32,
    "kept_supply": np.int32,
    "kept_demand": np.int32,
    "barred_supply": np.int32,
    "barred_demand": np.int32,
}
_CEILINGS: Final = {
    "subsidy_fen_per_t": SUBSIDY_CEILING_FEN_PER_T,
    "subsidy_fen_per_t_km": 10**6,
    "displaced_g_per_t": DISPLACED_CEILING_G_PER_T,
}
