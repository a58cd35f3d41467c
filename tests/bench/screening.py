"""The screen: the engine's columns against the same rules in a plain loop."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from django.utils import timezone

from matching.engine.params import Params
from matching.engine.problem import Problem, Supplies
from matching.engine.rulebook import Rulebook
from matching.engine.screen import screen
from matching.gather import gather
from tests.bench.plain_rules import PlainRules, judge_all
from tests.bench.table import Row, rows_of
from tests.bench.timing import Answers, Disagreement, by_turns, timed
from wastehub.registry.models import Demand, Supply

SUPPLIES = 10_000
# So many of a material's usual values are taken as measured, as the others are missing.
ASSAYED_SHARE = 0.6
OURS, RIVAL = "engine (NumPy)", "plain Python loop"


def measure() -> Iterator[Row]:
    problem = _many_supplies(np.random.default_rng(1))
    rules = PlainRules(problem.rules)
    cells = SUPPLIES * problem.rules.routes
    ways = {
        OURS: timed(lambda: _screened(problem)),
        RIVAL: timed(lambda: judge_all(rules, problem)),
    }
    times = by_turns(ways, _same_verdicts)
    remarks = {
        way: f"{cells / of.median_s:,.0f} verdicts a second"
        for way, of in times.items()
    }
    size = f"{SUPPLIES:,} x {problem.rules.routes} routes"
    yield from rows_of("screen", size, times, remarks)


def _screened(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    screened = screen(problem)
    return screened.verdict, screened.treatment_fen_per_t


def _same_verdicts(answers: Answers) -> None:
    for ours, theirs in zip(answers[OURS], answers[RIVAL], strict=True):
        if not np.array_equal(ours, theirs):
            raise Disagreement(f"{(ours != theirs).sum()} verdicts or costs differ")


def _many_supplies(rng: np.random.Generator) -> Problem:
    """Invented supplies before the catalogue's real rules."""
    problem, _ = gather(
        Supply.objects.open(), Demand.objects.open(), Params(), timezone.localdate()
    )
    material = rng.integers(0, problem.rules.materials, SUPPLIES)
    whole = np.zeros(SUPPLIES, dtype=np.int64)
    supplies = Supplies(
        ids=tuple(f"s{row:05d}" for row in range(SUPPLIES)),
        lon=np.full(SUPPLIES, 104.0),
        lat=np.full(SUPPLIES, 30.0),
        material=material,
        mass_kg=whole,
        ask_fen_per_t=whole,
        values=_assays(rng, problem.rules, material),
    )
    return replace(problem, supplies=supplies)


def _assays(rng: np.random.Generator, rules: Rulebook, material: Any) -> np.ndarray:
    """Values around what is usual, half a range beyond either end; many missing."""
    low, high = rules.typical_low[material], rules.typical_high[material]
    values = low + (high - low) * rng.uniform(-0.5, 1.5, low.shape)
    values[rng.random(low.shape) > ASSAYED_SHARE] = np.nan
    return values
