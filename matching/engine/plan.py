"""A plan: an allocation by its objective, with shipments of no less than the least.

A least shipment makes the problem combinatorial. What is promised: no pair carries more
than 0 and less than the least, and the plan is the best one over the pairs that were
not dropped, by certificate. Which pairs to drop is a heuristic: those that carried too
little are dropped together and the rest is solved afresh, until none is left. Another
choice may do better.
"""

from dataclasses import replace

import numpy as np

from matching.engine.problem import Problem
from matching.engine.solution import Solution
from matching.engine.solve import Clock, Progress, solve
from matching.engine.weigh import priced_in_fen


def plan(
    problem: Problem, progress: Progress | None = None, clock: Clock | None = None
) -> tuple[Problem, Solution]:
    """The problem as it was solved last, its dropped pairs barred, and its solution.

    Every round drops a pair at least, so that the rounds end. Shadow prices are told
    in whole fen; ``Solution.seconds`` are those of all rounds.
    """
    seconds: dict[str, float] = {}
    while True:
        solution = solve(problem, progress, clock)
        for stage, taken in solution.seconds.items():
            seconds[stage] = seconds.get(stage, 0.0) + taken
        if not solution.certificate.ok or not _light(problem, solution).any():
            break
        problem = _without(problem, solution, _light(problem, solution))
    return problem, priced_in_fen(problem, replace(solution, seconds=seconds))


def _light(problem: Problem, solution: Solution) -> np.ndarray:
    flow_kg = solution.allocation.flow_kg
    return (flow_kg > 0) & (flow_kg < problem.params.least_shipment_kg)


def _without(problem: Problem, solution: Solution, light: np.ndarray) -> Problem:
    aims, pairs = problem.aims, solution.pairs.at(problem, np.flatnonzero(light))
    barred_supply = np.concatenate([aims.barred_supply, pairs.supply])
    barred_demand = np.concatenate([aims.barred_demand, pairs.demand])
    barred = replace(aims, barred_supply=barred_supply, barred_demand=barred_demand)
    return replace(problem, aims=barred)
