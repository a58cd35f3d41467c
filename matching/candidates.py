"""The supplies that may enter a mix, what they cost there and what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final

import numpy as np
from django.db.models import F

from matching.contents import Contents, Term, base_values
from matching.engine.columns import Mask
from matching.engine.price import haul_fen_per_t
from matching.engine.problem import Problem
from matching.engine.road import road_km
from matching.engine.screen import Screen, screen
from matching.gather import gather
from matching.index import Index
from matching.knobs import params_of, verdict_of
from matching.listed import supplies_of
from matching.mixes import Asked, Candidate, LeftOut
from matching.models import Verdict
from matching.roads import roads_to
from wastehub.catalogue.models import Admission
from wastehub.registry.bands import band_of
from wastehub.registry.models import Demand, Supply
from wastehub.registry.querysets import SupplyQuerySet
from wastehub.units import FEN_PER_YUAN

MOST_SUPPLIES: Final = 500
HORIZON_MONTHS: Final = 12


@dataclass(frozen=True)
class Table:
    """Candidates and their contents, row by row; supplies first, then base rows."""

    candidates: tuple[Candidate, ...]
    contents: Contents
    left_out: tuple[LeftOut, ...]
    in_reach: int

    def without(self, rows: Mask, left_out: list[LeftOut]) -> "Table":
        """The table with some rows taken out, and why."""
        kept = [
            row for row, gone in zip(self.candidates, rows, strict=True) if not gone
        ]
        return replace(
            self,
            candidates=tuple(kept),
            contents=self.contents.take(~rows),
            left_out=(*self.left_out, *left_out),
        )


@dataclass(frozen=True)
class Told:
    """What the asker is told of a supply's place, and whether of its mass too."""

    distance_km: float
    is_in_full: bool


def gathered(supplies: SupplyQuerySet, asked: Asked, as_of: date) -> Table:
    """Supplies in reach that the route admits, less those its rules refuse.

    A supply is in reach up to and including the smaller of its material's reach and
    the place's, both great circle. Supplies are ``placed``: of one that is not told in
    full, the distance is to its county's middle and the mass the floor of its band.
    """
    told, in_reach = _nearest(supplies, asked, as_of)
    nearest = Supply.objects.filter(pk__in=told)
    params = params_of(horizon_months=HORIZON_MONTHS, accept=Verdict.UNKNOWN)
    problem, index = gather(nearest, Demand.objects.none(), params, as_of)
    found = screen(problem)
    table = Table(
        candidates=(*_offers(problem, index, found, asked, told), *_own(asked)),
        contents=_contents(problem, index, asked),
        left_out=(),
        in_reach=in_reach,
    )
    refused = np.array([row.verdict == Verdict.NO for row in table.candidates], bool)
    return table.without(
        refused,
        [
            LeftOut(row.supply, "rules")
            for row, gone in zip(table.candidates, refused, strict=True)
            if gone and row.supply is not None
        ],
    )


def _nearest(
    supplies: SupplyQuerySet, asked: Asked, as_of: date
) -> tuple[dict[int, Told], int]:
    place = asked.place
    admitted = Admission.objects.on(as_of).filter(
        route__code=asked.recipe.route, admitted=True
    )
    rows = (
        supplies.filter(material__in=admitted.values("material"))
        .within_km(place.point, place.within_km)
        .with_distance_km(place.point)
        .filter(distance_km__lte=F("material__reach_km"))
        .order_by("distance_km", "public_id")
    )
    told = {
        key: Told(*values)
        for key, *values in rows.values_list("pk", "distance_km", "is_in_full")
    }
    return dict(islice(told.items(), MOST_SUPPLIES)), len(told)


def _offers(
    problem: Problem,
    index: Index,
    found: Screen,
    asked: Asked,
    told: Mapping[int, Told],
) -> list[Candidate]:
    if not index.supplies:
        return []
    codes = [row.code for row in index.routes]
    route = codes.index(asked.recipe.route)
    rows, params = problem.supplies, problem.params
    every = np.arange(len(index.supplies))
    distance_km = np.array([told[row.pk].distance_km for row in index.supplies])
    point = asked.place.point
    roads = roads_to([point], problem.roads, index.circuities, params.circuity)
    km = road_km(roads, params.circuity, 1, every, 0 * every, distance_km)
    haul = haul_fen_per_t(params, km)
    treatment = found.treatment_fen_per_t[:, route]
    supplies = supplies_of(index.supplies)
    return [
        Candidate(
            supply=supplies[row.pk],
            base=None,
            asked_yuan_per_t=row.ask_fen_per_t / FEN_PER_YUAN,
            treatment_yuan_per_t=float(treatment[at]) / FEN_PER_YUAN,
            haul_yuan_per_t=float(haul[at]) / FEN_PER_YUAN,
            distance_km=float(distance_km[at]),
            verdict=verdict_of(int(found.verdict[at, route])),
            mass_kg=_known_kg(int(rows.mass_kg[at]), told[row.pk]),
        )
        for at, row in enumerate(index.supplies)
    ]


def _known_kg(mass_kg: int, told: Told) -> int:
    return mass_kg if told.is_in_full else band_of(mass_kg)[0]


def _own(asked: Asked) -> list[Candidate]:
    return [
        Candidate(supply=None, base=row, asked_yuan_per_t=row.price_yuan_per_t)
        for row in asked.base
    ]


def _contents(problem: Problem, index: Index, asked: Asked) -> Contents:
    rows = problem.supplies
    measured = ~np.isnan(rows.values)
    usual = problem.rules.typical_middle[rows.material]
    values = np.where(measured, rows.values, usual)
    own = base_values(index.parameters, asked.base)
    return Contents(
        parameters=index.parameters,
        values=np.vstack([values, own]),
        is_measured=np.vstack([measured, np.ones(own.shape, bool)]),
        is_binder=np.array(
            [False] * len(values) + [row.is_binder for row in asked.base], bool
        ),
        raw_meal_per_clinker=asked.recipe.raw_meal_per_clinker,
    )


def less_unknown(table: Table, terms: list[Term]) -> Table:
    """The table less the supplies of which a limited content is not known."""
    gaps = [
        tuple(term.key for term in terms if term.is_unknown[at])
        for at in range(len(table.candidates))
    ]
    rows = np.array([bool(gap) for gap in gaps], bool)
    return table.without(
        rows,
        [
            LeftOut(row.supply, "unknown", gap)
            for row, gap in zip(table.candidates, gaps, strict=True)
            if gap and row.supply is not None
        ],
    )
