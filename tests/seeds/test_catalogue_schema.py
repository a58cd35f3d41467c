"""A fault in the catalogue's files is told with its file, its line and its reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seeds.load import FOLDER
from seeds.schema import TABLES, read_catalogue
from tests.seeds.catalogue_folders import Folder, shipped

LIMIT = {"route": "road_base", "material": "steel_slag", "parameter": "expansion"}
DISCHARGE = {"code": "discharge", "material": "ev_battery_pack"}
SOURCED = {"source": "a test", "confidence": "M"}
PURITY = {"parameter": "gypsum_purity", "unit": "%", "basis": "dry", **SOURCED}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return shipped(tmp_path)


def faults(folder: Folder) -> list[str]:
    return [str(fault) for fault in read_catalogue(folder.path)[1]]


def test_the_shipped_catalogue_has_no_fault(folder: Folder) -> None:
    assert faults(folder) == []


CELLS: list[tuple[str, dict[str, str], str, str, str]] = [
    ("materials", {"code": "fly_ash"}, "code", "Fly Ash", "is not a code"),
    ("materials", {"code": "fly_ash"}, "name_zh", "", "must not be empty"),
    ("materials", {"code": "fly_ash"}, "name_en", "x" * 101, "has 101 characters"),
    ("materials", {"code": "fly_ash"}, "reach_km", "0", "is not above 0"),
    ("materials", {"code": "fly_ash"}, "colour", "grey", "not a colour as #RRGGBB"),
    ("materials", {"code": "fly_ash"}, "code_pattern", "(", "regular expression"),
    ("materials", {"code": "fly_ash"}, "code_pattern", "S10", "the category SW02"),
    ("materials", {"code": "fly_ash"}, "confidence", "high", "is not one of H, M+"),
    ("materials", {"code": "fly_ash"}, "source", "", "must not be empty"),
    ("parameters", {"code": "loi"}, "basis", "moist", "is not one of dry, wet, none"),
    ("parameters", {"code": "loi"}, "plausible_low", "70", "not below plausible_high"),
    ("limits", LIMIT, "value", "two", "is not a number"),
    ("limits", LIMIT, "value", "1,5", "is not a number"),
    ("limits", LIMIT, "value", "nan", "is not a number"),
    ("limits", LIMIT, "value", "9" * 400, "is not a finite number"),
    ("limits", LIMIT, "value", "51", "not plausible: expansion is 0 to 50"),
    ("limits", LIMIT, "operator", "<", "is not one of <=, >="),
    ("limits", LIMIT, "unit", "mg/kg", "is not '%', the unit of expansion"),
    ("limits", LIMIT, "valid_from", "1.6.2024", "is not a day as YYYY-MM-DD"),
    ("limits", LIMIT, "valid_from", "2024-02-30", "is not a day of the calendar"),
    ("limits", LIMIT, "edition", "", "must be given with the standard"),
    ("typical", {"material": "fly_ash", "parameter": "loi"}, "low", "11", "above high"),
    ("typical", {"material": "fly_ash", "parameter": "loi"}, "high", "61", "not p"),
    ("treatments", DISCHARGE, "reaches", "101", "not plausible"),
    ("treatments", DISCHARGE, "fixed_yuan_per_t", "-1", "is not within 0"),
    ("treatments", DISCHARGE, "fixed_yuan_per_t", "0.001", "than a fen"),
    ("factors", {"code": "raw_meal_per_t_clinker"}, "low", "1.6", "is above value"),
    ("factors", {"code": "raw_meal_per_t_clinker"}, "high", "1.4", "is below value"),
    ("policy_targets", {"year": "2026"}, "adcode", "51", "is not an adcode"),
    ("policy_targets", {"year": "2026"}, "year", "26", "is not a year"),
    ("policy_targets", {"year": "2026"}, "measure", "rate", "is not one of util"),
    ("policy_targets", {"year": "2026"}, "unit", "Mt", "no unit of utilisation"),
    ("policy_targets", {"year": "2026"}, "unit", "kt", "is not one of %, Mt"),
    ("policy_targets", {"year": "2026"}, "value", "101", "than 100 % can be used"),
    ("policy_targets", {"year": "2026"}, "value", "0", "is not above 0"),
]


@pytest.mark.parametrize(("table", "where", "column", "cell", "reason"), CELLS)
def test_a_bad_cell_is_told_with_its_place(
    folder: Folder,
    table: str,
    where: dict[str, str],
    column: str,
    cell: str,
    reason: str,
) -> None:
    line = folder.change(table, where, **{column: cell})
    found = [fault for fault in faults(folder) if reason in fault]
    assert len(found) == 1
    assert found[0].startswith(f"{table}.csv:{line}: {column}: ")


ADMISSION = {"route": "cement_blending", "material": "steel_slag"}
REFERENCES = [
    ("limits", LIMIT, "route", "moonbase", "'moonbase' is not in routes.csv"),
    ("limits", LIMIT, "material", "moondust", "'moondust' is not in materials.csv"),
    ("limits", LIMIT, "parameter", "taste", "'taste' is not in parameters.csv"),
    ("limits", LIMIT, "standard", "GB 0", "'GB 0 2010' is not in standards.csv"),
    ("admissions", ADMISSION, "standard", "GB 0", "'GB 0 2023' is not in standards"),
    ("treatments", DISCHARGE, "material", "tin", "not in materials.csv"),
    ("policy_targets", {"year": "2026"}, "material", "tin", "not in materials.csv"),
]


@pytest.mark.parametrize(("table", "where", "column", "cell", "reason"), REFERENCES)
def test_a_name_of_nothing_is_told(
    folder: Folder,
    table: str,
    where: dict[str, str],
    column: str,
    cell: str,
    reason: str,
) -> None:
    line = folder.change(table, where, **{column: cell})
    told = [fault for fault in faults(folder) if reason in fault]
    assert [fault.split(" ")[0] for fault in told] == [f"{table}.csv:{line}:"]


def test_a_row_told_twice_names_the_first_line(folder: Folder) -> None:
    first = 2 + [row["code"] for row in folder.rows("routes")].index("raw_meal")
    line = folder.add("routes", **folder.rows("routes")[first - 2])
    assert faults(folder) == [
        f"routes.csv:{line}: code: line {first} has the same code"
    ]


def test_a_limit_needs_an_admission_of_its_material(folder: Folder) -> None:
    line = folder.add(
        "limits",
        route="raw_meal",
        material="pv_module",
        operator=">=",
        **PURITY,
        value=1,
    )
    assert faults(folder) == [
        f"limits.csv:{line}: material: "
        "admissions.csv does not admit pv_module to raw_meal"
    ]


def test_a_limit_for_all_materials_needs_a_route_that_admits_one(
    folder: Folder,
) -> None:
    folder.add("routes", code="moonbase", name_zh="月", name_en="Moon", **SOURCED)
    line = folder.add("limits", route="moonbase", operator=">=", value=1, **PURITY)
    assert faults(folder) == [f"limits.csv:{line}: route: moonbase admits no material"]


def test_a_refused_material_is_told_why_in_both_languages(folder: Folder) -> None:
    line = folder.change("admissions", ADMISSION, reason_zh="", reason_en="")
    why = "must say why the material is not admitted"
    assert faults(folder) == [
        f"admissions.csv:{line}: reason_en: {why}",
        f"admissions.csv:{line}: reason_zh: {why}",
    ]


def test_only_a_named_standard_may_leave_its_number_unread(folder: Folder) -> None:
    line = folder.change("limits", LIMIT, value="", standard="", edition="")
    assert faults(folder) == [
        f"limits.csv:{line}: value: "
        "may be empty only where a named standard holds the number"
    ]


def test_a_clause_needs_its_standard(folder: Folder) -> None:
    line = folder.change("limits", LIMIT, clause="5.1", standard="", edition="")
    assert faults(folder) == [
        f"limits.csv:{line}: standard: must be given with the clause"
    ]


def test_a_row_does_not_end_before_it_begins(folder: Folder) -> None:
    line = folder.change(
        "limits", LIMIT, valid_from="2024-06-01", valid_to="2024-05-31"
    )
    assert faults(folder) == [f"limits.csv:{line}: valid_to: is before valid_from"]


def test_an_edition_left_open_clashes_with_the_next(folder: Folder) -> None:
    (old,) = [row for row in folder.rows("limits") if LIMIT.items() <= row.items()]
    line = folder.add("limits", **old | {"valid_from": "2030-01-01", "value": "1.5"})
    first = 2 + folder.rows("limits").index(old)
    assert faults(folder) == [
        f"limits.csv:{line}: valid_from: "
        f"line {first} holds at the same time: end one of them"
    ]


def test_all_faults_are_told_at_once_in_order(folder: Folder) -> None:
    limit = folder.change("limits", LIMIT, value="two", unit="%")
    ash = folder.change("materials", {"code": "fly_ash"}, colour="grey", reach_km="-1")
    assert [fault.rsplit(": ", 1)[0] for fault in faults(folder)] == [
        f"limits.csv:{limit}: value",
        f"materials.csv:{ash}: colour",
        f"materials.csv:{ash}: reach_km",
    ]


Edit = Callable[[bytes], bytes]
NEXT = len((FOLDER / "routes.csv").read_text("utf-8").splitlines()) + 1
FILES: list[tuple[Edit, str]] = [
    (lambda data: b"", "routes.csv: the file is empty"),
    (
        lambda data: data.split(b"\n")[0],
        "routes.csv: the file has a header but no rows",
    ),
    (
        lambda data: data.decode().encode("gb18030"),
        "routes.csv:2: the file is encoded in GB 18030 (GBK): save it as UTF-8",
    ),
    (
        lambda data: data.decode().encode("utf-16"),
        "routes.csv:1: the file is encoded in UTF-16: save it as UTF-8",
    ),
    (
        lambda data: data.decode().replace("水", "").encode("utf-16-le")[:64],
        "routes.csv:1: the file is encoded in UTF-16 or is binary: save it as UTF-8",
    ),
    (
        lambda data: data + b"\xff\xff",
        f"routes.csv:{NEXT}: the file is encoded in something other than UTF-8: "
        "save it as UTF-8",
    ),
    (
        lambda data: data.replace(b"source", b"origin", 1),
        "routes.csv:1: origin: the column is unknown",
    ),
    (
        lambda data: data.replace(b"source", b"origin", 1),
        "routes.csv:1: source: the column is missing",
    ),
    (
        lambda data: data.replace(b"name_en", b"name_zh", 1),
        "routes.csv:1: name_zh: the column stands twice",
    ),
    (
        lambda data: data + b"a,b\n",
        f"routes.csv:{NEXT}: the row has 2 cells, the header 5",
    ),
    (
        lambda data: data + b'"open',
        f"routes.csv:{NEXT}: not well-formed CSV: unexpected end of data",
    ),
]


@pytest.mark.parametrize(("edit", "told"), FILES)
def test_a_file_that_can_not_be_read_is_told(
    folder: Folder, edit: Edit, told: str
) -> None:
    folder.rewrite("routes", edit)
    assert told in faults(folder)


def test_a_missing_file_is_told(folder: Folder) -> None:
    (folder.path / "policy_targets.csv").unlink()
    assert faults(folder) == [
        "policy_targets.csv: the file is missing or can not be read"
    ]


def test_a_byte_order_mark_does_no_harm(folder: Folder) -> None:
    folder.rewrite("routes", lambda data: b"\xef\xbb\xbf" + data)
    assert faults(folder) == []


def test_the_version_is_of_what_is_said_and_not_of_the_layout(folder: Folder) -> None:
    before = read_catalogue(folder.path)[0].version()
    for table in TABLES:
        folder.write(table, folder.rows(table)[::-1])
    folder.change("limits", LIMIT, value="2.00")
    assert read_catalogue(folder.path)[0].version() == before


def test_the_version_changes_with_one_value(folder: Folder) -> None:
    before = read_catalogue(folder.path)[0].version()
    folder.change("limits", LIMIT, value="2.1")
    assert read_catalogue(folder.path)[0].version() != before
