"""Road distances that somebody gave or a routing service measured, kept on the run.

A run keeps what it was given or what the service said, so that it can be repeated
without either. Pairs that nobody measured keep the estimate.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import StringIO
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from matching.engine.problem import Problem
from matching.engine.reach import reach
from matching.engine.road import FARTHEST_KM
from matching.engine.screen import screen
from matching.index import Index
from matching.models import MatchRun
from matching.routing import RoutingFault, road_table
from wastehub.errors import Refused
from wastehub.registry.models import Demand, Supply

HEADER: Final = ["supply", "demand", "km"]
MOST_ROWS: Final = 20_000
Measured = list[tuple[str, str, float]]


def read_distances(text: str) -> Measured:
    """The rows of a CSV file with the columns supply, demand and km.

    Supplies and demands go by public id, kilometres are by road.

    Raises
    ------
    Refused
        ``invalid`` at ``distances``: the first row that is wrong, and why.
    """
    try:
        rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    except csv.Error as fault:
        raise _refused(1, str(fault)) from fault
    if not rows or [cell.strip() for cell in rows[0]] != HEADER:
        raise _refused(1, _("The columns must be supply, demand and km."))
    return distances_of(rows[1:])


def distances_of(rows: Iterable[Iterable[Any]]) -> Measured:
    """Rows of supply, demand and km, checked; the first row is row 2, as in a file.

    Raises
    ------
    Refused
        As :func:`read_distances`.
    """
    cells = [[str(cell).strip() for cell in row] for row in rows]
    if len(cells) > MOST_ROWS:
        told = _("At most %(most)s distances are taken.") % {"most": MOST_ROWS}
        raise _refused(MOST_ROWS + 2, told)
    known = _known(Supply, cells, 0), _known(Demand, cells, 1)
    seen: set[tuple[str, str]] = set()
    found = []
    for number, row in enumerate(cells, start=2):
        one, other, km = _parsed(number, row, known)
        if (one, other) in seen:
            raise _refused(number, _("This pair is there twice."))
        seen.add((one, other))
        found.append((one, other, km))
    return found


def with_roads(run: MatchRun, problem: Problem, index: Index) -> Problem:
    """The problem with the distances of its run, asked of the service if need be.

    What the service says, or that it said nothing, is saved on the run.
    """
    if settings.ROUTING_URL and run.supply_id is None and not run.roads:
        run.roads = _asked(problem, index)
        run.save(update_fields=["roads"])
    if not run.roads.get("measured"):
        return problem
    supply = {row.public_id: place for place, row in enumerate(index.supplies)}
    demand = {row.public_id: place for place, row in enumerate(index.demands)}
    known = [
        (supply[one], demand[other], km)
        for one, other, km in run.roads["measured"]
        if one in supply and other in demand
    ]
    roads = replace(
        problem.roads,
        measured_supply=np.array([row[0] for row in known], np.int32),
        measured_demand=np.array([row[1] for row in known], np.int32),
        measured_km=np.array([row[2] for row in known], np.float64),
    )
    return replace(problem, roads=roads)


def _asked(problem: Problem, index: Index) -> dict[str, Any]:
    pairs = reach(problem, screen(problem))
    ends = list(zip(pairs.supply.tolist(), pairs.demand.tolist(), strict=True))
    supplies, demands = (
        list(zip(side.lon.tolist(), side.lat.tolist(), strict=True))
        for side in (problem.supplies, problem.demands)
    )
    try:
        table = road_table(settings.ROUTING_URL, supplies, demands, ends)
    except RoutingFault as fault:
        return {"source": "estimate", "fault": str(fault)}
    measured = [
        [index.supplies[one].public_id, index.demands[other].public_id, km]
        for (one, other), km in sorted(table.items())
    ]
    return {"source": "routing", "measured": measured}


def _known(model: Any, cells: list[list[str]], column: int) -> set[str]:
    """Of the ids in a column, those that exist; what is no id at all does not."""
    told = {row[column] for row in cells if len(row) == len(HEADER)}
    ids = [text for text in told if _is_id(text)]
    rows = model.objects.filter(public_id__in=ids)
    return {str(key) for key in rows.values_list("public_id", flat=True)}


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _parsed(
    number: int, row: list[str], known: tuple[set[str], set[str]]
) -> tuple[str, str, float]:
    if len(row) != len(HEADER):
        told = _("%(count)s cells stand where 3 should.") % {"count": len(row)}
        raise _refused(number, told)
    for cell, ids, told in zip(row, known, _unknown(), strict=False):
        if cell.lower() not in ids:
            raise _refused(number, told)
    try:
        km = float(row[2])
    except ValueError:
        km = float("nan")
    if not 0 <= km <= FARTHEST_KM:
        told = _("km must be a number from 0 to %(most)s.") % {"most": FARTHEST_KM}
        raise _refused(number, told)
    return row[0].lower(), row[1].lower(), km


def _unknown() -> Iterator[str]:
    yield _("No supply has this id.")
    yield _("No demand has this id.")


def _refused(number: int, reason: str) -> Refused:
    told = _("Row %(number)s: %(reason)s") % {"number": number, "reason": reason}
    return Refused(
        "invalid", _("These distances can not be used."), {"distances": told}
    )
