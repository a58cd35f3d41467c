"""The demands that can matter to a few supplies, out of all that are open.

A process keeps all open demands in memory for as long as none of them changed
(:mod:`wastehub.registry.changes`). What is left out here could neither match nor be
named among the nearest that are too far: the engine decides as if all were there.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from matching.engine.columns import Mask
from matching.engine.rulebook import ADMITTED
from matching.listed import DemandTable, SupplyRow, demand_rows
from matching.refusals import TOO_FAR_SHOWN
from matching.rules import Rules, positions
from wastehub.geodesy import great_circle_km
from wastehub.registry.changes import demands_state
from wastehub.registry.models import Demand

_KEPT: Final = 4
# The engine decides who is in reach; nobody on the rim must be lost to it.
RIM_KM: Final = 0.001


def demands_around(
    supplies: Sequence[SupplyRow], rules: Rules, as_of: date, *, is_invented: bool
) -> DemandTable:
    """Those in reach of a supply by an admitted use, and the nearest beyond, by id."""
    known = _kept(demands_state(), as_of, is_invented)
    wanted = np.zeros(len(known.rows), bool)
    material = positions(rules.materials)
    for supply in supplies:
        wanted |= _around(supply, material[supply.material_id], rules, known)
    return known.take(np.flatnonzero(wanted))


@lru_cache(maxsize=_KEPT)
def _kept(state: tuple[object, ...], as_of: date, is_invented: bool) -> DemandTable:
    del state
    open_demands = Demand.objects.open(as_of).invented(is_invented)
    return DemandTable.of(demand_rows(open_demands))


def _around(supply: SupplyRow, material: int, rules: Rules, known: DemandTable) -> Mask:
    admitting = np.flatnonzero(rules.rulebook.admitted[:, material] == ADMITTED)
    distance_km = great_circle_km(supply.lon, supply.lat, known.lon, known.lat)
    reach_km = rules.rulebook.material_reach_km[material] + RIM_KM
    wanted = np.zeros(len(known.rows), bool)
    for key in (rules.routes[route].pk for route in admitting.tolist()):
        of_route = np.flatnonzero(known.route_id == key)
        wanted[of_route[_near(distance_km[of_route], reach_km)]] = True
    return wanted


def _near(distance_km: np.ndarray, reach_km: float) -> Mask:
    """What is in reach, and the nearest beyond."""
    beyond_km = np.sort(distance_km[distance_km > reach_km])[:TOO_FAR_SHOWN]
    widest_km = beyond_km.max(initial=reach_km) + RIM_KM
    near: Mask = distance_km <= widest_km
    return near
