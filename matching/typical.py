"""What a material may expect of each route before anybody has tested a lot of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

import numpy as np

from matching.engine.params import Params
from matching.engine.problem import Problem, Supplies
from matching.engine.rulebook import ADMITTED, NOT_A_USE
from matching.engine.rulebook import Rulebook as Rules
from matching.engine.screen import Screen, screen
from matching.gather import gather
from matching.index import Index
from matching.models import Verdict
from wastehub.catalogue.models import Rulebook
from wastehub.registry.models import Demand, Supply
from wastehub.units import yuan_from_fen


class Why(StrEnum):
    """What an outlook rests on."""

    RULE = "rule"
    """A rule forbids the use."""
    NO_LIMIT = "no_limit"
    """No limit decides."""
    PASSES = "passes"
    """The usual value passes every limit."""
    TREATED = "treated"
    """The usual value passes after treatments."""
    UNREAD = "unread"
    """The number of the deciding limit has not been read in the standard."""
    UNTOLD = "untold"
    """No usual value of the limited parameter is known."""
    BROKEN = "broken"
    """The usual value breaks the deciding limit, so only an assay can help."""


@dataclass(frozen=True)
class Outlook:
    """The verdict on a lot of a material without assay, on one route.

    ``parameter`` is the code of the deciding limit's parameter, empty where no limit
    decides. ``treatment_yuan_per_t`` is the cost of what the usual composition needs.
    """

    verdict: Verdict
    why: Why
    parameter: str
    treatment_yuan_per_t: Decimal


Outlooks = Mapping[tuple[str, str], Outlook]


def outlooks(as_of: date) -> Outlooks:
    """The outlook of every material on every route that the rulebook speaks of.

    Keys are the codes of material and route; a pair that is not a use of the material
    has none. Reckoned once for each rulebook version and day.
    """
    version = Rulebook.current_version()
    return _kept(version, as_of) if version else _reckoned(as_of)


@lru_cache(maxsize=8)
def _kept(version: str, as_of: date) -> Outlooks:
    return _reckoned(as_of)


def _reckoned(as_of: date) -> Outlooks:
    nobody, nowhere = Supply.objects.none(), Demand.objects.none()
    empty, index = gather(nobody, nowhere, Params(), as_of)
    problem = replace(empty, supplies=_one_of_each(empty.rules))
    found = screen(problem)
    why = _why(problem, found)
    limited = _limited_parameters(index)
    return {
        (index.materials[row].code, index.routes[column].code): Outlook(
            verdict=VERDICTS[found.verdict[row, column]],
            why=Why(why[row, column]),
            parameter=limited[found.deciding_limit[row, column]],
            treatment_yuan_per_t=yuan_from_fen(
                int(found.treatment_fen_per_t[row, column])
            ),
        )
        for row, column in np.argwhere(found.kind != NOT_A_USE).tolist()
    }


def _one_of_each(rules: Rules) -> Supplies:
    count = rules.materials
    return Supplies(
        ids=tuple(f"{row:06d}" for row in range(count)),
        lon=np.zeros(count),
        lat=np.zeros(count),
        material=np.arange(count, dtype=np.int32),
        mass_kg=np.ones(count, dtype=np.int64),
        ask_fen_per_t=np.zeros(count, dtype=np.int64),
        values=np.full((count, rules.parameters), np.nan),
    )


def _why(problem: Problem, found: Screen) -> np.ndarray:
    """A `Why` for each material and route, shape (M, R)."""
    decided = found.deciding_limit >= 0
    bound = np.append(problem.rules.limits.value, np.nan)[found.deciding_limit]
    conditions = [
        found.kind != ADMITTED,
        ~decided,
        np.isnan(bound),
        np.isnan(found.margin_frac),
        found.treatment_fen_per_t > 0,
        found.margin_frac >= 0,
    ]
    reasons = [
        Why.RULE,
        Why.NO_LIMIT,
        Why.UNREAD,
        Why.UNTOLD,
        Why.TREATED,
        Why.PASSES,
    ]
    why = np.select(conditions, [str(reason) for reason in reasons], str(Why.BROKEN))
    unmended = (why == Why.TREATED) & (found.verdict > LIKELY)
    return np.where(unmended, str(Why.BROKEN), why)


def _limited_parameters(index: Index) -> list[str]:
    """The code of each limit's parameter, and at the end one for no limit at all."""
    codes = {row.pk: row.code for row in index.parameters}
    return [*(codes[row.parameter_id] for row in index.limits), ""]


VERDICTS = tuple(Verdict)
LIKELY = VERDICTS.index(Verdict.LIKELY)
