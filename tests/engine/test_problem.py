"""Wrong input can not be built; the message names the row and the reason."""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matching.engine.problem import Problem
from matching.engine.rulebook import Limits, Treatments
from tests.engine.worlds import ASH, GYPSUM, KILN, kiln_rules, two_plants_one_kiln

WORLD = two_plants_one_kiln()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lon": [104.0, np.nan]}, r"row 1 \(id 'b-far'\): lon must be within"),
        ({"lon": [104.0, 181.0]}, "row 1 .* lon must be within"),
        ({"lat": [np.inf, 30.0]}, r"row 0 \(id 'a-near'\): lat must be within"),
        ({"mass_kg": [1, -5]}, "row 1 .* mass_kg must be .* got -5"),
        ({"mass_kg": [1, 2**47 + 1]}, "row 1 .* mass_kg must be within 0 to"),
        ({"mass_kg": [2.0, 1.5]}, "supplies.mass_kg holds float64"),
        ({"ask_fen_per_t": [0, -(10**9) - 1]}, "row 1 .* ask_fen_per_t must be"),
        (
            {"mass_kg": [1, 10**12], "ask_fen_per_t": [0, 10**8]},
            "row 1 .* mass x ask_fen_per_t overflows int64",
        ),
        ({"ids": ("same", "same")}, "row 1: id 'same' is a duplicate"),
        ({"ids": ("b", "a")}, "row 1: id 'a' follows 'b'"),
        ({"lat": [30.0]}, r"supplies.lat has shape \(1,\), not \(2,\)"),
        ({"values": [[1.0, np.inf], [1.0, 1.0]]}, "row 0 .* values must be finite"),
        ({"values": [1.0, 1.0]}, "values has shape"),
        ({"material": [0, 2**40]}, "supplies.material holds int64"),
    ],
)
def test_an_impossible_supply_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(WORLD.supplies, **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lat": [91.0]}, r"row 0 \(id 'kiln'\): lat must be within"),
        ({"capacity_kg": [-1]}, "row 0 .* capacity_kg must be"),
        ({"base_kg": [2**60]}, "row 0 .* base_kg must be"),
        ({"offer_fen_per_t": [2 * 10**9]}, "row 0 .* offer_fen_per_t must be"),
        ({"farthest_km": [np.nan]}, "row 0 .* farthest_km must be"),
        ({"farthest_km": [-1.0]}, "row 0 .* farthest_km must be"),
    ],
)
def test_an_impossible_demand_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(WORLD.demands, **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"material_reach_km": [1.0, -1.0]}, "materials row 1: reach_km must be"),
        ({"typical_low": [[9.0, 0.0], [np.nan] * 2]}, "row 0: low is above high"),
        ({"typical_low": [[np.nan, 0.0], [np.nan] * 2]}, "needs both ends or none"),
        ({"admitted": [[1, 3]]}, "admitted row 0: must be 0, 1 or 2"),
        ({"max_share_frac": [[1.0, 1.1]]}, "max_share_frac row 0: must be within"),
        ({"max_share_frac": [[1.0]]}, "max_share_frac has shape"),
    ],
)
def test_an_impossible_rulebook_is_refused(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        replace(kiln_rules(), **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sense": [1, 0]}, "limits row 1: sense must be"),
        ({"value": [np.inf, 1.0]}, "limits row 0: value must be finite"),
        ({"route": [KILN, 7]}, "limits row 1: route must be within 0 to 0"),
        ({"material": [-2, ASH]}, "limits row 0: material must be within -1 to 1"),
        ({"parameter": [0, 2]}, "limits row 1: parameter must be within 0 to 1"),
        ({"grade": [0, -2]}, "limits row 1: grade must be >= -1"),
    ],
)
def test_an_impossible_limit_is_refused(change: dict[str, Any], message: str) -> None:
    rules = kiln_rules()
    with pytest.raises(ValueError, match=message):
        replace(rules, limits=replace(rules.limits, **change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reaches": [np.nan]}, "treatments row 0: reaches must be finite"),
        ({"fixed_fen_per_t": [-1]}, "treatments row 0: fixed_fen_per_t must be"),
        ({"fen_per_t_per_unit": [np.nan]}, "row 0: fen_per_t_per_unit must be"),
        ({"material": [9]}, "treatments row 0: material must be within 0 to 1"),
        ({"code": [-1]}, "treatments row 0: code must be >= 0"),
    ],
)
def test_an_impossible_treatment_is_refused(
    change: dict[str, Any], message: str
) -> None:
    rules = kiln_rules()
    with pytest.raises(ValueError, match=message):
        replace(rules, treatments=replace(rules.treatments, **change))


