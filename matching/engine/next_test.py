"""Which missing test of a supply could open the most for its price, by parameter."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.engine.allocate import share_caps_kg
from matching.engine.columns import F64
from matching.engine.problem import Problem
from matching.engine.reach import reach
from matching.engine.readings import (
    missing_parameters,
    treatment_steps,
    unread_limits,
)
from matching.engine.screen import Screen, screen
from matching.engine.verdict import Verdict


@dataclass(frozen=True)
class Room:
    """What demands could take of a supply.

    ``mass_kg`` is at most the supply's own mass, and goes to the best payers first.
    ``worth_fen`` is what they offer for it less haul and the treatments that measured
    values ask for; below 0 where it would cost the holder.
    """

    demands: int = 0
    mass_kg: int = 0
    worth_fen: int = 0


@dataclass(frozen=True)
class Opening:
    """A route that a test could open, where these other tests pass as well."""

    route: int
    others: tuple[int, ...]
    room: Room


@dataclass(frozen=True)
class NextTest:
    """A missing parameter and what it could open, were it measured and passing.

    ``alone`` is what this one test makes yes or treated; ``together`` is that, and what
    it opens with the other tests named in ``openings``. ``price_fen`` is inf where it
    is not known, or nobody can measure it.
    """

    parameter: int
    price_fen: float
    alone: Room
    together: Room
    openings: tuple[Opening, ...]


@dataclass(frozen=True)
class _Offer:
    """What one demand in reach could take, and what a tonne of it is worth."""

    demand: int
    room_kg: int
    worth_fen_per_t: int


def next_tests(problem: Problem, supply: int, price_fen: F64) -> tuple[NextTest, ...]:
    """The missing parameters of a supply, the one that opens most for its price first.

    By the mass per fen that each opens alone, then by its worth per fen, then by mass
    and worth of what it opens together with others. A route with a limit whose number
    has not been read is opened by no test, and a test that no demand in reach waits for
    is left out.

    Parameters
    ----------
    price_fen
        What measuring each parameter costs, above 0, shape (P,); inf where it is not
        known: such a test comes after all that have a price, by mass and worth.
    """
    accepting = replace(problem, params=replace(problem.params, accept=Verdict.UNKNOWN))
    screened = screen(accepting)
    offers = _offers(accepting, screened, supply)
    missing = {
        route: names
        for route in offers
        if (names := _missing(problem, screened, supply, route))
    }
    mass_kg = int(problem.supplies.mass_kg[supply])
    tests = (
        _test(parameter, float(price_fen[parameter]), missing, offers, mass_kg)
        for parameter in sorted(set().union(*missing.values()))
    )
    return tuple(sorted(tests, key=_rank))


def _missing(
    problem: Problem, screened: Screen, supply: int, route: int
) -> tuple[int, ...]:
    """The tests that together open a route; none where no test can."""
    verdict = screened.verdict[supply, route]
    if verdict not in (Verdict.LIKELY, Verdict.UNKNOWN):
        return ()
    if unread_limits(problem, supply, route):
        return ()
    return missing_parameters(problem, supply, route)


def _offers(
    problem: Problem, screened: Screen, supply: int
) -> Mapping[int, list[_Offer]]:
    """Demands in reach by their route."""
    reached = reach(problem, screened)
    first, end = reached.first[supply : supply + 2].tolist()
    pairs = reached.between(problem, first, end)
    demand = pairs.demand
    material = np.full(len(demand), problem.supplies.material[supply])
    room_kg = np.minimum(
        problem.demands.capacity_kg[demand], share_caps_kg(problem, demand, material)
    )
    gross = problem.demands.offer_fen_per_t[demand] - pairs.haul_fen_per_t
    route = problem.demands.route[demand]
    treated = {
        int(use): treatment_steps(problem, supply, use, measured_only=True).fen_per_t
        for use in np.unique(route)
    }
    offers: dict[int, list[_Offer]] = defaultdict(list)
    for row, (use, taker) in enumerate(zip(route.tolist(), demand, strict=True)):
        worth = int(gross[row]) - treated[use]
        offers[use].append(_Offer(int(taker), int(room_kg[row]), worth))
    return offers


def _test(
    parameter: int,
    price_fen: float,
    missing: Mapping[int, tuple[int, ...]],
    offers: Mapping[int, list[_Offer]],
    mass_kg: int,
) -> NextTest:
    routes = [route for route, names in missing.items() if parameter in names]
    alone = [route for route in routes if missing[route] == (parameter,)]
    openings = (
        Opening(
            route=route,
            others=tuple(name for name in missing[route] if name != parameter),
            room=_room(offers[route], mass_kg),
        )
        for route in sorted(routes)
    )
    return NextTest(
        parameter=parameter,
        price_fen=price_fen,
        alone=_room((row for route in alone for row in offers[route]), mass_kg),
        together=_room((row for route in routes for row in offers[route]), mass_kg),
        openings=tuple(openings),
    )


def _room(offers: Iterable[_Offer], mass_kg: int) -> Room:
    best_first = sorted(offers, key=lambda row: (-row.worth_fen_per_t, row.demand))
    left_kg, kg_fen_per_t = mass_kg, 0
    for offer in best_first:
        taken_kg = min(offer.room_kg, left_kg)
        left_kg -= taken_kg
        kg_fen_per_t += taken_kg * offer.worth_fen_per_t
    return Room(
        demands=len(best_first),
        mass_kg=mass_kg - left_kg,
        worth_fen=(kg_fen_per_t + 500) // 1000,
    )


def _rank(test: NextTest) -> tuple[float, ...]:
    alone, together = test.alone, test.together
    opened = alone.mass_kg, alone.worth_fen, together.mass_kg, together.worth_fen
    for_its_price = (-much / test.price_fen for much in opened)
    return (*for_its_price, *(-much for much in opened), test.parameter)
