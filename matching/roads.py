"""How winding the roads are, by region, from the catalogue."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np

from matching.engine.road import Roads
from matching.index import Index
from matching.listed import DemandRow, SupplyRow
from wastehub.places import adcodes


def roads_of(index: Index, default: float) -> Roads:
    """Circuity around both ends; ``default`` where the catalogue names no region."""

    @cache
    def at(county: str) -> float:
        return circuity_at(county, index.circuities, default)

    def around(rows: Iterable[SupplyRow | DemandRow]) -> np.ndarray:
        return np.array([at(row.adcode) for row in rows], np.float64)

    return Roads(
        supply_circuity=around(index.supplies),
        demand_circuity=around(index.demands),
    )


def circuity_at(county: str, by_region: Mapping[str, float], default: float) -> float:
    """That of the county, else of its prefecture, else of its province."""
    around: tuple[Any, ...] = (
        county,
        adcodes.prefecture_of(county),
        adcodes.province_of(county),
    )
    return next((by_region[code] for code in around if code in by_region), default)
