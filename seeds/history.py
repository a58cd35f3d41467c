"""The rows of a rulebook as cells: kept with it, read back, compared.

Cells are what the CSV files hold, so that whatever was published can be exported to
files, and edits are read by the very parsers that read the files.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from seeds.schema import TABLES, Records
from seeds.tabular import Record
from wastehub.catalogue.models import Rulebook
from wastehub.errors import Refused

Cells = Mapping[str, str]
Key = tuple[str, ...]
# The rows of each table by their natural key, in the order of the files.
Tables = Mapping[str, Mapping[Key, Cells]]


@dataclass(frozen=True)
class CellChange:
    """One cell, before and after."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class RowChange:
    """A row that is new (no ``before``), goes (no ``after``) or has other cells."""

    table: str
    key: Key
    before: Cells | None
    after: Cells | None

    @property
    def label(self) -> str:
        """Its key in words."""
        return label(self.key)

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def cells(self) -> list[CellChange]:
        """The cells that differ; of a row that is new or goes, those that say a thing.

        A column that one of the two times did not know is an empty cell.
        """
        before, after = self.before or {}, self.after or {}
        pairs = [
            CellChange(column, before.get(column, ""), after.get(column, ""))
            for column in {**before, **after}
        ]
        return [pair for pair in pairs if pair.before != pair.after]


def key_of(table: str, cells: Cells) -> Key:
    """The natural key of a row; all its cells in a table that is no more."""
    columns = TABLES[table].key if table in TABLES else tuple(cells)
    return tuple(cells.get(column, "") for column in columns)


def label(key: Iterable[str]) -> str:
    """A key in words."""
    return " ".join(filter(None, key))


def kept(records: Records) -> dict[str, list[list[str]]]:
    """Cells as a rulebook keeps them: the names of the columns first, then the rows."""
    return {
        name: [
            list(table.columns),
            *([row.cells[column] for column in table.columns] for row in records[name]),
        ]
        for name, table in TABLES.items()
    }


def rows_of(rulebook: Rulebook) -> Tables:
    """The rows of a rulebook, in whatever tables and columns its time had.

    Raises
    ------
    Refused
        ``rows_not_kept``: it was published before rows were kept.
    """
    if rulebook.tables is None:
        message = _("The rows of this rulebook were not kept.")
        raise Refused("rows_not_kept", message)
    return {
        name: _by_key(name, [dict(zip(header, row, strict=True)) for row in rows])
        for name, (header, *rows) in rulebook.tables.items()
    }


def published_rows() -> Tables:
    """The rows in force, in the tables and columns of today.

    Raises
    ------
    Refused
        ``rows_not_kept``: nothing is published, or it was before rows were kept.
    """
    rulebook = Rulebook.newest_first().defer(None).first()
    if rulebook is None or rulebook.tables is None:
        message = _("The rows in force are not kept yet: run load_catalogue first.")
        raise Refused("rows_not_kept", message)
    rows = rows_of(rulebook)
    return {
        name: _by_key(
            name,
            [
                {column: cells.get(column, "") for column in table.columns}
                for cells in rows.get(name, {}).values()
            ],
        )
        for name, table in TABLES.items()
    }


def records_of(tables: Tables) -> Records:
    """Rows as the schema reads them, each told by its key and not by a line."""
    return {
        name: [
            Record(f"{name}.csv", line, cells, label(key))
            for line, (key, cells) in enumerate(tables[name].items(), start=2)
        ]
        for name in TABLES
    }


def differences(before: Tables, after: Tables) -> Iterator[RowChange]:
    """The rows that differ, by table, those of ``before`` first."""
    for name in {**after, **before}:
        old, new = before.get(name, {}), after.get(name, {})
        for key in {**old, **new}:
            change = RowChange(name, key, old.get(key), new.get(key))
            if change.cells:
                yield change


def _by_key(name: str, rows: Iterable[Cells]) -> dict[Key, Cells]:
    return {key_of(name, cells): cells for cells in rows}
