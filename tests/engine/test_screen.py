from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.problem import Problem
from matching.engine.readings import (
    NO_STEPS,
    Step,
    Steps,
    broken_limits,
    limit_readings,
    missing_parameters,
    treatment_steps,
    unread_limits,
)
from matching.engine.rulebook import Limits, Treatments
from matching.engine.screen import screen
from matching.engine.verdict import Verdict
from tests.engine.clusters import clustered
from tests.engine.worlds import (
    LOSS_ON_IGNITION,
    MOISTURE,
    single_cell,
    two_plants_one_kiln,
)

NAN = np.nan


@pytest.mark.parametrize(
    ("problem", "verdict", "cost"),
    [
        # An assay decides; the rim belongs to the passing side.
        (single_cell(7.0), Verdict.YES, 0),
        (single_cell(8.0), Verdict.YES, 0),
        (single_cell(9.0), Verdict.NO, 0),
        (single_cell(9.0, sense=-1), Verdict.YES, 0),
        (single_cell(7.0, sense=-1), Verdict.NO, 0),
        # A treatment brings the value to the limit, if it reaches that far.
        (single_cell(9.0, reaches=0.0), Verdict.TREATED, 600),
        (single_cell(9.0, reaches=8.0), Verdict.TREATED, 600),
        (single_cell(9.0, reaches=8.5), Verdict.NO, 0),
        (single_cell(6.5, sense=-1, reaches=10.0), Verdict.TREATED, 650),
        (single_cell(6.5, sense=-1, reaches=7.0), Verdict.NO, 0),
        (single_cell(7.0, reaches=0.0), Verdict.YES, 0),
        # Without an assay the middle of what is typical speaks, and never refuses.
        (single_cell(typical=(2.0, 6.0)), Verdict.LIKELY, 0),
        (single_cell(typical=(2.0, 14.0)), Verdict.LIKELY, 0),
        (single_cell(typical=(2.0, 16.0)), Verdict.UNKNOWN, 0),
        (single_cell(typical=(9.0, 11.0)), Verdict.UNKNOWN, 0),
        (single_cell(typical=(7.0, 11.0), reaches=0.0), Verdict.LIKELY, 600),
        (single_cell(typical=(9.0, 11.0), reaches=0.0), Verdict.LIKELY, 700),
        (single_cell(typical=(6.0, 9.0), sense=-1), Verdict.UNKNOWN, 0),
        (single_cell(typical=(8.0, 9.0), sense=-1), Verdict.LIKELY, 0),
        (single_cell(), Verdict.UNKNOWN, 0),
        # A standard whose number has not been read can be neither met nor broken.
        (single_cell(7.0, bound=NAN), Verdict.UNKNOWN, 0),
        (single_cell(7.0, bound=NAN, reaches=0.0), Verdict.UNKNOWN, 0),
        # Limits of low confidence do not decide; without a limit there is no evidence.
        (single_cell(9.0, decides=False), Verdict.LIKELY, 0),
        # A rule, or not being a use at all, refuses whatever the assay.
        (single_cell(7.0, admitted=2), Verdict.NO, 0),
        (single_cell(7.0, admitted=0), Verdict.NO, 0),
    ],
)
def test_one_limit(problem: Problem, verdict: Verdict, cost: int) -> None:
    screened = screen(problem)
    assert screened.verdict[0, 0] == verdict
    assert screened.treatment_fen_per_t[0, 0] == cost


@pytest.mark.parametrize(
    ("problem", "margin_frac", "deciding"),
    [
        (single_cell(6.0), 0.25, 0),
        (single_cell(10.0), -0.25, 0),
        (single_cell(10.0, sense=-1), 0.25, 0),
        (single_cell(-0.5, bound=0.0), 0.5, 0),
        (single_cell(typical=(4.0, 8.0)), 0.25, 0),
        (single_cell(), NAN, 0),
        (single_cell(decides=False), NAN, -1),
        (single_cell(6.0, admitted=2), NAN, -1),
    ],
)
def test_the_margin_of_the_deciding_limit(
    problem: Problem, margin_frac: float, deciding: int
) -> None:
    screened = screen(problem)
    np.testing.assert_equal(screened.margin_frac[0, 0], margin_frac)
    assert screened.deciding_limit[0, 0] == deciding


def test_forbidden_and_not_a_use_can_be_told_apart() -> None:
    assert screen(single_cell(admitted=2)).forbidden.all()
    assert not screen(single_cell(admitted=0)).forbidden.any()


