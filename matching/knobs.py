"""The engine's parameters: what a run asks for, over the catalogue's cost factors."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from matching.engine.params import Objective, Params
from matching.engine.verdict import Verdict as Level
from matching.models import Verdict
from wastehub.catalogue.models import Factor
from wastehub.units import fen_from_yuan

LEVEL = {verdict: Level[verdict.name] for verdict in Verdict}
_VERDICT = {level: verdict for verdict, level in LEVEL.items()}


def params_of(*, horizon_months: int, accept: str, **knobs: Any) -> Params:
    """Knobs of a run; where the catalogue lacks a factor the engine's default stands.

    Raises
    ------
    ValueError
        A knob or a factor is out of its range.
    """
    return Params(
        horizon_months=horizon_months,
        accept=LEVEL[Verdict(accept)],
        **_from_factors(),
        **knobs,
    )


def params_from(asked: Mapping[str, Any]) -> Params:
    """The knobs that a run's row keeps; one that it does not know has its default.

    Raises
    ------
    ValueError
        A knob is out of its range.
    """
    known = {field.name for field in fields(Params)}
    told = {name: value for name, value in asked.items() if name in known}
    told["accept"] = LEVEL[Verdict(asked["accept"])]
    told["objective"] = Objective(asked.get("objective", Objective.COST))
    return Params(**told)


def verdict_of(level: int) -> Verdict:
    """The row's word for an engine's verdict."""
    return _VERDICT[Level(level)]


def as_json(params: Params) -> dict[str, Any]:
    """The knobs as a run's row keeps them."""
    return {**asdict(params), "accept": verdict_of(params.accept).value}


def _from_factors() -> dict[str, Any]:
    factors = dict(Factor.objects.values_list("code", "value"))
    knobs: dict[str, tuple[str, Callable[[float], float]]] = {
        "haul_fixed_fen_per_t": ("haul_loading_yuan_per_t", fen_from_yuan),
        "haul_fen_per_t_km": ("haul_rate_yuan_per_t_km", fen_from_yuan),
        "circuity": ("circuity", float),
        "haul_g_per_t_km": ("haul_co2_kg_per_t_km", lambda kg: kg * 1000.0),
        "unplaced_fen_per_t": ("unplaced_yuan_per_t", fen_from_yuan),
    }
    return {
        knob: convert(factors[code])
        for knob, (code, convert) in knobs.items()
        if code in factors
    }
