"""From problem to certified answer."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matching.engine.params import Params
from matching.engine.problem import Demands, Problem, Supplies
from matching.engine.solution import Solution
from matching.engine.solve import solve
from matching.engine.verdict import Verdict
from tests.engine.clusters import clustered
from tests.engine.worlds import kiln_rules, two_plants_one_kiln

STAGES = ["screen", "reach", "allocate", "certify"]
REPOSITORY = Path(__file__).parents[2]


def _bytes(table: Any) -> bytes:
    """All arrays of a result, one after the other."""
    return b"".join(
        value.tobytes() if isinstance(value, np.ndarray) else _bytes(value)
        for value in vars(table).values()
        if isinstance(value, np.ndarray) or hasattr(value, "__dataclass_fields__")
    )


def _digest(solution: Solution) -> str:
    return hashlib.sha256(_bytes(solution)).hexdigest()


def _taken(table: Any, rows: Any) -> Any:
    """These rows of a table in this order; the ids keep their places."""
    columns = {
        name: column[rows]
        for name, column in vars(table).items()
        if isinstance(column, np.ndarray)
    }
    return replace(table, ids=table.ids[: len(rows)], **columns)


@pytest.mark.parametrize("accept", list(Verdict)[:4])
@pytest.mark.parametrize("seed", range(3))
def test_every_answer_carries_its_proof(seed: int, accept: Verdict) -> None:
    problem = clustered(seed, 150, 60)
    solution = solve(replace(problem, params=replace(problem.params, accept=accept)))
    assert solution.certificate.ok, solution.certificate.checks
    assert solution.certificate.pairs_checked == len(solution.pairs)


@pytest.mark.parametrize("largest_kg", [10**6, 10**9, 10**11, 4 * 10**13])
@pytest.mark.parametrize("dearest_fen_per_t", [1, 10**5])
def test_no_size_of_mass_or_price_upsets_the_solver(
    largest_kg: int, dearest_fen_per_t: int
) -> None:
    """Masses of very unlike size in one programme, up to what a row may hold."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        problem = clustered(seed, 300, 100)
        capacity_kg = (rng.random(100) ** 4 * largest_kg * 2).astype(int)
        asks = rng.integers(-dearest_fen_per_t, dearest_fen_per_t + 1, 300)
        solution = solve(
            replace(
                problem,
                supplies=replace(
                    problem.supplies,
                    mass_kg=(rng.random(300) ** 4 * largest_kg).astype(int),
                    ask_fen_per_t=asks,
                ),
                demands=replace(
                    problem.demands, capacity_kg=capacity_kg, base_kg=capacity_kg
                ),
            )
        )
        assert solution.certificate.ok, solution.certificate.checks


def test_a_plan_that_accepts_more_never_saves_less() -> None:
    problem = clustered(5, 150, 60)
    objectives = [
        solve(
            replace(problem, params=replace(problem.params, accept=accept))
        ).certificate.objective_fen_kg_per_t
        for accept in list(Verdict)[:4]
    ]
    assert objectives == sorted(objectives, reverse=True)
    assert objectives[0] > objectives[-1]


def test_the_same_input_gives_the_same_bytes() -> None:
    assert _digest(solve(clustered(4, 200, 80))) == _digest(
        solve(clustered(4, 200, 80))
    )


def test_the_same_input_gives_the_same_bytes_in_another_process() -> None:
    programme = (
        "from tests.engine.clusters import clustered\n"
        "from tests.engine.test_solve import _digest, solve\n"
        "print(_digest(solve(clustered(4, 200, 80))))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", programme],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout.strip() == _digest(solve(clustered(4, 200, 80)))


def test_one_core_and_many_give_the_same_bytes() -> None:
    """More supplies than one thread takes at once, in every stage."""
    programme = (
        "import os\n"
        "os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])\n"
        "from tests.engine.clusters import clustered\n"
        "from tests.engine.test_solve import _digest, solve\n"
        "print(_digest(solve(clustered(4, 20_000, 100))))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", programme],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout.strip() == _digest(solve(clustered(4, 20_000, 100)))


def test_the_size_of_a_block_does_not_change_a_byte() -> None:
    problem = clustered(4, 400, 150)
    small = replace(problem, params=replace(problem.params, block_pairs=1000))
    assert _digest(solve(problem)) == _digest(solve(small))


def test_other_names_and_another_order_save_as_much() -> None:
    problem = clustered(6, 150, 60)
    rng = np.random.default_rng(6)
    shuffled = replace(
        problem,
        supplies=_taken(problem.supplies, rng.permutation(150)),
        demands=_taken(problem.demands, rng.permutation(60)),
    )
    one, other = (solve(world).certificate for world in (problem, shuffled))
    assert one.objective_fen_kg_per_t == other.objective_fen_kg_per_t
    assert one.pairs_checked == other.pairs_checked


def test_one_more_supply_never_saves_less() -> None:
    problem = clustered(8, 100, 30)
    objectives = [
        solve(
            replace(problem, supplies=_taken(problem.supplies, np.arange(kept)))
        ).certificate.objective_fen_kg_per_t
        for kept in (25, 50, 75, 100)
    ]
    assert objectives == sorted(objectives, reverse=True)


def test_an_answer_can_not_be_changed() -> None:
    solution = solve(two_plants_one_kiln())
    with pytest.raises(ValueError, match="read-only"):
        solution.allocation.flow_kg[0] = 1


def test_progress_goes_through_the_stages() -> None:
    told: list[tuple[str, float]] = []
    solve(clustered(2, 90, 40), progress=lambda stage, frac: told.append((stage, frac)))
    assert list(dict.fromkeys(stage for stage, _ in told)) == STAGES
    for name in STAGES:
        fracs = [frac for stage, frac in told if stage == name]
        assert (fracs[0], fracs[-1]) == (0.0, 1.0)
        assert all(0 <= frac <= 1 for frac in fracs)


def test_the_allocation_tells_of_its_rounds_and_can_be_stopped_at_each() -> None:
    class Cancelled(Exception):
        pass

    def cancel(stage: str, done_frac: float) -> None:
        if stage == "allocate" and done_frac > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        solve(clustered(2, 300, 120), progress=cancel)


def test_a_clock_gives_seconds_per_stage() -> None:
    ticks = count()
    solution = solve(two_plants_one_kiln(), clock=lambda: float(next(ticks)))
    assert solution.seconds == dict.fromkeys(STAGES, 1.0)


def test_no_clock_gives_no_seconds() -> None:
    assert solve(two_plants_one_kiln()).seconds == {}


@pytest.mark.parametrize(("supplies", "demands"), [(0, 0), (0, 3), (3, 0)])
def test_nothing_on_one_side_is_an_answer_too(supplies: int, demands: int) -> None:
    solution = solve(clustered(0, supplies, demands))
    assert solution.certificate.ok
    assert solution.allocation.left_kg.tolist() == (
        clustered(0, supplies, demands).supplies.mass_kg.tolist()
    )


def test_tables_may_be_built_empty_from_empty_lists() -> None:
    problem = Problem(
        supplies=Supplies((), [], [], [], [], [], []),
        demands=Demands((), [], [], [], [], [], [], []),
        rules=kiln_rules(),
        params=Params(),
    )
    assert solve(problem).certificate.ok


def test_all_out_of_reach_leaves_all_in_the_yard() -> None:
    world = two_plants_one_kiln()
    rules = replace(world.rules, material_reach_km=[1.0, 1.0])
    solution = solve(replace(world, rules=rules))
    assert solution.certificate.ok
    assert len(solution.pairs) == 0
    assert (solution.allocation.left_kg == world.supplies.mass_kg).all()
