"""What sites shipped to known sites in a period, as a transport problem.

Masses are those of the senders' ledgers: what arrives is weighed again and may differ,
and what is lost on the way is no reason to haul farther. Only a ledger tells where a
mass went; accepted declarations do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from django.db.models import Sum
from django.utils.translation import gettext as _

from maps.ends import End, Key, ends_of
from maps.periods import Period
from maps.subjects import Subject
from maps.suited import rows_of, who_may
from matching.engine.columns import Mask
from matching.engine.params import Params
from matching.engine.transport import Ends, Shipments
from matching.roads import circuity_at
from matching.rules import rules_on
from wastehub.errors import Refused
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.months import PileFlow
from wastehub.registry.querysets import FacilityQuerySet

MOST_FLOWS: Final = 3000
"""Measured: so many take two to three seconds; a request should not take longer."""


@dataclass(frozen=True, eq=False)
class Shipped:
    """The shipments with what their rows are called.

    ``evidence_kg`` is the mass by how it is known; ``unplaced_kg`` went to where only a
    name tells, and is in nothing else here.
    """

    shipments: Shipments
    senders: Sequence[End]
    takers: Sequence[End]
    evidence_kg: Mapping[Evidence, int]
    unplaced_kg: int


@dataclass(frozen=True)
class _Flow:
    sender: Key
    taker: Key
    mass_kg: int


def shipped(
    subject: Subject,
    senders: FacilityQuerySet,
    period: Period,
    params: Params,
    today: date,
) -> Shipped:
    """What these sites shipped of a subject's materials; a fixed number of queries.

    Raises
    ------
    Refused
        ``too_many_flows``: more pairs of sites than are reckoned with at once.
    """
    rows = PileFlow.objects.filter(
        facility__in=senders.order_by().values("pk"),
        material__in=subject.keys,
        kind=Kind.SHIPPED,
        month__range=(period.first, period.last),
    ).order_by()
    named = rows.filter(counterparty__isnull=False)
    flows = _flows(named)
    from_ends = ends_of(flow.sender for flow in flows)
    to_ends = ends_of(flow.taker for flow in flows)
    sent = [(flow.sender, flow.taker) for flow in flows]
    may_send = who_may(from_ends, to_ends, sent, period, params, today)
    return Shipped(
        shipments=_shipments(flows, from_ends, to_ends, may_send, params, today),
        senders=from_ends,
        takers=to_ends,
        evidence_kg=_by_evidence(named),
        unplaced_kg=_total_kg(rows.filter(counterparty__isnull=True)),
    )


def _flows(rows: Any) -> list[_Flow]:
    """By sender, taker and material; what corrections took back altogether is none."""
    sums = rows.values_list("facility", "counterparty", "material").annotate(
        mass_kg=Sum("mass_kg")
    )
    found = list(sums.filter(mass_kg__gt=0)[: MOST_FLOWS + 1])
    if len(found) > MOST_FLOWS:
        told = _(
            "More than %(most)s pairs of sites shipped to each other. Ask for one "
            "material, a smaller area or a shorter period."
        )
        told %= {"most": f"{MOST_FLOWS:,}"}
        raise Refused("too_many_flows", told, {"period": told})
    return [
        _Flow((sender, material), (taker, material), mass_kg)
        for sender, taker, material, mass_kg in found
    ]


def _total_kg(rows: Any) -> int:
    return rows.aggregate(total=Sum("mass_kg"))["total"] or 0


def _by_evidence(rows: Any) -> dict[Evidence, int]:
    sums = rows.values_list("evidence").annotate(Sum("mass_kg"))
    return {Evidence(evidence): mass_kg for evidence, mass_kg in sums}


def _shipments(
    flows: Sequence[_Flow],
    senders: Sequence[End],
    takers: Sequence[End],
    may_send: Mask,
    params: Params,
    today: date,
) -> Shipments:
    row_of, column_of = rows_of(senders), rows_of(takers)
    circuities = rules_on(today).circuities
    return Shipments(
        senders=_placed(senders, circuities, params.circuity),
        takers=_placed(takers, circuities, params.circuity),
        sender=np.array([row_of[flow.sender] for flow in flows], np.int32),
        taker=np.array([column_of[flow.taker] for flow in flows], np.int32),
        mass_kg=np.array([flow.mass_kg for flow in flows], np.int64),
        may_send=may_send,
    )


def _placed(
    ends: Sequence[End], circuities: Mapping[str, float], default: float
) -> Ends:
    around = [
        circuity_at(end.facility.county.adcode, circuities, default) for end in ends
    ]
    return Ends(
        ids=tuple(end.name for end in ends),
        lon=np.array([end.facility.point.x for end in ends], np.float64),
        lat=np.array([end.facility.point.y for end in ends], np.float64),
        circuity=np.array(around, np.float64),
    )
