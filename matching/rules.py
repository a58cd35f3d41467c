"""The rules in force on a day as frozen columns, kept for as long as they are so.

A process reads the catalogue once and again after any change to any of its tables,
whoever makes it and by whatever way (:mod:`matching.unchanged`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from django.apps import apps

from matching.derived import derived_range
from matching.engine.rulebook import (
    ADMITTED,
    ANY_MATERIAL,
    AT_LEAST,
    AT_MOST,
    EVERY_GRADE,
    FORBIDDEN,
    Limits,
    Rulebook,
    Treatments,
)
from matching.unchanged import State, state_of
from wastehub.catalogue import models as catalogue
from wastehub.units import fen_from_yuan

G_PER_KG = 1000
CIRCUITY = "circuity_"
SENSE: dict[str, int] = {
    catalogue.Limit.Operator.AT_MOST: AT_MOST,
    catalogue.Limit.Operator.AT_LEAST: AT_LEAST,
}
_PUBLISHING = (catalogue.Draft, catalogue.Edit, catalogue.Rulebook)
# Days and states of the catalogue: two editions side by side, or a draft beside them.
_KEPT = 8


@dataclass(frozen=True, eq=False, kw_only=True)
class RuleRows:
    """The catalogue's rows in force on a day; admissions go by keys.

    Row ``i`` of an engine's table is item ``i`` here. The rows are shared by whoever
    asks: read them, do not change them.
    """

    materials: Sequence[catalogue.Material]
    routes: Sequence[catalogue.UseRoute]
    parameters: Sequence[catalogue.Parameter]
    limits: Sequence[catalogue.Limit]
    treatments: Sequence[catalogue.Treatment]
    admissions: Mapping[tuple[int, int], catalogue.Admission]


@dataclass(frozen=True, eq=False, kw_only=True)
class Rules(RuleRows):
    """The rows with what is made of them.

    ``displaced_g_per_t`` is the CO2 that a use saves, shape (R, M); ``circuities`` how
    winding the roads are, by adcode.
    """

    rulebook: Rulebook
    displaced_g_per_t: np.ndarray
    circuities: Mapping[str, float]


def rules_on(as_of: date) -> Rules:
    """The rules in force on a day; one query where they are known."""
    return _kept(state_of(_tables()), as_of)


def positions(rows: Iterable[Any]) -> dict[int, int]:
    """The place of each row by its key."""
    return {row.pk: place for place, row in enumerate(rows)}


@lru_cache(maxsize=_KEPT)
def _kept(state: State, as_of: date) -> Rules:
    """What a state of the tables says; a state that is past never comes back."""
    del state
    rows = _rows(as_of)
    return Rules(
        **vars(rows),
        rulebook=_rulebook(rows),
        displaced_g_per_t=_displaced(rows),
        circuities=_circuities(),
    )


def _tables() -> list[Any]:
    """Every table of the catalogue but those of its publication."""
    found = apps.get_app_config("catalogue").get_models()
    return [model for model in found if model not in _PUBLISHING]


def _rows(as_of: date) -> RuleRows:
    admissions = catalogue.Admission.objects.on(as_of).order_by("pk")
    return RuleRows(
        materials=list(catalogue.Material.objects.order_by("code")),
        routes=list(catalogue.UseRoute.objects.order_by("code")),
        parameters=list(catalogue.Parameter.objects.order_by("code")),
        limits=list(catalogue.Limit.objects.on(as_of).order_by("pk")),
        treatments=list(catalogue.Treatment.objects.order_by("code", "pk")),
        admissions={(row.route_id, row.material_id): row for row in admissions},
    )


def _rulebook(rows: RuleRows) -> Rulebook:
    material, route = positions(rows.materials), positions(rows.routes)
    low, high = _typical(rows, material)
    admitted = np.zeros((len(route), len(material)), np.int8)
    share = np.zeros((len(route), len(material)))
    for (route_id, material_id), row in rows.admissions.items():
        place = route[route_id], material[material_id]
        admitted[place] = ADMITTED if row.admitted else FORBIDDEN
        share[place] = row.max_share_frac
    return Rulebook(
        material_reach_km=_floats(row.reach_km for row in rows.materials),
        typical_low=low,
        typical_high=high,
        admitted=admitted,
        max_share_frac=share,
        limits=_limits(rows, material, route),
        treatments=_treatments(rows, material),
    )


def _typical(rows: RuleRows, material: dict[int, int]) -> tuple[np.ndarray, np.ndarray]:
    column = positions(rows.parameters)
    low = np.full((len(material), len(column)), np.nan)
    high = low.copy()
    for row in catalogue.TypicalValue.objects.all():
        place = material[row.material_id], column[row.parameter_id]
        low[place], high[place] = row.low, row.high
    return derived_range(rows.parameters, low, high)


def _limits(rows: RuleRows, material: dict[int, int], route: dict[int, int]) -> Limits:
    limits, column = rows.limits, positions(rows.parameters)
    grade = {"": EVERY_GRADE, **_ranks(row.grade for row in limits if row.grade)}
    own = [
        ANY_MATERIAL if row.material_id is None else material[row.material_id]
        for row in limits
    ]
    decides = [row.confidence != catalogue.Confidence.LOW for row in limits]
    return Limits(
        route=np.array([route[row.route_id] for row in limits], np.int32),
        material=np.array(own, np.int32),
        parameter=np.array([column[row.parameter_id] for row in limits], np.int32),
        sense=np.array([SENSE[row.operator] for row in limits], np.int8),
        value=_floats(np.nan if row.value is None else row.value for row in limits),
        decides=np.array(decides, bool),
        grade=np.array([grade[row.grade] for row in limits], np.int32),
    )


def _treatments(rows: RuleRows, material: dict[int, int]) -> Treatments:
    treatments, column = rows.treatments, positions(rows.parameters)
    code = _ranks(row.code for row in treatments)
    fixed_fen = [fen_from_yuan(row.fixed_yuan_per_t) for row in treatments]
    return Treatments(
        material=np.array([material[row.material_id] for row in treatments], np.int32),
        parameter=np.array([column[row.parameter_id] for row in treatments], np.int32),
        reaches=_floats(row.reaches for row in treatments),
        fixed_fen_per_t=np.array(fixed_fen, np.int64),
        fen_per_t_per_unit=_floats(
            float(row.yuan_per_t_per_unit) * 100 for row in treatments
        ),
        code=np.array([code[row.code] for row in treatments], np.int32),
    )


def _displaced(rows: RuleRows) -> np.ndarray:
    material, route = positions(rows.materials), positions(rows.routes)
    table = np.zeros((len(route), len(material)), np.int64)
    for row in catalogue.Displacement.objects.select_related("factor"):
        saved_g = round(row.factor.value * G_PER_KG)
        table[route[row.route_id], material[row.material_id]] = saved_g
    table.setflags(write=False)
    return table


def _circuities() -> dict[str, float]:
    """By the adcode that a factor such as ``circuity_510400`` names."""
    rows = catalogue.Factor.objects.filter(code__startswith=CIRCUITY)
    return {
        code.removeprefix(CIRCUITY): value
        for code, value in rows.values_list("code", "value")
    }


def _ranks(labels: Iterable[str]) -> dict[str, int]:
    """Each label's place in the alphabet of all of them."""
    return {label: rank for rank, label in enumerate(sorted(set(labels)))}


def _floats(values: Iterable[float]) -> np.ndarray:
    return np.array(list(values), np.float64)
