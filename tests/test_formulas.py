"""Arithmetic as data: what a formula gives, and what it refuses to be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wastehub.formulas import LONGEST, formula

IR = "ra226 / 370 + th232 / 260 + k40 / 4200"


def of(text, **values):
    told = {name: np.array([value], dtype=float) for name, value in values.items()}
    return float(formula(text)(told)[0])


def test_the_external_exposure_index_of_gb_6566():
    assert of(IR, ra226=370, th232=260, k40=4200) == 3
    assert of(IR, ra226=185, th232=0, k40=0) == 0.5


def test_brackets_and_signs_bind_as_in_arithmetic():
    assert of("-(a + 2) * b / 4", a=2, b=3) == -3


def test_its_names_are_what_it_needs():
    assert formula(IR).names == {"ra226", "th232", "k40"}
    assert formula("1 + 2").names == frozenset()


@pytest.mark.parametrize("hole", [float("nan"), 0.0])
def test_a_missing_value_or_a_division_by_0_gives_no_value(hole):
    assert np.isnan(of("1 / a", a=hole))


def test_a_result_beyond_all_numbers_is_no_value():
    assert np.isnan(of("a * a", a=1e200))


def test_rows_are_reckoned_one_by_one():
    told = {"a": np.array([1.0, np.nan, 4.0]), "b": np.array([2.0, 2.0, 0.0])}
    assert formula("a / b")(told).tolist()[0] == 0.5
    assert np.isnan(formula("a / b")(told)[1:]).all()


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('id')",
        "a.b",
        "a[0]",
        "f(a)",
        "a ** 9",
        "a % 2",
        "a if b else c",
        "[a]",
        "'a'",
        "True",
        "a and b",
        "(x := 1)",
        "lambda: 1",
        "1j",
        "",
        "a +",
        "a; b",
        "a = 1",
        "(" * 150 + "a" + ")" * 150,
        "a" * (LONGEST + 1),
    ],
)
def test_anything_but_arithmetic_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        formula(text)


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_a_value_error(text):
    try:
        names = formula(text).names
    except ValueError:
        return
    formula(text)({name: np.ones(2) for name in names})


NUMBERS = st.integers(1, 99).map(str)
EXPRESSIONS = st.recursive(
    NUMBERS,
    lambda parts: st.builds("({} {} {})".format, parts, st.sampled_from("+-*/"), parts),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_numbers_alone_are_reckoned_as_python_does(text):
    try:
        expected = eval(text)
    except ZeroDivisionError:
        expected = float("nan")
    assert float(formula(text)({})) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("text", "above", "below"),
    [
        ("100 * cao / (2.8 * sio2)", "100 * cao", "2.8 * sio2"),
        ("sio2 / (al2o3 + fe2o3)", "sio2", "al2o3 + fe2o3"),
        ("ra226 / 200", "ra226 / 200", None),
        ("na2o + 0.658 * k2o", "na2o + 0.658 * k2o", None),
    ],
)
def test_what_stands_above_and_below_the_fraction_line(text, above, below):
    top, bottom = formula(text).fraction()
    assert top.text == above
    assert (bottom and bottom.text) == below


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("na2o + 0.658 * k2o", True),
        ("-(ra226 / 370) + k40 / 4200", True),
        ("cao * sio2", False),
        ("cao / sio2", False),
        ("cao + 1", False),
        ("7", False),
    ],
)
def test_only_sums_of_parts_hold_of_mixtures(text, holds):
    assert formula(text).is_sum_of_parts() == holds
