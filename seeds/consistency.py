"""Whether rows that are well-formed one by one also fit each other.

One function for each thing that can be wrong; each gives the faults it finds.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby
from typing import TypeVar

import numpy as np

from seeds.rows import (
    AdmissionRow,
    Catalogue,
    Dated,
    LimitRow,
    ParameterRow,
    Row,
    TreatmentRow,
    TypicalRow,
)
from seeds.tabular import Fault
from wastehub.formulas import Formula, formula

HAZARDOUS = "HW"
# The cheapest set of treatments is found by looking at every set.
MOST_TREATMENTS = 8
# Points of the plausible ranges at which a formula is tried.
_TRIED = (0.25, 0.5, 0.75)
# A code of the National Catalogue of Hazardous Wastes ends in the number of its class.
_HAZARDOUS_CODE = re.compile(r"-\d\d$")
_DatedRow = TypeVar("_DatedRow", bound=Dated)
Check = Callable[[Catalogue], Iterator[Fault]]


def consistency_faults(catalogue: Catalogue) -> list[Fault]:
    """All faults that the checks below find."""
    return [fault for check in CHECKS for fault in check(catalogue)]


def ranges_in_order(catalogue: Catalogue) -> Iterator[Fault]:
    """A lower end lies below its upper end, and a factor between both."""
    for parameter in catalogue.parameters:
        if parameter.plausible_low >= parameter.plausible_high:
            yield _fault(parameter, "plausible_low", "is not below plausible_high")
    for typical in catalogue.typical:
        if typical.low > typical.high:
            yield _fault(typical, "low", "is above high")
        if typical.plausible_low is not None and typical.plausible_low > typical.low:
            yield _fault(typical, "plausible_low", "is above low, which is usual")
        if typical.plausible_high is not None and typical.plausible_high < typical.high:
            yield _fault(typical, "plausible_high", "is below high, which is usual")
    for factor in catalogue.factors:
        if factor.low is not None and factor.low > factor.value:
            yield _fault(factor, "low", "is above value")
        if factor.high is not None and factor.high < factor.value:
            yield _fault(factor, "high", "is below value")


def dates_in_order(catalogue: Catalogue) -> Iterator[Fault]:
    """No row ends before it begins."""
    dated: Iterable[Dated] = (
        *catalogue.standards,
        *catalogue.admissions,
        *catalogue.limits,
    )
    for row in dated:
        if row.valid_from and row.valid_to and row.valid_from > row.valid_to:
            yield _fault(row, "valid_to", "is before valid_from")


def units_agree(catalogue: Catalogue) -> Iterator[Fault]:
    """A value is in the unit of its parameter."""
    units = {parameter.code: parameter.unit for parameter in catalogue.parameters}
    for row in _measured(catalogue):
        expected = units.get(row.parameter, row.unit)
        if row.unit != expected:
            reason = f"{row.unit!r} is not {expected!r}, the unit of {row.parameter}"
            yield _fault(row, "unit", reason)


def bases_agree(catalogue: Catalogue) -> Iterator[Fault]:
    """A limit is on the basis of its parameter, wet or dry."""
    bases = {parameter.code: parameter.basis for parameter in catalogue.parameters}
    for row in catalogue.limits:
        expected = bases.get(row.parameter, row.basis)
        if row.basis != expected:
            reason = f"{row.basis!r} is not {expected!r}, the basis of {row.parameter}"
            yield _fault(row, "basis", reason)


def values_plausible(catalogue: Catalogue) -> Iterator[Fault]:
    """A value lies within what is plausible at all for its parameter."""
    ranges = {
        parameter.code: (parameter.plausible_low, parameter.plausible_high)
        for parameter in catalogue.parameters
    }
    for row in _measured(catalogue):
        low, high = ranges.get(row.parameter, (float("-inf"), float("inf")))
        for column, value in _readings(row):
            if not low <= value <= high:
                reason = (
                    f"{value:g} is not plausible: "
                    f"{row.parameter} is {low:g} to {high:g}"
                )
                yield _fault(row, column, reason)


def formulas_reckon(catalogue: Catalogue) -> Iterator[Fault]:
    """A formula names measured parameters, and gives a number for plausible values."""
    by_code = {parameter.code: parameter for parameter in catalogue.parameters}
    for row in catalogue.parameters:
        if row.formula:
            reason = _formula_fault(formula(row.formula), by_code)
            if reason:
                yield _fault(row, "formula", reason)


def treatments_share_cost(catalogue: Catalogue) -> Iterator[Fault]:
    """A treatment is paid once, whatever it mends: its rows state one fixed cost."""
    first: dict[tuple[str, str], TreatmentRow] = {}
    codes: dict[str, set[str]] = {}
    for row in catalogue.treatments:
        before = first.setdefault((row.code, row.material), row)
        if before.fixed_yuan_per_t != row.fixed_yuan_per_t:
            reason = f"is not {before.fixed_yuan_per_t} as on {before.place}"
            yield _fault(row, "fixed_yuan_per_t", reason)
        known = codes.setdefault(row.material, set())
        known.add(row.code)
        if len(known) > MOST_TREATMENTS:
            reason = f"{row.material} has over {MOST_TREATMENTS} treatments"
            yield _fault(row, "code", reason)


def limits_have_admission(catalogue: Catalogue) -> Iterator[Fault]:
    """A limit concerns a material that its route admits."""
    pairs = {(row.route, row.material) for row in catalogue.admissions if row.admitted}
    routes = {route for route, _ in pairs}
    for limit in catalogue.limits:
        if limit.material is None and limit.route not in routes:
            yield _fault(limit, "route", f"{limit.route} admits no material")
        if limit.material is not None and (limit.route, limit.material) not in pairs:
            reason = f"admissions.csv does not admit {limit.material} to {limit.route}"
            yield _fault(limit, "material", reason)


def refusals_give_reasons(catalogue: Catalogue) -> Iterator[Fault]:
    """A material that is not admitted is told why, in both languages."""
    for row in catalogue.admissions:
        for column, reason in (
            ("reason_zh", row.reason_zh),
            ("reason_en", row.reason_en),
        ):
            if not row.admitted and not reason:
                yield _fault(row, column, "must say why the material is not admitted")


def citations_complete(catalogue: Catalogue) -> Iterator[Fault]:
    """A clause belongs to an edition of a standard; so does a number yet unread."""
    cited: Iterable[AdmissionRow | LimitRow] = (
        *catalogue.admissions,
        *catalogue.limits,
    )
    for row in cited:
        if row.standard and not row.edition:
            yield _fault(row, "edition", "must be given with the standard")
        if row.clause and not row.standard:
            yield _fault(row, "standard", "must be given with the clause")
    for limit in catalogue.limits:
        if limit.value is None and not limit.standard:
            reason = "may be empty only where a named standard holds the number"
            yield _fault(limit, "value", reason)


def periods_apart(catalogue: Catalogue) -> Iterator[Fault]:
    """Two rows on the same question never hold on the same day."""
    yield from _overlaps(catalogue.admissions, lambda row: (row.route, row.material))
    yield from _overlaps(
        catalogue.limits,
        lambda row: (
            row.route,
            row.material or "",
            row.grade,
            row.parameter,
            row.operator,
        ),
    )


def limits_leave_room(catalogue: Catalogue) -> Iterator[Fault]:
    """No deciding limit asks for more than another allows on the same day."""
    deciding = [row for row in catalogue.limits if row.decides]
    for floor in (row for row in deciding if row.operator == ">="):
        for ceiling in (row for row in deciding if row.operator == "<="):
            if _meet(floor, ceiling) and _above(floor.value, ceiling.value):
                reason = (
                    f"at least {floor.value:g} contradicts {ceiling.place}, "
                    f"at most {ceiling.value:g}"
                )
                yield _fault(floor, "value", reason)


def targets_in_their_unit(catalogue: Catalogue) -> Iterator[Fault]:
    """A target of a share is in percent, one of a mass is not; no rate passes all."""
    for row in catalogue.policy_targets:
        is_mass = row.measure == "mass"
        if is_mass == (row.unit == "%"):
            yield _fault(row, "unit", f"{row.unit!r} is no unit of {row.measure}")
        if row.measure == "utilisation_rate" and row.unit == "%" and row.value > 100:
            yield _fault(row, "value", "no more than 100 % can be used")


def code_patterns_match_category(catalogue: Catalogue) -> Iterator[Fault]:
    """The code pattern of a material names its category: S10 for SW10, -48 for HW."""
    for row in catalogue.materials:
        if row.category == HAZARDOUS:
            if not _HAZARDOUS_CODE.search(row.code_pattern):
                yield _fault(row, "code_pattern", "does not end in a class of HW")
        elif row.category and row.category.replace("W", "") not in row.code_pattern:
            reason = f"does not name the category {row.category}"
            yield _fault(row, "code_pattern", reason)


CHECKS: tuple[Check, ...] = (
    ranges_in_order,
    dates_in_order,
    units_agree,
    bases_agree,
    values_plausible,
    formulas_reckon,
    treatments_share_cost,
    limits_have_admission,
    refusals_give_reasons,
    citations_complete,
    periods_apart,
    limits_leave_room,
    code_patterns_match_category,
    targets_in_their_unit,
)


def _fault(row: Row, column: str, reason: str) -> Fault:
    return Fault(row.file, reason, row.line, column, row.label)


def _measured(catalogue: Catalogue) -> Iterable[TypicalRow | LimitRow | TreatmentRow]:
    return (*catalogue.typical, *catalogue.limits, *catalogue.treatments)


def _readings(row: TypicalRow | LimitRow | TreatmentRow) -> Iterator[tuple[str, float]]:
    """The values of a row that are in the unit of its parameter, by column."""
    if isinstance(row, TypicalRow):
        yield "low", row.low
        yield "high", row.high
        if row.plausible_low is not None:
            yield "plausible_low", row.plausible_low
        if row.plausible_high is not None:
            yield "plausible_high", row.plausible_high
    elif isinstance(row, TreatmentRow):
        yield "reaches", row.reaches
    elif row.value is not None:
        yield "value", row.value


def _formula_fault(known: Formula, by_code: Mapping[str, ParameterRow]) -> str:
    """What is wrong with a formula, or nothing."""
    for name in sorted(known.names):
        if name not in by_code:
            return f"{name!r} is not in parameters.csv"
        if by_code[name].formula:
            return f"{name} has a formula of its own: name what is measured"
    if not known.names:
        return "names no parameter"
    tried = {name: _tried(by_code[name]) for name in known.names}
    if np.isnan(known(tried)).any():
        return "divides by 0 or overflows at plausible values"
    return ""


def _tried(row: ParameterRow) -> "np.ndarray":
    low, high = row.plausible_low, row.plausible_high
    return np.array([low + (high - low) * share for share in _TRIED])


def _meet(one: LimitRow, other: LimitRow) -> bool:
    """Whether two limits can bind the same lot on the same day."""
    return (
        (one.route, one.parameter) == (other.route, other.parameter)
        and (not one.grade or not other.grade or one.grade == other.grade)
        and (None in (one.material, other.material) or one.material == other.material)
        and one.overlaps(other)
    )


def _above(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low > high


def _overlaps(
    rows: Sequence[_DatedRow], question: Callable[[_DatedRow], tuple[str, ...]]
) -> Iterator[Fault]:
    for _, group in groupby(sorted(rows, key=question), question):
        for earlier, later in combinations(sorted(group, key=lambda row: row.line), 2):
            if earlier.overlaps(later):
                reason = f"{earlier.place} holds at the same time: end one of them"
                yield _fault(later, "valid_from", reason)
