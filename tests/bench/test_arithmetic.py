"""What the bench reckons itself: turns, medians, the table, greed, the plain rules."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings

from matching.engine.problem import Problem
from matching.engine.reach import reach
from matching.engine.screen import screen
from tests.bench import plain_reach, plain_rules, sql_rules, tree_reach
from tests.bench.highs_process import cheapest
from tests.bench.network import greedy, network_of
from tests.bench.plain_rules import PlainRules
from tests.bench.table import Row, rows_of, significant, table
from tests.bench.tiling import MOST_TILES, require_alike, tiles_over
from tests.bench.timing import (
    Answers,
    Disagreement,
    Timed,
    Times,
    Way,
    by_turns,
    require_equal,
)
from tests.engine.clusters import clustered
from tests.engine.rulebooks import worlds
from tests.engine.worlds import TONNE, two_plants_one_kiln


def _slower_each_time(name: str, log: list[str]) -> Way:
    """Answers its name; takes 0, 1, 2 ... seconds."""
    seconds = count()

    def way() -> Timed:
        log.append(name)
        return Timed(name, float(next(seconds)))

    return way


def _any_answer(answers: Answers) -> None:
    assert set(answers) == {"a", "b"}


def test_ways_take_turns_and_the_first_round_does_not_count() -> None:
    log: list[str] = []
    ways = {name: _slower_each_time(name, log) for name in "ab"}
    times = by_turns(ways, _any_answer, rounds=3)
    assert "".join(log) == "abababab"
    assert times["a"] == Times("a", (1.0, 2.0, 3.0))
    assert times["b"].median_s == 2.0


def test_a_first_round_that_takes_long_is_the_only_one() -> None:
    ways = {"a": lambda: Timed(1, 15.0), "b": lambda: Timed(1, 6.0)}
    assert by_turns(ways, _any_answer, patience_s=20.0) == {
        "a": Times(1, (15.0,)),
        "b": Times(1, (6.0,)),
    }


def test_nothing_is_timed_after_answers_that_differ() -> None:
    log: list[str] = []
    ways = {name: _slower_each_time(name, log) for name in "ab"}
    with pytest.raises(Disagreement, match="differ"):
        by_turns(ways, require_equal)
    assert "".join(log) == "ab"


def test_a_ratio_is_over_the_first_way() -> None:
    times = {"ours": Times(1, (2.0,)), "theirs": Times(1, (9.0, 5.0, 4.0))}
    ours, theirs = rows_of("reach", "1 x 1", times, {"theirs": "slow"})
    assert (ours.ratio, ours.runs, ours.remark) == (1.0, 1, "")
    assert (theirs.ratio, theirs.runs, theirs.remark) == (2.5, 3, "slow")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.00123, "0.0012"),
        (0.5, "0.50"),
        (33.4, "33"),
        (1234.5, "1,234"),
    ],
)
def test_numbers_are_written_with_two_digits_or_whole(number: float, text: str) -> None:
    assert significant(number) == text


def test_a_way_that_was_stopped_has_no_figures() -> None:
    row = Row("allocation", "1 x 1", "rival", float("inf"), float("inf"), 1)
    assert row.cells()[3:5] == ("stopped", "")


def test_all_lines_of_the_table_are_as_wide() -> None:
    rows = [
        Row("reach", "10 x 2", "engine", 0.5, 1.0, 5),
        Row("plan", "45 x 40", "a longer name", 12.0, None, 5, "a remark"),
    ]
    assert len({len(line) for line in table(rows)}) == 1


def test_greed_takes_the_cheapest_first_within_mass_capacity_and_share() -> None:
    """A share cap of 60 t: 40 t at 56 fen and 20 t at 83, against 20,000 each."""
    world = two_plants_one_kiln()
    world = replace(world, demands=replace(world.demands, base_kg=[200 * TONNE]))
    network = network_of(world, reach(world, screen(world)))
    assert network.slot_cap.tolist() == [60 * TONNE]
    assert greedy(network) == TONNE * (40 * (56 - 20_000) + 20 * (83 - 20_000))


def test_the_cheapest_arcs_of_each_supply_are_kept() -> None:
    """Of equals, the first."""
    supply = np.array([0, 0, 0, 2, 2, 2, 2, 5])
    cost = np.array([7, -1, 7, 4, 3, 3, 3, 9])
    assert cheapest(supply, cost, 2).tolist() == [0, 1, 4, 5, 7]
    assert cheapest(supply, cost, 9).tolist() == list(range(8))


@pytest.mark.parametrize("seed", range(3))
def test_the_rivals_count_the_pairs_that_the_engine_finds(seed: int) -> None:
    problem = clustered(seed, 300, 120)
    screened = screen(problem)
    pairs = len(reach(problem, screened))
    for rival in (plain_reach, tree_reach):
        assert rival.count_pairs(problem, screened) == pairs > 0


@pytest.mark.parametrize("seed", range(3))
def test_the_plain_rules_judge_as_the_engine_does(seed: int) -> None:
    problem = clustered(seed, 300, 1)
    screened = screen(problem)
    judged = np.array(plain_rules.judge_all(PlainRules(problem.rules), problem))
    np.testing.assert_array_equal(judged[..., 0], screened.verdict)
    np.testing.assert_array_equal(judged[..., 1], screened.treatment_fen_per_t)


@pytest.mark.django_db
@given(worlds())
@settings(max_examples=40, deadline=None)
def test_plain_python_and_sql_know_grades_and_sets_of_treatments(
    problem: Problem,
) -> None:
    screened = screen(problem)
    loop = np.array(plain_rules.judge_all(PlainRules(problem.rules), problem))
    sql_rules.fill(problem)
    sql_rules.judge_all()
    verdict, fen = sql_rules.judged(problem)
    for judged in (loop[..., 0], verdict):
        np.testing.assert_array_equal(judged, screened.verdict)
    for judged in (loop[..., 1], fen):
        np.testing.assert_array_equal(judged, screened.treatment_fen_per_t)


def test_the_tiles_over_a_box_hold_its_corners():
    # A tile is 2.8125 degrees wide, so one ends at 104.0625.
    assert tiles_over((104, 30, 106, 31), 7) == [(7, 100, 52), (7, 101, 52)]


def test_many_tiles_are_a_sample_that_stays_the_same():
    box = (97, 26, 109, 34)
    assert len(set(tiles_over(box, 10))) == MOST_TILES
    assert tiles_over(box, 10) == tiles_over(box, 10)


@pytest.mark.parametrize("theirs", [{"510101": 900.0}, {}, {"510101": 1e3, "9": 99.0}])
def test_a_tile_that_draws_otherwise_ends_the_bench(theirs):
    require_alike((8, 0, 0), "tipg", {"510101": 1e3}, {"510101": 1e3 + 1})
    with pytest.raises(Disagreement, match="tipg"):
        require_alike((8, 0, 0), "tipg", {"510101": 1e3}, theirs)
