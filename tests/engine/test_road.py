"""Road distances: circuity at both ends, and what was measured instead."""

from dataclasses import replace
from typing import Any

import pytest

from matching.engine.certify import certify
from matching.engine.road import Roads
from matching.engine.solve import solve
from tests.engine.clusters import clustered
from tests.engine.worlds import two_plants_one_kiln


def test_a_pair_has_the_mean_circuity_of_its_ends() -> None:
    """55.6 and 83.4 km at 1 fen/t km; the kiln lies in the plain, a plant in hills."""
    world = two_plants_one_kiln()
    roads = Roads(supply_circuity=[1.2, 1.6], demand_circuity=[1.2])
    problem = replace(world, roads=roads)
    solution = solve(problem)
    assert solution.pairs.every(problem).haul_fen_per_t.tolist() == [67, 117]
    assert solution.certificate.ok


def test_a_measured_pair_needs_no_circuity() -> None:
    world = two_plants_one_kiln()
    roads = Roads(measured_supply=[1], measured_demand=[0], measured_km=[300.0])
    problem = replace(world, roads=roads)
    solution = solve(problem)
    assert solution.pairs.every(problem).haul_fen_per_t.tolist() == [56, 300]
    assert solution.certificate.ok


def test_a_plan_over_other_roads_is_not_certified() -> None:
    world = two_plants_one_kiln()
    solution = solve(world)
    roads = Roads(measured_supply=[1], measured_demand=[0], measured_km=[300.0])
    other = replace(world, roads=roads)
    assert not certify(other, solution.screen, solution.pairs, solution.allocation).ok


def test_many_measured_pairs_are_all_found() -> None:
    problem = clustered(3, 150, 60)
    pairs = solve(problem).pairs.every(problem)
    some = slice(None, None, 3)
    roads = Roads(
        measured_supply=pairs.supply[some][::-1],
        measured_demand=pairs.demand[some][::-1],
        measured_km=2 * pairs.distance_km[some][::-1],
    )
    solution = solve(replace(problem, roads=roads))
    assert solution.certificate.ok
    road_km = replace(problem, roads=roads).road_km(
        pairs.supply, pairs.demand, pairs.distance_km
    )
    assert (road_km[some] == 2 * pairs.distance_km[some]).all()
    rest = problem.params.circuity * pairs.distance_km
    assert (road_km[1::3] == rest[1::3]).all()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"supply_circuity": [1.2, 0.9], "demand_circuity": [1.2]}, "within 1 to 5"),
        ({"supply_circuity": [1.2, 1.2]}, "circuities"),
        ({"supply_circuity": [1.2], "demand_circuity": [1.2]}, "circuities"),
        (
            {
                "measured_supply": [0],
                "measured_demand": [0],
                "measured_km": [float("nan")],
            },
            "within 0",
        ),
        ({"measured_supply": [0], "measured_demand": [0]}, "differ in length"),
        (
            {"measured_supply": [2], "measured_demand": [0], "measured_km": [1.0]},
            "not in the problem",
        ),
    ],
)
def test_roads_that_do_not_fit_are_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(two_plants_one_kiln(), roads=Roads(**change))
