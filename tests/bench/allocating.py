"""The allocation: the engine against another exact solver, and against greed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from math import inf, isinf
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from matching.engine.allocate import allocate
from matching.engine.problem import Problem
from matching.engine.reach import reach
from matching.engine.screen import screen
from matching.engine.solution import Pairs
from tests.bench.network import Network, greedy, network_of
from tests.bench.table import Row, rows_of
from tests.bench.timing import (
    Answers,
    Timed,
    Times,
    Way,
    by_turns,
    require_equal,
    timed,
)
from tests.engine.clusters import clustered

SIZES = ((1_000, 200), (3_000, 600), (10_000, 2_000))
OURS, RIVAL, GREED = "engine (simplex)", "OR-Tools flow", "greedy by cost"
RIVAL_MAY_TAKE_S = 60


def measure() -> Iterator[Row]:
    for supplies, demands in SIZES:
        problem = clustered(1, supplies, demands)
        yield from _compare(problem, f"{supplies:,} x {demands:,}")


def _compare(problem: Problem, size: str) -> list[Row]:
    pairs = reach(problem, screen(problem))
    network = network_of(problem, pairs)
    with TemporaryDirectory() as folder:
        arcs = Path(folder) / "arcs.npz"
        np.savez(arcs, **vars(network))
        ways = {
            OURS: timed(lambda: _optimum(problem, pairs)),
            RIVAL: _in_own_process(arcs),
            GREED: timed(lambda: greedy(network)),
        }
        times = by_turns(ways, _same_optimum)
    return rows_of("allocation", size, times, _remarks(network, times))


def _optimum(problem: Problem, pairs: Pairs) -> int:
    """Sum of (cost - unplaced) x flow, whole."""
    saved = pairs.cost_fen_per_t - problem.params.unplaced_fen_per_t
    return int(saved @ allocate(problem, pairs).flow_kg)


def _in_own_process(arcs: Path) -> Way:
    command = [sys.executable, "-m", "tests.bench.flow_process", str(arcs)]

    def way() -> Timed:
        try:
            done = subprocess.run(
                command, capture_output=True, check=True, timeout=RIVAL_MAY_TAKE_S
            )
        except subprocess.TimeoutExpired:
            return Timed(None, inf)
        answer = json.loads(done.stdout)
        return Timed(answer["objective"], answer["seconds"])

    return way


def _same_optimum(answers: Answers) -> None:
    exact = {way: answers[way] for way in (OURS, RIVAL)}
    require_equal({way: best for way, best in exact.items() if best is not None})


def _remarks(network: Network, times: dict[str, Times]) -> dict[str, str]:
    best, greedily = times[OURS].answer, times[GREED].answer
    stopped = isinf(times[RIVAL].median_s)
    return {
        OURS: f"{len(network.cost):,} arcs",
        RIVAL: f"over {RIVAL_MAY_TAKE_S} s" if stopped else "same optimum to the unit",
        GREED: f"{1 - greedily / best:.1%} of the saving lost",
    }
