"""The engine on an invented world of a size; a program of its own.

What it prints is one line of JSON: the objective, the seconds of each stage, the pairs,
and the peak memory of the whole process. A small world comes first, so that no kernel
is loaded in the time that counts.
"""

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from matching.engine.solve import solve
from tests.engine.clusters import clustered

KIB_PER_MIB = 1024


def measured(supplies: int, demands: int, provinces: int) -> dict[str, Any]:
    solve(clustered(1, 300, 100))
    solution = solve(clustered(1, supplies, demands, provinces), clock=perf_counter)
    certificate = solution.certificate
    if not certificate.ok:
        raise RuntimeError(f"The certificate is broken: {certificate.checks}")
    return {
        "objective": certificate.objective_fen_kg_per_t,
        "seconds": solution.seconds,
        "pairs": len(solution.pairs),
        "peak_mib": peak_mib(),
    }


def peak_mib() -> float:
    """The most memory that this programme has held at once, as Linux tells it.

    Not ``getrusage``: its peak also counts the process that this one was forked from.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "VmHWM":
            return int(value.split()[0]) / KIB_PER_MIB
    raise RuntimeError("The system does not tell the peak memory of a process")


if __name__ == "__main__":
    print(json.dumps(measured(*map(int, sys.argv[1:]))))
