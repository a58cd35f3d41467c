"""What a draft comes to: its changes, the catalogue it would make, what is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from seeds.history import (
    Cells,
    Key,
    RowChange,
    Tables,
    published_rows,
    records_of,
)
from seeds.rows import Catalogue
from seeds.schema import TABLES, Records, catalogue_of, in_order
from seeds.tabular import Fault
from seeds.upsert import write_tables
from wastehub.catalogue.models import Draft, Edit


@dataclass(frozen=True)
class Tried:
    """A catalogue that is not published, its cells, and all that is wrong with it."""

    catalogue: Catalogue
    records: Records
    faults: list[Fault]


def changes_of(draft: Draft) -> list[RowChange]:
    """The rows that a draft changes, from what its author saw to what he proposes."""
    return [change_of(edit) for edit in edits_of(draft)]


def edits_of(draft: Draft) -> list[Edit]:
    """The edits of a draft by table, the first first."""
    order = list(TABLES)
    return sorted(draft.edits.all(), key=lambda edit: order.index(edit.table))


def change_of(edit: Edit) -> RowChange:
    """What an edit makes of its row."""
    return RowChange(edit.table, tuple(edit.key), edit.before, edit.after)


def conflicts_of(draft: Draft) -> list[RowChange]:
    """The rows of a draft that somebody has published otherwise in between.

    Raises
    ------
    Refused
        ``rows_not_kept``.
    """
    published = published_rows()
    return [
        change
        for change in changes_of(draft)
        if published[change.table].get(change.key) != change.before
    ]


def faults_of(draft: Draft) -> list[Fault]:
    """All that is wrong with the catalogue that the draft would make.

    Raises
    ------
    Refused
        ``rows_not_kept``.
    """
    return tried(draft).faults


def tried(draft: Draft) -> Tried:
    """The rows in force with the draft's edits, read as files are.

    Sound rows are also written and taken back, as only the tables know what is in use.

    Raises
    ------
    Refused
        ``rows_not_kept``.
    """
    records = records_of(edited(published_rows(), changes_of(draft)))
    catalogue, faults = catalogue_of(records)
    faults += [
        Fault(f"{name}.csv", "the last row can not go") for name in _emptied(records)
    ]
    return Tried(catalogue, records, in_order(faults) or _in_use(catalogue))


def edited(tables: Tables, changes: Iterable[RowChange]) -> Tables:
    """Rows with changes made to them; new rows stand where their key sorts."""
    made = {name: dict(rows) for name, rows in tables.items()}
    for change in changes:
        rows = made[change.table]
        if change.after is None:
            rows.pop(change.key, None)
        elif change.key in rows:
            rows[change.key] = change.after
        else:
            made[change.table] = _inserted(rows, change.key, change.after)
    return made


def _inserted(rows: Mapping[Key, Cells], key: Key, cells: Cells) -> dict[Key, Cells]:
    keys = list(rows)
    at = next((i for i, other in enumerate(keys) if other > key), len(keys))
    return {
        **{other: rows[other] for other in keys[:at]},
        key: cells,
        **{other: rows[other] for other in keys[at:]},
    }


def _emptied(records: Records) -> list[str]:
    return [name for name in TABLES if not records[name]]


def _in_use(catalogue: Catalogue) -> list[Fault]:
    with transaction.atomic():
        _, faults = write_tables(catalogue)
        transaction.set_rollback(True)
    return faults
