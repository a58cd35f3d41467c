"""Solution -> rows: a run's matches, refusals and prices appear at once, or not at all.

A plan keeps the pairs that carry mass and the prices. A supply's own run keeps every
refusal, the pairs that carry mass and the cheapest of each use, and takes the place of
the supply's earlier runs.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import repeat
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from matching.copying import Columns, copy_in
from matching.engine.problem import Problem
from matching.engine.readings import treatment_steps
from matching.engine.solution import Solution
from matching.engine.weigh import parts
from matching.index import Index
from matching.knobs import verdict_of
from matching.listed import DemandRow
from matching.models import Match, MatchRun, PlantMatch, Price, Refusal
from matching.refusals import Row, refusals_of
from matching.summary import summary_of
from wastehub.registry.models import Supply
from wastehub.units import yuan_from_fen

G_PER_KG = 1000
# Of each use a supply's own matches keep so many; the summary counts all.
CHEAPEST_KEPT = 20


@transaction.atomic
def publish(run: MatchRun, problem: Problem, index: Index, solution: Solution) -> None:
    """Write a run's rows and mark it done, in one transaction."""
    if run.kind == MatchRun.Kind.REGION:
        rows = np.flatnonzero(solution.allocation.flow_kg)
        _put_matches(run, problem, index, solution, rows)
        copy_in(Price, _prices(run, index, solution))
    else:
        rows = _worth_keeping(problem, solution)
        _put_matches(run, problem, index, solution, rows)
        copy_in(Refusal, _refusals(run, refusals_of(problem, index, solution)))
        _take_place_of_earlier(run)
    run.summary = summary_of(run, problem, index, solution)
    run.status = MatchRun.Status.DONE
    run.stage, run.done_frac = "", 1.0
    run.finished_at = timezone.now()
    run.save()


def _worth_keeping(problem: Problem, solution: Solution) -> np.ndarray:
    """The pairs that carry mass, and the cheapest of each use."""
    pairs = solution.pairs
    use = problem.demands.route[pairs.demand]
    order = np.lexsort((pairs.cost_fen_per_t, use))
    in_order = use[order]
    rank = np.arange(len(order)) - np.searchsorted(in_order, in_order, "left")
    kept = solution.allocation.flow_kg > 0
    kept[order[rank < CHEAPEST_KEPT]] = True
    return np.flatnonzero(kept)


def _take_place_of_earlier(run: MatchRun) -> None:
    """The supply counts as matched from when its listings were read, not later."""
    MatchRun.objects.filter(supply=run.supply_id).exclude(pk=run.pk).delete()
    Supply.objects.filter(runs=run).update(matched_at=run.started_at)


def _put_matches(
    run: MatchRun, problem: Problem, index: Index, solution: Solution, rows: np.ndarray
) -> None:
    """What goes to demands, and apart from it what goes to a scenario's plants."""
    takers = [index.demands[place] for place in solution.pairs.demand[rows].tolist()]
    built = np.array([taker.pk is None for taker in takers], bool)
    told = _deliveries(run, problem, index, solution, rows[~built])
    demands = [taker.pk for taker in takers if taker.pk is not None]
    copy_in(Match, {**told, "demand_id": demands})
    if built.any():
        told = _deliveries(run, problem, index, solution, rows[built])
        plants = [_plant_key(index, taker) for taker in takers if taker.pk is None]
        copy_in(PlantMatch, {**told, "plant_id": plants})


def _plant_key(index: Index, taker: DemandRow) -> int | None:
    plant = index.plants.get(taker.public_id)
    return plant.pk if plant else None


