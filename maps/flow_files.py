"""The flows of a plan as files: CSV for a spreadsheet, GeoJSON for a map.

Both are written row by row, so that a country's plan needs no more memory than a
county's.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from matching.models import Match
from wastehub.tables import csv_lines
from wastehub.units import KG_PER_TONNE

AT_ONCE = 2000

_TEXTS = {
    "supply": "supply__public_id",
    "from_zh": "supply__facility__name_zh",
    "from_en": "supply__facility__name_en",
    "from_county": "supply__facility__county__adcode",
    "from_origin": "supply__facility__origin",
    "material": "supply__material__code",
    "demand": "demand__public_id",
    "to_zh": "demand__facility__name_zh",
    "to_en": "demand__facility__name_en",
    "to_county": "demand__facility__county__adcode",
    "to_origin": "demand__facility__origin",
    "route": "demand__route__code",
    "verdict": "verdict",
}
_NUMBERS = {
    "distance_km": "distance_km",
    "haul_km_estimated": "haul_km",
    "asked_yuan_per_t": "asked_yuan_per_t",
    "offered_yuan_per_t": "offered_yuan_per_t",
    "treatment_yuan_per_t": "treatment_yuan_per_t",
    "haul_yuan_per_t": "haul_yuan_per_t",
    "net_cost_yuan_per_t": "net_cost_yuan_per_t",
}
_FLAGS = {
    "supply_is_estimated": "supply__is_estimated",
    "demand_is_estimated": "demand__is_estimated",
}
_POINTS = {"from": "supply__facility__point", "to": "demand__facility__point"}
COLUMNS = (*_TEXTS, "mass_t", *_NUMBERS, *_FLAGS)


def csv_of_flows(rows: QuerySet[Match]) -> Iterator[str]:
    """UTF-8 text with a mark that spreadsheets know it by; a head, then a line a pair.

    Masses are wet tonnes over the plan's horizon, costs planning estimates in yuan per
    tonne, distances kilometres.
    """
    told = ([row[column] for column in COLUMNS] for row in told_rows(rows))
    return csv_lines(COLUMNS, told)


def geojson_lines(rows: QuerySet[Match]) -> Iterator[str]:
    """A feature collection (RFC 7946): a line from holder to taker for each pair."""
    yield '{"type": "FeatureCollection", "features": ['
    comma = ""
    for row in _read(rows, _POINTS):
        yield comma + json.dumps(_feature(row), ensure_ascii=False)
        comma = ",\n"
    yield "]}\n"


def told_rows(rows: QuerySet[Match]) -> Iterator[dict[str, Any]]:
    """What a file says of each pair, by column."""
    return map(_told, _read(rows))


def _read(
    rows: QuerySet[Match], also: Mapping[str, str] | None = None
) -> Iterable[dict[str, Any]]:
    columns = [*_TEXTS.values(), *_NUMBERS.values(), *_FLAGS.values(), "mass_kg"]
    return rows.values(*columns, *(also or {}).values()).iterator(AT_ONCE)


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: str(row[path]) for name, path in _TEXTS.items()}
    numbers = {name: _number(row[path]) for name, path in _NUMBERS.items()}
    flags = {name: row[path] for name, path in _FLAGS.items()}
    return {**texts, "mass_t": row["mass_kg"] / KG_PER_TONNE, **numbers, **flags}


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    ends = [row[path].coords for path in _POINTS.values()]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": ends},
        "properties": _told(row),
    }


def _number(value: Decimal | float) -> float:
    return round(float(value), 3)
