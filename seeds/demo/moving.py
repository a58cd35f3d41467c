"""What moved in the invented region: three years of months that close on today's stock.

Pure: piles and sinks in, moves out; the same seed gives the same moves. Each sink takes
from the nearest piles first, more from year to year; what a pile made beyond that stays
in its yard, or is disposed of where the yard would hold more than it does today. A part
of what two piles send crosses, as old contracts do, so that there is haul to avoid.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wastehub.geodesy import great_circle_km
from wastehub.ledger.kinds import Kind

MONTHS = 36
MONTHS_PER_YEAR = 12
# What a sink took of its capacity three years ago, and takes now.
FIRST_SHARE, LAST_SHARE = 0.45, 0.85
# How far a month's mass lies from a twelfth of the year's, either way.
SHAKE = 0.08
# The part of the smaller of two flows that each sends to the other's sink.
CROSSED_SHARE = 0.4
# The part of a shipment that comes from an old stack, where the pile has one.
OLD_SHARE = 0.15
# The least of today's stock that was there three years ago.
LEAST_OPENING = 0.2
# What a consumer has not used yet of its last month's deliveries.
KEPT_SHARE = 0.4


@dataclass(frozen=True)
class Place:
    """A site: its key and where it stands."""

    key: int
    lon: float
    lat: float


@dataclass(frozen=True)
class Pile:
    """A material at a site, with what is there today and what is made of it.

    In the month ``rests_in`` nothing is made and nothing leaves.
    """

    site: Place
    material: int
    stock_kg: int
    rate_kg_per_year: int
    reach_km: float
    has_old_stack: bool
    rests_in: int | None = None


@dataclass(frozen=True)
class Sink:
    """What a site may use by a route, of some materials."""

    site: Place
    route: int
    materials: frozenset[int]
    capacity_kg_per_year: int
    farthest_km: float


@dataclass(frozen=True)
class Flow:
    """A pile's yearly mass into a sink; on the spot where they share a site."""

    pile: Pile
    sink: Sink
    kg_per_year: int


@dataclass(frozen=True)
class Step:
    """One mass of one month, counted from 0; ``sink`` says where it went or came by."""

    month: int
    kind: Kind
    site: int
    material: int
    mass_kg: int
    sink: Sink | None = None
    other_site: int | None = None
    is_old_stock: bool = False


def flows(piles: Sequence[Pile], sinks: Sequence[Sink]) -> list[Flow]:
    """Who takes how much a year: the nearest pairs first, as far as both ends go."""
    left = {id(pile): pile.rate_kg_per_year for pile in piles}
    room = {id(sink): sink.capacity_kg_per_year for sink in sinks}
    found = []
    for _, pile, sink in sorted(_pairs(piles, sinks), key=lambda pair: pair[0]):
        mass_kg = min(left[id(pile)], room[id(sink)])
        if mass_kg:
            left[id(pile)] -= mass_kg
            room[id(sink)] -= mass_kg
            found.append(Flow(pile, sink, mass_kg))
    return found


def crossed(found: Sequence[Flow]) -> list[Flow]:
    """The same masses from every pile and into every sink, over a longer way.

    Two flows of a material exchange a part of their sinks where both are in reach.
    """
    flowing = list(found)
    for flow in found:
        other = next((one for one in flowing if _crosses(flow, one)), None)
        if other is None or flow not in flowing:
            continue
        mass_kg = round(min(flow.kg_per_year, other.kg_per_year) * CROSSED_SHARE)
        for pair in ((flow, other), (other, flow)):
            flowing.remove(pair[0])
            flowing += _parted(*pair, mass_kg)
    return flowing


def steps(piles: Sequence[Pile], found: Sequence[Flow], seed: int) -> list[Step]:
    """Every mass that moved, month by month, the opening stocks first."""
    dice = random.Random(seed)  # noqa: S311 - a demo needs no secrets
    moved = [step for pile in piles for step in _made(pile, dice)]
    for flow in found:
        moved += _taken(flow, dice)
    for pile in piles:
        moved += _closing(pile, moved)
    return sorted(moved, key=lambda step: (step.month, _ORDER[step.kind]))


_ORDER: Mapping[Kind, int] = {
    kind: place
    for place, kind in enumerate(
        [
            Kind.OPENING,
            Kind.GENERATED,
            Kind.SHIPPED,
            Kind.RECEIVED,
            Kind.USED,
            Kind.DISPOSED,
        ]
    )
}


def _pairs(
    piles: Sequence[Pile], sinks: Sequence[Sink]
) -> list[tuple[float, Pile, Sink]]:
    return [
        (_apart_km(pile.site, sink.site), pile, sink)
        for pile in piles
        for sink in sinks
        if _reaches(pile, sink)
    ]


def _crosses(one: Flow, other: Flow) -> bool:
    """Whether two flows may exchange their sinks and go farther for it."""
    own, instead = ((one, one), (other, other)), ((one, other), (other, one))
    sites = {flow.pile.site for flow in (one, other)}
    sites |= {flow.sink.site for flow in (one, other)}
    if one.pile.material != other.pile.material or len(sites) < 4:
        return False
    reach = all(_reaches(pile.pile, sink.sink) for pile, sink in instead)
    return reach and _km(instead) > _km(own)


