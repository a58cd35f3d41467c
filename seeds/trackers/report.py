"""What an import did, as numbers and as lines to read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from seeds.trackers.estimating import Draft
from wastehub.units import tonnes_from_kg


class Kind(StrEnum):
    """Why a line of the file is spoken of."""

    FAULT = "fault"
    SKIPPED = "skipped"
    NO_TONNAGE = "no tonnage"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Note:
    """What there is to say of a line of a file; line 0 is the file as a whole."""

    file: str
    line: int
    kind: Kind
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.kind}: {self.reason}"


@dataclass
class Tally:
    """How many rows were written, and how many stood as they are."""

    changed: int = 0
    unchanged: int = 0

    def add(self, is_changed: bool) -> None:
        """Count one row."""
        if is_changed:
            self.changed += 1
        else:
            self.unchanged += 1

    @property
    def total(self) -> int:
        """All rows counted."""
        return self.changed + self.unchanged

    def __str__(self) -> str:
        return f"{self.total} ({self.changed} changed, {self.unchanged} unchanged)"


@dataclass
class Report:
    """An import's outcome; in a dry run, what the outcome would be.

    ``count`` and ``mass_kg`` are of the listings put, by side and code, in kilograms a
    year.
    """

    source: str
    file: str
    region: str | None
    is_dry_run: bool
    rows: int = 0
    owners: Tally = field(default_factory=Tally)
    facilities: Tally = field(default_factory=Tally)
    listings: Tally = field(default_factory=Tally)
    withdrawn: int = 0
    count: Counter[tuple[str, str]] = field(default_factory=Counter)
    mass_kg: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: list[Note] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """How many rows of the database were written."""
        tallies = (self.owners, self.facilities, self.listings)
        return sum(tally.changed for tally in tallies) + self.withdrawn

    def of(self, kind: Kind) -> list[Note]:
        """The notes of one kind."""
        return [note for note in self.notes if note.kind == kind]

    def note(self, line: int, kind: Kind, reason: str) -> None:
        """Say something of a line of the file."""
        self.notes.append(Note(self.file, line, kind, reason))

    def put(self, draft: Draft, is_changed: bool) -> None:
        """Count a listing."""
        self.listings.add(is_changed)
        self.count[draft.side, draft.code] += 1
        self.mass_kg[draft.side, draft.code] += draft.mass_kg

    def lines(self) -> Iterator[str]:
        """The report as text: what was put, what was not and why."""
        where = f", region {self.region}" if self.region else ""
        yield f"{self.source}: {self.file}, {self.rows} rows{where}"
        yield f"facilities: {self.facilities}"
        yield f"listings: {self.listings}; {self.withdrawn} withdrawn"
        for side, code in sorted(self.count):
            mass_t = tonnes_from_kg(self.mass_kg[side, code])
            number = self.count[side, code]
            yield f"  {side} {code}: {number}, {mass_t:,.0f} t/y, estimated"
        yield from map(str, self._told())
        yield from self._skipped()
        if not self.changes:
            yield "Nothing changed."
        if self.is_dry_run:
            yield "Dry run: nothing was written."

    def _told(self) -> list[Note]:
        return [note for note in self.notes if note.kind != Kind.SKIPPED]

    def _skipped(self) -> Iterator[str]:
        reasons = Counter(note.reason for note in self.of(Kind.SKIPPED))
        for reason, number in sorted(reasons.items()):
            yield f"skipped: {number} {reason}"
