"""The grades of the shipped rows, as statements a reader of the standards can check."""

from itertools import pairwise

import pytest

from seeds.rows import Catalogue, LimitRow
from seeds.schema import read_catalogue
from tests.seeds.catalogue_folders import shipped

PH_CLASSES = ["pH ≤ 5.5", "pH 5.5-6.5", "pH 6.5-7.5", "pH > 7.5"]
PH_TOLD_TO = 0.01
ASH = ["I C", "I F", "II C", "II F", "III C", "III F"]
SOIL = {
    "soil_cd": (0.3, 0.3, 0.3, 0.6),
    "soil_hg": (1.3, 1.8, 2.4, 3.4),
    "soil_as": (40, 40, 30, 25),
    "soil_pb": (70, 90, 120, 170),
    "soil_cr": (150, 150, 200, 250),
    "soil_cu": (50, 50, 100, 100),
    "soil_ni": (60, 70, 100, 190),
    "soil_zn": (200, 200, 250, 300),
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return read_catalogue(shipped(tmp_path_factory.mktemp("shipped")).path)[0]


def rows(catalogue: Catalogue, route: str, standard: str) -> list[LimitRow]:
    return [
        row
        for row in catalogue.limits
        if (row.route, row.standard) == (route, standard) and row.decides
    ]


def ladder(
    catalogue: Catalogue, route: str, standard: str, parameter: str, operator: str
) -> list[tuple[str, float | None]]:
    """The bounds of one parameter by grade, in the order of the labels."""
    return sorted(
        (row.grade, row.value)
        for row in rows(catalogue, route, standard)
        if (row.parameter, row.operator) == (parameter, operator)
    )


def test_ash_for_concrete_has_three_grades_of_two_classes(catalogue: Catalogue) -> None:
    found = {row.grade for row in rows(catalogue, "concrete_fly_ash", "GB/T 1596")}
    assert sorted(found - {""}) == ASH


@pytest.mark.parametrize(
    ("parameter", "bounds"),
    [
        ("residue_45um", [12, 30, 45]),
        ("water_requirement", [95, 105, 115]),
        ("loi", [5, 8, 10]),
    ],
)
def test_a_better_grade_of_ash_comes_first_and_asks_more(
    catalogue: Catalogue, parameter: str, bounds: list[float]
) -> None:
    found = ladder(catalogue, "concrete_fly_ash", "GB/T 1596", parameter, "<=")
    assert found == list(zip(ASH, [b for b in bounds for _ in "CF"], strict=True))


@pytest.mark.parametrize(
    ("route", "suffixes"), [("concrete_fly_ash", ASH), ("cement_blending", ["C", "F"])]
)
def test_only_ash_of_class_c_may_hold_much_free_lime_and_then_must_be_sound(
    catalogue: Catalogue, route: str, suffixes: list[str]
) -> None:
    for grade in suffixes:
        own = {
            (row.parameter, row.operator): row.value
            for row in rows(catalogue, route, "GB/T 1596")
            if row.grade == grade
        }
        is_c = grade.endswith("C")
        assert own["f_cao", "<="] == (4 if is_c else 1)
        assert own["sio2_al2o3_fe2o3", ">="] == (50 if is_c else 70)
        assert own.get(("cao", ">=")) == (10 if is_c else None)
        assert own.get(("soundness", "<=")) == (5 if is_c else None)


@pytest.mark.parametrize("route", ["gypsum_board", "building_gypsum"])
def test_desulfurisation_gypsum_has_three_grades(
    catalogue: Catalogue, route: str
) -> None:
    purity = ladder(catalogue, route, "JC/T 2074", "gypsum_dihydrate", ">=")
    chloride = ladder(catalogue, route, "JC/T 2074", "cl", "<=")
    assert purity == [("1", 95), ("2", 90), ("3", 85)]
    assert chloride == [("1", 0.01), ("2", 0.02), ("3", 0.04)]


def test_the_classes_of_soil_ph_lie_side_by_side(catalogue: Catalogue) -> None:
    """Every pH told to two decimals is of one class."""
    floors = dict(ladder(catalogue, "soil_amendment", "GB 15618", "soil_ph", ">="))
    tops = dict(ladder(catalogue, "soil_amendment", "GB 15618", "soil_ph", "<="))
    assert floors.keys() == set(PH_CLASSES[1:])
    assert tops.keys() == set(PH_CLASSES[:-1])
    for lower, upper in pairwise(PH_CLASSES):
        top = tops[lower]
        assert top is not None
        assert floors[upper] == pytest.approx(top + PH_TOLD_TO)


@pytest.mark.parametrize("metal", sorted(SOIL))
def test_each_class_of_soil_ph_has_its_own_limit(
    catalogue: Catalogue, metal: str
) -> None:
    found = dict(ladder(catalogue, "soil_amendment", "GB 15618", metal, "<="))
    assert tuple(found[label] for label in PH_CLASSES) == SOIL[metal]


def test_a_remark_is_no_grade(catalogue: Catalogue) -> None:
    """A grade is an alternative: a route never has just one of a material."""
    grades: dict[tuple[str, str | None], set[str]] = {}
    for row in catalogue.limits:
        if row.grade:
            grades.setdefault((row.route, row.material), set()).add(row.grade)
    assert grades
    assert all(len(labels) > 1 for labels in grades.values())
