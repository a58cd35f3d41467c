"""Whether rows that are well-formed one by one also fit each other.

One function for each thing that can be wrong; each gives the faults it finds.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, groupby
from typing import TypeVar

from seeds.rows import (
    AdmissionRow,
    Catalogue,
    Dated,
    LimitRow,
    Row,
    TreatmentRow,
    TypicalRow,
)
from seeds.tabular import Fault

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
        lambda row: (row.route, row.material or "", row.parameter, row.operator),
    )


def limits_leave_room(catalogue: Catalogue) -> Iterator[Fault]:
    """No deciding limit asks for more than another allows on the same day."""
    deciding = [row for row in catalogue.limits if row.decides]
    for floor in (row for row in deciding if row.operator == ">="):
        for ceiling in (row for row in deciding if row.operator == "<="):
            if _meet(floor, ceiling) and _above(floor.value, ceiling.value):
                reason = (
                    f"at least {floor.value:g} contradicts line {ceiling.line}, "
                    f"at most {ceiling.value:g}"
                )
                yield _fault(floor, "value", reason)


def code_patterns_match_category(catalogue: Catalogue) -> Iterator[Fault]:
    """The code pattern of a material names its category: S10 for SW10."""
    for row in catalogue.materials:
        if row.category_code.replace("W", "") not in row.code_pattern:
            reason = f"does not name the category {row.category_code}"
            yield _fault(row, "code_pattern", reason)


CHECKS: tuple[Check, ...] = (
    ranges_in_order,
    dates_in_order,
    units_agree,
    values_plausible,
    limits_have_admission,
    refusals_give_reasons,
    citations_complete,
    periods_apart,
    limits_leave_room,
    code_patterns_match_category,
)


def _fault(row: Row, column: str, reason: str) -> Fault:
    return Fault(row.file, reason, row.line, column)


def _measured(catalogue: Catalogue) -> Iterable[TypicalRow | LimitRow | TreatmentRow]:
    return (*catalogue.typical, *catalogue.limits, *catalogue.treatments)


def _readings(row: TypicalRow | LimitRow | TreatmentRow) -> Iterator[tuple[str, float]]:
    """The values of a row that are in the unit of its parameter, by column."""
    if isinstance(row, TypicalRow):
        yield "low", row.low
        yield "high", row.high
    elif isinstance(row, TreatmentRow):
        yield "reaches", row.reaches
    elif row.value is not None:
        yield "value", row.value


def _meet(one: LimitRow, other: LimitRow) -> bool:
    """Whether two limits can bind the same lot on the same day."""
    return (
        (one.route, one.parameter) == (other.route, other.parameter)
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
                reason = f"line {earlier.line} holds at the same time: end one of them"
                yield _fault(later, "valid_from", reason)
