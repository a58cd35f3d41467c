"""The aims of a run: what it was asked and the catalogue's CO2 credits, as columns."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from matching.engine.aims import Aims
from matching.index import Index
from matching.models import Match
from matching.wishes import Border
from wastehub.catalogue.models import Displacement
from wastehub.registry.models import Facility
from wastehub.units import FEN_PER_YUAN, fen_from_yuan

G_PER_KG = 1000


def aims_of(asked: Mapping[str, Any], index: Index) -> Aims:
    """What a run's row asks of the listings of an index.

    A run from before there were such wishes asks for nothing.
    """
    return Aims(
        displaced_g_per_t=_displaced(index),
        **_subsidies(asked, index),
        **_provinces(asked, index),
        **_kept(asked, index),
    )


def _displaced(index: Index) -> np.ndarray:
    route = {row.pk: place for place, row in enumerate(index.routes)}
    material = {row.pk: place for place, row in enumerate(index.materials)}
    table = np.zeros((len(route), len(material)), np.int64)
    for row in Displacement.objects.select_related("factor"):
        saved_g = round(row.factor.value * G_PER_KG)
        table[route[row.route_id], material[row.material_id]] = saved_g
    return table


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

    def provinces(sites: Iterable[Facility]) -> np.ndarray:
        return np.array([int(site.county.adcode[:2]) for site in sites], np.int32)

    return {
        "supply_province": provinces(row.facility for row in index.supplies),
        "demand_province": provinces(row.facility for row in index.demands),
    }


def _kept(asked: Mapping[str, Any], index: Index) -> dict[str, np.ndarray]:
    """The pairs of the earlier plan whose both ends are still there."""
    if not asked.get("keeps"):
        return {}
    supply = {row.pk: place for place, row in enumerate(index.supplies)}
    demand = {row.pk: place for place, row in enumerate(index.demands)}
    ends = Match.objects.filter(run__public_id=asked["keeps"]).order_by("pk")
    pairs = [
        (supply[one], demand[other])
        for one, other in ends.values_list("supply_id", "demand_id")
        if one in supply and other in demand
    ]
    columns = np.array(pairs, np.int32).reshape(-1, 2).T
    return {"kept_supply": columns[0], "kept_demand": columns[1]}
