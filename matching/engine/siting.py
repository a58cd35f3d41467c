"""Which of several candidate sites pay off: capacitated facility location, exactly.

A site that is built costs its fixed cost and takes at most its capacity; every supply
is split among built sites in its reach and the yard. The sites are chosen by a mixed
integer programme in the strong formulation (Cornuejols, Sridharan and Thizy, European
Journal of Operational Research 50 (1991) 280-297, doi 10.1016/0377-2217(91)90261-S),
solved by HiGHS. With the sites chosen the rest is a transport problem in whole
kilograms, whose vertices are whole, so flows and costs are exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np

from matching.engine.columns import F64, I32, I64, Mask, frozen, outside, refuse, seal
from matching.engine.problem import MASS_CEILING_KG, PRICE_CEILING_FEN_PER_T

FIXED_CEILING_FEN: Final = 10**14
"""A trillion yuan."""
_KG_PER_TONNE: Final = 1000
# The solver reckons in floating point; its bound is believed to this share.
_PROVEN_FRAC: Final = 1e-8
# The objective is scaled to this, far above the solver's tolerances of 1e-7.
_LARGEST_COST: Final = 1e4


@dataclass(frozen=True, eq=False)
class Siting:
    """The question, all over the same time.

    Parameters
    ----------
    mass_kg
        Of each supply, shape (S,).
    left_fen_per_t
        What a tonne of each supply costs where no site takes it, shape (S,).
    capacity_kg, fixed_fen
        Of each candidate site, shape (N,).
    supply, site, cost_fen_per_t
        Pairs in reach with what a tonne costs delivered, each pair once, shape (P,).

    Raises
    ------
    ValueError
        A row is impossible; the message names the column and the row.
    """

    mass_kg: I64
    left_fen_per_t: I64
    capacity_kg: I64
    fixed_fen: I64
    supply: I32
    site: I32
    cost_fen_per_t: I64

    def __post_init__(self) -> None:
        sizes = {"mass_kg": len(self.mass_kg), "capacity_kg": len(self.capacity_kg)}
        sizes |= {"supply": len(self.supply)}
        for name, (like, dtype, low, high) in _COLUMNS.items():
            shape = (sizes[like],)
            column = frozen(f"siting.{name}", getattr(self, name), dtype, shape)
            top = sizes[high] - 1 if isinstance(high, str) else high
            bad = outside(column, low, top)
            refuse("siting", bad, f"{name} must be within {low} to {top}", column)
            object.__setattr__(self, name, column)
        pair = self.supply.astype(np.int64) * len(self.capacity_kg) + self.site
        if len(np.unique(pair)) < len(pair):
            raise ValueError("siting: a pair of supply and site stands there twice")


_COLUMNS: Final[dict[str, tuple[str, type, int, int | str]]] = {
    "mass_kg": ("mass_kg", np.int64, 0, MASS_CEILING_KG),
    "left_fen_per_t": (
        "mass_kg",
        np.int64,
        -PRICE_CEILING_FEN_PER_T,
        PRICE_CEILING_FEN_PER_T,
    ),
    "capacity_kg": ("capacity_kg", np.int64, 0, MASS_CEILING_KG),
    "fixed_fen": ("capacity_kg", np.int64, 0, FIXED_CEILING_FEN),
    "supply": ("supply", np.int32, 0, "mass_kg"),
    "site": ("supply", np.int32, 0, "capacity_kg"),
    "cost_fen_per_t": (
        "supply",
        np.int64,
        -PRICE_CEILING_FEN_PER_T,
        PRICE_CEILING_FEN_PER_T,
    ),
}


@dataclass(frozen=True, eq=False)
class Sites:
    """The answer.

    Parameters
    ----------
    is_built
        Which sites to build, shape (N,); one that takes nothing is not built.
    flow_kg
        What each pair carries, shape (P,).
    total_fen_kg_per_t
        1000 x the fixed costs, plus cost x flow, plus what is left in the yard; exact.
    is_proven
        Whether no other choice is cheaper; else the time ran out.
    gap_frac
        How far below the total the solver's bound lies, as a share of the saving
        against building nothing; 0 where proven, infinite where it knows no bound.
    missing_fen
        By how much the fixed cost of a site that is not built exceeds what it would
        save beside the sites that are, shape (N,); 0 for built ones. A cut of so much
        is enough for it to pay off; where it would replace another, less may do.
    """

    is_built: Mask
    flow_kg: I64
    total_fen_kg_per_t: int
    is_proven: bool
    gap_frac: float
    missing_fen: I64

    def __post_init__(self) -> None:
        seal(self)


def choose_sites(siting: Siting, time_limit_s: float = 60.0) -> Sites:
    """The cheapest choice of sites, proven, or the best found within the time.

    The same question gives the same answer: one thread, a fixed seed. Where several
    choices cost the same one of them is given.

    Raises
    ------
    ValueError
        The time limit is not positive.
    ArithmeticError
        The solver gave an answer that is none.
    """
    if not time_limit_s > 0:
        raise ValueError(f"time_limit_s is {time_limit_s}, not above 0")
    chosen, bound_yuan = _chosen(siting, time_limit_s)
    flow_kg = _flows(siting, chosen)
    is_built = _taken_kg(siting, flow_kg) > 0
    saving = _saving(siting, is_built, flow_kg)
    gap_frac = _gap_frac(saving, bound_yuan)
    is_proven = gap_frac <= _PROVEN_FRAC
    return Sites(
        is_built=is_built,
        flow_kg=flow_kg,
        total_fen_kg_per_t=_all_left(siting) - saving,
        is_proven=is_proven,
        gap_frac=0.0 if is_proven else gap_frac,
        missing_fen=_missing_fen(siting, is_built, saving),
    )


def _gain_fen_per_t(siting: Siting) -> I64:
    """What a pair saves against the yard, fen per tonne."""
    gain: I64 = siting.left_fen_per_t[siting.supply] - siting.cost_fen_per_t
    return gain


def _all_left(siting: Siting) -> int:
    rows = zip(siting.left_fen_per_t, siting.mass_kg, strict=True)
    return sum(int(fen) * int(kg) for fen, kg in rows)


def _saving(siting: Siting, is_built: Mask, flow_kg: I64) -> int:
    """Against building nothing, in fen kg per t, in whole numbers of any size."""
    rows = zip(_gain_fen_per_t(siting), flow_kg, strict=True)
    hauled = sum(int(fen) * int(kg) for fen, kg in rows)
    return hauled - _KG_PER_TONNE * sum(map(int, siting.fixed_fen[is_built]))


def _taken_kg(siting: Siting, flow_kg: I64) -> I64:
    taken = np.zeros(len(siting.capacity_kg), np.int64)
    np.add.at(taken, siting.site, flow_kg)
    return taken


def _gap_frac(saving: int, bound_yuan: float) -> float:
    found_yuan = saving / (_KG_PER_TONNE * 100)
    return max(0.0, bound_yuan - found_yuan) / max(1.0, abs(found_yuan))


def _missing_fen(siting: Siting, is_built: Mask, saving: int) -> I64:
    missing = np.zeros(len(is_built), np.int64)
    for site in np.flatnonzero(~is_built):
        beside = is_built.copy()
        beside[site] = True
        more = _saving(siting, beside, _flows(siting, beside)) - saving
        # Rounded up, so that a cut of so many fen is indeed enough.
        missing[site] = max(0, -(more // _KG_PER_TONNE))
    return missing


def _chosen(siting: Siting, time_limit_s: float) -> tuple[Mask, float]:
    """Which sites the mixed integer programme opens, and its bound on the saving."""
    sites, pairs = len(siting.capacity_kg), _worth_hauling(siting)
    if not len(pairs):
        return np.zeros(sites, bool), 0.0
    solver = _solver()
    for option in ("mip_rel_gap", "mip_abs_gap"):
        solver.setOptionValue(option, 0.0)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    solver.setOptionValue("time_limit", float(time_limit_s))
    model, unit_yuan = _choice(siting, pairs)
    solver.passModel(model)
    solver.run()
    bound_yuan = -solver.getInfo().mip_dual_bound * unit_yuan
    values = np.array(solver.getSolution().col_value[:sites])
    # Without an answer in time nothing is built, and the bound says what that may miss.
    return (values if len(values) else np.zeros(sites)) > 0.5, bound_yuan


def _worth_hauling(siting: Siting) -> I64:
    """Pairs that save something and can carry something."""
    most_kg = _most_kg(siting)
    pairs: I64 = np.flatnonzero((_gain_fen_per_t(siting) > 0) & (most_kg > 0))
    return pairs


def _most_kg(siting: Siting) -> I64:
    most: I64 = np.minimum(
        siting.mass_kg[siting.supply], siting.capacity_kg[siting.site]
    )
    return most


def _choice(siting: Siting, pairs: I64) -> tuple[highspy.HighsLp, float]:
    """The mixed integer programme, and how many yuan its objective counts as one.

    Columns are the sites, then each pair's flow as a share of the most it can carry.
    Rows are the supplies' masses and the sites' capacities, each as a share of the
    whole, then for each pair: nothing flows into a site that is not built.
    """
    supplies, sites = len(siting.mass_kg), len(siting.capacity_kg)
    supply, site = siting.supply[pairs], siting.site[pairs]
    most_kg = _most_kg(siting)[pairs].astype(np.float64)
    every, place = np.arange(len(pairs)), np.arange(sites)
    flow, strong = sites + every, supplies + sites + every
    entries = [
        (supply, flow, most_kg / siting.mass_kg[supply]),
        (supplies + site, flow, most_kg / siting.capacity_kg[site]),
        (supplies + place, place, np.full(sites, -1.0)),
        (strong, flow, np.ones(len(pairs))),
        (strong, site, np.full(len(pairs), -1.0)),
    ]
    gain_yuan = _gain_fen_per_t(siting)[pairs] / 100 * most_kg / _KG_PER_TONNE
    cost_yuan = np.concatenate([siting.fixed_fen / 100, -gain_yuan])
    unit_yuan = float(np.abs(cost_yuan).max()) / _LARGEST_COST
    room = np.concatenate([np.ones(supplies), np.zeros(sites + len(pairs))])
    model = _model(cost_yuan / unit_yuan, np.ones(len(cost_yuan)), room, entries)
    whole, share = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [whole] * sites + [share] * len(pairs)
    return model, unit_yuan


def _flows(siting: Siting, is_open: Mask) -> I64:
    """The cheapest flows into open sites: a transport problem in kg, at a vertex."""
    flow_kg = np.zeros(len(siting.supply), np.int64)
    pairs = _worth_hauling(siting)
    pairs = pairs[is_open[siting.site[pairs]]]
    if not len(pairs):
        return flow_kg
    solver = _solver()
    solver.setOptionValue("solver", "simplex")
    # Unscaled, a basis of a network reckons in whole numbers, which a double keeps.
    solver.setOptionValue("simplex_scale_strategy", 0)
    solver.passModel(_transport(siting, pairs))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ArithmeticError(f"no flows: {solver.getModelStatus()}")
    flow_kg[pairs] = np.rint(np.array(solver.getSolution().col_value)).astype(np.int64)
    _check(siting, flow_kg)
    return flow_kg


def _transport(siting: Siting, pairs: I64) -> highspy.HighsLp:
    supplies = len(siting.mass_kg)
    every, one = np.arange(len(pairs)), np.ones(len(pairs))
    room_kg = np.concatenate([siting.mass_kg, siting.capacity_kg]).astype(np.float64)
    entries = [
        (siting.supply[pairs], every, one),
        (supplies + siting.site[pairs], every, one),
    ]
    cost = -_gain_fen_per_t(siting)[pairs].astype(np.float64)
    return _model(cost, np.full(len(pairs), highspy.kHighsInf), room_kg, entries)


def _check(siting: Siting, flow_kg: I64) -> None:
    sent = np.zeros(len(siting.mass_kg), np.int64)
    np.add.at(sent, siting.supply, flow_kg)
    is_over = (sent > siting.mass_kg).any() or (flow_kg < 0).any()
    if is_over or (_taken_kg(siting, flow_kg) > siting.capacity_kg).any():
        raise ArithmeticError("the solver's flows break a mass or a capacity")


def _solver() -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    return solver


def _model(
    cost: F64, upper: F64, room: F64, entries: Sequence[tuple[Any, Any, F64]]
) -> highspy.HighsLp:
    """Least cost x with 0 <= x <= upper and A x <= room; A as rows, columns, values."""
    row, column, value = (
        np.concatenate([part[side] for part in entries]) for side in range(3)
    )
    order = np.lexsort((column, row))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(room)
    model.col_cost_, model.col_lower_ = cost, np.zeros(len(cost))
    model.col_upper_, model.row_upper_ = upper, room
    model.row_lower_ = np.full(len(room), -highspy.kHighsInf)
    starts = np.searchsorted(row[order], np.arange(len(room) + 1))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = starts.astype(np.int32)
    model.a_matrix_.index_ = column[order].astype(np.int32)
    model.a_matrix_.value_ = value[order]
    return model
