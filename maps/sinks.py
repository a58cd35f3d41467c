"""Which takers with room to spare could close a gap, those near a surplus first."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from maps import takers
from maps.market import horizon_months
from maps.worth import worth
from matching.gather import over
from matching.models import Match, MatchRun, Refusal
from wastehub.catalogue.models import Admission, Material
from wastehub.geodesy import Array, great_circle_km
from wastehub.registry.models import Demand
from wastehub.registry.querysets import DemandQuerySet, SupplyQuerySet

# What keeps a whole supply from a route, whoever takes it.
_OF_THE_LOT = (Refusal.Kind.LIMIT, Refusal.Kind.UNKNOWN)


@dataclass(frozen=True)
class Sink:
    """A taker with room that the plan has left, masses over the plan's horizon.

    ``nearest_km`` is the great-circle distance to the nearest surplus that the route
    takes. Where it takes none, it is that to the nearest of all, and ``hurdle`` says
    what the plan refuses this one for: a limit, or something unknown.
    ``worth_yuan_per_t`` is the highest worth of a tonne more of room in the county;
    room that is left is itself worth nothing to the plan. ``closed_kg`` is how much of
    the gap this sink and those before it close.
    """

    demand: Demand
    left_kg: int
    is_estimated: bool
    nearest_km: float
    hurdle: str
    worth_yuan_per_t: Decimal
    closed_kg: int = 0


@dataclass(frozen=True)
class _Surplus:
    """Supplies that the plan leaves a part of, with their refusals by route."""

    keys: list[int]
    lon: Array
    lat: Array
    refused: Mapping[tuple[int, int], str]

    def nearest(self, demand: Demand) -> tuple[float, str]:
        """The nearest that the route takes, else the nearest with its hurdle."""
        point = demand.facility.point
        distance_km = great_circle_km(point.x, point.y, self.lon, self.lat)
        hurdles = [self.refused.get((key, demand.route_id), "") for key in self.keys]
        best = min(
            range(len(self.keys)), key=lambda i: (hurdles[i] != "", distance_km[i])
        )
        return float(distance_km[best]), hurdles[best]


def closing_sinks(
    material_code: str,
    gap_kg: int,
    run: MatchRun,
    demands: DemandQuerySet,
    supplies: SupplyQuerySet,
) -> list[Sink]:
    """As many sinks as it takes to close a gap, or all there are if they do not.

    Those whose route takes a surplus come first, then the nearer ones. Room counts as
    far as the whole capacity and the material's largest share leave it, at open demands
    whose route admits the material, within their and the material's usual reach of a
    surplus. What a sink could take others could take too: the room is not reserved.

    Parameters
    ----------
    gap_kg
        Over the plan's horizon, as the room is.
    run
        A published plan.
    demands, supplies
        The listings whose place and mass, and of demands the price, may be told.

    Notes
    -----
    Ten statements in all, however many listings there are.
    """
    surplus = _surplus(material_code, run, supplies)
    if not surplus.keys:
        return []
    found = _sinks(material_code, run, demands, surplus)
    found.sort(key=lambda sink: (sink.hurdle != "", sink.nearest_km, sink.demand.pk))
    return list(_closing(found, gap_kg))


def _closing(sinks: Iterable[Sink], gap_kg: int) -> Iterator[Sink]:
    closed_kg = 0
    for sink in sinks:
        if closed_kg >= gap_kg:
            return
        closed_kg = min(gap_kg, closed_kg + sink.left_kg)
        yield replace(sink, closed_kg=closed_kg)


def _sinks(
    material_code: str, run: MatchRun, demands: DemandQuerySet, surplus: _Surplus
) -> list[Sink]:
    reach_km = Material.objects.get(code=material_code).reach_km
    left = _left_in(material_code, run)
    worths = {
        row.adcode: row.highest_yuan_per_t
        for row in worth(run, demands, "county")
        if row.material == material_code
    }
    rows = takers.open_for(material_code, timezone.localdate())
    rows = rows.invented(run.is_invented).within(run.adcode)
    found = []
    for demand in _with_site(rows.filter(pk__in=demands.values("pk"))):
        nearest_km, hurdle = surplus.nearest(demand)
        left_kg = left(demand)
        if left_kg > 0 and nearest_km <= min(reach_km, demand.farthest_km or reach_km):
            yuan_per_t = worths.get(demand.facility.county.adcode, Decimal(0))
            found.append(
                Sink(
                    demand,
                    left_kg,
                    demand.is_estimated,
                    nearest_km,
                    hurdle,
                    yuan_per_t,
                )
            )
    return found


def _with_site(rows: DemandQuerySet) -> DemandQuerySet:
    county = "facility__county__"
    # A county's shapes are large.
    drawn = rows.select_related("route", "facility__organisation", "facility__county")
    return drawn.defer(f"{county}shape", f"{county}drawn_shape", f"{county}middle")


def _left_in(material_code: str, run: MatchRun) -> Callable[[Demand], int]:
    """What a plan leaves of a demand's room for a material."""
    months = horizon_months(run)
    today = Admission.objects.on(timezone.localdate())
    admitting = today.filter(material__code=material_code, admitted=True)
    shares = dict(admitting.values_list("route", "max_share_frac"))
    of_it = Q(supply__material__code=material_code)
    taken = Match.objects.filter(run=run).order_by().values("demand")
    received = {
        row["demand"]: (row["all_kg"], row["own_kg"])
        for row in taken.annotate(
            all_kg=Sum("mass_kg"), own_kg=Coalesce(Sum("mass_kg", filter=of_it), 0)
        )
    }

    def left(demand: Demand) -> int:
        all_kg, own_kg = received.get(demand.pk, (0, 0))
        whole_kg = over(months, demand.capacity_kg_per_year) - int(all_kg)
        base_kg = over(months, demand.base_kg_per_year)
        return min(whole_kg, int(shares[demand.route_id] * base_kg) - int(own_kg))

    return left


def _surplus(material_code: str, run: MatchRun, supplies: SupplyQuerySet) -> _Surplus:
    """Open supplies of which the plan has not placed all."""
    months = horizon_months(run)
    rows = supplies.open().invented(run.is_invented).within(run.adcode)
    columns = rows.of(material_code).values_list(
        "pk", "stock_kg", "rate_kg_per_year", "facility__point"
    )
    placed = _placed(material_code, run)
    left = [
        (key, point)
        for key, stock_kg, rate_kg, point in columns.order_by("pk")
        if stock_kg + over(months, rate_kg) > placed[key]
    ]
    return _Surplus(
        keys=[key for key, _ in left],
        lon=np.array([point.x for _, point in left]),
        lat=np.array([point.y for _, point in left]),
        refused=_refused(material_code, run),
    )


def _placed(material_code: str, run: MatchRun) -> Counter[int]:
    rows = Match.objects.filter(run=run, supply__material__code=material_code)
    sums = rows.order_by().values("supply").annotate(kg=Sum("mass_kg"))
    return Counter({row["supply"]: int(row["kg"]) for row in sums})


def _refused(material_code: str, run: MatchRun) -> dict[tuple[int, int], str]:
    """By supply and route the kind of refusal, a limit before what is unknown."""
    rows = Refusal.objects.filter(run=run, kind__in=_OF_THE_LOT)
    of_it = rows.filter(supply__material__code=material_code)
    told = of_it.order_by("-kind").values_list("supply", "route", "kind")
    return {(supply, route): kind for supply, route, kind in told}