def _deliveries(
    run: MatchRun, problem: Problem, index: Index, solution: Solution, rows: np.ndarray
) -> Columns:
    pairs, screen = solution.pairs.at(problem, rows), solution.screen
    supply, demand = pairs.supply, pairs.demand
    route = problem.demands.route[demand]
    deciding = screen.deciding_limit[supply, route].tolist()
    beside = parts(problem, pairs)
    return {
        "run_id": repeat(run.pk, len(rows)),
        "supply_id": _keys(index.supplies, supply),
        "verdict": [verdict_of(one).value for one in screen.verdict[supply, route]],
        "mass_kg": solution.allocation.flow_kg[rows].tolist(),
        "distance_km": pairs.distance_km.tolist(),
        "haul_km": pairs.road_km.tolist(),
        "asked_yuan_per_t": _yuan(problem.supplies.ask_fen_per_t[supply]),
        "offered_yuan_per_t": _yuan(problem.demands.offer_fen_per_t[demand]),
        "treatment_yuan_per_t": _yuan(screen.treatment_fen_per_t[supply, route]),
        "haul_yuan_per_t": _yuan(pairs.haul_fen_per_t),
        "net_cost_yuan_per_t": _yuan(pairs.cost_fen_per_t),
        "subsidy_yuan_per_t": _yuan(beside.subsidy_fen_per_t),
        "co2_haul_kg_per_t": (beside.haul_g_per_t / G_PER_KG).tolist(),
        "co2_displaced_kg_per_t": (beside.displaced_g_per_t / G_PER_KG).tolist(),
        "treatments": _codes(problem, index, supply, route),
        "deciding_limit_id": [
            index.limits[row].pk if row >= 0 else None for row in deciding
        ],
        "margin_frac": _known(screen.margin_frac[supply, route]),
    }


def _codes(
    problem: Problem, index: Index, supply: np.ndarray, route: np.ndarray
) -> Iterator[list[str]]:
    """Of each row the cheapest treatments, each once, in the order of the alphabet.

    They follow from the material, its values and the use; of most there is no assay.
    """
    supplies, known = problem.supplies, dict[tuple[int, bytes, int], list[str]]()
    for one, use in zip(supply.tolist(), route.tolist(), strict=True):
        lot = int(supplies.material[one]), supplies.values[one].tobytes(), use
        if lot not in known:
            rows = treatment_steps(problem, one, use).treatments
            known[lot] = sorted({index.treatments[row].code for row in rows})
        yield known[lot]


def _refusals(run: MatchRun, rows: Sequence[Row]) -> Columns:
    names = ("supply_id", "route_id", "demand_id", "kind", "limit_id")
    columns = {
        name: [row.get(name) for row in rows]
        for name in (*names, "admission_id", "value", "fix")
    }
    return {"run_id": repeat(run.pk, len(rows)), **columns}


def _prices(run: MatchRun, index: Index, solution: Solution) -> Columns:
    """What one more tonne would be worth, where it is worth anything."""
    allocation, slots = solution.allocation, solution.allocation.slots
    supply = np.flatnonzero(allocation.supply_price_fen_per_t)
    demand = np.flatnonzero(allocation.demand_price_fen_per_t)
    slot = np.flatnonzero(slots.price_fen_per_t)
    fen = (
        allocation.supply_price_fen_per_t[supply],
        allocation.demand_price_fen_per_t[demand],
        slots.price_fen_per_t[slot],
    )
    places = [*demand.tolist(), *slots.demand[slot].tolist()]
    takers = [index.demands[place] for place in places]
    materials = _keys(index.materials, slots.material[slot])
    return {
        "run_id": repeat(run.pk, len(supply) + len(takers)),
        "supply_id": [*_keys(index.supplies, supply), *_none(len(takers))],
        "demand_id": [*_none(len(supply)), *(taker.pk for taker in takers)],
        "plant_id": [
            *_none(len(supply)),
            *(_plant_key(index, taker) for taker in takers),
        ],
        "material_id": [*_none(len(supply) + len(demand)), *materials],
        "price_yuan_per_t": _yuan(np.concatenate(fen)),
    }


def _keys(rows: Sequence[Any], places: np.ndarray) -> list[int]:
    return [rows[place].pk for place in places.tolist()]


def _none(count: int) -> Iterator[None]:
    return repeat(None, count)


def _known(numbers: np.ndarray) -> list[float | None]:
    return [None if np.isnan(number) else number for number in numbers.tolist()]


def _yuan(fen: np.ndarray) -> list[Decimal]:
    return [yuan_from_fen(each) for each in fen.tolist()]
