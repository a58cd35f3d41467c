"""Cells and rows of the trackers: what is read from them and what is at fault."""

from pathlib import Path

import pytest

from seeds.trackers import cleaning, coal, steel
from seeds.trackers.plants import Plant, RowFault
from seeds.trackers.surveying import Survey, survey
from tests.seeds import trackerfiles
from wastehub.errors import Refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("四川亚东水泥有限公司 (Chinese)", "四川亚东水泥有限公司"),
        ("白草铁矿(Chinese)", "白草铁矿"),
        ("亚东 (Chinese) [100%]", "亚东"),
        ("A Co [70.0%]; B Co [30%]", "A Co; B Co"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_names_lose_their_marks(text: str, expected: str) -> None:
    assert cleaning.name(text) == expected


def test_a_name_is_as_long_as_the_registry_takes() -> None:
    assert len(cleaning.name("长" * 500)) == 200


@pytest.mark.parametrize("text", [">0", "unknown", "n/a", "N/A", ""])
def test_a_capacity_without_a_number_has_none(text: str) -> None:
    amount = cleaning.amount(text, "cement_mtpa")
    assert amount.value is None
    assert amount.is_stated == bool(text)


@pytest.mark.parametrize(
    ("text", "value"), [("4.4", 4.4), ("3000", 3000.0), ("0", 0.0)]
)
def test_a_capacity_is_a_number(text: str, value: float) -> None:
    assert cleaning.amount(text, "cement_mtpa").value == value


@pytest.mark.parametrize(
    "text", ["-1", "nan", "inf", "1e999", "1e7", "1,000", "1_0", "many"]
)
def test_a_capacity_that_is_neither_is_a_fault(text: str) -> None:
    with pytest.raises(RowFault, match="cement_mtpa"):
        cleaning.amount(text, "cement_mtpa")


@pytest.mark.parametrize(
    ("lat", "lon", "reason"),
    [
        ("", "104.5", "lat is missing"),
        ("30.5", "", "lon is missing"),
        ("north", "104.5", "lat is 'north', not a number"),
        ("nan", "104.5", "not a number"),
        ("104.5", "30.5", "swapped"),
        ("30.5", "1045", "not within -180 and 180"),
    ],
)
def test_a_point_that_is_none_is_a_fault(lat: str, lon: str, reason: str) -> None:
    with pytest.raises(RowFault, match=reason):
        cleaning.position(lat, lon)


def test_a_point_is_longitude_first() -> None:
    assert cleaning.position("30.5", "104.5") == (104.5, 30.5)


def _survey(folder: Path, code: str, *changes: dict[str, str]) -> Survey:
    path = trackerfiles.write(folder, code, *changes)
    return survey(trackerfiles.source(code), path)


def _only(found: Survey) -> Plant:
    assert not found.faults
    (plant,) = found.plants.values()
    return plant


def test_a_cement_plant(tmp_path: Path) -> None:
    plant = _only(_survey(tmp_path, "gem-cement", {"coord_accuracy": "approximate"}))
    assert (plant.key, plant.line) == ("P1", 2)
    assert (plant.name_zh, plant.owner_zh) == ("西水泥厂", "西水泥")
    assert (plant.owner_en, plant.is_approximate) == ("West Cement", True)
    assert (plant.lon, plant.lat) == (104.5, 30.5)
    assert plant.parts[0].amounts["cement_mt"].value == 4.4


@pytest.mark.parametrize("status", ["retired", "mothballed", "announced"])
def test_a_closed_plant_is_skipped_with_its_status(tmp_path: Path, status: str) -> None:
    found = _survey(tmp_path, "gem-cement", {"status": status})
    assert [skip.reason for skip in found.skipped] == [status]
    assert not found.plants
    assert not found.faults


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"lat": ""}, "lat is missing"),
        ({"lon": "abc"}, "lon is 'abc', not a number"),
        ({"status": "dreaming"}, "status is 'dreaming', not a known status"),
        ({"cement_mtpa": "much"}, "cement_mtpa is 'much', not a number"),
        ({"gem_id": ""}, "gem_id is '', not an identifier"),
        ({"gem_id": "P:1"}, "gem_id is 'P:1', not an identifier"),
    ],
)
def test_a_bad_row_is_told_and_the_rest_goes_in(
    tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    found = _survey(tmp_path, "gem-cement", change, {"gem_id": "P2"})
    (fault,) = found.faults
    assert (fault.file, fault.line, fault.reason) == ("gem-cement.csv", 2, reason)
    assert list(found.plants) == ["P2"]


def test_a_plant_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    found = _survey(tmp_path, "gem-cement", {}, {})
    assert [fault.reason for fault in found.faults] == [
        "the plant P1 stands in line 2 already"
    ]


def test_units_become_one_plant_and_closed_units_stay_out(tmp_path: Path) -> None:
    found = _survey(
        tmp_path,
        "gem-coal",
        {"Unit name": "Unit 1"},
        {"Unit name": "Unit 2", "Status": "retired"},
        {"Unit name": "Unit 3"},
    )
    assert [part.label for part in _only(found).parts] == ["Unit 1", "Unit 3"]
    assert [skip.reason for skip in found.skipped] == ["retired"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CFB", True),
        ("subcritical", False),
        ("神华国能四川白马循环流化床示范电站", True),
        ("Cycle Fluidized Bed Demonstration Plant", True),
    ],
)
def test_a_fluidised_bed_is_known_by_technology_or_name(
    text: str, expected: bool
) -> None:
    assert coal.is_fluidised_bed(text) is expected


