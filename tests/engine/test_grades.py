"""A standard with two grades: at most 5 % loss on ignition in I, at most 8 % in II.

Both may hold at most 1 % moisture, which can be dried away.
"""

from dataclasses import replace

import pytest

from matching.engine.problem import Problem
from matching.engine.readings import (
    broken_limits,
    limit_readings,
    missing_parameters,
    treatment_steps,
    unread_limits,
)
from matching.engine.rulebook import Limits, Treatments
from matching.engine.screen import screen
from matching.engine.verdict import Verdict
from tests.engine.worlds import LOSS_ON_IGNITION, MOISTURE, two_plants_one_kiln

NAN = float("nan")
EVERY, FIRST, SECOND = -1, 0, 1
NONE = -1


def graded(
    loss: float, moisture: float = 0.5, first: float = 5.0, second: float = 8.0
) -> Problem:
    """The near plant's ash before a kiln whose standard knows two grades."""
    world = two_plants_one_kiln()
    limits = Limits(
        route=[0, 0, 0],
        material=[-1, 0, -1],
        parameter=[LOSS_ON_IGNITION, MOISTURE, LOSS_ON_IGNITION],
        sense=[1, 1, 1],
        value=[first, 1.0, second],
        decides=[True] * 3,
        grade=[FIRST, EVERY, SECOND],
    )
    values = [[loss, moisture], [5.0, 0.2]]
    return replace(
        world,
        supplies=replace(world.supplies, values=values),
        rules=replace(world.rules, limits=limits),
    )


def burning_out(problem: Problem, reaches: float, fen_per_t: int) -> Problem:
    """The same where carbon can be burnt out of the ash as well."""
    rules = replace(
        problem.rules,
        treatments=Treatments(
            material=[0, 0],
            parameter=[MOISTURE, LOSS_ON_IGNITION],
            reaches=[0.0, reaches],
            fixed_fen_per_t=[1000, fen_per_t],
            fen_per_t_per_unit=[200.0, 0.0],
            code=[0, 1],
        ),
    )
    return replace(problem, rules=rules)


@pytest.mark.parametrize(
    ("problem", "verdict", "grade", "deciding"),
    [
        # Both grades pass: the better one.
        (graded(4.0), Verdict.YES, FIRST, 0),
        (graded(7.0), Verdict.YES, SECOND, 2),
        # None passes: the last, which asks for least.
        (graded(9.0), Verdict.NO, SECOND, 2),
        (graded(7.0, moisture=3.0), Verdict.TREATED, SECOND, 1),
        # The usual 4 % passes both.
        (graded(NAN), Verdict.LIKELY, FIRST, 0),
        # A grade whose number has not been read does not stand in the other's way.
        (graded(7.0, first=NAN), Verdict.YES, SECOND, 2),
        (graded(9.0, first=NAN), Verdict.UNKNOWN, FIRST, 0),
        (graded(4.0, second=NAN), Verdict.YES, FIRST, 0),
    ],
)
def test_a_lot_passes_by_its_best_grade(
    problem: Problem, verdict: Verdict, grade: int, deciding: int
) -> None:
    screened = screen(problem)
    assert screened.verdict[0, 0] == verdict
    assert screened.grade[0, 0] == grade
    assert screened.deciding_limit[0, 0] == deciding


def test_of_two_grades_that_treatments_reach_the_cheaper_is_chosen() -> None:
    """At 9 % both grades ask for burning, which costs by the percent."""
    problem = burning_out(graded(9.0), reaches=0.0, fen_per_t=500)
    treatments = replace(problem.rules.treatments, fen_per_t_per_unit=[200.0, 100.0])
    problem = replace(problem, rules=replace(problem.rules, treatments=treatments))
    screened = screen(problem)
    assert (screened.grade[0, 0], screened.verdict[0, 0]) == (SECOND, Verdict.TREATED)
    assert screened.treatment_fen_per_t[0, 0] == 500 + (9 - 8) * 100


def test_a_grade_that_only_a_treatment_reaches_yields_to_one_that_passes() -> None:
    problem = burning_out(graded(7.0), reaches=0.0, fen_per_t=0)
    assert screen(problem).grade[0, 0] == SECOND
    assert treatment_steps(problem, supply=0, route=0).steps == ()


def test_where_no_limit_has_a_grade_none_is_chosen() -> None:
    assert (screen(two_plants_one_kiln()).grade == EVERY).all()


def test_what_is_told_of_a_pair_leaves_out_the_other_grades() -> None:
    refused = graded(9.0, moisture=3.0)
    assert [row.limit for row in limit_readings(refused, 0, 0)] == [1, 2]
    assert [row.limit for row in broken_limits(refused, 0, 0)] == [1, 2]
    assert missing_parameters(graded(NAN), 0, 0) == (LOSS_ON_IGNITION,)
    assert unread_limits(graded(9.0, second=NAN), 0, 0) == (2,)
    assert unread_limits(graded(7.0, first=NAN), 0, 0) == ()


def test_each_broken_limit_names_what_mends_it_alone() -> None:
    moisture, loss = broken_limits(graded(9.0, moisture=3.0), 0, 0)
    assert (moisture.treatment, moisture.treatment_fen_per_t) == (0, 1400)
    assert (loss.treatment, loss.treatment_fen_per_t) == (NONE, 0)