def test_the_tightest_limit_decides_among_those_passed() -> None:
    screened = screen(two_plants_one_kiln())
    assert screened.verdict[:, 0].tolist() == [Verdict.YES, Verdict.YES]
    assert screened.deciding_limit[:, 0].tolist() == [0, 0]
    np.testing.assert_allclose(screened.margin_frac[:, 0], [0.5, 0.375])


def test_the_worst_limit_decides_however_tight_the_others_are() -> None:
    screened = screen(_assayed([7.9, 3.0]))
    assert screened.verdict[0, 0] == Verdict.TREATED
    assert screened.deciding_limit[0, 0] == MOISTURE
    assert screened.margin_frac[0, 0] == -2.0


def test_the_steps_behind_a_cost_are_named() -> None:
    problem = _assayed([7.9, 3.0])
    steps = treatment_steps(problem, supply=0, route=0)
    assert steps == Steps((Step(treatment=0, limit=MOISTURE),), 1000 + 2 * 200)
    assert screen(problem).treatment_fen_per_t[0, 0] == 1400
    assert treatment_steps(problem, supply=1, route=0) == NO_STEPS


def test_the_cheapest_treatment_is_taken_and_several_parameters_add_up() -> None:
    problem = _treated(
        _assayed([9.0, 3.0]),
        parameter=[MOISTURE, MOISTURE, LOSS_ON_IGNITION],
        fixed_fen_per_t=[1000, 100, 50],
        fen_per_t_per_unit=[0.0, 300.0, 1.0],
    )
    screened = screen(problem)
    assert screened.treatment_fen_per_t[0, 0] == (100 + 2 * 300) + (50 + 1)
    assert treatment_steps(problem, supply=0, route=0).treatments == (1, 2)


def test_a_step_that_mends_two_parameters_is_paid_once() -> None:
    problem = _treated(
        _assayed([9.0, 3.0]),
        parameter=[MOISTURE, LOSS_ON_IGNITION],
        fixed_fen_per_t=[1000, 1000],
        fen_per_t_per_unit=[200.0, 1.0],
        code=[0, 0],
    )
    assert screen(problem).treatment_fen_per_t[0, 0] == 1000 + 2 * 200 + 1


def test_two_limits_on_one_parameter_are_mended_once_by_the_stricter() -> None:
    world = _treated(_assayed([4.0, 3.0]), [MOISTURE], [1000], [200.0])
    limits = Limits(
        route=[0, 0],
        material=[-1, 0],
        parameter=[MOISTURE, MOISTURE],
        sense=[1, 1],
        value=[2.0, 1.0],
        decides=[True, True],
        grade=[-1, -1],
    )
    problem = replace(world, rules=replace(world.rules, limits=limits))
    screened = screen(problem)
    assert screened.treatment_fen_per_t[0, 0] == 1000 + 2 * 200
    (step,) = treatment_steps(problem, supply=0, route=0).steps
    assert step.limit == 1


def test_each_step_is_rounded_half_to_even() -> None:
    costs = [
        screen(
            _treated(_assayed([4.0, 2.0]), [MOISTURE], [0], [per_unit])
        ).treatment_fen_per_t[0, 0]
        for per_unit in (0.5, 1.5, 2.5)
    ]
    assert costs == [0, 2, 2]


def test_a_treatment_dearer_than_any_price_is_none() -> None:
    problem = _treated(_assayed([4.0, 1e300]), [MOISTURE], [0], [1e9])
    assert screen(problem).verdict[0, 0] == Verdict.NO


def test_a_refusal_card_lists_every_broken_limit_with_its_mend() -> None:
    broken = broken_limits(_assayed([9.0, 3.0]), supply=0, route=0)
    assert [
        (limit.parameter, limit.value, limit.bound, limit.treatment) for limit in broken
    ] == [(LOSS_ON_IGNITION, 9.0, 8.0, -1), (MOISTURE, 3.0, 1.0, 0)]
    assert [limit.verdict for limit in broken] == [Verdict.NO, Verdict.TREATED]
    assert broken[1].treatment_fen_per_t == 1400


def test_a_refusal_card_lists_what_an_assay_has_to_give() -> None:
    problem = _assayed([NAN, 0.5])
    assert missing_parameters(problem, supply=0, route=0) == (LOSS_ON_IGNITION,)
    assert broken_limits(problem, supply=0, route=0) == ()
    reading = limit_readings(problem, supply=0, route=0)[0]
    assert (reading.value, reading.measured) == (4.0, False)


