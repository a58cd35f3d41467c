"""Tiny tracker files, written in a test: only the cells that matter are said."""

import csv
import io
from pathlib import Path

from seeds.trackers.source import CapacityFile, Source
from seeds.trackers.sources import SOURCES
from seeds.trackers.steel import SOURCE as STEEL

CEMENT = {
    "gem_id": "P1",
    "name_en": "West Cement Plant",
    "name_zh": "西水泥厂 (Chinese)",
    "lat": "30.5",
    "lon": "104.5",
    "coord_accuracy": "exact",
    "status": "operating",
    "cement_mtpa": "4.4",
    "clinker_mtpa": "3.285",
    "plant_type": "integrated",
    "owner_en": "West Cement [100.0%]",
    "owner_zh": "西水泥 (Chinese) [100%]",
}
COAL = {
    "GEM location ID": "L1",
    "Plant name": "West power station",
    "Unit name": "Unit 1",
    "Plant name (local)": "西电厂",
    "Owner": "West Power [100%]",
    "Status": "operating",
    "Combustion technology": "supercritical",
    "lat": "30.5",
    "lon": "104.5",
    "Location accuracy": "exact",
    "Capacity (MW)": "600.0",
    "Capacity factor": "0.53",
    "Heat rate (Btu per kWh)": "9249.9",
}
STEEL_PLANT = {
    "GEM plant ID": "P1",
    "Plant name (English)": "West Steel",
    "Plant name (other language)": "西钢",
    "Owner": "West Steel Co",
    "Owner (other language)": "西钢公司",
    "lat": "30.5",
    "lon": "104.5",
    "Coordinate accuracy": "exact",
}
STEEL_CAPACITY = {
    "GEM plant ID": "P1",
    "Main production equipment": "BF; BOF",
    "Status": "operating",
    "Nominal BOF steel capacity (ttpa)": "2300",
    "Nominal EAF steel capacity (ttpa)": "",
    "Nominal BF capacity (ttpa)": "2428",
}
MINE = {
    "GEM Asset ID": "P1",
    "Asset name (English)": "West Mine",
    "Asset name (other language)": "西铁矿(Chinese)",
    "lat": "30.5",
    "lon": "104.5",
    "Coordinate accuracy": "exact",
    "Production 2024 (ttpa)": "unknown",
    "Production 2023 (ttpa)": "3000",
    "Design capacity (ttpa)": "4600",
    "Operating status": "operating",
    "Owner": "West Mining [70%]; East Mining [30%]",
}
ROWS = {
    "gem-cement": CEMENT,
    "gem-coal": COAL,
    "gem-steel": STEEL_PLANT,
    "gem-iron-ore": MINE,
}


def table(like: dict[str, str], *changes: dict[str, str]) -> str:
    """A CSV of rows like one, each with its changes; no changes is no row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(like), lineterminator="\n")
    writer.writeheader()
    writer.writerows(like | change for change in changes)
    return text.getvalue()


def write(folder: Path, source: str, *changes: dict[str, str]) -> Path:
    """A file of one source in UTF-8; a steel file gets its capacity file beside it."""
    path = folder / f"{source}.csv"
    path.write_text(table(ROWS[source], *changes), encoding="utf-8")
    return path


def write_capacities(folder: Path, *changes: dict[str, str]) -> Path:
    """A steel capacity file under the name that is looked for."""
    path = folder / "gem_steel_capacity_test.csv"
    path.write_text(table(STEEL_CAPACITY, *changes), encoding="utf-8")
    return path


def source(code: str) -> Source:
    """A source by its code."""
    return SOURCES[code]


def steel_capacities() -> CapacityFile:
    """What the steel source asks of its second file."""
    assert STEEL.capacity_file is not None
    return STEEL.capacity_file
