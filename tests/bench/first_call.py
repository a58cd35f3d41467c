"""Seconds of a process' first screen, of one supply.

Without Django, and with the compiled code kept where ``NUMBA_CACHE_DIR`` says.
"""

from time import perf_counter

from matching.engine.screen import screen
from tests.engine.clusters import clustered

if __name__ == "__main__":
    problem = clustered(1, 1, 0)
    begun = perf_counter()
    screen(problem)
    print(perf_counter() - begun)
