"""Classes of the choropleth and numbers as they are written."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import translation

from wastehub.web.pages import scale
from wastehub.web.templatetags import drawing, figures


def test_bounds_are_round_and_reach_down_from_the_largest():
    assert scale.round_bounds([3, 3_400_000]) == (1e5, 2e5, 5e5, 1e6, 2e6)


def test_without_a_value_there_are_no_bounds():
    assert scale.round_bounds([]) == scale.round_bounds([0]) == ()


def test_a_bound_opens_the_next_class():
    bounds = (10, 20)
    assert [scale.class_of(value, bounds) for value in (9, 10, 19, 20)] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("mass_kg", "english", "chinese"),
    [
        (0, "0 t", "0 吨"),
        (950, "0.95 t", "0.95 吨"),
        (12_345_000, "12.3 kt", "1.23 万吨"),
        (9_999_000, "9,999 t", "9,999 吨"),
        (2_500_000_000, "2.5 Mt", "250 万吨"),
        (160_000_000_000, "160 Mt", "1.6 亿吨"),
    ],
)
def test_a_mass_is_counted_as_each_language_counts(mass_kg, english, chinese):
    with translation.override("en"):
        assert figures.mass(mass_kg) == english
    with translation.override("zh-hans"):
        assert figures.mass(mass_kg) == chinese


def test_a_price_has_a_true_minus_sign():
    with translation.override("en"):
        assert figures.yuan_per_t(Decimal("-12.50")) == "−12.5 CNY/t"


def _match(asked, treatment, haul, offered):
    return SimpleNamespace(
        asked_yuan_per_t=Decimal(asked),
        treatment_yuan_per_t=Decimal(treatment),
        haul_yuan_per_t=Decimal(haul),
        offered_yuan_per_t=Decimal(offered),
    )


def test_costs_grow_to_the_right_of_zero_and_income_to_the_left():
    match = _match(asked=10, treatment=0, haul=30, offered=20)
    bars = drawing.cost_bar(match, drawing.widest_cost([match]))["bars"]
    places = {bar["name"]: (float(bar["x"]), float(bar["width"])) for bar in bars}
    assert places == {"asked": (500, 125), "haul": (625, 375), "offered": (250, 250)}


def test_bars_of_nothing_stay_empty():
    match = _match(0, 0, 0, 0)
    assert drawing.cost_bar(match, drawing.widest_cost([match]))["bars"] == []


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        ([], ()),
        ([0.0], ()),
        ([200.0, 150.0], (50.0, 100.0, 150.0)),
        ([180.0], (50.0, 100.0, 150.0)),
        ([6.0], (1.0, 2.0, 3.0, 4.0, 5.0)),
        ([6.01], (2.0, 4.0, 6.0)),
    ],
)
def test_figures_close_together_are_classed_in_even_steps(values, bounds):
    assert scale.even_bounds(values) == pytest.approx(bounds)
