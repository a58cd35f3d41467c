"""Rows -> Problem: listings and the rules of a day as frozen columns."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import numpy as np

from matching.aiming import aims_of
from matching.around import demands_around
from matching.derived import derived
from matching.engine.aims import Aims
from matching.engine.params import Params
from matching.engine.problem import Demands, Problem, Supplies
from matching.hypotheses import with_changes, with_subsidies
from matching.index import Index
from matching.listed import (
    DemandRow,
    DemandTable,
    SupplyRow,
    column,
    demand_rows,
    supply_rows,
)
from matching.roads import roads_of
from matching.rules import Rules, positions, rules_on
from matching.scenario_models import ScenarioChange
from wastehub.registry.models import AssayValue
from wastehub.registry.querysets import DemandQuerySet, SupplyQuerySet

MONTHS_PER_YEAR = 12
_Mass = TypeVar("_Mass", int, np.ndarray)


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
    index = _index(rules_on(as_of), supply_rows(supplies), demand_rows(demands))
    index = with_changes(index, changes)
    problem = _problem(index, DemandTable.of(index.demands), params, asked)
    if changes:
        problem = replace(problem, aims=with_subsidies(problem.aims, index, changes))
    return problem, index


def gather_around(
    supplies: SupplyQuerySet,
    params: Params,
    as_of: date,
    asked: Mapping[str, Any],
    *,
    is_invented: bool,
) -> tuple[Problem, Index]:
    """As :func:`gather`, with only those demands that can matter to the supplies.

    They are all open ones that are in reach by an admitted use, and the nearest that
    are not, so that the matches and refusals are those of all open demands.
    """
    rules, rows = rules_on(as_of), supply_rows(supplies)
    demands = demands_around(rows, rules, as_of, is_invented=is_invented)
    index = _index(rules, rows, demands.rows)
    return _problem(index, demands, params, asked), index


def over(horizon_months: int, kg_per_year: _Mass) -> _Mass:
    """Mass that a yearly rate makes over a horizon, whole kilograms, rounded down."""
    return kg_per_year * horizon_months // MONTHS_PER_YEAR


def _index(
    rules: Rules, supplies: Sequence[SupplyRow], demands: Sequence[DemandRow]
) -> Index:
    return Index(**vars(rules), supplies=supplies, demands=demands)


def _problem(
    index: Index,
    demands: DemandTable,
    params: Params,
    asked: Mapping[str, Any] | None,
) -> Problem:
    return Problem(
        supplies=_supplies(index, params.horizon_months),
        demands=_demands(demands, index, params.horizon_months),
        rules=index.rulebook,
        params=params,
        roads=roads_of(index, params.circuity),
        aims=Aims() if asked is None else aims_of(asked, index),
    )


def _supplies(index: Index, horizon_months: int) -> Supplies:
    rows, material = index.supplies, positions(index.materials)
    made_kg = over(horizon_months, column(rows, "rate_kg_per_year", np.int64))
    return Supplies(
        ids=tuple(row.public_id for row in rows),
        lon=column(rows, "lon", np.float64),
        lat=column(rows, "lat", np.float64),
        material=np.array([material[row.material_id] for row in rows], np.int32),
        mass_kg=column(rows, "stock_kg", np.int64) + made_kg,
        ask_fen_per_t=column(rows, "ask_fen_per_t", np.int64),
        values=_assayed(index),
    )


def _demands(table: DemandTable, index: Index, horizon_months: int) -> Demands:
    keys = np.array([row.pk for row in index.routes], np.int64)
    place = np.argsort(keys)
    return Demands(
        ids=tuple(row.public_id for row in table.rows),
        lon=table.lon,
        lat=table.lat,
        route=place[np.searchsorted(keys[place], table.route_id)].astype(np.int32),
        capacity_kg=over(horizon_months, table.capacity_kg_per_year),
        base_kg=over(horizon_months, table.base_kg_per_year),
        offer_fen_per_t=table.offer_fen_per_t,
        farthest_km=table.farthest_km,
    )


def _assayed(index: Index) -> np.ndarray:
    """Each supply's newest value of each parameter, or what follows; NaN where none."""
    table = np.full((len(index.supplies), len(index.parameters)), np.nan)
    row_of, column_of = positions(index.supplies), positions(index.parameters)
    newest = (
        AssayValue.objects.filter(assay__supply__in=row_of)
        .order_by("assay__supply", "parameter", "-assay__sampled_on", "-assay")
        .distinct("assay__supply", "parameter")
        .values_list("assay__supply", "parameter", "value")
    )
    for supply, parameter, value in newest:
        table[row_of[supply], column_of[parameter]] = value
    return derived(index.parameters, table)
