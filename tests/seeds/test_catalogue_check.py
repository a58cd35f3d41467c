"""Looking a folder over: contradictions are faults, idle rows warnings, all counted."""

from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from seeds.checking import check_catalogue
from seeds.coverage import Covered, Tally
from seeds.schema import read_catalogue
from tests.seeds.catalogue_folders import Folder, shipped

SOURCED = {"source": "a test", "confidence": "M"}
EXPANSION = {"route": "road_base", "material": "steel_slag", "parameter": "expansion"}
GENERAL = {
    "parameter": "gypsum_purity",
    "unit": "%",
    "basis": "dry",
    "route": "set_retarder",
}
FREE_LIME = {"parameter": "f_cao", "basis": "dry"}
IN_PERCENT = {"unit": "%", "basis": "none"}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return shipped(tmp_path)


def warnings(folder: Folder) -> list[str]:
    return [str(warning) for warning in check_catalogue(folder.path).warnings]


def run(folder: Folder) -> str:
    out = StringIO()
    call_command("check_catalogue", "--folder", str(folder.path), stdout=out)
    return out.getvalue()


def added(folder: Folder, table: str, **cells: object) -> list[str]:
    """The warnings that a new row brings."""
    before = warnings(folder)
    folder.add(table, **cells)
    return [warning for warning in warnings(folder) if warning not in before]


def test_a_floor_above_a_ceiling_contradicts_it(folder: Folder) -> None:
    ceiling = folder.change("limits", EXPANSION, value="2.0")
    floor = folder.add(
        "limits", **EXPANSION, operator=">=", value=3, **IN_PERCENT, **SOURCED
    )
    (fault,) = read_catalogue(folder.path)[1]
    told = f"at least 3 contradicts line {ceiling}, at most 2"
    assert str(fault) == f"limits.csv:{floor}: value: {told}"


def test_a_limit_on_one_material_may_contradict_one_on_all(folder: Folder) -> None:
    folder.add(
        "limits",
        **GENERAL,
        material="fgd_gypsum",
        operator="<=",
        value=60,
        valid_from="2021-01-01",
        **SOURCED,
    )
    (fault,) = read_catalogue(folder.path)[1]
    assert "at least 75 contradicts line" in str(fault)


@pytest.mark.parametrize(
    "harmless",
    [
        {"value": 2},
        {"value": 3, "confidence": "L"},
        {"value": 3, "valid_from": "2001-01-01", "valid_to": "2001-12-31"},
        {"value": 3, "material": "bf_slag_v_ti"} | FREE_LIME,
    ],
    ids=["touching", "never decides", "another time", "another lot"],
)
def test_limits_that_leave_room_are_sound(
    folder: Folder, harmless: dict[str, Any]
) -> None:
    folder.change("limits", EXPANSION, value="2.0", valid_from="2010-01-01")
    floor = EXPANSION | {"operator": ">="} | IN_PERCENT | SOURCED | harmless
    folder.add("limits", **floor)
    assert read_catalogue(folder.path)[1] == []


def test_a_route_that_admits_nothing_is_dead(folder: Folder) -> None:
    named = {"code": "paint", "name_zh": "涂料", "name_en": "Paint"}
    (warning,) = added(folder, "routes", **named, **SOURCED)
    line = len(folder.rows("routes")) + 1
    assert warning == f"routes.csv:{line}: code: paint admits no material"


def test_a_material_that_is_refused_everywhere_has_no_route(folder: Folder) -> None:
    folder.change("admissions", {"material": "pv_module"}, admitted="false")
    folder.change(
        "admissions", {"material": "pv_module"}, reason_zh="否", reason_en="no"
    )
    assert any("no route admits pv_module" in told for told in warnings(folder))


@pytest.mark.parametrize(("reaches", "serves"), [(7, True), (20, False)])
def test_a_treatment_must_come_to_some_limit(
    folder: Folder, reaches: float, serves: bool
) -> None:
    """Boards take FGD gypsum with at most 15 % moisture."""
    told = added(
        folder,
        "treatments",
        code="pressing",
        name_zh="压滤",
        name_en="Pressing",
        material="fgd_gypsum",
        parameter="moisture",
        reaches=reaches,
        unit="%",
        fixed_yuan_per_t=1,
        yuan_per_t_per_unit=0,
        **SOURCED,
    )
    assert told == [] if serves else "moisture of fgd_gypsum" in told[0]


def test_an_edition_nobody_cites_is_told(folder: Folder) -> None:
    titles = {"title_zh": "书", "title_en": "Book"}
    (warning,) = added(
        folder, "standards", code="GB 1", edition="2001", **titles, **SOURCED
    )
    assert warning.endswith("code: nothing cites GB 1-2001")


def test_an_edition_that_ended_before_the_row_began_is_told(folder: Folder) -> None:
    expansion = folder.change("limits", EXPANSION, valid_from="2020-01-01")
    folder.change("standards", {"code": "GB/T 25824"}, valid_to="2019-12-31")
    told = f"limits.csv:{expansion}: edition: GB/T 25824-2010 is not in force"
    assert any(warning.startswith(told) for warning in warnings(folder))


