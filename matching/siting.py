"""Which candidate sites pay off in a region, given what is on offer there today.

Reckoned at once and kept nowhere: the candidates are the user's own, the supplies those
that are open. Takers that exist already are left out, so the answer is what the sites
could earn were the whole offer theirs to take.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isfinite

import numpy as np
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.engine.pairs import Pairs
from matching.engine.problem import Demands, Problem
from matching.engine.reach import reach
from matching.engine.screen import screen
from matching.engine.siting import Sites, Siting, choose_sites
from matching.gather import gather
from matching.index import Index
from matching.knobs import params_of
from matching.listed import supplies_of
from matching.models import Verdict
from matching.roads import roads_to
from wastehub.catalogue.models import UseRoute
from wastehub.errors import Refused, refuse_if_any
from wastehub.places.models import SRID
from wastehub.registry.models import Demand, Facility, Supply
from wastehub.units import KG_PER_TONNE, fen_from_yuan, yuan_from_fen

MOST_CANDIDATES = 20
# Measured: 10,000 pairs take a fifth of a second, so these take seconds.
MOST_PAIRS = 100_000
TIME_LIMIT_S = 10.0
MONTHS = 12


@dataclass(frozen=True)
class Candidate:
    """A site that might be built; WGS 84 degrees, wet mass, fixed cost of a year."""

    name: str
    lon: float
    lat: float
    route: UseRoute
    capacity_kg_per_year: int
    fixed_yuan_per_year: Decimal


@dataclass(frozen=True)
class Sited:
    """What the answer says of one candidate, over twelve months.

    ``cost_yuan`` is what its tonnes cost delivered, without its fixed cost.
    ``missing_yuan`` is, of one that is not built, a cut of its fixed cost that would
    be enough for it to pay off; where it would replace another, less may do.
    """

    candidate: Candidate
    is_built: bool
    supplies_in_reach: int
    supplies: int
    taken_kg: int
    cost_yuan: Decimal
    missing_yuan: Decimal


@dataclass(frozen=True)
class Haul:
    """What one supply sends to one site."""

    supply: Supply
    candidate: Candidate
    mass_kg: int


@dataclass(frozen=True)
class SitingAnswer:
    """Which candidates to build, and what the whole of it costs; planning estimates.

    ``saved_yuan`` is against leaving everything in the yard at ``unplaced_yuan_per_t``.
    ``gap_frac`` is how much more, as a share, another choice might save where the time
    ran out before the proof.
    """

    sites: Sequence[Sited]
    hauls: Sequence[Haul]
    as_of: date
    is_invented: bool
    offered_kg: int
    fixed_yuan: Decimal
    saved_yuan: Decimal
    unplaced_yuan_per_t: Decimal
    is_proven: bool
    gap_frac: float

    @property
    def is_bounded(self) -> bool:
        """Whether it is known how much another choice might save."""
        return isfinite(self.gap_frac)

    @property
    def taken_kg(self) -> int:
        """What all sites take together."""
        return sum(site.taken_kg for site in self.sites)

    @property
    def built(self) -> int:
        """How many sites to build."""
        return sum(site.is_built for site in self.sites)


def sites_choose(
    *, adcode: str, candidates: Sequence[Candidate], accept: str = Verdict.TREATED
) -> SitingAnswer:
    """The choice of candidates that saves most on a region's open supplies in a year.

    Real supplies where there are any, else the invented ones. A share that a route
    caps is taken to lie within the stated capacity.

    Raises
    ------
    Refused
        ``invalid``: no candidate or more than 20 (``candidates``), a candidate's value
        out of its range (``candidates.3.lon``), a verdict that no plan may use
        (``accept``), or more pairs than can be answered at once (``region``).
    """
    faults = _faults(candidates, accept)
    refuse_if_any(faults, _("These sites can not be compared."))
    as_of = timezone.localdate()
    invented = not Facility.objects.real().exists()
    supplies = Supply.objects.open(as_of).invented(invented).within(adcode)
    params = params_of(horizon_months=MONTHS, accept=accept)
    problem, index = gather(supplies, Demand.objects.none(), params, as_of)
    problem = Problem(
        supplies=problem.supplies,
        demands=_as_demands(candidates, index),
        rules=problem.rules,
        params=params,
        roads=roads_to(
            map(_point, candidates),
            problem.roads,
            index.circuities,
            params.circuity,
        ),
    )
    reached = reach(problem, screen(problem))
    if len(reached) > MOST_PAIRS:
        words = _("Too many supplies lie in reach; take a smaller region.")
        raise Refused("invalid", words, {"region": words})
    pairs = reached.every(problem)
    siting = _siting(problem, pairs, candidates)
    found = choose_sites(siting, TIME_LIMIT_S)
    return SitingAnswer(
        sites=_sited(candidates, pairs, found),
        hauls=_hauls(index, candidates, pairs, found),
        as_of=as_of,
        is_invented=invented,
        offered_kg=int(problem.supplies.mass_kg.sum()),
        fixed_yuan=_built_fixed_yuan(candidates, found),
        saved_yuan=_saved_yuan(siting, found),
        unplaced_yuan_per_t=yuan_from_fen(params.unplaced_fen_per_t),
        is_proven=found.is_proven,
        gap_frac=found.gap_frac,
    )


def _faults(candidates: Sequence[Candidate], accept: str) -> Mapping[str, str]:
    faults = {}
    if not 1 <= len(candidates) <= MOST_CANDIDATES:
        faults["candidates"] = _("Name 1 to %(most)s sites.") % {
            "most": MOST_CANDIDATES
        }
    if accept not in Verdict.values or accept == Verdict.NO:
        faults["accept"] = _("A plan accepts yes, treated, likely or unknown.")
    for number, row in enumerate(candidates):
        bounds: dict[str, tuple[float | Decimal, int, int]] = {
            "lon": (row.lon, -180, 180),
            "lat": (row.lat, -90, 90),
            "capacity_kg_per_year": (row.capacity_kg_per_year, 1, 10**13),
            "fixed_yuan_per_year": (row.fixed_yuan_per_year, 0, 10**11),
        }
        for name, (value, low, high) in bounds.items():
            if not low <= value <= high:
                told = {"low": low, "high": high}
                words = _("This lies outside %(low)s to %(high)s.") % told
                faults[f"candidates.{number}.{name}"] = words
    return faults


def _point(candidate: Candidate) -> Point:
    return Point(candidate.lon, candidate.lat, srid=SRID)


def _as_demands(candidates: Sequence[Candidate], index: Index) -> Demands:
    route = {row.pk: place for place, row in enumerate(index.routes)}
    capacity_kg = np.array([row.capacity_kg_per_year for row in candidates], np.int64)
    return Demands(
        ids=tuple(f"{number:02}" for number in range(len(candidates))),
        lon=np.array([row.lon for row in candidates], np.float64),
        lat=np.array([row.lat for row in candidates], np.float64),
        route=np.array([route[row.route.pk] for row in candidates], np.int32),
        capacity_kg=capacity_kg,
        base_kg=capacity_kg,
        offer_fen_per_t=np.zeros(len(candidates), np.int64),
        farthest_km=np.full(len(candidates), np.inf),
    )


def _siting(problem: Problem, pairs: Pairs, candidates: Sequence[Candidate]) -> Siting:
    left = problem.params.unplaced_fen_per_t
    fixed = [fen_from_yuan(row.fixed_yuan_per_year) for row in candidates]
    return Siting(
        mass_kg=problem.supplies.mass_kg,
        left_fen_per_t=np.full(len(problem.supplies), left, np.int64),
        capacity_kg=problem.demands.capacity_kg,
        fixed_fen=np.array(fixed, np.int64),
        supply=pairs.supply.astype(np.int32),
        site=pairs.demand.astype(np.int32),
        cost_fen_per_t=pairs.cost_fen_per_t,
    )


def _sited(candidates: Sequence[Candidate], pairs: Pairs, found: Sites) -> list[Sited]:
    return [
        Sited(
            candidate=candidate,
            is_built=bool(found.is_built[site]),
            supplies_in_reach=int((pairs.demand == site).sum()),
            supplies=int((found.flow_kg[pairs.demand == site] > 0).sum()),
            taken_kg=int(found.flow_kg[pairs.demand == site].sum()),
            cost_yuan=_delivered_yuan(pairs, found, pairs.demand == site),
            missing_yuan=yuan_from_fen(int(found.missing_fen[site])),
        )
        for site, candidate in enumerate(candidates)
    ]


def _delivered_yuan(pairs: Pairs, found: Sites, here: np.ndarray) -> Decimal:
    rows = zip(pairs.cost_fen_per_t[here], found.flow_kg[here], strict=True)
    return _yuan(sum(int(fen) * int(kg) for fen, kg in rows))


def _hauls(
    index: Index, candidates: Sequence[Candidate], pairs: Pairs, found: Sites
) -> list[Haul]:
    rows = np.flatnonzero(found.flow_kg)
    senders = [index.supplies[supply] for supply in pairs.supply[rows]]
    supplies = supplies_of(senders)
    return [
        Haul(
            supply=supplies[sender.pk],
            candidate=candidates[pairs.demand[row]],
            mass_kg=int(found.flow_kg[row]),
        )
        for sender, row in zip(senders, rows, strict=True)
    ]


def _built_fixed_yuan(candidates: Sequence[Candidate], found: Sites) -> Decimal:
    built = zip(candidates, found.is_built, strict=True)
    fixed = (row.fixed_yuan_per_year for row, is_built in built if is_built)
    return sum(fixed, Decimal(0))


def _saved_yuan(siting: Siting, found: Sites) -> Decimal:
    rows = zip(siting.left_fen_per_t, siting.mass_kg, strict=True)
    all_left = sum(int(fen) * int(kg) for fen, kg in rows)
    return _yuan(all_left - found.total_fen_kg_per_t)


def _yuan(fen_kg_per_t: int) -> Decimal:
    return (yuan_from_fen(fen_kg_per_t) / KG_PER_TONNE).quantize(Decimal("0.01"))
