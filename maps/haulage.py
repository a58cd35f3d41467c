"""What hauling came to and what it could have come to: pure, exact sums.

Everything follows from two whole numbers, the kilogram-metres that were hauled and the
least that could have been, so that parts add up to their whole in every figure.
"""

from dataclasses import dataclass
from typing import Final

from matching.engine.params import Params
from wastehub.units import FEN_PER_YUAN, KG_PER_TONNE

_M_PER_KM: Final = 1000
_KG_M_PER_TONNE_KM: Final = KG_PER_TONNE * _M_PER_KM
_G_PER_KG: Final = 1000


@dataclass(frozen=True)
class Rates:
    """What a haul is taken to cost and to emit; estimates, those of plans."""

    loading_yuan_per_t: float
    haul_yuan_per_t_km: float
    co2_kg_per_t_km: float

    @classmethod
    def of(cls, params: Params) -> "Rates":
        """Those that plans with these knobs reckon with."""
        return cls(
            loading_yuan_per_t=params.haul_fixed_fen_per_t / FEN_PER_YUAN,
            haul_yuan_per_t_km=params.haul_fen_per_t_km / FEN_PER_YUAN,
            co2_kg_per_t_km=params.haul_g_per_t_km / _G_PER_KG,
        )


@dataclass(frozen=True)
class Hauled:
    """So many kilograms over so many kilogram-metres of road."""

    rates: Rates
    mass_kg: int
    kg_m: int

    @property
    def tonne_km(self) -> float:
        """Tonne-kilometres."""
        return self.kg_m / _KG_M_PER_TONNE_KM

    @property
    def mean_km(self) -> float:
        """How far a tonne went; 0 where there is none."""
        return self.kg_m / self.mass_kg / _M_PER_KM if self.mass_kg else 0.0

    @property
    def cost_yuan(self) -> float:
        """Loading and haul."""
        loading_yuan = self.rates.loading_yuan_per_t * self.mass_kg / KG_PER_TONNE
        return loading_yuan + self.rates.haul_yuan_per_t_km * self.tonne_km

    @property
    def co2_kg(self) -> float:
        """CO2 that the haul emits."""
        return self.rates.co2_kg_per_t_km * self.tonne_km


@dataclass(frozen=True)
class Compared:
    """What was hauled beside the best that could have been, of the same mass."""

    rates: Rates
    mass_kg: int
    real_kg_m: int
    best_kg_m: int

    @property
    def real(self) -> Hauled:
        """What was done."""
        return Hauled(self.rates, self.mass_kg, self.real_kg_m)

    @property
    def best(self) -> Hauled:
        """What could have been."""
        return Hauled(self.rates, self.mass_kg, self.best_kg_m)

    @property
    def avoidable(self) -> Hauled:
        """The difference: kilogram-metres without a mass, and so without loading.

        Below 0 where the best of all lets this part haul farther.
        """
        return Hauled(self.rates, 0, self.real_kg_m - self.best_kg_m)

    @property
    def avoidable_frac(self) -> float | None:
        """Which part of the tonne-kilometres could be avoided; none where none are."""
        return self.avoidable.kg_m / self.real_kg_m if self.real_kg_m else None
