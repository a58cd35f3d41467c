"""The allocation: the engine against other solvers, and against greed."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from math import inf, isinf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from matching.engine.reach import reach
from matching.engine.screen import screen
from tests.bench import lemon
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
OURS, RIVAL, LEMON = "engine (simplex)", "OR-Tools flow", "LEMON simplex"
FEW, GREED = "HiGHS, 20 a supply", "greedy by cost"
EXACT = (OURS, RIVAL, LEMON)
RIVAL_MAY_TAKE_S = 300
# Minutes on fewer arcs than the others have: not tried on more.
HIGHS_SIZES = (SMALL, PROVINCE)


def measure() -> Iterator[Row]:
    with TemporaryDirectory() as folder:
        program = lemon.built(Path(folder))
        for size in SIZES:
            yield from _compare(size, Path(folder), program)


def _compare(size: Size, folder: Path, program: Path | None) -> list[Row]:
    problem = size.world()
    network = network_of(problem, reach(problem, screen(problem)))
    # Peak memory, MiB, of the first run of each way in a process of its own.
    peak_mib: dict[str, float] = {}
    arcs, plain = folder / "arcs.npz", folder / "arcs.bin"
    np.savez(arcs, **vars(network))
    ours = [sys.executable, "-m"]
    ways = {
        OURS: _engine(size, peak_mib),
        RIVAL: _other(RIVAL, [*ours, "tests.bench.flow_process", str(arcs)], peak_mib),
    }
    if program:
        lemon.write(network, plain)
        ways[LEMON] = _other(LEMON, [str(program), str(plain)], peak_mib)
    if size in HIGHS_SIZES:
        few = [*ours, "tests.bench.highs_process", str(arcs)]
        ways[FEW] = _other(FEW, few, peak_mib)
    ways[GREED] = timed(lambda: greedy(network))
    times = by_turns(ways, _same_optimum)
    return rows_of("allocation", str(size), times, _remarks(network, times, peak_mib))


def _engine(size: Size, peak_mib: dict[str, float]) -> Way:
    def way() -> Timed:
        told = run_engine(size)
        peak_mib.setdefault(OURS, told["peak_mib"])
        return Timed(told["objective"], told["seconds"]["allocate"])

    return way


def _other(name: str, command: Sequence[str], peak_mib: dict[str, float]) -> Way:
    """A program that prints its answer, stopped when it takes too long."""

    def way() -> Timed:
        try:
            done = subprocess.run(
                command, capture_output=True, check=True, timeout=RIVAL_MAY_TAKE_S
            )
        except subprocess.TimeoutExpired:
            return Timed(None, inf)
        answer: dict[str, Any] = json.loads(done.stdout)
        peak_mib.setdefault(name, answer["peak_mib"])
        return Timed(answer["objective"], answer["seconds"])

    return way


def _same_optimum(answers: Answers) -> None:
    exact = {way: answers[way] for way in EXACT if answers.get(way) is not None}
    require_equal(exact)


def _remarks(
    network: Network, times: dict[str, Times], peak_mib: dict[str, float]
) -> dict[str, str]:
    best = times[OURS].answer
    remarks = {OURS: f"{len(network.cost):,} arcs, {peak_mib[OURS]:,.0f} MiB"}
    for way in times.keys() - {OURS}:
        if isinf(times[way].median_s):
            remarks[way] = f"over {RIVAL_MAY_TAKE_S} s"
        elif way in EXACT:
            remarks[way] = f"same optimum to the unit, {peak_mib[way]:,.0f} MiB"
        else:
            remarks[way] = f"{1 - times[way].answer / best:.1%} of the saving lost"
    return remarks
