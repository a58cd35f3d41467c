"""What was really shipped in a period, against the best that could have been.

Reality is the mass that sites shipped to known sites. The best is the transport problem
over the same period: each sender ships as much of each material as he did, each taker
gets as much of it as he did, and only who ships to whom is free, where a material may
be sent (:mod:`maps.suited`). It is solved exactly and certified.

As masses stay with their senders and takers, so do asks and offers, loading, and the
CO2 that a use displaces; treatments are not free to choose. Cost and CO2 are thus
those of haul, both grow with the tonne-kilometres alone, and one choice has the least
of all three. What could be avoided is never below 0, and 0 where nothing can be
avoided. Of a part of the senders it may be below 0: one hauls farther so that another
hauls much less far; and where several choices are the best the parts are those of one.

The haul is the great circle times the circuity around both ends, for what was done and
for what could have been, never a routed way for one of the two. Rates are those that
plans are reckoned with today. The period is taken as a whole: the longer, the more
could have been exchanged. What else could have been taken and was not is a plan's
affair, not this one's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.utils import timezone

from maps.crossed import Crossing, Spot
from maps.ends import End
from maps.groups import Group, by_level
from maps.haulage import Compared, Rates
from maps.periods import Period, last_months
from maps.shipped import Shipped, shipped
from maps.subjects import Subject
from matching.engine.columns import I64
from matching.engine.crossings import worst_crossings
from matching.engine.transport import Ends, Shortest, shortest
from matching.execute import CertificateBroken
from matching.knobs import params_of
from matching.models import Verdict
from wastehub.errors import Refused
from wastehub.ledger.kinds import Evidence
from wastehub.ledger.periods import month_before
from wastehub.places.models import Region
from wastehub.places.retired import resolve
from wastehub.registry.querysets import FacilityQuerySet

MOST_CROSSINGS: Final = 10


@dataclass(frozen=True)
class Part:
    """A region's senders, or one material: its own share of both."""

    group: Group
    compared: Compared


@dataclass(frozen=True)
class Reality:
    """What was shipped against the best, as a whole and in parts that add up to it.

    ``weighed_kg`` is the part of the mass that was weighed. ``unplaced_kg`` is left
    out: it went to where only a name tells. ``checked_pairs`` is how many pairs the
    certificate went through. ``crossings`` are the worst, none of them twice.
    """

    rates: Rates
    total: Compared
    by_material: Sequence[Part]
    by_region: Sequence[Part]
    crossings: Sequence[Crossing]
    flows: int
    senders: int
    takers: int
    weighed_kg: int
    unplaced_kg: int
    checked_pairs: int


def reality(
    subject: Subject, senders: FacilityQuerySet, period: Period, adcode: str
) -> Reality:
    """What these sites shipped, by prefecture of the region or, in one, by county.

    ``senders`` lie in the region; where they ship to does not matter.

    Raises
    ------
    Refused
        ``too_many_flows``, as :func:`maps.shipped.shipped`.
    CertificateBroken
        The engine's answer is not proven.
    """
    params = params_of(horizon_months=period.month_count, accept=Verdict.LIKELY)
    told = shipped(subject, senders, period, params, timezone.localdate())
    answer = shortest(told.shipments)
    if not answer.certificate.ok:
        raise CertificateBroken(answer.certificate)
    rates = Rates.of(params)
    return Reality(
        rates=rates,
        total=_compared(rates, told, answer, np.arange(len(told.senders))),
        by_material=_by_material(rates, told, answer),
        by_region=_by_region(rates, told, answer, senders, adcode),
        crossings=_crossings(told, answer),
        flows=len(told.shipments.mass_kg),
        senders=len({end.facility.pk for end in told.senders}),
        takers=len({end.facility.pk for end in told.takers}),
        weighed_kg=told.evidence_kg.get(Evidence.WEIGHED, 0),
        unplaced_kg=told.unplaced_kg,
        checked_pairs=answer.certificate.pairs_checked,
    )


def last_year() -> Period:
    """The last twelve months that are over."""
    return last_months(12, month_before(timezone.localdate()))


def region_named(adcode: str) -> Region:
    """A region of the current map by its code, or by a retired one.

    Raises
    ------
    Refused
        ``unknown_adcode``.
    """
    try:
        return resolve(adcode).region
    except Refused as refused:
        told = {"area": refused.message}
        raise Refused(refused.code, refused.message, told) from refused


def _compared(rates: Rates, told: Shipped, answer: Shortest, rows: I64) -> Compared:
    """Of some senders; their best is their part of the best of all."""
    sent_kg, road_m = told.shipments.sent[rows], answer.road_m[rows]
    return Compared(
        rates=rates,
        mass_kg=int(sent_kg.sum()),
        real_kg_m=_product(sent_kg, road_m),
        best_kg_m=_product(answer.best_kg[rows], road_m),
    )


def _product(mass_kg: I64, road_m: I64) -> int:
    """The sum in Python's whole numbers, which do not overflow."""
    carrying = mass_kg > 0
    masses, roads = mass_kg[carrying].tolist(), road_m[carrying].tolist()
    return sum(kg * m for kg, m in zip(masses, roads, strict=True))


def _by_material(rates: Rates, told: Shipped, answer: Shortest) -> list[Part]:
    """The material with the most to avoid first."""
    materials = {end.material.pk: end.material for end in told.senders}
    parts = []
    for key, material in materials.items():
        own = [end.material.pk == key for end in told.senders]
        group = Group(material.code, material.name_zh, material.name_en)
        parts.append(Part(group, _compared(rates, told, answer, np.flatnonzero(own))))
    return sorted(parts, key=_most_avoidable_first)


def _by_region(
    rates: Rates,
    told: Shipped,
    answer: Shortest,
    senders: FacilityQuerySet,
    adcode: str,
) -> list[Part]:
    """Every region from which something was shipped, the most to avoid first."""
    level = region_named(adcode).level
    inner = level in (Region.Level.PREFECTURE, Region.Level.COUNTY)
    fine = Region.Level.COUNTY if inner else Region.Level.PREFECTURE
    grouping = by_level(fine, senders, adcode)
    keys = [grouping.fold(end.facility.county.adcode) for end in told.senders]
    parts = []
    for group in grouping.groups:
        rows = np.flatnonzero([key == group.key for key in keys])
        if len(rows):
            parts.append(Part(group, _compared(rates, told, answer, rows)))
    return sorted(parts, key=_most_avoidable_first)


def _most_avoidable_first(part: Part) -> tuple[int, str]:
    return -part.compared.avoidable.kg_m, part.group.key


def _crossings(told: Shipped, answer: Shortest) -> list[Crossing]:
    shipments = told.shipments
    worst = worst_crossings(shipments, answer.road_m, MOST_CROSSINGS)
    return [
        Crossing(
            told.senders[shipments.sender[one]].material,
            int(mass_kg),
            *_spots(told, one),
            *_spots(told, other),
        )
        for one, other, mass_kg in zip(
            worst.one, worst.other, worst.mass_kg, strict=True
        )
    ]


def _spots(told: Shipped, row: int) -> tuple[Spot, Spot]:
    shipments = told.shipments
    return (
        _spot(told.senders, shipments.senders, shipments.sender[row]),
        _spot(told.takers, shipments.takers, shipments.taker[row]),
    )


def _spot(ends: Sequence[End], placed: Ends, row: int) -> Spot:
    return Spot(
        ends[row].facility,
        float(placed.lon[row]),
        float(placed.lat[row]),
        float(placed.circuity[row]),
    )
