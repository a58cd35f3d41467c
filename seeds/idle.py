"""Rows that are sound and yet serve nothing: told as warnings, never as faults.

A rulebook may be ahead of its rows: a standard is listed before its numbers are read.
One function for each kind of row that may lie idle.
"""

from collections.abc import Callable, Iterator

from seeds.rows import AdmissionRow, Catalogue, LimitRow, Row, TreatmentRow
from seeds.tabular import Fault

Check = Callable[[Catalogue], Iterator[Fault]]
_AT_MOST = "<="


def idle_rows(catalogue: Catalogue) -> list[Fault]:
    """All idle rows that the checks below find, by file and line."""
    found = [warning for check in CHECKS for warning in check(catalogue)]
    return sorted(found, key=lambda warning: (warning.file, warning.line or 0))


def dead_routes(catalogue: Catalogue) -> Iterator[Fault]:
    """A route that admits no material can take nothing."""
    admitting = {row.route for row in catalogue.admissions if row.admitted}
    for route in catalogue.routes:
        if route.code not in admitting:
            yield _idle(route, "code", f"{route.code} admits no material")


def materials_without_route(catalogue: Catalogue) -> Iterator[Fault]:
    """A material that no route admits has nowhere to go."""
    admitted = {row.material for row in catalogue.admissions if row.admitted}
    for material in catalogue.materials:
        if material.code not in admitted:
            yield _idle(material, "code", f"no route admits {material.code}")


def orphan_treatments(catalogue: Catalogue) -> Iterator[Fault]:
    """A treatment that brings its material to no limit of any route mends nothing."""
    for treatment in catalogue.treatments:
        if not any(_mends(treatment, limit) for limit in _facing(catalogue, treatment)):
            reason = (
                f"no limit on {treatment.parameter} of {treatment.material} "
                f"is met at {treatment.reaches:g} {treatment.unit}"
            )
            yield _idle(treatment, "reaches", reason)


def uncited_standards(catalogue: Catalogue) -> Iterator[Fault]:
    """An edition of a standard that no admission and no limit cites."""
    cited = {(row.standard, row.edition) for row in _rules(catalogue)}
    for standard in catalogue.standards:
        if (standard.code, standard.edition) not in cited:
            named = f"{standard.code}-{standard.edition}"
            yield _idle(standard, "code", f"nothing cites {named}")


def citations_out_of_force(catalogue: Catalogue) -> Iterator[Fault]:
    """A rule that cites an edition which is in force on none of the rule's days."""
    editions = {(row.code, row.edition): row for row in catalogue.standards}
    for row in _rules(catalogue):
        edition = editions.get((row.standard, row.edition))
        if edition and not row.overlaps(edition):
            named = f"{row.standard}-{row.edition}"
            yield _idle(row, "edition", f"{named} is not in force while the row is")


CHECKS: tuple[Check, ...] = (
    dead_routes,
    materials_without_route,
    orphan_treatments,
    uncited_standards,
    citations_out_of_force,
)


def _rules(catalogue: Catalogue) -> Iterator[AdmissionRow | LimitRow]:
    yield from catalogue.admissions
    yield from catalogue.limits


def _facing(catalogue: Catalogue, treatment: TreatmentRow) -> Iterator[LimitRow]:
    """Limits on a treatment's parameter, on routes that admit its material."""
    material = treatment.material
    routes = {
        row.route
        for row in catalogue.admissions
        if row.admitted and row.material == material
    }
    return (
        limit
        for limit in catalogue.limits
        if limit.parameter == treatment.parameter
        and limit.route in routes
        and limit.material in (None, material)
    )


def _mends(treatment: TreatmentRow, limit: LimitRow) -> bool:
    """Whether the treatment's end meets the limit; a number yet unread may be met."""
    if limit.value is None:
        return True
    if limit.operator == _AT_MOST:
        return treatment.reaches <= limit.value
    return treatment.reaches >= limit.value


def _idle(row: Row, column: str, reason: str) -> Fault:
    return Fault(row.file, reason, row.line, column)
