"""The wiring: problem in, solution out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from matching.engine.allocate import allocate
from matching.engine.certify import certify
from matching.engine.problem import Problem
from matching.engine.reach import reach
from matching.engine.screen import screen
from matching.engine.solution import Solution

Progress = Callable[[str, float], None]
Clock = Callable[[], float]


def solve(
    problem: Problem, progress: Progress | None = None, clock: Clock | None = None
) -> Solution:
    """The cheapest allocation over all acceptable pairs, with its certificate.

    Parameters
    ----------
    problem
        The question. The same problem gives the same answer, byte for byte.
    progress
        Called with a stage (screen, reach, allocate, certify) and how far it is, as a
        fraction; first with 0, last with 1, of the allocation before each round as
        well. What it raises ends the work, so that it can cancel it.
    clock
        Gives seconds; without one `Solution.seconds` is empty.
    """
    seconds: dict[str, float] = {}

    def allocated(done_frac: float) -> None:
        if progress:
            progress("allocate", done_frac)

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        begun = clock() if clock else 0.0
        if progress:
            progress(name, 0.0)
        yield
        if progress:
            progress(name, 1.0)
        if clock:
            seconds[name] = clock() - begun

    with stage("screen"):
        screened = screen(problem)
    with stage("reach"):
        pairs = reach(problem, screened)
    with stage("allocate"):
        allocation = allocate(problem, pairs, allocated)
    with stage("certify"):
        certificate = certify(problem, screened, pairs, allocation)
    return Solution(screened, pairs, allocation, certificate, seconds)