def test_an_assay_does_not_help_where_the_standard_has_not_been_read() -> None:
    problem = single_cell(bound=NAN)
    assert unread_limits(problem, supply=0, route=0) == (0,)
    assert missing_parameters(problem, supply=0, route=0) == ()


readable = st.floats(-1e3, 1e3)


@given(readable, readable, st.sampled_from([1, -1]), st.none() | readable)
def test_a_worse_value_never_gets_a_better_verdict_or_a_lower_cost(
    one: float, other: float, sense: int, reaches: float | None
) -> None:
    better, worse = sorted((one, other), key=lambda value: value * sense)
    former, latter = (
        screen(single_cell(value, sense=sense, reaches=reaches))
        for value in (better, worse)
    )
    assert former.verdict[0, 0] <= latter.verdict[0, 0]
    if latter.verdict[0, 0] != Verdict.NO:
        assert former.treatment_fen_per_t[0, 0] <= latter.treatment_fen_per_t[0, 0]


@given(st.integers(0, 10**6))
def test_forgetting_values_never_makes_a_yes(seed: int) -> None:
    problem = clustered(seed, 30, 0)
    rng = np.random.default_rng(seed)
    values = problem.supplies.values.copy()
    values[rng.random(values.shape) < 0.5] = NAN
    before = screen(problem).verdict
    after = screen(_with_values(problem, values)).verdict
    assert not ((after == Verdict.YES) & (before != Verdict.YES)).any()


@given(st.integers(0, 10**6))
def test_the_order_of_limits_and_treatments_changes_nothing(seed: int) -> None:
    problem = clustered(seed, 30, 0)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(problem.rules.limits))
    rules = replace(
        problem.rules,
        limits=_reordered(problem.rules.limits, order),
        treatments=_reordered(
            problem.rules.treatments, rng.permutation(len(problem.rules.treatments))
        ),
    )
    one, other = screen(problem), screen(replace(problem, rules=rules))
    assert (one.verdict == other.verdict).all()
    assert (one.treatment_fen_per_t == other.treatment_fen_per_t).all()
    np.testing.assert_array_equal(one.margin_frac, other.margin_frac)
    row_before = np.where(
        other.deciding_limit >= 0, order[other.deciding_limit], other.deciding_limit
    )
    assert (one.deciding_limit == row_before).all()


@given(st.integers(0, 10**6))
def test_a_supply_is_judged_without_regard_to_the_others(seed: int) -> None:
    problem = clustered(seed, 12, 0)
    whole = screen(problem)
    chosen = np.sort(np.random.default_rng(seed).permutation(12)[:5])
    supplies = replace(
        problem.supplies,
        ids=tuple(problem.supplies.ids[row] for row in chosen),
        **{
            name: getattr(problem.supplies, name)[chosen]
            for name in ("lon", "lat", "material", "mass_kg", "ask_fen_per_t", "values")
        },
    )
    part = screen(replace(problem, supplies=supplies))
    assert (part.verdict == whole.verdict[chosen]).all()
    assert (part.treatment_fen_per_t == whole.treatment_fen_per_t[chosen]).all()


def _assayed(values: list[float]) -> Problem:
    """Two plants and a kiln with this assay of the near plant's ash."""
    world = two_plants_one_kiln()
    return _with_values(world, np.array([values, [5.0, 0.2]]))


def _with_values(problem: Problem, values: Any) -> Problem:
    return replace(problem, supplies=replace(problem.supplies, values=values))


def _treated(
    problem: Problem,
    parameter: list[int],
    fixed_fen_per_t: list[int],
    fen_per_t_per_unit: list[float],
    code: list[int] | None = None,
) -> Problem:
    """The same world where ash has these treatments, each reaching 0."""
    treatments = Treatments(
        material=[0] * len(parameter),
        parameter=parameter,
        reaches=[0.0] * len(parameter),
        fixed_fen_per_t=fixed_fen_per_t,
        fen_per_t_per_unit=fen_per_t_per_unit,
        code=list(range(len(parameter))) if code is None else code,
    )
    return replace(problem, rules=replace(problem.rules, treatments=treatments))


def _reordered(table: Any, order: Any) -> Any:
    return replace(table, **{name: col[order] for name, col in vars(table).items()})
