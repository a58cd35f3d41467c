"""Solution -> rows: a run's matches, refusals and prices appear at once, or not at all.

A plan keeps the pairs that carry mass and the prices; a supply's own run keeps every
acceptable pair and every refusal, and takes the place of the supply's earlier runs.
"""

from collections.abc import Iterable
from decimal import Decimal

import numpy as np
from django.db import transaction
from django.utils import timezone

from matching.copying import copy_in
from matching.engine.pairs import Pairs
from matching.engine.problem import Problem
from matching.engine.readings import treatment_steps
from matching.engine.solution import Solution
from matching.engine.weigh import Parts, parts
from matching.index import Index
from matching.knobs import verdict_of
from matching.models import Match, MatchRun, Price, Refusal
from matching.refusals import refusals_of
from matching.summary import summary_of
from wastehub.registry.models import Supply
from wastehub.units import yuan_from_fen

G_PER_KG = 1000


@transaction.atomic
def publish(run: MatchRun, problem: Problem, index: Index, solution: Solution) -> None:
    """Write a run's rows and mark it done, in one transaction."""
    is_plan = run.kind == MatchRun.Kind.REGION
    rows = np.arange(len(solution.pairs))
    if is_plan:
        rows = np.flatnonzero(solution.allocation.flow_kg)
    pairs, flow_kg = solution.pairs.at(problem, rows), solution.allocation.flow_kg[rows]
    beside = parts(problem, pairs)
    matches = (
        _match(run, problem, index, solution, pairs, flow_kg, beside, row)
        for row in range(len(pairs))
    )
    copy_in(Match, matches)
    if is_plan:
        copy_in(Price, _prices(run, index, solution))
    else:
        refusals = refusals_of(problem, index, solution)
        copy_in(Refusal, (Refusal(run=run, **row) for row in refusals))
        _take_place_of_earlier(run)
    run.summary = summary_of(run, problem, index, solution)
    run.status = MatchRun.Status.DONE
    run.stage, run.done_frac = "", 1.0
    run.finished_at = timezone.now()
    run.save()


def _take_place_of_earlier(run: MatchRun) -> None:
    """The supply counts as matched from when its listings were read, not later."""
    MatchRun.objects.filter(supply=run.supply_id).exclude(pk=run.pk).delete()
    Supply.objects.filter(runs=run).update(matched_at=run.started_at)


def _match(
    run: MatchRun,
    problem: Problem,
    index: Index,
    solution: Solution,
    pairs: Pairs,
    flow_kg: np.ndarray,
    beside: Parts,
    row: int,
) -> Match:
    screen = solution.screen
    supply, demand = int(pairs.supply[row]), int(pairs.demand[row])
    route = int(problem.demands.route[demand])
    limit = int(screen.deciding_limit[supply, route])
    margin = float(screen.margin_frac[supply, route])
    distance_km = float(pairs.distance_km[row])
    return Match(
        run=run,
        supply=index.supplies[supply],
        demand=index.demands[demand],
        verdict=verdict_of(screen.verdict[supply, route]),
        mass_kg=int(flow_kg[row]),
        distance_km=distance_km,
        haul_km=float(pairs.road_km[row]),
        asked_yuan_per_t=_yuan(problem.supplies.ask_fen_per_t[supply]),
        offered_yuan_per_t=_yuan(problem.demands.offer_fen_per_t[demand]),
        treatment_yuan_per_t=_yuan(screen.treatment_fen_per_t[supply, route]),
        haul_yuan_per_t=_yuan(pairs.haul_fen_per_t[row]),
        net_cost_yuan_per_t=_yuan(pairs.cost_fen_per_t[row]),
        subsidy_yuan_per_t=_yuan(beside.subsidy_fen_per_t[row]),
        co2_haul_kg_per_t=int(beside.haul_g_per_t[row]) / G_PER_KG,
        co2_displaced_kg_per_t=int(beside.displaced_g_per_t[row]) / G_PER_KG,
        treatments=_codes(problem, index, supply, route),
        deciding_limit=index.limits[limit] if limit >= 0 else None,
        margin_frac=None if np.isnan(margin) else margin,
    )


def _codes(problem: Problem, index: Index, supply: int, route: int) -> list[str]:
    """The cheapest set of treatments, each once, in the order of the alphabet."""
    rows = treatment_steps(problem, supply, route).treatments
    return sorted({index.treatments[row].code for row in rows})


def _prices(run: MatchRun, index: Index, solution: Solution) -> Iterable[Price]:
    """What one more tonne would be worth, where it is worth anything."""
    allocation, slots = solution.allocation, solution.allocation.slots
    for row, fen in enumerate(allocation.supply_price_fen_per_t):
        if fen:
            yield Price(
                run=run, supply=index.supplies[row], price_yuan_per_t=_yuan(fen)
            )
    for row, fen in enumerate(allocation.demand_price_fen_per_t):
        if fen:
            yield Price(run=run, demand=index.demands[row], price_yuan_per_t=_yuan(fen))
    for row, fen in enumerate(slots.price_fen_per_t):
        if fen:
            yield Price(
                run=run,
                demand=index.demands[slots.demand[row]],
                material=index.materials[slots.material[row]],
                price_yuan_per_t=_yuan(fen),
            )


def _yuan(fen: np.integer) -> Decimal:
    return yuan_from_fen(int(fen))
