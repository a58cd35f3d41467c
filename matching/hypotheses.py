"""A scenario's changes put upon the rows of a problem; the registry never learns.

Closures take rows out, capacities and plants put changed or new ones in. Nothing
here is saved, and the rows that came in stay as they were.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from matching.engine.aims import Aims
from matching.index import Index
from matching.listed import DemandRow, SupplyRow
from matching.scenario_models import ScenarioChange
from wastehub.units import fen_from_yuan

Kind = ScenarioChange.Kind


def rules_day(changes: Iterable[ScenarioChange], as_of: date) -> date:
    """The day whose rules a plan of ``as_of`` keeps."""
    days = [row.as_of for row in changes if row.kind == Kind.EDITION and row.as_of]
    return days[-1] if days else as_of


def with_changes(index: Index, changes: Sequence[ScenarioChange]) -> Index:
    """The listings with the changes done to them one by one, in order of public id."""
    for change in changes:
        if change.kind == Kind.CLOSURE:
            index = _closed(index, change)
        elif change.kind == Kind.CAPACITY:
            index = _resized(index, change)
        elif change.kind == Kind.PLANT:
            index = _built(index, change)
    return index


def with_subsidies(aims: Aims, index: Index, changes: Iterable[ScenarioChange]) -> Aims:
    """The aims with what the changes pay for a placed tonne on top."""
    paid = np.zeros(len(index.materials), np.int64)
    if aims.subsidy_fen_per_t.size:
        paid += aims.subsidy_fen_per_t
    for change in changes:
        if change.kind == Kind.SUBSIDY:
            earns = [change.material_id in (None, row.pk) for row in index.materials]
            paid += np.array(earns, np.int64) * fen_from_yuan(
                change.subsidy_yuan_per_t or 0
            )
    return replace(aims, subsidy_fen_per_t=paid)


def _closed(index: Index, change: ScenarioChange) -> Index:
    site, supply, demand = change.facility_id, change.supply_id, change.demand_id
    return replace(
        index,
        supplies=[row for row in index.supplies if _stays(row, supply, site)],
        demands=[row for row in index.demands if _stays(row, demand, site)],
    )


def _stays(
    row: SupplyRow | DemandRow, closed: int | None, closed_site: int | None
) -> bool:
    """Whether neither the listing nor its site is closed; a plant has no key at all."""
    is_closed = closed is not None and row.pk == closed
    return not is_closed and (closed_site is None or row.facility_id != closed_site)


def _resized(index: Index, change: ScenarioChange) -> Index:
    return replace(
        index,
        demands=[
            _resized_row(row, change) if row.pk == change.demand_id else row
            for row in index.demands
        ],
    )


def _resized_row(row: DemandRow, change: ScenarioChange) -> DemandRow:
    capacity_kg, base_kg = resized_kg(
        row.capacity_kg_per_year, row.base_kg_per_year, change
    )
    return row._replace(capacity_kg_per_year=capacity_kg, base_kg_per_year=base_kg)


def resized_kg(
    capacity_kg: int, base_kg: int, change: ScenarioChange
) -> tuple[int, int]:
    """The changed capacity of a year and its base in proportion; whole kilograms."""
    if change.capacity_kg_per_year is not None:
        now_kg = change.capacity_kg_per_year
    else:
        now_kg = round(capacity_kg * (change.times or 1.0))
    return now_kg, max(now_kg, base_kg * now_kg // capacity_kg)


def _built(index: Index, change: ScenarioChange) -> Index:
    """With the plant as a demand that has no row; its base is its capacity."""
    # The database lets no plant be without these, which their types do not say.
    told: Any = change
    plant = DemandRow(
        pk=None,
        public_id=str(change.public_id),
        facility_id=None,
        adcode=told.county.adcode,
        lon=told.point.x,
        lat=told.point.y,
        offer_fen_per_t=fen_from_yuan(told.price_yuan_per_t),
        route_id=told.route_id,
        capacity_kg_per_year=told.capacity_kg_per_year,
        base_kg_per_year=told.capacity_kg_per_year,
        farthest_km=told.farthest_km,
    )
    return replace(
        index,
        demands=sorted([*index.demands, plant], key=lambda row: row.public_id),
        plants={**index.plants, plant.public_id: change},
    )
