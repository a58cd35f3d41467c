"""Polygons with properties, from a GeoJSON file (RFC 7946) in WGS 84."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

from seeds.places.zone_rows import refusal, refuse_faulty
from seeds.tabular import Fault, Record
from wastehub.geodesy import in_china_box, looks_swapped
from wastehub.places.basis import SRID

# How files from before RFC 7946 name WGS 84, longitude first.
_WGS84_NAMES = (
    "urn:ogc:def:crs:OGC:1.3:CRS84",
    "EPSG:4326",
    "urn:ogc:def:crs:EPSG::4326",
)


@dataclass(frozen=True)
class Feature:
    """A feature: its properties as cells, and its polygons or its list of regions."""

    record: Record
    shape: shapely.Geometry | None
    counties: tuple[str, ...]


def read_features(path: Path, columns: Collection[str]) -> list[Feature]:
    """The features of a file; of their properties those that are named.

    A feature without a geometry has a list ``counties`` of adcodes.

    Raises
    ------
    Refused
        ``zones_faulty``, with every fault in the message.
    """
    found = _collection(path)
    features, faults = [], []
    for number, item in enumerate(found, 1):
        feature, reasons = _feature(path.name, number, item, columns)
        features.append(feature)
        faults += [feature.record.fault("", reason) for reason in reasons]
    refuse_faulty(faults)
    return features


def as_multipolygon(shapes: Sequence[shapely.Geometry]) -> MultiPolygon | None:
    """All polygons as one, borders between them dissolved; nothing of no shapes."""
    if not shapes:
        return None
    parts = shapely.get_parts(shapely.union_all(list(shapes)))
    whole = shapely.MultiPolygon([part for part in parts if part.area])
    return GEOSGeometry(memoryview(whole.wkb), srid=SRID)  # type: ignore[return-value]


def _collection(path: Path) -> list[Any]:
    read = _parsed(path)
    reason = _collection_fault(read)
    if reason:
        raise refusal(Fault(path.name, reason))
    return read["features"]


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_none)
    except OSError:
        fault = Fault(path.name, "the file is missing or can not be read")
    except json.JSONDecodeError as error:
        fault = Fault(path.name, f"the file is no JSON: {error.msg}", error.lineno)
    except (ValueError, RecursionError):
        fault = Fault(path.name, "the file is no JSON in UTF-8")
    raise refusal(fault)


def _none(constant: str) -> None:
    raise ValueError(constant)


def _collection_fault(read: Any) -> str:
    if not isinstance(read, dict) or not isinstance(read.get("features"), list):
        return "the file is no GeoJSON FeatureCollection"
    if not read["features"]:
        return "the file has no features"
    crs = read.get("crs")
    if crs and str(_at(crs, "properties", "name")) not in _WGS84_NAMES:
        return "coordinates must be WGS 84, longitude first"
    return ""


def _feature(
    file: str, number: int, item: Any, columns: Collection[str]
) -> tuple[Feature, list[str]]:
    cells = {column: _cell(_at(item, "properties", column)) for column in columns}
    record = Record(file, number, cells, f"feature {number}")
    shape, reason = _shape(_at(item, "geometry"))
    counties, odd = _counties(_at(item, "properties", "counties"))
    reasons = [told for told in (reason, odd) if told]
    if not reasons and (shape is None) == (not counties):
        reasons = ["has to have either polygons or a list of counties"]
    return Feature(record, shape, counties), reasons


def _at(item: Any, *path: str) -> Any:
    for key in path:
        item = item.get(key) if isinstance(item, dict) else None
    return item


def _cell(value: Any) -> str:
    """A property as a cell of a table; no table holds the character NUL."""
    return "" if value is None else str(value).replace("\0", "").strip()


def _counties(value: Any) -> tuple[tuple[str, ...], str]:
    if value is None:
        return (), ""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return (), "counties: has to be a list of adcodes, each as a text"
    return tuple(value), ""


def _shape(geometry: Any) -> tuple[shapely.Geometry | None, str]:
    if geometry is None:
        return None, ""
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except shapely.errors.GEOSException as error:
        return None, f"the geometry can not be read: {error}"
    return shape, _shape_fault(shape)


def _shape_fault(shape: shapely.Geometry) -> str:
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        return f"the geometry is no polygon: {shape.geom_type}"
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return "a coordinate is not a finite number"
    if not shape.is_valid:
        return f"the polygon is not valid: {shapely.is_valid_reason(shape)}"
    west, south, east, north = shape.bounds
    if looks_swapped(west, south) and looks_swapped(east, north):
        return "longitude and latitude look exchanged; longitude comes first"
    if not in_china_box(np.array([west, east]), np.array([south, north])).all():
        return "the polygon lies outside China; coordinates must be WGS 84 degrees"
    return ""