def test_limits_that_leave_nothing_between_them_are_refused() -> None:
    limits = Limits(
        route=[0, 0],
        material=[-1, ASH],
        parameter=[0, 0],
        sense=[1, -1],
        value=[3.0, 5.0],
        decides=[True, True],
        grade=[-1, -1],
    )
    with pytest.raises(ValueError, match="limits rows 0 and 1 exclude each other"):
        replace(kiln_rules(), limits=limits)
    replace(kiln_rules(), limits=replace(limits, decides=[True, False]))


@pytest.mark.parametrize(
    ("grades", "together"),
    [([-1, 0], True), ([0, -1], True), ([1, 1], True), ([0, 1], False)],
)
def test_limits_of_different_grades_never_exclude_each_other(
    grades: list[int], together: bool
) -> None:
    limits = Limits([0, 0], [-1, ASH], [0, 0], [1, -1], [3, 5], [True] * 2, grades)
    with pytest.raises(ValueError, match="exclude") if together else nullcontext():
        replace(kiln_rules(), limits=limits)


def test_limits_of_other_routes_parameters_or_materials_exclude_nothing() -> None:
    kiln = replace(kiln_rules(), admitted=[[1, 2]] * 2, max_share_frac=[[0.3, 1.0]] * 2)
    limits = Limits(
        route=[0, 1, 0, 0],
        material=[ASH, ASH, ASH, GYPSUM],
        parameter=[0, 0, 1, 0],
        sense=[1, -1, -1, -1],
        value=[3, 5, 5, 5],
        decides=[True] * 4,
        grade=[-1] * 4,
    )
    assert len(replace(kiln, limits=limits).limits) == 4


def test_more_treatments_of_a_material_than_can_be_weighed_are_refused() -> None:
    def steps(count: int) -> Treatments:
        same = [0] * count
        return Treatments(same, same, same, same, same, list(range(count)))

    replace(kiln_rules(), treatments=steps(8))
    with pytest.raises(ValueError, match="material 0 has 9 codes, at most 8"):
        replace(kiln_rules(), treatments=steps(9))


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        ("supplies", {"material": [0, 2]}, "material is not in the rulebook, got 2"),
        ("demands", {"route": [-1]}, "route is not in the rulebook, got -1"),
        ("supplies", {"values": [[1.0]] * 2}, "values has 1 columns, not 2 parameters"),
    ],
)
def test_a_row_outside_the_rulebook_is_refused(
    table: str, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        replace(WORLD, **{table: replace(getattr(WORLD, table), **change)})


def test_columns_can_not_be_changed_from_inside_or_outside() -> None:
    mass_kg = np.array([1, 2])
    supplies = replace(WORLD.supplies, mass_kg=mass_kg)
    mass_kg[0] = 9
    assert supplies.mass_kg.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        supplies.mass_kg[0] = 9


def test_a_problem_may_be_empty() -> None:
    supplies = replace(
        WORLD.supplies,
        ids=(),
        lon=[],
        lat=[],
        material=[],
        mass_kg=[],
        ask_fen_per_t=[],
        values=np.zeros((0, 2)),
    )
    assert (
        len(Problem(supplies, WORLD.demands, WORLD.rules, WORLD.params).supplies) == 0
    )
