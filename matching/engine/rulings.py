"""The rulebook laid out for the judge: for each material, its routes and their limits.

Whatever does not depend on a supply is settled here once: which limits decide on a
pair of material and route, in which grade, and which treatments reach each bound.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from matching.engine.columns import F64, I32, I64, Records
from matching.engine.rulebook import (
    ADMITTED,
    ANY_MATERIAL,
    CODES_PER_MATERIAL,
    COST_CEILING_FEN_PER_T,
    EVERY_GRADE,
    Limits,
    Rulebook,
    Treatments,
)

# A pair is a material and a route that admits it. Its clauses are [first, last):
# those of every grade up to ``graded``, from there grade by grade.
PAIR: Final = np.dtype(
    [
        ("route", "i8"),
        ("first", "i8"),
        ("graded", "i8"),
        ("last", "i8"),
        ("sides", "i8"),
    ]
)
# A clause is a limit as it concerns one pair. ``side`` numbers the pair's parameters,
# ceilings and floors apart; its mends are [first_mend, last_mend).
CLAUSE: Final = np.dtype(
    [
        ("bound", "f8"),
        ("size", "f8"),
        ("sense", "f8"),
        ("limit", "i4"),
        ("parameter", "i4"),
        ("grade", "i4"),
        ("side", "i4"),
        ("first_mend", "i8"),
        ("last_mend", "i8"),
    ]
)
# A mend is a treatment's row that reaches a clause's bound. ``place`` is its code's
# among those of the material, the lowest code last.
MEND: Final = np.dtype([("fen_per_unit", "f8"), ("treatment", "i4"), ("place", "i4")])
# What is broken and can be mended on one side of a parameter: the tightest clause, or
# -1, and the excess over it.
SIDE: Final = np.dtype([("clause", "i8"), ("excess", "f8")])
# A cell is a supply on a route that admits it.
CELL: Final = np.dtype(
    [
        ("margin_frac", "f8"),
        ("treatment_fen_per_t", "i8"),
        ("supply", "i4"),
        ("route", "i4"),
        ("deciding_limit", "i4"),
        ("grade", "i4"),
    ]
)


class Rulings(NamedTuple):
    """Pairs sorted by material, then route; clauses by pair, grade, limit.

    ``first_pair`` has shape (M + 1,): a material's pairs are those from its entry up to
    the next one's. ``fixed_fen`` is what a step costs by material and place, shape
    (M, 8). ``typical`` is the middle of the usual range, shape (M, P). No pair has more
    than ``most_sides``; a mend whose variable part costs more than ``ceiling_fen`` is
    none.
    """

    first_pair: I64
    pairs: Records
    clauses: Records
    mends: Records
    fixed_fen: I64
    typical: F64
    most_sides: int
    ceiling_fen: int


@lru_cache(maxsize=4)
def rulings(rules: Rulebook) -> Rulings:
    """The rulebook's pairs and clauses; kept for the last few rulebooks."""
    clauses, pair_of_clause, route_of, material_of = _clauses(rules)
    place = _places(rules.treatments)
    pairs = _pairs(clauses, pair_of_clause, route_of)
    laid = Rulings(
        first_pair=np.searchsorted(material_of, np.arange(rules.materials + 1)),
        pairs=pairs,
        clauses=clauses,
        mends=_mends(rules, clauses, material_of[pair_of_clause], place),
        fixed_fen=_fixed_fen(rules, place),
        typical=rules.typical_middle,
        most_sides=int(pairs["sides"].max(initial=0)),
        ceiling_fen=COST_CEILING_FEN_PER_T,
    )
    for column in laid[:-2]:
        column.setflags(write=False)
    return laid


def _clauses(rules: Rulebook) -> tuple[Records, I64, I64, I64]:
    """Clauses and the pair of each; then the route and material of each pair."""
    limits = rules.limits
    material_of, route_of = np.nonzero(rules.admitted.T == ADMITTED)
    number = np.full((rules.materials, rules.routes), -1)
    number[material_of, route_of] = np.arange(len(route_of))
    own = np.arange(rules.materials)[:, None] == limits.material
    concerns = limits.decides & (own | (limits.material == ANY_MATERIAL))
    material, limit = np.nonzero(concerns)
    pair = number[material, limits.route[limit]]
    pair, limit = pair[pair >= 0], limit[pair >= 0]
    order = np.lexsort((limit, limits.grade[limit], pair))
    pair, limit = pair[order], limit[order]
    clauses = np.zeros(len(limit), dtype=CLAUSE)
    bound = limits.value[limit]
    clauses["bound"], clauses["limit"] = bound, limit
    clauses["size"] = np.where(bound == 0, 1.0, np.abs(bound))
    for name in ("sense", "parameter", "grade"):
        clauses[name] = getattr(limits, name)[limit]
    clauses["side"] = _sides(limits, limit, pair)
    return clauses, pair, route_of, material_of


def _sides(limits: Limits, limit: I64, pair: I64) -> I64:
    """Within each pair the number of each clause's parameter and sense, from 0."""
    keys = np.stack([pair, limits.parameter[limit], limits.sense[limit]])
    distinct, side = np.unique(keys, axis=1, return_inverse=True)
    sides: I64 = side.ravel() - np.searchsorted(distinct[0], pair)
    return sides


def _pairs(clauses: Records, pair_of_clause: I64, route_of: I64) -> Records:
    numbers = np.arange(len(route_of))
    pairs = np.zeros(len(route_of), dtype=PAIR)
    pairs["route"] = route_of
    pairs["first"] = np.searchsorted(pair_of_clause, numbers, "left")
    pairs["last"] = np.searchsorted(pair_of_clause, numbers, "right")
    ungraded = pair_of_clause[clauses["grade"] == EVERY_GRADE]
    pairs["graded"] = pairs["first"] + np.bincount(ungraded, minlength=len(route_of))
    np.maximum.at(pairs["sides"], pair_of_clause, clauses["side"] + 1)
    return pairs


def _places(treatments: Treatments) -> I32:
    """Each row's code among those of its material, the lowest code the highest place.

    Of two sets of equal size the one with the lower codes is then the larger number.
    """
    steps = np.stack([treatments.material, treatments.code])
    distinct, step = np.unique(steps, axis=1, return_inverse=True)
    rank = step.ravel() - np.searchsorted(distinct[0], treatments.material)
    return (CODES_PER_MATERIAL - 1 - rank).astype(np.int32)


def _mends(rules: Rulebook, clauses: Records, material: I64, place: I32) -> Records:
    """The mends of all clauses, whose ends are written into the clauses."""
    treatments = rules.treatments
    clause, row = np.nonzero(
        (material[:, None] == treatments.material)
        & (clauses["parameter"][:, None] == treatments.parameter)
        & (
            clauses["sense"][:, None] * (clauses["bound"][:, None] - treatments.reaches)
            >= 0
        )
    )
    mends = np.zeros(len(row), dtype=MEND)
    mends["treatment"], mends["place"] = row, place[row]
    mends["fen_per_unit"] = treatments.fen_per_t_per_unit[row]
    numbers = np.arange(len(clauses))
    clauses["first_mend"] = np.searchsorted(clause, numbers, "left")
    clauses["last_mend"] = np.searchsorted(clause, numbers, "right")
    return mends


def _fixed_fen(rules: Rulebook, place: I32) -> I64:
    fixed = np.zeros((rules.materials, CODES_PER_MATERIAL), dtype=np.int64)
    at = rules.treatments.material, place
    np.maximum.at(fixed, at, rules.treatments.fixed_fen_per_t)
    return fixed
