"""The judge against every grade and every set of treatments tried by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.problem import Problem
from matching.engine.readings import limit_readings, treatment_steps
from matching.engine.screen import screen
from matching.engine.verdict import Verdict
from tests.engine.clusters import clustered
from tests.engine.rulebooks import NAN, worlds
from tests.engine.rules_by_hand import Judgement, judged


@given(worlds())
def test_every_cell_is_judged_as_by_hand(problem: Problem) -> None:
    screened = screen(problem)
    for supply, route in np.ndindex(screened.verdict.shape):
        ours = Judgement(
            verdict=int(screened.verdict[supply, route]),
            grade=int(screened.grade[supply, route]),
            deciding_limit=int(screened.deciding_limit[supply, route]),
            margin_frac=float(screened.margin_frac[supply, route]),
            fen_per_t=int(screened.treatment_fen_per_t[supply, route]),
            codes=_codes(problem, supply, route),
        )
        assert str(ours) == str(judged(problem, supply, route))


@given(worlds())
def test_what_explains_a_cell_adds_up_to_it(problem: Problem) -> None:
    screened = screen(problem)
    admitted = np.argwhere(screened.kind == 1).tolist()
    for supply, route in admitted:
        readings = limit_readings(problem, supply, route)
        worst = max((reading.verdict for reading in readings), default=Verdict.LIKELY)
        assert worst == screened.verdict[supply, route]
        steps = treatment_steps(problem, supply, route)
        assert steps.fen_per_t == screened.treatment_fen_per_t[supply, route]


@given(worlds(), st.integers(0, 1), st.integers(1, 6))
def test_worsening_one_parameter_never_improves_a_verdict(
    problem: Problem, parameter: int, halves: int
) -> None:
    values = problem.supplies.values.copy()
    values[:, parameter] += (1 if parameter == 0 else -1) * halves / 2
    worse = screen(_with_values(problem, values))
    assert (worse.verdict >= screen(problem).verdict).all()


@given(worlds(), st.data())
def test_removing_values_never_makes_a_yes(problem: Problem, data: Any) -> None:
    shape = problem.supplies.values.shape
    cells = int(np.prod(shape))
    flags = st.lists(st.booleans(), min_size=cells, max_size=cells)
    forgotten = np.array(data.draw(flags)).reshape(shape)
    values = np.where(forgotten, NAN, problem.supplies.values)
    before, after = screen(problem), screen(_with_values(problem, values))
    assert (before.verdict == Verdict.YES)[after.verdict == Verdict.YES].all()


@given(worlds())
def test_what_is_typical_makes_no_yes_and_no_no(problem: Problem) -> None:
    untold = np.full_like(problem.rules.typical_low, NAN)
    rules = replace(problem.rules, typical_low=untold, typical_high=untold)
    with_typical = screen(problem).verdict
    without = screen(replace(problem, rules=rules)).verdict
    for verdict in (Verdict.YES, Verdict.NO):
        assert ((with_typical == verdict) == (without == verdict)).all()


@given(worlds(), st.randoms())
def test_the_order_of_limits_and_treatments_changes_nothing(
    problem: Problem, random: Any
) -> None:
    rules = replace(
        problem.rules,
        limits=_shuffled(problem.rules.limits, random),
        treatments=_shuffled(problem.rules.treatments, random),
    )
    shuffled = replace(problem, rules=rules)
    one, other = screen(problem), screen(shuffled)
    for name in ("verdict", "grade", "treatment_fen_per_t", "margin_frac"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for supply, route in np.ndindex(one.verdict.shape):
        assert _means(problem, supply, route) == _means(shuffled, supply, route)


@given(worlds())
def test_the_order_of_supplies_changes_nothing(problem: Problem) -> None:
    supplies = problem.supplies
    turned = replace(
        supplies, material=supplies.material[::-1], values=supplies.values[::-1]
    )
    one, other = screen(problem), screen(replace(problem, supplies=turned))
    for name in ("verdict", "grade", "deciding_limit", "treatment_fen_per_t"):
        assert (getattr(one, name) == getattr(other, name)[::-1]).all()


def test_many_supplies_on_several_threads_are_judged_as_few_on_one() -> None:
    problem = clustered(3, 40_000, 0)
    whole = screen(problem)
    for first in range(0, 40_000, 5_000):
        rows = slice(first, first + 5_000)
        part = screen(_some(problem, rows))
        for name in ("verdict", "grade", "deciding_limit", "treatment_fen_per_t"):
            assert (getattr(part, name) == getattr(whole, name)[rows]).all()


def test_a_value_beyond_all_numbers_can_not_be_mended() -> None:
    problem = clustered(1, 3, 0)
    values = np.full_like(problem.supplies.values, 1.7e308)
    screened = screen(_with_values(problem, values))
    assert (screened.treatment_fen_per_t == 0).all()


def _codes(problem: Problem, supply: int, route: int) -> tuple[int, ...]:
    rows = treatment_steps(problem, supply, route).treatments
    return tuple(sorted({int(problem.rules.treatments.code[row]) for row in rows}))


def _means(problem: Problem, supply: int, route: int) -> set[tuple[int, int]]:
    """Which code is to change which parameter."""
    table = problem.rules.treatments
    rows = treatment_steps(problem, supply, route).treatments
    return {(int(table.code[row]), int(table.parameter[row])) for row in rows}


def _with_values(problem: Problem, values: Any) -> Problem:
    return replace(problem, supplies=replace(problem.supplies, values=values))


def _shuffled(table: Any, random: Any) -> Any:
    order = list(range(len(table)))
    random.shuffle(order)
    return replace(table, **{name: col[order] for name, col in vars(table).items()})


def _some(problem: Problem, rows: slice) -> Problem:
    supplies = problem.supplies
    names = ("lon", "lat", "material", "mass_kg", "ask_fen_per_t", "values")
    columns = {name: getattr(supplies, name)[rows] for name in names}
    return replace(
        problem, supplies=replace(supplies, ids=supplies.ids[rows], **columns)
    )
