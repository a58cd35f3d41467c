"""Three invented years into the ledgers of the invented sites, once."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from seeds.demo.generating import MARK_EN, MARK_ZH, SEED
from seeds.demo.moving import MONTHS, Pile, Place, Sink, Step, crossed, flows, steps
from seeds.turns import wait_for_turn
from wastehub.catalogue.models import Admission, Material, UseRoute
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.lines import Line
from wastehub.ledger.models import Entry
from wastehub.ledger.services import entries_add
from wastehub.registry.models import Demand, Facility, Supply

NOTE = f"{MARK_ZH}演示台账 / {MARK_EN.lower()} demonstration ledger"
WEIGHED_MONTHS = 12
# It stood still in the last month but one, so that there is a zero declaration.
RESTED = "demo:solar_yanyuan"
# Of what is made of these nobody weighs every tonne.
ESTIMATED = frozenset({"iron_tailings"})
DAY_OF = {
    Kind.OPENING: 1,
    Kind.SHIPPED: 15,
    Kind.RECEIVED: 15,
    Kind.USED: 25,
    Kind.DISPOSED: 26,
}
MONTHS_PER_YEAR = 12


@transaction.atomic
def load_ledgers(today: date | None = None) -> int:
    """Write the ledgers up to the last full month; nothing where there are any.

    Returns
    -------
    How many entries were written.
    """
    wait_for_turn()
    if Entry.objects.filter(facility__origin=Facility.Origin.DEMO).exists():
        return 0
    piles, sinks = _piles(), _sinks(today or timezone.localdate())
    moved = steps(piles, crossed(flows(piles, sinks)), SEED)
    return len(entries_add(lines=_lines(moved, today or timezone.localdate())))


def _piles() -> list[Pile]:
    rows = Supply.objects.filter(facility__origin=Facility.Origin.DEMO)
    supplies: dict[tuple[int, int], list[Supply]] = defaultdict(list)
    for supply in rows.select_related("facility", "material").order_by("source_key"):
        supplies[supply.facility_id, supply.material_id].append(supply)
    return [_pile(group) for group in supplies.values()]


def _pile(group: Sequence[Supply]) -> Pile:
    first = group[0]
    return Pile(
        site=_place(first.facility),
        material=first.material_id,
        stock_kg=sum(supply.stock_kg for supply in group),
        rate_kg_per_year=sum(supply.rate_kg_per_year for supply in group),
        reach_km=first.material.reach_km,
        has_old_stack=any(supply.rate_kg_per_year == 0 for supply in group),
        rests_in=MONTHS - 2 if first.facility.source_key == RESTED else None,
    )


def _sinks(today: date) -> list[Sink]:
    takes: dict[int, set[int]] = defaultdict(set)
    for row in Admission.objects.on(today).filter(admitted=True):
        takes[row.route_id].add(row.material_id)
    rows = Demand.objects.filter(facility__origin=Facility.Origin.DEMO)
    return [
        Sink(
            site=_place(demand.facility),
            route=demand.route_id,
            materials=frozenset(takes[demand.route_id]),
            capacity_kg_per_year=demand.capacity_kg_per_year,
            farthest_km=demand.farthest_km or float("inf"),
        )
        for demand in rows.select_related("facility").order_by("source_key")
    ]


def _place(site: Facility) -> Place:
    return Place(site.pk, site.point.x, site.point.y)


def _lines(moved: Sequence[Step], today: date) -> list[Line]:
    sites = {site.pk: site for site in Facility.objects.all()}
    materials = {material.pk: material for material in Material.objects.all()}
    routes = {route.pk: route for route in UseRoute.objects.all()}
    return [
        Line(
            facility=sites[step.site],
            material=materials[step.material],
            kind=step.kind,
            mass_kg=step.mass_kg,
            occurred_on=_day(step, today),
            evidence=_evidence(step, materials[step.material].code),
            is_old_stock=step.is_old_stock,
            route=routes[step.sink.route] if step.sink else None,
            counterparty=sites[step.other_site] if step.other_site else None,
            note=NOTE,
        )
        for step in moved
    ]


def _day(step: Step, today: date) -> date:
    """Within its month; the last of the months is the one before today's."""
    count = today.year * MONTHS_PER_YEAR + today.month - 1 - MONTHS + step.month
    year, month = divmod(count, MONTHS_PER_YEAR)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, DAY_OF.get(step.kind, last))


def _evidence(step: Step, material: str) -> Evidence:
    if step.kind == Kind.GENERATED and material in ESTIMATED:
        return Evidence.ESTIMATED
    moves = step.kind in (Kind.SHIPPED, Kind.RECEIVED)
    is_recent = step.month >= MONTHS - WEIGHED_MONTHS
    return Evidence.WEIGHED if moves and is_recent else Evidence.DECLARED
