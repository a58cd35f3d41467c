"""The engine on an invented world of a size; a program of its own.

What it prints is one line of JSON: the objective, the seconds of each stage, the pairs,
and the peak memory of the whole process. A small world comes first, so that no kernel
is loaded in the time that counts.
"""

import json
import resource
import sys
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
    """The most memory that this process has held at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB


if __name__ == "__main__":
    print(json.dumps(measured(*map(int, sys.argv[1:]))))
