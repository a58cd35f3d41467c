"""ORM -> Problem: listings and the rules of a day as frozen columns.

Rows are ordered by public id, so that the same listings make the same problem whatever
the order they were entered in.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from matching.aiming import aims_of
from matching.derived import derived, derived_range
from matching.engine.aims import Aims
from matching.engine.params import Params
from matching.engine.problem import Demands, Problem, Supplies
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
from matching.hypotheses import with_changes, with_subsidies
from matching.index import Index
from matching.roads import roads_of
from matching.scenario_models import ScenarioChange
from wastehub.catalogue.models import (
    Admission,
    Confidence,
    Limit,
    Material,
    Parameter,
    Treatment,
    TypicalValue,
    UseRoute,
)
from wastehub.registry.models import AssayValue
from wastehub.registry.querysets import DemandQuerySet, SupplyQuerySet
from wastehub.units import fen_from_yuan

MONTHS_PER_YEAR = 12
SENSE: dict[str, int] = {
    Limit.Operator.AT_MOST: AT_MOST,
    Limit.Operator.AT_LEAST: AT_LEAST,
}


def gather(
    supplies: SupplyQuerySet,
    demands: DemandQuerySet,
    params: Params,
    as_of: date,
    asked: Mapping[str, Any] | None = None,
    changes: Sequence[ScenarioChange] = (),
) -> tuple[Problem, Index]:
    """Read listings and the rules in force on ``as_of``; a fixed number of queries.

    ``asked`` is what a run's row says of its aims; without it there are none.
    ``changes`` are what a scenario supposes of the listings that were read.
    """
    index = with_changes(_read(supplies, demands, as_of), changes)
    aims = Aims() if asked is None else aims_of(asked, index)
    problem = Problem(
        supplies=_supplies(index, params.horizon_months),
        demands=_demands(index, params.horizon_months),
        rules=_rulebook(index),
        params=params,
        roads=roads_of(index, params.circuity),
        aims=with_subsidies(aims, index, changes) if changes else aims,
    )
    return problem, index


def over(horizon_months: int, kg_per_year: int) -> int:
    """Mass that a yearly rate makes over a horizon, whole kilograms, rounded down."""
    return kg_per_year * horizon_months // MONTHS_PER_YEAR


def _read(supplies: SupplyQuerySet, demands: DemandQuerySet, as_of: date) -> Index:
    admissions = Admission.objects.on(as_of).order_by("pk")
    return Index(
        supplies=list(_sited(supplies).order_by("public_id")),
        demands=list(_sited(demands).select_related("route").order_by("public_id")),
        materials=list(Material.objects.order_by("code")),
        routes=list(UseRoute.objects.order_by("code")),
        parameters=list(Parameter.objects.order_by("code")),
        limits=list(Limit.objects.on(as_of).order_by("pk")),
        treatments=list(Treatment.objects.order_by("code", "pk")),
        admissions={(row.route_id, row.material_id): row for row in admissions},
    )


def _sited(rows: Any) -> Any:
    """Listings with their sites and counties, without the counties' large shapes."""
    county = "facility__county__"
    rows = rows.select_related("facility__county")
    return rows.defer(f"{county}shape", f"{county}drawn_shape")


def _supplies(index: Index, horizon_months: int) -> Supplies:
    rows = index.supplies
    material = _positions(index.materials)
    return Supplies(
        ids=tuple(str(row.public_id) for row in rows),
        lon=_floats(row.facility.point.x for row in rows),
        lat=_floats(row.facility.point.y for row in rows),
        material=np.array([material[row.material_id] for row in rows], np.int32),
        mass_kg=_whole(
            row.stock_kg + over(horizon_months, row.rate_kg_per_year) for row in rows
        ),
        ask_fen_per_t=_whole(fen_from_yuan(row.price_yuan_per_t) for row in rows),
        values=_assayed(index),
    )


def _demands(index: Index, horizon_months: int) -> Demands:
    rows = index.demands
    route = _positions(index.routes)
    return Demands(
        ids=tuple(str(row.public_id) for row in rows),
        lon=_floats(row.facility.point.x for row in rows),
        lat=_floats(row.facility.point.y for row in rows),
        route=np.array([route[row.route_id] for row in rows], np.int32),
        capacity_kg=_whole(
            over(horizon_months, row.capacity_kg_per_year) for row in rows
        ),
        base_kg=_whole(over(horizon_months, row.base_kg_per_year) for row in rows),
        offer_fen_per_t=_whole(fen_from_yuan(row.price_yuan_per_t) for row in rows),
        farthest_km=_floats(
            np.inf if row.farthest_km is None else row.farthest_km for row in rows
        ),
    )


