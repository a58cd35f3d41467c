"""What another day, or another rulebook, makes of the verdicts: told before it counts.

A snapshot holds how every open supply stands to every route by the rules of one day;
two of them are compared. No demand, distance or plan is touched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.problem import Problem
from matching.engine.rulebook import ADMITTED, FORBIDDEN
from matching.engine.screen import Screen, screen
from matching.engine.verdict import Verdict as Level
from matching.gather import gather
from matching.index import Index
from matching.knobs import params_of, verdict_of
from matching.models import Verdict
from wastehub.catalogue.models import Admission, Limit, Rulebook
from wastehub.registry.models import Demand, Facility, Supply


@dataclass(frozen=True)
class Ground:
    """What a verdict rests on: a limit, a rule that forbids, or neither.

    ``kind`` is ``limit``, ``rule``, ``no_limit`` (admitted, and nothing decides) or
    ``not_a_use``. ``value`` is empty where the number has not been read.
    """

    kind: str
    parameter: str = ""
    operator: str = ""
    value: float | None = None
    unit: str = ""
    standard: str = ""
    clause: str = ""
    confidence: str = ""
    reason: str = ""


NO_LIMIT = Ground("no_limit")
NOT_A_USE = Ground("not_a_use")


@dataclass(frozen=True)
class Standing:
    """How a supply stands to a route, and by what."""

    verdict: Verdict
    ground: Ground


@dataclass(frozen=True)
class Change:
    """A supply and a route whose verdict, or what it rests on, is another."""

    supply: str
    facility: str
    material: str
    route: str
    before: Standing
    after: Standing


@dataclass(frozen=True, eq=False)
class Snapshot:
    """How S supplies stand to R routes by the rules of a day.

    ``verdict`` holds the engine's levels, ``ground`` a :class:`Ground` each; both have
    shape (S, R), supplies ascending by public id.
    """

    as_of: date
    rulebook_version: str
    supplies: Sequence[str]
    facilities: Sequence[str]
    materials: Sequence[str]
    routes: Sequence[str]
    verdict: NDArray[np.int8]
    ground: NDArray[np.object_]


@dataclass(frozen=True)
class Replay:
    """What changes between two snapshots.

    ``supplies`` and ``routes`` count what was compared. ``changes`` are other verdicts;
    ``regrounded`` keep their verdict and rest it on something else.
    """

    before: Snapshot
    after: Snapshot
    supplies: int
    routes: int
    changes: Sequence[Change]
    regrounded: Sequence[Change]


def replay_days(one: date, other: date) -> Replay:
    """The verdicts of today's open supplies that change between two days.

    Before is the earlier of the two, in whichever order they are given.
    """
    before, after = sorted((one, other))
    return compared(snapshot(before), snapshot(after))


def snapshot(as_of: date) -> Snapshot:
    """The verdicts of all supplies open today, by the rules in force on a day."""
    params = params_of(horizon_months=12, accept=Verdict.LIKELY)
    problem, index = gather(Supply.objects.open(), Demand.objects.none(), params, as_of)
    screened = screen(problem)
    material = problem.supplies.material
    return Snapshot(
        as_of=as_of,
        rulebook_version=Rulebook.current_version(),
        supplies=problem.supplies.ids,
        facilities=_site_names(index),
        materials=tuple(index.materials[row].code for row in material),
        routes=tuple(route.code for route in index.routes),
        verdict=screened.verdict,
        ground=_grounds(problem, index, screened),
    )


def _site_names(index: Index) -> tuple[str, ...]:
    """In Chinese, in the order of the supplies."""
    keys = [row.facility_id for row in index.supplies]
    names = Facility.objects.filter(pk__in=keys).values_list("pk", "name_zh")
    known = dict(names)
    return tuple(known[key] for key in keys)


def compared(before: Snapshot, after: Snapshot) -> Replay:
    """What changes from one snapshot to another.

    Supplies that came or went in between are left out; a route that only one of them
    knows is not a use in the other. Changes come by material, route, supply.
    """
    shared = sorted(set(before.supplies) & set(after.supplies))
    routes = sorted({*before.routes, *after.routes})
    was, now = (_aligned(side, shared, routes) for side in (before, after))
    changed = was.verdict != now.verdict
    return Replay(
        before=before,
        after=after,
        supplies=len(shared),
        routes=len(routes),
        changes=_changes(was, now, changed),
        regrounded=_changes(was, now, ~changed & (was.ground != now.ground)),
    )


def _grounds(problem: Problem, index: Index, screened: Screen) -> NDArray[np.object_]:
    ground = np.full(screened.kind.shape, NOT_A_USE, dtype=object)
    ground[screened.kind == ADMITTED] = NO_LIMIT
    limited = screened.deciding_limit >= 0
    limits = np.array([*_limits(index), NO_LIMIT], dtype=object)
    ground[limited] = limits[screened.deciding_limit[limited]]
    forbidden = screened.kind == FORBIDDEN
    rules = _rules(problem, index).T[problem.supplies.material]
    ground[forbidden] = rules[forbidden]
    return ground


def _limits(index: Index) -> Iterator[Ground]:
    rows = Limit.objects.select_related("parameter", "standard").in_bulk(
        [limit.pk for limit in index.limits]
    )
    for limit in index.limits:
        row = rows[limit.pk]
        yield Ground(
            kind="limit",
            parameter=row.parameter.code,
            operator=row.operator,
            value=row.value,
            unit=row.parameter.unit,
            **_cited(row),
        )


def _rules(problem: Problem, index: Index) -> NDArray[np.object_]:
    """The rules that forbid, shape (R, M)."""
    table = np.full(problem.rules.admitted.shape, NOT_A_USE, dtype=object)
    routes = {route.pk: row for row, route in enumerate(index.routes)}
    materials = {material.pk: row for row, material in enumerate(index.materials)}
    forbidding = Admission.objects.select_related("standard").in_bulk(
        [row.pk for row in index.admissions.values() if not row.admitted]
    )
    for row in forbidding.values():
        place = routes[row.route_id], materials[row.material_id]
        table[place] = Ground(kind="rule", reason=row.reason_en, **_cited(row))
    return table


def _cited(row: Limit | Admission) -> dict[str, Any]:
    standard = "" if row.standard is None else str(row.standard)
    return {
        "standard": standard,
        "clause": row.clause,
        "confidence": row.confidence,
    }


def _aligned(side: Snapshot, supplies: list[str], routes: list[str]) -> Snapshot:
    """A snapshot of exactly these supplies and routes, in this order."""
    row_of = {key: row for row, key in enumerate(side.supplies)}
    rows = [row_of[key] for key in supplies]
    known = [column for column, code in enumerate(routes) if code in side.routes]
    theirs = [side.routes.index(routes[column]) for column in known]
    shape = len(supplies), len(routes)
    verdict = np.full(shape, Level.NO, dtype=np.int8)
    ground = np.full(shape, NOT_A_USE, dtype=object)
    if rows and known:
        verdict[:, known] = side.verdict[np.ix_(rows, theirs)]
        ground[:, known] = side.ground[np.ix_(rows, theirs)]
    return Snapshot(
        as_of=side.as_of,
        rulebook_version=side.rulebook_version,
        supplies=supplies,
        facilities=[side.facilities[row] for row in rows],
        materials=[side.materials[row] for row in rows],
        routes=routes,
        verdict=verdict,
        ground=ground,
    )


def _changes(was: Snapshot, now: Snapshot, where: NDArray[np.bool_]) -> list[Change]:
    found = [_change(was, now, row, column) for row, column in np.argwhere(where)]
    return sorted(found, key=lambda row: (row.material, row.route, row.supply))


def _change(was: Snapshot, now: Snapshot, row: int, column: int) -> Change:
    return Change(
        supply=was.supplies[row],
        facility=was.facilities[row],
        material=was.materials[row],
        route=was.routes[column],
        before=_standing(was, row, column),
        after=_standing(now, row, column),
    )


def _standing(side: Snapshot, row: int, column: int) -> Standing:
    ground: Any = side.ground[row, column]
    return Standing(verdict_of(int(side.verdict[row, column])), ground)
