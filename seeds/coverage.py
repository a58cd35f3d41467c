"""How much of the rulebook is there, and how sure it is, counted.

A limit that names no material holds for every material its route admits, and counts
with each of them; in the total it counts once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seeds.rows import AdmissionRow, Catalogue, LimitRow

_HEAD = ("limits", "H", "M", "L", "decide", "unread")


@dataclass(frozen=True)
class Tally:
    """Limits counted.

    ``high``, ``medium`` and ``low`` are the limits by confidence, the shades of M
    together; ``deciding`` of all may decide a verdict, and ``unread`` of these wait for
    a number that nobody has read yet.
    """

    limits: int
    high: int
    medium: int
    low: int
    deciding: int
    unread: int


@dataclass(frozen=True)
class Covered:
    """A material with the routes that admit and refuse it, or a route likewise."""

    code: str
    admitted: int
    refused: int
    tally: Tally


@dataclass(frozen=True)
class Coverage:
    """The whole catalogue counted, by material, by route and in all."""

    materials: Sequence[Covered]
    routes: Sequence[Covered]
    total: Tally

    def lines(self) -> list[str]:
        """The counts as tables, made to be printed."""
        total = Covered("all", *_pairs(self.materials), self.total)
        return [
            _line("material", "admitted", "refused", *_HEAD),
            *(_counted(row) for row in (*self.materials, total)),
            "",
            _line("route", "admits", "refuses", *_HEAD),
            *(_counted(row) for row in (*self.routes, total)),
            "",
            f"{len(self.materials)} materials, {len(self.routes)} routes, "
            f"{self.total.limits} limits: {self.total.high} H, {self.total.medium} M, "
            f"{self.total.low} L",
            f"{self.total.deciding} limits decide, {self.total.unread} of them wait "
            "for a number that has not been read",
        ]


def coverage_of(catalogue: Catalogue) -> Coverage:
    """Count the rows of a catalogue, whatever their dates."""
    return Coverage(
        materials=tuple(
            _material(catalogue, material.code) for material in catalogue.materials
        ),
        routes=tuple(_route(catalogue, route.code) for route in catalogue.routes),
        total=tally(catalogue.limits),
    )


def tally(limits: Iterable[LimitRow]) -> Tally:
    """Count limits."""
    rows = list(limits)
    deciding = [row for row in rows if row.decides]
    return Tally(
        limits=len(rows),
        high=sum(row.confidence == "H" for row in rows),
        medium=sum(row.confidence.startswith("M") for row in rows),
        low=sum(row.confidence == "L" for row in rows),
        deciding=len(deciding),
        unread=sum(row.value is None for row in deciding),
    )


def _material(catalogue: Catalogue, code: str) -> Covered:
    rules = [row for row in catalogue.admissions if row.material == code]
    routes = {row.route for row in rules if row.admitted}
    limits = (
        row
        for row in catalogue.limits
        if row.material == code or (row.material is None and row.route in routes)
    )
    return Covered(code, *_counts(rules, "route"), tally(limits))


def _route(catalogue: Catalogue, code: str) -> Covered:
    rules = [row for row in catalogue.admissions if row.route == code]
    limits = (row for row in catalogue.limits if row.route == code)
    return Covered(code, *_counts(rules, "material"), tally(limits))


def _counts(rules: Sequence[AdmissionRow], other: str) -> tuple[int, int]:
    """Different partners that are admitted at any time, and refused at any time."""
    admitted = {getattr(row, other) for row in rules if row.admitted}
    refused = {getattr(row, other) for row in rules if not row.admitted}
    return len(admitted), len(refused)


def _pairs(rows: Sequence[Covered]) -> tuple[int, int]:
    return sum(row.admitted for row in rows), sum(row.refused for row in rows)


def _counted(row: Covered) -> str:
    tallied = row.tally
    return _line(
        row.code,
        row.admitted,
        row.refused,
        tallied.limits,
        tallied.high,
        tallied.medium,
        tallied.low,
        tallied.deciding,
        tallied.unread,
    )


def _line(name: str, *cells: object) -> str:
    return f"{name:<26}" + "".join(f"{cell:>10}" for cell in cells)
