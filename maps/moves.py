"""What moved between the groups of a balance, and by which routes it was used."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from maps.facts import Asked, rows
from wastehub.catalogue.models import UseRoute
from wastehub.ledger.kinds import Evidence

_MOVED: Final = """
    SELECT s.key, other.key, f.kind, f.evidence, f.counterparty_id IS NULL,
        sum(f.mass_kg)::bigint
    FROM ledger_pileflow f JOIN site s USING (facility_id)
    LEFT JOIN site other ON other.facility_id = f.counterparty_id
    WHERE f.material_id = ANY(%(materials)s) AND f.kind IN ('shipped', 'received')
        AND f.month BETWEEN %(first)s AND %(last)s AND f.told_on <= %(as_of)s
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"""

_USED: Final = """
    SELECT s.key, f.route_id, f.evidence, sum(f.mass_kg)::bigint
    FROM ledger_pileflow f JOIN site s USING (facility_id)
    WHERE f.material_id = ANY(%(materials)s) AND f.kind = 'used'
        AND f.month BETWEEN %(first)s AND %(last)s AND f.told_on <= %(as_of)s
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""


@dataclass(frozen=True)
class Move:
    """What went from one group to another, by the sender's ledger."""

    sender: str
    taker: str
    evidence: Evidence
    mass_kg: int


def crossing(asked: Asked) -> dict[str, dict[str, int]]:
    """By group: ``shipped_out_kg``, ``received_in_kg``, ``unplaced_kg``.

    What went to a site outside of all groups went out as well; ``unplaced_kg`` is the
    part of what went out whose other end is known by its name only.
    """
    fold = asked.grouping.fold
    told: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for own, other, kind, _evidence, is_named_only, mass_kg in rows(asked, _MOVED):
        here, there = fold(own), other and fold(other)
        if here is None or here == there:
            continue
        told[here]["shipped_out_kg" if kind == "shipped" else "received_in_kg"] += (
            mass_kg
        )
        if kind == "shipped" and is_named_only:
            told[here]["unplaced_kg"] += mass_kg
    return {key: dict(masses) for key, masses in told.items()}


def moves(asked: Asked) -> list[Move]:
    """What was shipped from each group to each other one, the largest first."""
    fold = asked.grouping.fold
    told: dict[tuple[str, str, Evidence], int] = defaultdict(int)
    for own, other, kind, evidence, _named, mass_kg in rows(asked, _MOVED):
        here, there = fold(own), other and fold(other)
        if kind == "shipped" and here and there and here != there:
            told[here, there, Evidence(evidence)] += mass_kg
    found = [Move(*ends, mass_kg) for ends, mass_kg in told.items()]
    return sorted(found, key=lambda move: (-move.mass_kg, move.sender, move.taker))


def uses(asked: Asked) -> dict[str, dict[UseRoute, int]]:
    """By group: the mass used by each route, the largest first."""
    fold = asked.grouping.fold
    told: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for key, route, _evidence, mass_kg in rows(asked, _USED):
        group = fold(key)
        if group is not None:
            told[group][route] += mass_kg
    keys = {route for by_route in told.values() for route in by_route}
    routes = UseRoute.objects.in_bulk(keys)
    return {group: _ordered(by_route, routes) for group, by_route in told.items()}


def _ordered(
    by_route: dict[int, int], routes: dict[int, UseRoute]
) -> dict[UseRoute, int]:
    largest = sorted(by_route.items(), key=lambda item: (-item[1], item[0]))
    return {routes[route]: mass_kg for route, mass_kg in largest}