def test_warnings_do_not_make_a_folder_faulty(folder: Folder) -> None:
    titles = {"title_zh": "书", "title_en": "Book"}
    folder.add("standards", code="GB 1", edition="2001", **titles, **SOURCED)
    assert "warning: standards.csv:" in run(folder)


def test_every_limit_is_counted_once_in_the_total(folder: Folder) -> None:
    rows = folder.rows("limits")
    labels = Counter(row["confidence"] for row in rows)
    deciding = [row for row in rows if row["confidence"] != "L"]
    assert check_catalogue(folder.path).coverage.total == Tally(
        limits=len(rows),
        high=labels["H"],
        medium=labels["M+"] + labels["M"] + labels["M-"],
        low=labels["L"],
        deciding=len(deciding),
        unread=sum(row["value"] == "" for row in deciding),
    )


def test_a_limit_on_all_materials_counts_with_each_that_is_admitted(
    folder: Folder,
) -> None:
    before = check_catalogue(folder.path).coverage
    general = {"operator": "<=", "value": 90, "valid_from": "2021-01-01"}
    folder.add("limits", **GENERAL, **general, **SOURCED)
    after = check_catalogue(folder.path).coverage
    grown = {
        now.code
        for was, now in zip(before.materials, after.materials, strict=True)
        if now.tally.limits == was.tally.limits + 1
    }
    assert grown == {
        row["material"]
        for row in folder.rows("admissions")
        if row["route"] == GENERAL["route"] and row["admitted"] == "true"
    }
    assert after.total.limits == before.total.limits + 1


def test_a_route_counts_the_materials_it_admits_and_refuses(folder: Folder) -> None:
    rows = [row for row in folder.rows("admissions") if row["route"] == "ground_slag"]
    (route,) = [
        row
        for row in check_catalogue(folder.path).coverage.routes
        if row.code == "ground_slag"
    ]
    assert isinstance(route, Covered)
    assert route.admitted == sum(row["admitted"] == "true" for row in rows)
    assert route.refused == sum(row["admitted"] == "false" for row in rows)


@pytest.mark.django_db
def test_the_command_prints_the_coverage_and_asks_no_database(
    folder: Folder, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        told = run(folder)
    assert "material " in told
    assert f"{len(folder.rows('limits'))} limits: " in told
    assert "sound" in told


def test_the_command_tells_all_faults_at_once(folder: Folder) -> None:
    limit = folder.change("limits", EXPANSION, value="two")
    route = folder.change("routes", {"code": "raw_meal"}, source="")
    with pytest.raises(CommandError) as failure:
        run(folder)
    assert f"limits.csv:{limit}: value: " in str(failure.value)
    assert f"routes.csv:{route}: source: " in str(failure.value)


BAD_FORMULAS = [
    ("phlogiston / 2", "'phlogiston' is not in parameters.csv"),
    ("cao / (mgo - mgo)", "divides by 0 or overflows at plausible values"),
    ("sio2_al2o3_fe2o3 * 2", "has a formula of its own: name what is measured"),
    ("1 + 1", "names no parameter"),
    ("max(cao)", "is not arithmetic"),
    ("cao +", "is not a formula"),
]


@pytest.mark.parametrize(("formula", "reason"), BAD_FORMULAS)
def test_a_formula_that_gives_no_number_is_refused(
    folder: Folder, formula: str, reason: str
) -> None:
    line = folder.change("parameters", {"code": "slag_quality"}, formula=formula)
    (fault,) = map(str, read_catalogue(folder.path)[1])
    assert fault.startswith(f"parameters.csv:{line}: formula: ")
    assert reason in fault


def test_a_treatment_states_one_fixed_cost(folder: Folder) -> None:
    row = {"code": "ageing", "material": "steel_slag", "parameter": "f_cao"}
    line = folder.change("treatments", row, fixed_yuan_per_t=99)
    (fault,) = map(str, read_catalogue(folder.path)[1])
    assert fault.startswith(f"treatments.csv:{line}: fixed_yuan_per_t: is not ")


def test_an_unknown_unit_is_refused(folder: Folder) -> None:
    line = folder.change("parameters", {"code": "loi"}, unit="percent")
    faults = list(map(str, read_catalogue(folder.path)[1]))
    assert f"parameters.csv:{line}: unit: 'percent' is not one of " in faults[-1]


def test_a_limit_stands_on_the_basis_of_its_parameter(folder: Folder) -> None:
    line = folder.change("limits", EXPANSION, basis="wet")
    (fault,) = map(str, read_catalogue(folder.path)[1])
    assert fault.startswith(f"limits.csv:{line}: basis: 'wet' is not 'none'")


def test_what_is_plausible_holds_what_is_usual(folder: Folder) -> None:
    usual = {"material": "phosphogypsum", "parameter": "moisture"}
    line = folder.change("typical", usual, plausible_high="1")
    (fault,) = map(str, read_catalogue(folder.path)[1])
    assert fault == f"typical.csv:{line}: plausible_high: is below high, which is usual"