def _assayed(index: Index) -> np.ndarray:
    """Each supply's newest value of each parameter, or what follows; NaN where none."""
    table = np.full((len(index.supplies), len(index.parameters)), np.nan)
    row_of = _positions(index.supplies)
    column_of = _positions(index.parameters)
    newest = (
        AssayValue.objects.filter(assay__supply__in=row_of)
        .order_by("assay__supply", "parameter", "-assay__sampled_on", "-assay")
        .distinct("assay__supply", "parameter")
        .values_list("assay__supply", "parameter", "value")
    )
    for supply, parameter, value in newest:
        table[row_of[supply], column_of[parameter]] = value
    return derived(index.parameters, table)


def _rulebook(index: Index) -> Rulebook:
    material, route = _positions(index.materials), _positions(index.routes)
    low, high = _typical(index, material)
    admitted = np.zeros((len(route), len(material)), np.int8)
    share = np.zeros((len(route), len(material)))
    for (route_id, material_id), row in index.admissions.items():
        place = route[route_id], material[material_id]
        admitted[place] = ADMITTED if row.admitted else FORBIDDEN
        share[place] = row.max_share_frac
    return Rulebook(
        material_reach_km=_floats(row.reach_km for row in index.materials),
        typical_low=low,
        typical_high=high,
        admitted=admitted,
        max_share_frac=share,
        limits=_limits(index, material, route),
        treatments=_treatments(index, material),
    )


def _typical(index: Index, material: dict[int, int]) -> tuple[np.ndarray, np.ndarray]:
    column = _positions(index.parameters)
    low = np.full((len(material), len(column)), np.nan)
    high = low.copy()
    for row in TypicalValue.objects.all():
        place = material[row.material_id], column[row.parameter_id]
        low[place], high[place] = row.low, row.high
    return derived_range(index.parameters, low, high)


def _limits(index: Index, material: dict[int, int], route: dict[int, int]) -> Limits:
    rows = index.limits
    column = _positions(index.parameters)
    grade = {"": EVERY_GRADE, **_ranks(row.grade for row in rows if row.grade)}
    return Limits(
        route=np.array([route[row.route_id] for row in rows], np.int32),
        material=np.array(
            [
                ANY_MATERIAL if row.material_id is None else material[row.material_id]
                for row in rows
            ],
            np.int32,
        ),
        parameter=np.array([column[row.parameter_id] for row in rows], np.int32),
        sense=np.array([SENSE[row.operator] for row in rows], np.int8),
        value=_floats(np.nan if row.value is None else row.value for row in rows),
        decides=np.array([row.confidence != Confidence.LOW for row in rows], bool),
        grade=np.array([grade[row.grade] for row in rows], np.int32),
    )


def _treatments(index: Index, material: dict[int, int]) -> Treatments:
    rows = index.treatments
    column = _positions(index.parameters)
    code = _ranks(row.code for row in rows)
    return Treatments(
        material=np.array([material[row.material_id] for row in rows], np.int32),
        parameter=np.array([column[row.parameter_id] for row in rows], np.int32),
        reaches=_floats(row.reaches for row in rows),
        fixed_fen_per_t=_whole(fen_from_yuan(row.fixed_yuan_per_t) for row in rows),
        fen_per_t_per_unit=_floats(
            float(row.yuan_per_t_per_unit) * 100 for row in rows
        ),
        code=np.array([code[row.code] for row in rows], np.int32),
    )


def _positions(rows: Sequence[Any]) -> dict[int, int]:
    return {row.pk: position for position, row in enumerate(rows)}


def _ranks(labels: Iterable[str]) -> dict[str, int]:
    """Each label's place in the alphabet of all of them."""
    return {label: rank for rank, label in enumerate(sorted(set(labels)))}


def _floats(values: Iterable[float]) -> np.ndarray:
    return np.array(list(values), np.float64)


def _whole(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), np.int64)