def _km(pairs: Iterable[tuple[Flow, Flow]]) -> float:
    return sum(_apart_km(pile.pile.site, sink.sink.site) for pile, sink in pairs)


def _parted(flow: Flow, other: Flow, mass_kg: int) -> list[Flow]:
    """A flow whose pile sends a part into the other's sink."""
    kept = Flow(flow.pile, flow.sink, flow.kg_per_year - mass_kg)
    return [kept, Flow(flow.pile, other.sink, mass_kg)]


def _apart_km(one: Place, other: Place) -> float:
    return float(great_circle_km(one.lon, one.lat, other.lon, other.lat))


def _reaches(pile: Pile, sink: Sink) -> bool:
    far_km = min(pile.reach_km, sink.farthest_km)
    return pile.material in sink.materials and _apart_km(pile.site, sink.site) <= far_km


def _made(pile: Pile, dice: random.Random) -> list[Step]:
    monthly = pile.rate_kg_per_year / MONTHS_PER_YEAR
    masses = [round(monthly * _shaken(dice)) for _ in range(MONTHS)]
    return [
        Step(month, Kind.GENERATED, pile.site.key, pile.material, mass_kg)
        for month, mass_kg in enumerate(masses)
        if mass_kg and month != pile.rests_in
    ]


def _taken(flow: Flow, dice: random.Random) -> list[Step]:
    moved = []
    waiting_kg = 0
    for month in range(MONTHS):
        grown = FIRST_SHARE + (LAST_SHARE - FIRST_SHARE) * month / (MONTHS - 1)
        mass_kg = round(flow.kg_per_year / MONTHS_PER_YEAR * grown * _shaken(dice))
        if not mass_kg or month == flow.pile.rests_in:
            continue
        if flow.pile.site == flow.sink.site:
            moved.append(_used(flow, month, mass_kg))
            continue
        moved += _delivered(flow, month, mass_kg)
        kept_kg = round(mass_kg * KEPT_SHARE)
        moved.append(_used(flow, month, waiting_kg + mass_kg - kept_kg))
        waiting_kg = kept_kg
    return moved


def _delivered(flow: Flow, month: int, mass_kg: int) -> list[Step]:
    pile, sink = flow.pile, flow.sink
    old_kg = round(mass_kg * OLD_SHARE) if pile.has_old_stack else 0
    shipped = [
        Step(
            month,
            Kind.SHIPPED,
            pile.site.key,
            pile.material,
            part_kg,
            other_site=sink.site.key,
            is_old_stock=is_old,
        )
        for part_kg, is_old in ((mass_kg - old_kg, False), (old_kg, True))
        if part_kg
    ]
    received = Step(
        month,
        Kind.RECEIVED,
        sink.site.key,
        pile.material,
        mass_kg,
        other_site=pile.site.key,
    )
    return [*shipped, received]


def _used(flow: Flow, month: int, mass_kg: int) -> Step:
    sink = flow.sink
    return Step(month, Kind.USED, sink.site.key, flow.pile.material, mass_kg, sink=sink)


def _closing(pile: Pile, moved: Sequence[Step]) -> list[Step]:
    """The opening stock, and disposals, that make a pile close on today's stock."""
    net_kg = [0] * MONTHS
    for step in moved:
        if _is_of(pile, step):
            net_kg[step.month] += _change_kg(step)
    most_kg = round(pile.stock_kg * (1 - LEAST_OPENING))
    beyond_kg = max(0, sum(net_kg) - most_kg)
    opening_kg = pile.stock_kg - sum(net_kg) + beyond_kg
    opening = Step(0, Kind.OPENING, pile.site.key, pile.material, opening_kg)
    disposed = _disposed(pile, opening_kg, net_kg, beyond_kg)
    return [opening, *disposed] if opening_kg else disposed


def _disposed(
    pile: Pile, opening_kg: int, net_kg: Sequence[int], beyond_kg: int
) -> list[Step]:
    """So much in all, as evenly as the stock of each month lets it."""
    stock_kg, done_kg, found = opening_kg, 0, []
    for month, change_kg in enumerate(net_kg):
        stock_kg += change_kg
        due_kg = beyond_kg * (month + 1) // MONTHS - done_kg
        mass_kg = max(0, min(due_kg, stock_kg)) if month != pile.rests_in else 0
        stock_kg -= mass_kg
        done_kg += mass_kg
        if mass_kg:
            step = Step(month, Kind.DISPOSED, pile.site.key, pile.material, mass_kg)
            found.append(step)
    return found


def _is_of(pile: Pile, step: Step) -> bool:
    return (step.site, step.material) == (pile.site.key, pile.material)


def _change_kg(step: Step) -> int:
    adds = step.kind in (Kind.GENERATED, Kind.RECEIVED)
    return step.mass_kg if adds else -step.mass_kg


def _shaken(dice: random.Random) -> float:
    return 1 + dice.uniform(-SHAKE, SHAKE)
