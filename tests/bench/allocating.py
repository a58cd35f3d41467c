"""The allocation: the engine against another exact solver, and against greed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from math import inf, isinf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from matching.engine.reach import reach
from matching.engine.screen import screen
from tests.bench.growing import run_engine
from tests.bench.network import Network, greedy, network_of
from tests.bench.sizes import COUNTRY, PROVINCE, SMALL, Size
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

SIZES = (SMALL, PROVINCE, COUNTRY)
OURS, RIVAL, GREED = "engine (simplex)", "OR-Tools flow", "greedy by cost"
RIVAL_MAY_TAKE_S = 300


def measure() -> Iterator[Row]:
    for size in SIZES:
        yield from _compare(size)


def _compare(size: Size) -> list[Row]:
    problem = size.world()
    network = network_of(problem, reach(problem, screen(problem)))
    # Peak memory, MiB, of the first run of each exact way.
    peak_mib: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        arcs = Path(folder) / "arcs.npz"
        np.savez(arcs, **vars(network))
        ways = {
            OURS: _engine(size, peak_mib),
            RIVAL: _rival(arcs, peak_mib),
            GREED: timed(lambda: greedy(network)),
        }
        times = by_turns(ways, _same_optimum)
    return rows_of("allocation", str(size), times, _remarks(network, times, peak_mib))


def _engine(size: Size, peak_mib: dict[str, float]) -> Way:
    def way() -> Timed:
        told = run_engine(size)
        peak_mib.setdefault(OURS, told["peak_mib"])
        return Timed(told["objective"], told["seconds"]["allocate"])

    return way


def _rival(arcs: Path, peak_mib: dict[str, float]) -> Way:
    command = [sys.executable, "-m", "tests.bench.flow_process", str(arcs)]

    def way() -> Timed:
        try:
            done = subprocess.run(
                command, capture_output=True, check=True, timeout=RIVAL_MAY_TAKE_S
            )
        except subprocess.TimeoutExpired:
            return Timed(None, inf)
        answer: dict[str, Any] = json.loads(done.stdout)
        peak_mib.setdefault(RIVAL, answer["peak_mib"])
        return Timed(answer["objective"], answer["seconds"])

    return way


def _same_optimum(answers: Answers) -> None:
    exact = {way: answers[way] for way in (OURS, RIVAL)}
    require_equal({way: best for way, best in exact.items() if best is not None})


def _remarks(
    network: Network, times: dict[str, Times], peak_mib: dict[str, float]
) -> dict[str, str]:
    best, greedily = times[OURS].answer, times[GREED].answer
    rival = f"over {RIVAL_MAY_TAKE_S} s"
    if not isinf(times[RIVAL].median_s):
        rival = f"same optimum to the unit, {peak_mib[RIVAL]:,.0f} MiB"
    return {
        OURS: f"{len(network.cost):,} arcs, {peak_mib[OURS]:,.0f} MiB",
        RIVAL: rival,
        GREED: f"{1 - greedily / best:.1%} of the saving lost",
    }