def test_steel_is_joined_with_its_running_lines(tmp_path: Path) -> None:
    trackerfiles.write_capacities(
        tmp_path, {}, {"Status": "retired"}, {"Status": "operating pre-retirement"}
    )
    plant = _only(_survey(tmp_path, "gem-steel", {}))
    assert [part.label for part in plant.parts] == [
        "BF; BOF (operating)",
        "BF; BOF (operating pre-retirement)",
    ]


def test_steel_with_no_running_line_is_skipped(tmp_path: Path) -> None:
    trackerfiles.write_capacities(
        tmp_path, {"Status": "retired"}, {"Status": "construction"}
    )
    found = _survey(tmp_path, "gem-steel", {})
    assert [skip.reason for skip in found.skipped] == ["construction, retired"]


def test_steel_that_the_capacities_do_not_know_is_a_fault(tmp_path: Path) -> None:
    trackerfiles.write_capacities(tmp_path, {"GEM plant ID": "P9"})
    (fault,) = _survey(tmp_path, "gem-steel", {}).faults
    assert fault.reason == "the capacity file has no line for this plant"


def test_a_bad_capacity_line_is_named_by_its_own_number(tmp_path: Path) -> None:
    bad = {"Nominal BF capacity (ttpa)": "lots"}
    trackerfiles.write_capacities(tmp_path, {}, bad)
    (fault,) = _survey(tmp_path, "gem-steel", {}).faults
    assert "capacity file, line 3" in fault.reason


def test_steel_without_a_capacity_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        _survey(tmp_path, "gem-steel", {})
    assert refusal.value.fields.keys() == {"capacity_file"}


@pytest.mark.parametrize(
    ("county", "name", "expected"),
    [
        ("510402", "西钢", True),
        ("513401", "西钢", True),
        ("511702", "西钢", False),
        ("511024", "成渝钒钛科技有限公司", True),
    ],
)
def test_vanadium_titanium_is_known_by_place_or_name(
    tmp_path: Path, county: str, name: str, expected: bool
) -> None:
    trackerfiles.write_capacities(tmp_path, {})
    plant = _only(_survey(tmp_path, "gem-steel", {"Owner (other language)": name}))
    assert steel.is_vanadium_titanium(plant, county) is expected
