"""One supply held against every route that the rulebook speaks of for its material.

No demand, distance or price is asked: this is what the rules alone say of the lot, by
its own assays, and by the material's usual composition where nothing was measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.utils import timezone

from matching.engine.params import Params
from matching.engine.problem import Problem
from matching.engine.readings import (
    LimitReading,
    limit_readings,
    treatment_steps,
)
from matching.engine.rulebook import NOT_A_USE
from matching.engine.screen import Screen, screen
from matching.engine.verdict import Verdict as Level
from matching.gather import gather
from matching.index import Index
from matching.knobs import verdict_of
from matching.models import Verdict
from wastehub.catalogue.models import Admission, Limit, Treatment, UseRoute
from wastehub.registry.models import Demand, Supply
from wastehub.units import yuan_from_fen


@dataclass(frozen=True)
class Reading:
    """How the supply stands to one limit.

    ``value`` is the assay's where ``is_measured``, else the middle of the usual range,
    else empty. ``margin_frac`` is what is left to the limit over the limit's size,
    below 0 where it is broken, empty where it is not known.
    """

    limit: Limit
    verdict: Verdict
    is_measured: bool
    value: float | None
    margin_frac: float | None


@dataclass(frozen=True)
class Compatibility:
    """What one route makes of the supply.

    ``rule`` is the admission that forbids the use, empty where none does. ``deciding``
    is the limit that sets the verdict, empty where none does. ``blocking`` are all
    limits that are broken beyond mending, or for which nobody can say, the worst first.
    ``grade`` is the one that the lot meets or comes nearest to, whose limits are read
    here beside those of every grade; empty where the limits have none.
    """

    route: UseRoute
    verdict: Verdict
    grade: str
    rule: Admission | None
    deciding: Reading | None
    blocking: Sequence[Reading]
    treatments: Sequence[Treatment]
    treatment_yuan_per_t: Decimal


@dataclass(frozen=True)
class _Question:
    """One supply's problem, what its rows are called, and the screen's answer.

    ``limits`` go by their key, ``bars`` by the route that they close.
    """

    problem: Problem
    index: Index
    screened: Screen
    limits: Mapping[int, Limit]
    bars: Mapping[int, Admission]


def compatibility(supply: Supply) -> list[Compatibility]:
    """How a supply stands to each route under today's rules, the best verdict first.

    A route that is not a use of the material is left out; one on which limits decide
    comes before one on which none does. Whether the supply is open makes no difference.
    A fixed number of queries.
    """
    question = _question(supply)
    used = np.flatnonzero(question.screened.kind[0] != NOT_A_USE).tolist()
    found = [_on_route(question, route) for route in used]
    return sorted(found, key=_hope)


def _question(supply: Supply) -> _Question:
    today = timezone.localdate()
    nobody = Demand.objects.none()
    problem, index = gather(
        Supply.objects.filter(pk=supply.pk), nobody, Params(), today
    )
    limits = Limit.objects.select_related("parameter", "standard")
    bars = Admission.objects.on(today).select_related("standard")
    return _Question(
        problem=problem,
        index=index,
        screened=screen(problem),
        limits=limits.in_bulk([row.pk for row in index.limits]),
        bars={
            row.route_id: row
            for row in bars.filter(material=supply.material_id, admitted=False)
        },
    )


def _hope(one: Compatibility) -> tuple[int, bool, str]:
    return list(Verdict).index(one.verdict), one.deciding is None, one.route.code


def _on_route(question: _Question, route: int) -> Compatibility:
    screened, index = question.screened, question.index
    readings = limit_readings(question.problem, 0, route)
    deciding = int(screened.deciding_limit[0, route])
    blocking = [one for one in readings if one.verdict >= Level.UNKNOWN]
    steps = treatment_steps(question.problem, 0, route)
    mending = [index.treatments[row] for row in steps.treatments]
    return Compatibility(
        route=index.routes[route],
        verdict=verdict_of(int(screened.verdict[0, route])),
        grade=max((index.limits[one.limit].grade for one in readings), default=""),
        rule=question.bars.get(index.routes[route].pk),
        deciding=next(
            (_told(question, one) for one in readings if one.limit == deciding), None
        ),
        blocking=[_told(question, one) for one in sorted(blocking, key=_severity)],
        treatments=list({row.code: row for row in mending}.values()),
        treatment_yuan_per_t=yuan_from_fen(steps.fen_per_t),
    )


def _severity(reading: LimitReading) -> tuple[int, bool, float]:
    """Worst verdict first; in it, what is known before what is not; widest first."""
    is_unknown = bool(np.isnan(reading.margin_frac))
    return -reading.verdict, is_unknown, 0 if is_unknown else reading.margin_frac


def _told(question: _Question, reading: LimitReading) -> Reading:
    return Reading(
        limit=question.limits[question.index.limits[reading.limit].pk],
        verdict=verdict_of(reading.verdict),
        is_measured=reading.measured,
        value=_known(reading.value),
        margin_frac=_known(reading.margin_frac),
    )


def _known(number: float) -> float | None:
    return None if np.isnan(number) else number
