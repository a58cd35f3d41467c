"""Seconds of each stage of a process' first plan, of a small world, as JSON.

Without Django, and with the compiled code kept where ``NUMBA_CACHE_DIR`` says.
"""

import json
import sys
from time import perf_counter

from matching.engine.solve import solve
from tests.engine.clusters import clustered

if __name__ == "__main__":
    problem = clustered(1, *map(int, sys.argv[1:]))
    print(json.dumps(solve(problem, clock=perf_counter).seconds))
