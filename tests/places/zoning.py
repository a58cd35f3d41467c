"""Zones of the tests, and the files that an operator may bring."""

import json
from pathlib import Path

from wastehub.places.models import Zone
from wastehub.places.zoning import ZoneFacts, zone_put

COLUMNS = "adcode,city,district,km2,ne_line,class"


def zone(code="upper", kind="basin", **values) -> Zone:
    """A basin of nothing; provisional, as basins are before their polygons come."""
    told = {
        "name_zh": "上游流域",
        "source": "a test",
        "confidence": "M",
        "is_provisional": kind == "basin",
        "note_zh": "暂定",
        "note_en": "Provisional",
    }
    return zone_put(facts=ZoneFacts(code=code, kind=kind, **told | values))[0]


def parts_of(zone: Zone) -> dict[str, str]:
    return dict(zone.parts.values_list("adcode", "share"))


def counties_file(folder: Path, *rows: str) -> Path:
    """Rows of adcode and class, as a list of a basin's counties."""
    lines = [COLUMNS]
    for row in rows:
        adcode, share = row.split()
        lines.append(f"{adcode},某市,某县,100.5,False,{share}")
    path = folder / "counties.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def box(west: float, south: float, east: float, north: float) -> dict:
    """A rectangle as a GeoJSON geometry."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: dict | None, **properties: object) -> dict:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(folder: Path, *features: object, **members: object) -> Path:
    """A file of these features."""
    whole = {"type": "FeatureCollection", "features": list(features), **members}
    path = folder / "features.geojson"
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path
