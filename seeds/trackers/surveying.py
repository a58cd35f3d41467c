"""A file as plants: read, cleaned row by row, units put together."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.utils.translation import gettext as _

from seeds.trackers.plants import Plant, Row, RowFault, Skipped
from seeds.trackers.reading import Table, read_table
from seeds.trackers.source import Capacities, CapacityFile, Source
from wastehub.errors import Refused


@dataclass(frozen=True)
class Fault:
    """A row that can not be used; ``key`` is the plant's, as far as it can be read."""

    file: str
    line: int
    key: str
    reason: str


@dataclass
class Survey:
    """What a file holds: operating plants, rows of no use, rows at fault."""

    rows: int
    plants: dict[str, Plant] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def survey(source: Source, path: Path, capacity_path: Path | None = None) -> Survey:
    """Read a tracker's file; a bad row is a fault, and the rest goes on.

    Raises
    ------
    Refused
        A file can not be read at all, or the second file is not found.
    """
    table = read_table(path, source.columns)
    found = Survey(len(table.rows) + len(table.misfits))
    capacities = _capacities(source.capacity_file, path, capacity_path, found)
    found.faults += _misfits(table, path.name, source.key_column)
    for row in table.rows:
        try:
            _take(source, source.clean(row, capacities), found)
        except RowFault as fault:
            key = row[source.key_column]
            found.faults.append(Fault(path.name, row.line, key, str(fault)))
    return found


def _take(source: Source, cleaned: Plant | Skipped, found: Survey) -> None:
    if isinstance(cleaned, Skipped):
        found.skipped.append(cleaned)
        return
    known = found.plants.get(cleaned.key)
    if known is None:
        found.plants[cleaned.key] = cleaned
    elif source.in_units:
        # The first operating unit names and places the plant.
        found.plants[cleaned.key] = replace(known, parts=known.parts + cleaned.parts)
    else:
        raise RowFault(f"the plant {cleaned.key} stands in line {known.line} already")


def _capacities(
    wanted: CapacityFile | None, path: Path, given: Path | None, found: Survey
) -> Capacities:
    if wanted is None:
        return {}
    capacity_path = given or _sibling(path, wanted.pattern)
    table = read_table(capacity_path, wanted.columns)
    found.faults += _misfits(table, capacity_path.name, wanted.key_column)
    by_plant: dict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        by_plant[row[wanted.key_column]].append(row)
    return by_plant


def _sibling(path: Path, pattern: str) -> Path:
    """The newest capacity file beside the plants' file, by name."""
    beside = sorted(path.parent.glob(pattern))
    if not beside:
        message = _("No capacity file %s stands beside the plants: name one.") % pattern
        raise Refused("capacity_file_missing", message, {"capacity_file": message})
    return beside[-1]


def _misfits(table: Table, file: str, key_column: str) -> list[Fault]:
    reason = "the row has more or fewer cells than the heading"
    return [
        Fault(file, row.line, row.cells.get(key_column, ""), reason)
        for row in table.misfits
    ]
