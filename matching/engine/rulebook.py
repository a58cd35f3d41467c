"""What is allowed: admissions, limits, typical compositions and treatments.

Materials, routes and parameters are known by their index, in one order that the
caller keeps; limits and treatments by their row.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from matching.engine.columns import F64, I8, I32, I64, Mask, frozen, outside, refuse

NOT_A_USE: Final = 0
ADMITTED: Final = 1
FORBIDDEN: Final = 2
ANY_MATERIAL: Final = -1
EVERY_GRADE: Final = -1
CODES_PER_MATERIAL: Final = 8
"""The cheapest set of treatments is sought among all sets."""
AT_MOST: Final = 1
AT_LEAST: Final = -1
COST_CEILING_FEN_PER_T: Final = 10**9


@dataclass(frozen=True, eq=False)
class Limits:
    """Specification limits, a row each.

    Parameters
    ----------
    route, material, parameter
        Indices, shape (n,); material -1 is every material the route admits.
    sense
        +1 at most, -1 at least.
    value
        In the parameter's unit; NaN where the number has not been read.
    decides
        False where the source is too unsure to decide a verdict.
    grade
        Which of a standard's grades the limit belongs to: a lot needs to pass the
        limits of one grade only. Ascending from the best; -1 holds for every grade.
    """

    route: I32
    material: I32
    parameter: I32
    sense: I8
    value: F64
    decides: Mask
    grade: I32

    def __post_init__(self) -> None:
        _freeze_rows(self, _LIMIT_DTYPES, len(self))
        bad = ~np.isin(self.sense, (AT_MOST, AT_LEAST))
        refuse("limits", bad, "sense must be +1 or -1", self.sense)
        refuse("limits", np.isinf(self.value), "value must be finite", self.value)
        bad = self.grade < EVERY_GRADE
        refuse("limits", bad, "grade must be >= -1", self.grade)

    def __len__(self) -> int:
        return len(np.atleast_1d(self.route))


@dataclass(frozen=True, eq=False)
class Treatments:
    """Steps that bring one parameter of a material towards ``reaches``, a row each.

    Rows of one ``code`` and material are one step that changes several parameters: a
    tonne costs ``fixed_fen_per_t`` once (the largest of those rows) plus each row's
    ``fen_per_t_per_unit`` for each unit of its parameter's change.
    """

    material: I32
    parameter: I32
    reaches: F64
    fixed_fen_per_t: I64
    fen_per_t_per_unit: F64
    code: I32

    def __post_init__(self) -> None:
        _freeze_rows(self, _TREATMENT_DTYPES, len(self))
        bad = ~np.isfinite(self.reaches)
        refuse("treatments", bad, "reaches must be finite", self.reaches)
        for name in ("fixed_fen_per_t", "fen_per_t_per_unit"):
            cost = getattr(self, name)
            bad = outside(cost, 0, COST_CEILING_FEN_PER_T)
            refuse("treatments", bad, f"{name} must be within 0 to 10**9", cost)

    def __len__(self) -> int:
        return len(np.atleast_1d(self.material))


@dataclass(frozen=True, eq=False)
class Rulebook:
    """The rules for M materials, R routes and P parameters.

    Parameters
    ----------
    material_reach_km
        Great-circle kilometres a material is worth hauling, shape (M,); may be inf.
    typical_low, typical_high
        Usual range of a parameter in a material, shape (M, P); NaN where none.
    admitted
        Shape (R, M): 0 not a use, 1 admitted, 2 forbidden by a rule.
    max_share_frac
        Largest share of a demand's base mass, shape (R, M), within 0 to 1; counted in
        whole parts per million.
    limits, treatments
        Their rows.

    Raises
    ------
    ValueError
        A shape, an index or a value is impossible, two deciding limits that hold
        together leave nothing between them, or a material has more than eight
        treatments; the message names the table and the row.
    """

    material_reach_km: F64
    typical_low: F64
    typical_high: F64
    admitted: I8
    max_share_frac: F64
    limits: Limits
    treatments: Treatments

    def __post_init__(self) -> None:
        materials = len(self.material_reach_km)
        routes = len(self.admitted)
        parameters = np.asarray(self.typical_low).shape[-1]
        shapes: dict[str, tuple[Any, tuple[int, ...]]] = {
            "material_reach_km": (np.float64, (materials,)),
            "typical_low": (np.float64, (materials, parameters)),
            "typical_high": (np.float64, (materials, parameters)),
            "admitted": (np.int8, (routes, materials)),
            "max_share_frac": (np.float64, (routes, materials)),
        }
        for name, (dtype, shape) in shapes.items():
            column = frozen(f"rulebook.{name}", getattr(self, name), dtype, shape)
            object.__setattr__(self, name, column)
        _check_matrices(self)
        _check_indices(self)
        _check_limits_agree(self.limits)
        _check_codes(self.treatments)

    @property
    def typical_middle(self) -> F64:
        """The middle of what is usual, shape (M, P); NaN where nothing is known."""
        middle: F64 = self.typical_low + (self.typical_high - self.typical_low) / 2
        return middle

    @property
    def materials(self) -> int:
        """Number of materials, M."""
        return len(self.material_reach_km)

    @property
    def routes(self) -> int:
        """Number of routes, R."""
        return len(self.admitted)

    @property
    def parameters(self) -> int:
        """Number of parameters, P."""
        return int(self.typical_low.shape[1])


_LIMIT_DTYPES: Final = {
    "route": np.int32,
    "material": np.int32,
    "parameter": np.int32,
    "sense": np.int8,
    "value": np.float64,
    "decides": np.bool_,
    "grade": np.int32,
}
_TREATMENT_DTYPES: Final = {
    "material": np.int32,
    "parameter": np.int32,
    "reaches": np.float64,
    "fixed_fen_per_t": np.int64,
    "fen_per_t_per_unit": np.float64,
    "code": np.int32,
}


def _freeze_rows(table: Limits | Treatments, dtypes: dict[str, Any], rows: int) -> None:
    name = type(table).__name__.lower()
    for column, dtype in dtypes.items():
        data = frozen(f"{name}.{column}", getattr(table, column), dtype, (rows,))
        object.__setattr__(table, column, data)


def _check_matrices(rules: Rulebook) -> None:
    reach, share = rules.material_reach_km, rules.max_share_frac
    low, high = rules.typical_low, rules.typical_high
    refuse("materials", outside(reach, 0, np.inf), "reach_km must be >= 0", reach)
    refuse("typical", np.isnan(low) != np.isnan(high), "needs both ends or none", low)
    refuse("typical", low > high, "low is above high", low)
    infinite = np.isinf(low) | np.isinf(high)
    refuse("typical", infinite, "range must be finite or NaN", low)
    bad = outside(rules.admitted, NOT_A_USE, FORBIDDEN)
    refuse("admitted", bad, "must be 0, 1 or 2", rules.admitted)
    refuse("max_share_frac", outside(share, 0, 1), "must be within 0 to 1", share)


def _check_indices(rules: Rulebook) -> None:
    limits, treatments = rules.limits, rules.treatments
    last = rules.materials - 1, rules.routes - 1, rules.parameters - 1
    for table, name, column, low, high in (
        ("limits", "route", limits.route, 0, last[1]),
        ("limits", "material", limits.material, ANY_MATERIAL, last[0]),
        ("limits", "parameter", limits.parameter, 0, last[2]),
        ("treatments", "material", treatments.material, 0, last[0]),
        ("treatments", "parameter", treatments.parameter, 0, last[2]),
    ):
        bad = outside(column, low, high)
        refuse(table, bad, f"{name} must be within {low} to {high}", column)


def _check_limits_agree(limits: Limits) -> None:
    ceiling, floor = _opposed(limits)
    together = _either(limits.material, ceiling, floor, ANY_MATERIAL)
    together &= _either(limits.grade, ceiling, floor, EVERY_GRADE)
    apart = together & (limits.value[floor] > limits.value[ceiling])
    if apart.any():
        first = int(np.argmax(apart))
        raise ValueError(
            f"limits rows {ceiling[first]} and {floor[first]} exclude each other"
        )


def _opposed(limits: Limits) -> tuple[I64, I64]:
    """Every ceiling with every floor of its route and parameter, by ceiling, floor."""
    deciding = np.flatnonzero(limits.decides & ~np.isnan(limits.value))
    ceilings = deciding[limits.sense[deciding] == AT_MOST]
    floors = deciding[limits.sense[deciding] == AT_LEAST]
    key = limits.route.astype(np.int64) << 32 | limits.parameter
    floors = floors[np.argsort(key[floors], kind="stable")]
    first = np.searchsorted(key[floors], key[ceilings], "left")
    count = np.searchsorted(key[floors], key[ceilings], "right") - first
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(ceilings, count), floors[np.repeat(first, count) + nth]


def _either(column: I32, one: I64, other: I64, every: int) -> Mask:
    """Where two rows are of one kind, or one of them is of every kind."""
    left, right = column[one], column[other]
    mask: Mask = (left == right) | (left == every) | (right == every)
    return mask


def _check_codes(treatments: Treatments) -> None:
    refuse("treatments", treatments.code < 0, "code must be >= 0", treatments.code)
    steps = np.unique(np.stack([treatments.material, treatments.code]), axis=1)
    material, codes = np.unique(steps[0], return_counts=True)
    for row in np.flatnonzero(codes > CODES_PER_MATERIAL):
        raise ValueError(
            f"treatments: material {material[row]} has {codes[row]} codes,"
            f" at most {CODES_PER_MATERIAL} can be weighed"
        )
