"""The screen: the engine against the same rules in a plain loop and in SQL."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from django.utils import timezone

from matching.engine.params import Params
from matching.engine.problem import Problem, Supplies
from matching.engine.road import Roads
from matching.engine.rulebook import Rulebook
from matching.engine.rulings import rulings
from matching.engine.screen import screen
from matching.gather import gather
from tests.bench import plain_rules, sql_rules
from tests.bench.table import Row, rows_of
from tests.bench.timing import Answers, Disagreement, Timed, by_turns, timed
from wastehub.registry.models import Demand, Supply

SUPPLIES = 100_000
# So many of a material's usual values are taken as measured, as the others are missing.
ASSAYED_SHARE = 0.6
OURS, LOOP, SQL = "engine (Numba)", "plain Python loop", "SQL, one statement"
# A first round of half a minute, of which the rivals have their share, is repeated.
PATIENCE_S = 60.0


def measure() -> Iterator[Row]:
    problem = _many_supplies(np.random.default_rng(1))
    size = f"{SUPPLIES:,} x {problem.rules.routes} routes"
    rules = plain_rules.PlainRules(problem.rules)
    sql_rules.fill(problem)
    ways = {
        OURS: lambda: _judged(problem),
        LOOP: lambda: _in_a_loop(rules, problem),
        SQL: lambda: _in_sql(problem),
    }
    times = by_turns(ways, _same_verdicts, patience_s=PATIENCE_S)
    cells = SUPPLIES * problem.rules.routes
    remarks = {
        way: f"{cells / of.median_s:,.0f} verdicts a second"
        for way, of in times.items()
    }
    yield from rows_of("screen", size, times, remarks)


def _judged(problem: Problem) -> Timed:
    """With the rules laid out afresh, as for a rulebook not seen before."""
    rulings.cache_clear()
    run = timed(lambda: screen(problem))()
    return Timed((run.answer.verdict, run.answer.treatment_fen_per_t), run.seconds)


def _in_a_loop(rules: plain_rules.PlainRules, problem: Problem) -> Timed:
    run = timed(lambda: plain_rules.judge_all(rules, problem))()
    verdict, fen = np.moveaxis(np.array(run.answer, dtype=np.int64), -1, 0)
    return Timed((verdict, fen), run.seconds)


def _in_sql(problem: Problem) -> Timed:
    """Only the statement counts: the server keeps what it found, nothing is sent."""
    run = timed(sql_rules.judge_all)()
    return Timed(sql_rules.judged(problem), run.seconds)


def _same_verdicts(answers: Answers) -> None:
    for way in (LOOP, SQL):
        for ours, theirs in zip(answers[OURS], answers[way], strict=True):
            if not np.array_equal(ours, theirs):
                wrong = (ours != theirs).sum()
                raise Disagreement(f"{way}: {wrong} verdicts or costs differ")


def _many_supplies(rng: np.random.Generator) -> Problem:
    """Invented supplies before the catalogue's real rules."""
    problem, _ = gather(
        Supply.objects.open(), Demand.objects.open(), Params(), timezone.localdate()
    )
    material = rng.integers(0, problem.rules.materials, SUPPLIES)
    whole = np.zeros(SUPPLIES, dtype=np.int64)
    supplies = Supplies(
        ids=tuple(f"s{row:06d}" for row in range(SUPPLIES)),
        lon=np.full(SUPPLIES, 104.0),
        lat=np.full(SUPPLIES, 30.0),
        material=material,
        mass_kg=whole,
        ask_fen_per_t=whole,
        values=_assays(rng, problem.rules, material),
    )
    return replace(problem, supplies=supplies, roads=Roads())


def _assays(rng: np.random.Generator, rules: Rulebook, material: Any) -> np.ndarray:
    """Values around what is usual, half a range beyond either end; many missing."""
    low, high = rules.typical_low[material], rules.typical_high[material]
    values = low + (high - low) * rng.uniform(-0.5, 1.5, low.shape)
    values[rng.random(low.shape) > ASSAYED_SHARE] = np.nan
    return values
