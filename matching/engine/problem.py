"""What the engine is asked: supplies, demands and params beside the rulebook.

Masses are whole kilograms of the horizon, money is whole fen per tonne, coordinates
are WGS 84 degrees. A problem that breaks a rule below can not be built.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.aims import Aims
from matching.engine.columns import F64, I32, I64, frozen, frozen_ids, outside, refuse
from matching.engine.params import Params
from matching.engine.road import Roads, road_km
from matching.engine.rulebook import Rulebook
from matching.engine.sphere import unit_vectors

MASS_CEILING_KG: Final = 2**47
"""One row, 140 gigatonnes: so far the solver tells a kilogram from its tolerance."""
TOTAL_CEILING_KG: Final = 2**53
"""All supplies together: above it a double no longer holds every kilogram."""
PRICE_CEILING_FEN_PER_T: Final = 10**9
"""Ten million yuan per tonne."""


@dataclass(frozen=True, eq=False)
class Supplies:
    """What is on offer, a row each, ascending by id.

    Parameters
    ----------
    ids
        Public ids, ascending, unique.
    lon, lat
        WGS 84 degrees, shape (n,).
    material
        Index of the material, shape (n,).
    mass_kg
        Wet mass on offer over the horizon, shape (n,).
    ask_fen_per_t
        What the holder asks; negative where the holder pays. Shape (n,).
    values
        The assay, shape (n, P), in each parameter's own unit; NaN is not assayed.

    Raises
    ------
    ValueError
        A row is impossible; the message names the row and the reason.
    """

    ids: tuple[str, ...]
    lon: F64
    lat: F64
    material: I32
    mass_kg: I64
    ask_fen_per_t: I64
    values: F64

    def __post_init__(self) -> None:
        _freeze(self, _SUPPLY_DTYPES)
        values = np.asarray(self.values)
        shape = (len(self.ids), values.shape[-1] if values.ndim == 2 else 0)
        object.__setattr__(self, "values", frozen("values", values, np.float64, shape))
        _check_place("supplies", self.ids, self.lon, self.lat)
        _check_mass("supplies", self.ids, "mass_kg", self.mass_kg)
        _check_price(
            "supplies", self.ids, "ask_fen_per_t", self.ask_fen_per_t, self.mass_kg
        )
        bad = np.isinf(self.values)
        refuse("supplies", bad, "values must be finite or NaN", self.values, self.ids)
        if sum(map(int, self.mass_kg)) > TOTAL_CEILING_KG:
            raise ValueError(f"supplies: mass_kg adds up to over {TOTAL_CEILING_KG}")

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def vector(self) -> F64:
        """The places as unit vectors, shape (n, 3)."""
        return unit_vectors(self.lon, self.lat)


@dataclass(frozen=True, eq=False)
class Demands:
    """What is wanted, a row each, ascending by id.

    Parameters
    ----------
    ids
        Public ids, ascending, unique.
    lon, lat
        WGS 84 degrees, shape (n,).
    route
        Index of the use route, shape (n,).
    capacity_kg
        Wet mass taken at most over the horizon, shape (n,).
    base_kg
        Mass that a material's largest share is counted of, over the horizon.
    offer_fen_per_t
        What the consumer offers; negative where the consumer charges.
    farthest_km
        Great-circle kilometres, rim included; inf where there is no such wish.

    Raises
    ------
    ValueError
        A row is impossible; the message names the row and the reason.
    """

    ids: tuple[str, ...]
    lon: F64
    lat: F64
    route: I32
    capacity_kg: I64
    base_kg: I64
    offer_fen_per_t: I64
    farthest_km: F64

    def __post_init__(self) -> None:
        _freeze(self, _DEMAND_DTYPES)
        _check_place("demands", self.ids, self.lon, self.lat)
        _check_mass("demands", self.ids, "capacity_kg", self.capacity_kg)
        _check_mass("demands", self.ids, "base_kg", self.base_kg)
        _check_price(
            "demands",
            self.ids,
            "offer_fen_per_t",
            self.offer_fen_per_t,
            self.capacity_kg,
        )
        bad = outside(self.farthest_km, 0, np.inf)
        refuse("demands", bad, "farthest_km must be >= 0", self.farthest_km, self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def vector(self) -> F64:
        """The places as unit vectors, shape (n, 3)."""
        return unit_vectors(self.lon, self.lat)


@dataclass(frozen=True, eq=False)
class Problem:
    """One question: who sends how much of what to whom.

    Raises
    ------
    ValueError
        A row points at a material or route that the rulebook does not have, the assay
        has not one column per parameter, or the aims or roads do not fit the rest.
    """

    supplies: Supplies
    demands: Demands
    rules: Rulebook
    params: Params
    aims: Aims = field(default_factory=Aims)
    roads: Roads = field(default_factory=Roads)

    def __post_init__(self) -> None:
        supplies, demands, rules = self.supplies, self.demands, self.rules
        material, route = supplies.material, demands.route
        bad = outside(material, 0, rules.materials - 1)
        refuse("supplies", bad, "material is not in the rulebook", material)
        bad = outside(route, 0, rules.routes - 1)
        refuse("demands", bad, "route is not in the rulebook", route)
        columns = supplies.values.shape[1]
        if len(supplies) and columns != rules.parameters:
            raise ValueError(
                f"values has {columns} columns, not {rules.parameters} parameters"
            )
        self.aims.check(len(supplies), len(demands), rules.routes, rules.materials)
        self.roads.check(len(supplies), len(demands))

    def road_km(
        self, supply: NDArray[Any], demand: NDArray[Any], distance_km: F64
    ) -> F64:
        """Road kilometres of pairs that lie ``distance_km`` apart; shape (n,)."""
        return road_km(
            self.roads,
            self.params.circuity,
            len(self.demands),
            supply,
            demand,
            distance_km,
        )


_SUPPLY_DTYPES: Final = {
    "lon": np.float64,
    "lat": np.float64,
    "material": np.int32,
    "mass_kg": np.int64,
    "ask_fen_per_t": np.int64,
}
_DEMAND_DTYPES: Final = {
    "lon": np.float64,
    "lat": np.float64,
    "route": np.int32,
    "capacity_kg": np.int64,
    "base_kg": np.int64,
    "offer_fen_per_t": np.int64,
    "farthest_km": np.float64,
}


def _freeze(table: Supplies | Demands, dtypes: dict[str, Any]) -> None:
    name = type(table).__name__.lower()
    object.__setattr__(table, "ids", frozen_ids(name, table.ids))
    for column, dtype in dtypes.items():
        data = frozen(f"{name}.{column}", getattr(table, column), dtype, (len(table),))
        object.__setattr__(table, column, data)


def _check_place(table: str, ids: tuple[str, ...], lon: F64, lat: F64) -> None:
    refuse(table, outside(lon, -180, 180), "lon must be within -180 to 180", lon, ids)
    refuse(table, outside(lat, -90, 90), "lat must be within -90 to 90", lat, ids)


def _check_mass(
    table: str, ids: tuple[str, ...], name: str, mass_kg: NDArray[Any]
) -> None:
    bad = outside(mass_kg, 0, MASS_CEILING_KG)
    refuse(table, bad, f"{name} must be within 0 to 2**47", mass_kg, ids)


def _check_price(
    table: str, ids: tuple[str, ...], name: str, price: I64, mass_kg: I64
) -> None:
    ceiling = PRICE_CEILING_FEN_PER_T
    bad = outside(price, -ceiling, ceiling)
    refuse(table, bad, f"{name} must be within -{ceiling} to {ceiling}", price, ids)
    room = np.iinfo(np.int64).max // np.maximum(np.abs(price), 1)
    refuse(table, mass_kg > room, f"mass x {name} overflows int64", price, ids)
