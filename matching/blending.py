"""From the listings around a place to the cheapest mix of a recipe, and back to names.

A mix is of wet mass, as delivered: what goes over the weighbridge. Contents are of its
dry mass. A supply's composition is its newest assay, and where that is silent the
middle of what is usual for its material, which the answer marks as an estimate.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from matching.candidates import HORIZON_MONTHS, Table, gathered, less_unknown
from matching.contents import Term, term
from matching.engine.blend import Blend, Mix, Ratio, UndecidedError, solve
from matching.engine.columns import F64, Mask
from matching.engine.conflict import Bound, conflict
from matching.gather import over
from matching.mixes import (
    Answer,
    Asked,
    Candidate,
    Clash,
    Limit,
    Line,
    Part,
    Place,
    Share,
)
from matching.recipes import CLINKER, Base, Recipe
from wastehub.catalogue.models import Admission, Material, Parameter
from wastehub.errors import Refused
from wastehub.registry.models import Demand
from wastehub.registry.querysets import SupplyQuerySet

SHARE: Final = "share."
WASTES: Final = "wastes"
# Below it a share is the solver's rounding.
LEAST_SHOWN_FRAC: Final = 1e-7
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class _Group:
    """Candidates whose shares are bounded together; ``members`` are 1, others 0."""

    members: F64
    limit: Limit
    material: Material | None


@dataclass(frozen=True)
class _Question:
    """What is solved, and what its rows speak of: terms first, then groups."""

    table: Table
    blend: Blend
    terms: tuple[Term, ...]
    limits: tuple[Limit, ...]
    groups: tuple[_Group, ...]


def place_of(demand: Demand, within_km: float) -> Place:
    """The place of a demand, with the masses it takes in a year."""
    return Place(
        point=demand.facility.point,
        within_km=min(within_km, demand.farthest_km or within_km),
        mix_kg=over(HORIZON_MONTHS, demand.base_kg_per_year),
        waste_kg=over(HORIZON_MONTHS, demand.capacity_kg_per_year),
    )


def usual_shares(recipe: Recipe, as_of: date) -> tuple[Share, ...]:
    """The largest share of the mix that the rulebook gives each material."""
    rows = Admission.objects.on(as_of).filter(route__code=recipe.route, admitted=True)
    return tuple(
        Share(most_frac=row.max_share_frac, material=row.material)
        for row in rows.select_related("material").order_by("material__code")
    )


def blend_supplies(supplies: SupplyQuerySet, asked: Asked, as_of: date) -> Answer:
    """The cheapest mix of these supplies and the base rows; nothing is stored.

    Raises
    ------
    Refused
        A limit that does not add up over a mix, bounds in the wrong order, smallest
        shares beyond the whole, a base row without composition, nothing to mix, or
        numbers too far apart for the solver (``undecided``). The fields are
        ``limits.<key>``, ``shares``, ``base`` and ``base.<code>``.
    """
    _refuse_faults(asked)
    table = gathered(supplies, asked, as_of)
    bounded = {limit.key for limit in asked.limits if _bounds(limit)}
    if not asked.counts_unknown:
        terms = _terms(table, asked.limits)
        table = less_unknown(table, [one for one in terms if one.key in bounded])
    if not table.candidates:
        reason = _("There is nothing to mix: no supply in reach and no base material.")
        raise Refused("nothing_to_mix", reason, {"base": reason})
    question = _question(table, asked)
    try:
        mix = solve(question.blend, asked.start)
        return _infeasible(question) if mix is None else _cheapest(question, mix)
    except UndecidedError:
        reason = _("These numbers lie too far apart to be reckoned with.")
        raise Refused("undecided", reason, {"limits": reason}) from None


def _refuse_faults(asked: Asked) -> None:
    for limit in asked.limits:
        if limit.low is not None and limit.high is not None and limit.low > limit.high:
            _refuse(f"limits.{limit.key}", _("The low bound exceeds the high one."))
    known = set(Parameter.objects.values_list("code", flat=True))
    for base in asked.base:
        _refuse_faulty_base(base, asked.recipe, known)
    rows: tuple[Share | Base, ...] = (*asked.shares, *asked.base)
    if any(row.least_frac > row.most_frac for row in rows):
        _refuse("shares", _("A smallest share exceeds the largest one."))
    if _least_of_all(asked) > 1 + _ROUNDING:
        _refuse("shares", _("The smallest shares add up to more than the whole."))


def _refuse_faulty_base(base: Base, recipe: Recipe, known: set[str]) -> None:
    name = f"base.{base.code}"
    for code in base.values:
        if code not in known:
            _refuse(name, _("There is no parameter %(code)s.") % {"code": code})
    is_water = base.moisture_percent >= 100
    if is_water and recipe.raw_meal_per_clinker is not None:
        _refuse(name, _("Raw meal can not be made of water."))
    if not (is_water or base.is_binder or any(base.values.values())):
        _refuse(name, _("Say what it is made of: the composition is empty."))


def _least_of_all(asked: Asked) -> float:
    """What all smallest shares take of the mix; a supply's lies in its material's."""
    of_supplies: dict[int, float] = {}
    for row in asked.shares:
        if row.supply is not None:
            key = row.supply.material_id
            of_supplies[key] = of_supplies.get(key, 0.0) + row.least_frac
    for row in asked.shares:
        if row.material is not None:
            key = row.material.pk
            of_supplies[key] = max(of_supplies.get(key, 0.0), row.least_frac)
    return sum(of_supplies.values()) + sum(row.least_frac for row in asked.base)


def _refuse(name: str, reason: str) -> None:
    raise Refused("invalid", reason, {name: reason})


def _bounds(limit: Limit) -> bool:
    return limit.low is not None or limit.high is not None


def _terms(table: Table, limits: Sequence[Limit]) -> list[Term]:
    return [term(table.contents, limit.key) for limit in limits]


def _question(table: Table, asked: Asked) -> _Question:
    least, most = _share_bounds(table, asked)
    groups = _groups(table, asked)
    terms = _terms(table, asked.limits)
    blend = Blend(
        cost_yuan_per_t=np.array([row.price_yuan_per_t for row in table.candidates]),
        least_frac=least,
        most_frac=most,
        limits=(
            *(
                _ratio(one.numerator, one.denominator, limit)
                for one, limit in zip(terms, asked.limits, strict=True)
            ),
            *(_ratio(one.members, np.ones(len(least)), one.limit) for one in groups),
        ),
    )
    return _Question(table, blend, tuple(terms), asked.limits, tuple(groups))


def _ratio(above: F64, below: F64, limit: Limit) -> Ratio:
    return Ratio(
        above,
        below,
        low=-np.inf if limit.low is None else limit.low,
        high=np.inf if limit.high is None else limit.high,
    )


def _groups(table: Table, asked: Asked) -> list[_Group]:
    """Bounds on all of a material together, and on all wastes together."""
    groups = []
    for share in asked.shares:
        is_bounded = share.least_frac > 0 or share.most_frac < 1
        if share.material is None or not is_bounded:
            continue
        members = np.array(
            [
                row.supply is not None and row.supply.material_id == share.material.pk
                for row in table.candidates
            ],
            float,
        )
        if members.any() or share.least_frac > 0:
            key = SHARE + share.material.code
            limit = Limit(key, share.least_frac or None, share.most_frac)
            groups.append(_Group(members, limit, share.material))
    place = asked.place
    if place.mix_kg and place.waste_kg is not None and place.waste_kg < place.mix_kg:
        members = np.array([row.supply is not None for row in table.candidates], float)
        limit = Limit(WASTES, None, place.waste_kg / place.mix_kg)
        groups.append(_Group(members, limit, None))
    return groups


def _share_bounds(table: Table, asked: Asked) -> tuple[F64, F64]:
    """Smallest and largest share of each candidate: as asked, and as there is of it."""
    least, most = np.zeros(len(table.candidates)), np.ones(len(table.candidates))
    told = {row.supply.pk: row for row in asked.shares if row.supply is not None}
    for at, candidate in enumerate(table.candidates):
        row: Share | Base | None = candidate.base
        if candidate.supply is not None:
            row = told.pop(candidate.supply.pk, None)
            most[at] = _there_is(candidate, asked.place)
        if row is not None:
            least[at], most[at] = row.least_frac, min(row.most_frac, most[at])
    if any(row.least_frac > 0 for row in told.values()) or (least > most).any():
        _refuse("shares", _("A smallest share is more than there is of it in reach."))
    return least, most


def _there_is(candidate: Candidate, place: Place) -> float:
    """What a supply's mass can be of the mix, where the mix's mass is told."""
    if not place.mix_kg or candidate.mass_kg is None:
        return 1.0
    return min(1.0, candidate.mass_kg / place.mix_kg)


def _infeasible(question: _Question) -> Answer:
    lines = _lines(question, None)
    return Answer(
        is_feasible=False,
        lines=lines,
        clashes=tuple(
            _clash(question, lines, bound) for bound in conflict(question.blend)
        ),
        left_out=question.table.left_out,
        in_reach=question.table.in_reach,
        candidates=len(question.table.candidates),
    )


def _cheapest(question: _Question, mix: Mix) -> Answer:
    moisture_frac = float(question.table.contents.moisture_frac() @ mix.share_frac)
    dry_frac = 1 - moisture_frac
    is_dry = dry_frac > LEAST_SHOWN_FRAC
    return Answer(
        is_feasible=True,
        cost_yuan_per_t=mix.cost_yuan_per_t,
        cost_yuan_per_dry_t=mix.cost_yuan_per_t / dry_frac if is_dry else None,
        moisture_frac=moisture_frac,
        parts=_parts(question, mix, dry_frac),
        lines=_lines(question, mix),
        left_out=question.table.left_out,
        in_reach=question.table.in_reach,
        candidates=len(question.table.candidates),
        basis=mix.basis,
    )


def _parts(question: _Question, mix: Mix, dry_frac: float) -> tuple[Part, ...]:
    """What the mix is made of, the largest share first."""
    wet = question.table.contents.moisture_frac()
    parts = [
        Part(
            candidate=_told(question, at),
            share_frac=float(mix.share_frac[at]),
            dry_share_frac=float(mix.share_frac[at] * (1 - wet[at]) / dry_frac)
            if dry_frac > LEAST_SHOWN_FRAC
            else 0.0,
            least_frac=float(question.blend.least_frac[at]),
            most_frac=float(question.blend.most_frac[at]),
            least_price=float(mix.least_price[at]),
            most_price=float(mix.most_price[at]),
        )
        for at in np.flatnonzero(mix.share_frac > LEAST_SHOWN_FRAC).tolist()
    ]
    return tuple(sorted(parts, key=lambda part: -part.share_frac))


def _told(question: _Question, at: int) -> Candidate:
    """A candidate with what of its limited contents is an estimate, or not known."""
    both = zip(question.terms, question.limits, strict=True)
    terms = [one for one, limit in both if _bounds(limit)]
    return replace(
        question.table.candidates[at],
        moisture_frac=float(question.table.contents.moisture_frac()[at]),
        estimated=tuple(one.key for one in terms if one.is_estimated[at]),
        unknown=tuple(one.key for one in terms if one.is_unknown[at]),
    )


def _lines(question: _Question, mix: Mix | None) -> tuple[Line, ...]:
    share = None if mix is None else mix.share_frac
    known = {row.code: row for row in question.table.contents.parameters}
    lines = [
        replace(
            _line(limit, _value(one, limit, share)),
            is_estimated=_touches(one.is_estimated, share),
            is_unknown=_touches(one.is_unknown, share),
            parameter=known.get(limit.key.removeprefix(CLINKER)),
        )
        for one, limit in zip(question.terms, question.limits, strict=True)
    ]
    for group in question.groups:
        value = None if share is None else float(group.members @ share)
        lines.append(replace(_line(group.limit, value), material=group.material))
    if mix is None:
        return tuple(lines)
    prices = zip(mix.low_price.tolist(), mix.high_price.tolist(), strict=True)
    return tuple(
        replace(line, low_price=low, high_price=high)
        for line, (low, high) in zip(lines, prices, strict=True)
    )


def _line(limit: Limit, value: float | None) -> Line:
    return Line(key=limit.key, low=limit.low, high=limit.high, value=value)


def _value(one: Term, limit: Limit, share: F64 | None) -> float | None:
    """Where the mix stands; nothing where nobody knows and no limit made it count."""
    if share is None or (_touches(one.is_unknown, share) and not _bounds(limit)):
        return None
    below = float(one.denominator @ share)
    return float(one.numerator @ share) / below if below > LEAST_SHOWN_FRAC else None


def _touches(marked: Mask, share: F64 | None) -> bool:
    """Whether a marked material is in the mix; without a mix, whether there is one."""
    if share is None:
        return bool(marked.any())
    return bool((share[marked] > LEAST_SHOWN_FRAC).any())


def _clash(question: _Question, lines: tuple[Line, ...], bound: Bound) -> Clash:
    if bound.kind == "limit":
        line = lines[bound.place]
        value = line.low if bound.side == "low" else line.high
        return Clash(bound.side, value or 0.0, line=line)
    least, most = question.blend.least_frac, question.blend.most_frac
    value = float((least if bound.side == "low" else most)[bound.place])
    candidate = question.table.candidates[bound.place]
    return Clash(bound.side, value, candidate=candidate)
