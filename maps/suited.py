"""Which sender may send a material to which taker.

Whoever did so in the period, and whoever's taker uses the material in a way that

- the sender's lot was used in: someone to whom he sent it uses it in that way, or
- the rulebook takes the sender's lot in without any treatment, on the period's last
  day or on ``today``, by its assay or, where there is none, by what is usual.

The first asks for nothing new of the lot. What needs a treatment is left out, as the
ledger does not tell who paid for one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np

from maps.ends import End, Key
from maps.periods import Period
from matching.engine.columns import Mask
from matching.engine.params import Params
from matching.engine.screen import screen
from matching.engine.verdict import Verdict
from matching.gather import gather
from wastehub.ledger.kinds import Kind
from wastehub.ledger.months import PileFlow
from wastehub.ledger.periods import month_end
from wastehub.registry.models import Demand, Supply

_PASSES: Final = (Verdict.YES, Verdict.LIKELY)
Uses = Mapping[Key, set[int]]


def who_may(
    senders: Sequence[End],
    takers: Sequence[End],
    sent: Iterable[tuple[Key, Key]],
    period: Period,
    params: Params,
    today: date,
) -> Mask:
    """Whether each sender may send to each taker, shape (S, T); see the module.

    ``sent`` are the pairs that did. A fixed number of queries.
    """
    pairs = list(sent)
    used_in = _uses(takers, period)
    lots = _lots(pairs, used_in)
    for day in {month_end(period.last), today}:
        for key, routes in _taken_by_rules(senders, params, day).items():
            lots[key] |= routes
    table = _share_a_use(senders, takers, lots, used_in)
    row_of, column_of = rows_of(senders), rows_of(takers)
    for one, other in pairs:
        table[row_of[one], column_of[other]] = True
    return table


def rows_of(ends: Sequence[End]) -> dict[Key, int]:
    """The row of each end."""
    return {end.key: row for row, end in enumerate(ends)}


def _uses(takers: Sequence[End], period: Period) -> dict[Key, set[int]]:
    """The routes by which takers used their materials up to the end of the period."""
    rows = PileFlow.objects.filter(
        facility__in={end.facility.pk for end in takers},
        material__in={end.material.pk for end in takers},
        kind=Kind.USED,
        month__lte=period.last,
        mass_kg__gt=0,
    )
    found: dict[Key, set[int]] = defaultdict(set)
    columns = rows.order_by().values_list("facility", "material", "route").distinct()
    for site, material, route in columns:
        found[site, material].add(route)
    return found


def _lots(pairs: Iterable[tuple[Key, Key]], used_in: Uses) -> dict[Key, set[int]]:
    """The routes that what each sender sent was used in."""
    found: dict[Key, set[int]] = defaultdict(set)
    for sender, taker in pairs:
        found[sender] |= used_in.get(taker, set())
    return found


def _taken_by_rules(senders: Sequence[End], params: Params, day: date) -> Uses:
    """The routes that take in all that a sender ever listed, by the rules of a day."""
    listed = Supply.objects.filter(
        facility__in={end.facility.pk for end in senders},
        material__in={end.material.pk for end in senders},
    )
    problem, index = gather(listed, Demand.objects.none(), params, day)
    screened = screen(problem)
    passes = np.isin(screened.verdict, _PASSES) & (screened.treatment_fen_per_t == 0)
    found: dict[Key, set[int]] = {}
    for row, supply in enumerate(index.supplies):
        key = supply.facility_id, supply.material_id
        routes = {
            index.routes[place].pk for place in np.flatnonzero(passes[row]).tolist()
        }
        found[key] = found.get(key, routes) & routes
    return {key: found[key] for key in {end.key for end in senders} & set(found)}


def _share_a_use(
    senders: Sequence[End], takers: Sequence[End], lots: Uses, used_in: Uses
) -> Mask:
    """Whether a lot of each sender suits a use of each taker; shape (S, T)."""
    takers_of: dict[Key, list[int]] = defaultdict(list)
    for column, end in enumerate(takers):
        for route in used_in.get(end.key, ()):
            takers_of[end.material.pk, route].append(column)
    table = np.zeros((len(senders), len(takers)), dtype=np.bool_)
    for row, end in enumerate(senders):
        for route in lots.get(end.key, ()):
            table[row, takers_of.get((end.material.pk, route), [])] = True
    return table
