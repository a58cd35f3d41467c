"""What a run found, in figures that the same input always gives again."""

from collections import Counter
from typing import Any

import numpy as np

from matching.engine.problem import Problem
from matching.engine.solution import Carried, Solution, carried
from matching.engine.weigh import parts
from matching.index import Index
from matching.knobs import verdict_of
from matching.models import MatchRun, Verdict
from wastehub.units import FEN_PER_YUAN, KG_PER_TONNE

G_PER_TONNE = 1_000_000


def summary_of(
    run: MatchRun, problem: Problem, index: Index, solution: Solution
) -> dict[str, Any]:
    """Masses in kilograms, money in yuan (estimates), as plain JSON."""
    allocation = solution.allocation
    sent = carried(problem, solution.pairs, allocation)
    by_use = _mass_by_use(problem, solution, sent)
    return {
        "region": run.adcode,
        "invented": run.is_invented,
        "as_of": run.as_of.isoformat(),
        "rulebook_version": run.rulebook_version,
        "horizon_months": problem.params.horizon_months,
        "accept": run.params["accept"],
        "objective": problem.params.objective.value,
        "supplies": len(problem.supplies),
        "demands": len(problem.demands),
        "pairs_in_reach": solution.pairs.in_reach,
        "pairs_acceptable": len(solution.pairs),
        "offered_kg": _total(problem.supplies.mass_kg),
        "placed_kg": _total(allocation.flow_kg),
        "left_kg": _total(allocation.left_kg),
        "capacity_kg": _total(problem.demands.capacity_kg),
        "by_material": _by_material(problem, index, solution),
        "by_material_route": [
            {
                "material": index.materials[material].code,
                "route": index.routes[route].code,
                "verdict": verdict_of(verdict).value,
                "mass_kg": mass_kg,
            }
            for (material, route, verdict), mass_kg in sorted(by_use.items())
        ],
        "mass_by_verdict_kg": _by_verdict(by_use),
        **_costs(sent),
        **_beside_costs(problem, sent),
        "roads": {
            "source": run.roads.get("source", "estimate"),
            "fault": run.roads.get("fault", ""),
            "pairs_measured": len(problem.roads.measured_km),
        },
        "pairs_dropped": len(problem.aims.barred_supply),
        "certificate": _certificate(solution),
    }


def _mass_by_use(
    problem: Problem, solution: Solution, sent: Carried
) -> Counter[tuple[int, int, int]]:
    supply, route = sent.pairs.supply, problem.demands.route[sent.pairs.demand]
    columns = (
        problem.supplies.material[supply],
        route,
        solution.screen.verdict[supply, route],
        sent.flow_kg,
    )
    mass: Counter[tuple[int, int, int]] = Counter()
    for *use, mass_kg in zip(*(column.tolist() for column in columns), strict=True):
        mass[tuple(use)] += mass_kg
    return mass


def _by_material(
    problem: Problem, index: Index, solution: Solution
) -> list[dict[str, Any]]:
    offered, left = Counter[int](), Counter[int]()
    for row, material in enumerate(problem.supplies.material):
        offered[int(material)] += int(problem.supplies.mass_kg[row])
        left[int(material)] += int(solution.allocation.left_kg[row])
    return [
        {
            "material": index.materials[material].code,
            "offered_kg": offered[material],
            "placed_kg": offered[material] - left[material],
            "left_kg": left[material],
        }
        for material in sorted(offered)
    ]


def _by_verdict(by_use: Counter[tuple[int, int, int]]) -> dict[str, int]:
    mass = {verdict.value: 0 for verdict in Verdict if verdict != Verdict.NO}
    for (_, _, verdict), mass_kg in by_use.items():
        mass[verdict_of(verdict).value] += mass_kg
    return mass


def _costs(sent: Carried) -> dict[str, float]:
    pairs, flow_kg = sent.pairs, sent.flow_kg
    return {
        "net_cost_yuan": _yuan(pairs.cost_fen_per_t, flow_kg),
        "haul_cost_yuan": _yuan(pairs.haul_fen_per_t, flow_kg),
        "tonne_km": round(float(flow_kg @ pairs.road_km) / KG_PER_TONNE, 3),
    }


def _beside_costs(problem: Problem, sent: Carried) -> dict[str, float]:
    """Subsidy, and CO2 of the haul and of what is displaced; estimates."""
    found, flow_kg = parts(problem, sent.pairs), sent.flow_kg
    return {
        "subsidy_yuan": _yuan(found.subsidy_fen_per_t, flow_kg),
        "co2_haul_t": _tonnes_of_co2(found.haul_g_per_t, flow_kg),
        "co2_displaced_t": _tonnes_of_co2(found.displaced_g_per_t, flow_kg),
    }


def _tonnes_of_co2(g_per_t: np.ndarray, flow_kg: np.ndarray) -> float:
    exact = _product(g_per_t, flow_kg)
    return round(exact / (KG_PER_TONNE * G_PER_TONNE), 3)


def _yuan(fen_per_t: np.ndarray, flow_kg: np.ndarray) -> float:
    return round(_product(fen_per_t, flow_kg) / (KG_PER_TONNE * FEN_PER_YUAN), 2)


def _product(per_t: np.ndarray, flow_kg: np.ndarray) -> int:
    """Summed in whole numbers of any size, so that nothing overflows or drifts."""
    rows = zip(per_t.tolist(), flow_kg.tolist(), strict=True)
    return sum(rate * mass for rate, mass in rows)


def _certificate(solution: Solution) -> dict[str, Any]:
    certificate = solution.certificate
    return {
        "ok": certificate.ok,
        "pairs_checked": certificate.pairs_checked,
        "objective_fen_kg_per_t": certificate.objective_fen_kg_per_t,
        "checks": [
            {"name": check.name, "ok": check.ok, "detail": check.detail}
            for check in certificate.checks
        ],
    }


def _total(mass_kg: np.ndarray) -> int:
    """In whole numbers of any size; most flows are nothing."""
    return sum(mass_kg[np.flatnonzero(mass_kg)].tolist())
