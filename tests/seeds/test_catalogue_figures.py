"""What the shipped rows reckon, charge and take for a slip."""

import numpy as np
import pytest

from seeds.rows import Catalogue
from seeds.schema import read_catalogue
from tests.seeds.catalogue_folders import shipped
from wastehub.formulas import formula

OXIDES = {
    "al2o3",
    "cao",
    "fe2o3",
    "k2o",
    "li2o",
    "mgo",
    "mno",
    "na2o",
    "p2o5",
    "sio2",
    "so3",
    "tio2",
}
# By hand: a raw meal of 43 % CaO, 13.5 % SiO2, 3.5 % Al2O3, 2.2 % Fe2O3, 0.3 % SO3.
MEAL = {"cao": 43.0, "sio2": 13.5, "al2o3": 3.5, "fe2o3": 2.2, "so3": 0.3}
SLAG = {"cao": 40, "mgo": 8, "al2o3": 14, "sio2": 34, "mno": 0.5, "tio2": 0.5}
RECKONED = [
    ("ira", {"ra226": 100}, 0.5),
    ("ir", {"ra226": 74, "th232": 52, "k40": 420}, 0.2 + 0.2 + 0.1),
    ("slag_quality", SLAG, 62 / 35),
    ("na2o_k2o", {"na2o": 0.5, "k2o": 1.0}, 1.5),
    ("na2o_eq", {"na2o": 0.5, "k2o": 1.0}, 1.158),
    ("sio2_al2o3_fe2o3", {"sio2": 50, "al2o3": 25, "fe2o3": 6}, 81),
    ("cao_sio2", MEAL, 43 / 13.5),
    ("lsf", MEAL, 4300 / (37.8 + 4.13 + 1.43)),
    ("kh", MEAL, (43 - 5.775 - 0.77 - 0.21) / 37.8),
    ("sm", MEAL, 13.5 / 5.7),
    ("am", MEAL, 3.5 / 2.2),
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return read_catalogue(shipped(tmp_path_factory.mktemp("shipped")).path)[0]


@pytest.mark.parametrize(("code", "values", "expected"), RECKONED)
def test_a_formula_gives_what_a_reader_reckons(
    catalogue: Catalogue, code: str, values: dict[str, float], expected: float
) -> None:
    (row,) = [row for row in catalogue.parameters if row.code == code]
    columns = {name: np.array([float(value)]) for name, value in values.items()}
    assert formula(row.formula)(columns)[0] == pytest.approx(expected)


def test_every_formula_of_the_rulebook_is_tried(catalogue: Catalogue) -> None:
    written = {row.code for row in catalogue.parameters if row.formula}
    assert written == {code for code, *_ in RECKONED}


def test_oxides_are_parts_of_one_whole_and_sums_are_not(catalogue: Catalogue) -> None:
    assert {row.code for row in catalogue.parameters if row.is_oxide} == OXIDES


def test_what_decides_can_be_tested_at_a_price(catalogue: Catalogue) -> None:
    """A model or a dosing calculation is no laboratory's to do."""
    priced = {row.parameter for row in catalogue.tests}
    by_code = {row.code: row for row in catalogue.parameters}
    asked = {row.parameter for row in catalogue.limits if row.decides}
    inputs = {
        name
        for code in asked
        if by_code[code].formula
        for name in formula(by_code[code].formula).names
    }
    wanted = {code for code in asked | inputs if not by_code[code].is_calculated}
    assert priced == wanted
    assert all(row.price_yuan > 0 for row in catalogue.tests)


def test_a_price_that_nobody_read_says_so(catalogue: Catalogue) -> None:
    for row in catalogue.tests:
        told = "planning default" in row.source
        assert told == (row.confidence == "L"), row.parameter


def test_one_method_has_one_price(catalogue: Catalogue) -> None:
    """A spectrum tells all nuclides; every metal of a leachate costs the same."""
    for stem in ("γ能谱", "浸出液重金属", "土壤重金属"):
        prices = {r.price_yuan for r in catalogue.tests if r.name_zh.startswith(stem)}
        assert len(prices) == 1


def test_a_slip_of_the_decimal_point_is_beyond_what_the_material_may_hold(
    catalogue: Catalogue,
) -> None:
    """45 for 0.45 % of SO3 in ash; 9.1 for 91 % of gypsum."""
    by_key = {(row.material, row.parameter): row for row in catalogue.typical}
    sulfate = by_key["fly_ash", "so3"].plausible_high
    gypsum = by_key["phosphogypsum", "gypsum_dihydrate"].plausible_low
    assert sulfate is not None
    assert gypsum is not None
    assert sulfate < 45
    assert gypsum > 9.1


def test_a_lot_may_fail_a_limit_without_being_taken_for_a_slip(
    catalogue: Catalogue,
) -> None:
    ranges = {(row.material, row.parameter): row for row in catalogue.typical}
    for limit in catalogue.limits:
        usual = ranges.get((limit.material or "", limit.parameter))
        if usual is None or limit.value is None or not limit.decides:
            continue
        if limit.operator == "<=" and usual.plausible_high is not None:
            assert usual.plausible_high > limit.value
        if limit.operator == ">=" and usual.plausible_low is not None:
            assert usual.plausible_low < limit.value


def test_drying_is_no_slip(catalogue: Catalogue) -> None:
    for row in catalogue.typical:
        if row.parameter == "moisture":
            assert row.plausible_low is None
