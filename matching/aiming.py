"""The aims of a run: what it was asked and the catalogue's CO2 credits, as columns."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from matching.engine.aims import Aims
from matching.index import Index
from matching.listed import DemandRow, SupplyRow
from matching.models import Match
from matching.rules import positions
from matching.wishes import Border
from wastehub.units import FEN_PER_YUAN, fen_from_yuan


def aims_of(asked: Mapping[str, Any], index: Index) -> Aims:
    """What a run's row asks of the listings of an index.

    A run from before there were such wishes asks for nothing.
    """
    return Aims(
        displaced_g_per_t=index.displaced_g_per_t,
        **_subsidies(asked, index),
        **_provinces(asked, index),
        **_kept(asked, index),
    )


def _subsidies(asked: Mapping[str, Any], index: Index) -> dict[str, np.ndarray]:
    only = asked.get("subsidy_material", "")
    earns = np.array([only in ("", row.code) for row in index.materials], np.int64)
    per_t = fen_from_yuan(asked.get("subsidy_yuan_per_t") or 0)
    per_t_km = (asked.get("subsidy_yuan_per_t_km") or 0.0) * FEN_PER_YUAN
    return {
        "subsidy_fen_per_t": earns * per_t,
        "subsidy_fen_per_t_km": earns * per_t_km,
    }


def _provinces(asked: Mapping[str, Any], index: Index) -> dict[str, np.ndarray]:
    if asked.get("border") != Border.PROVINCE:
        return {}

    def provinces(rows: Iterable[SupplyRow | DemandRow]) -> np.ndarray:
        return np.array([int(row.adcode[:2]) for row in rows], np.int32)

    return {
        "supply_province": provinces(index.supplies),
        "demand_province": provinces(index.demands),
    }


def _kept(asked: Mapping[str, Any], index: Index) -> dict[str, np.ndarray]:
    """The pairs of the earlier plan whose both ends are still there."""
    if not asked.get("keeps"):
        return {}
    supply, demand = positions(index.supplies), positions(index.demands)
    ends = Match.objects.filter(run__public_id=asked["keeps"]).order_by("pk")
    pairs = [
        (supply[one], demand[other])
        for one, other in ends.values_list("supply_id", "demand_id")
        if one in supply and other in demand
    ]
    columns = np.array(pairs, np.int32).reshape(-1, 2).T
    return {"kept_supply": columns[0], "kept_demand": columns[1]}
