"""What files would undo of the edits that operators have published since."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from seeds.history import Cells, Key, RowChange, key_of, published_rows
from seeds.schema import TABLES, Records
from wastehub.catalogue.models import Edit, Rulebook
from wastehub.errors import Refused


def undone_by(records: Records) -> list[RowChange]:
    """The rows published from drafts since the last files that these say otherwise.

    Files that hold an edit already, as after ``export_catalogue``, do not undo it.
    """
    edited = _edited_since_files()
    if not edited:
        return []
    published = published_rows()
    files = {
        name: {key_of(name, row.cells): row.cells for row in records[name]}
        for name in TABLES
    }
    changes = [
        RowChange(name, key, published[name].get(key), files[name].get(key))
        for name, key in edited
    ]
    return [row for row in changes if _said(row, row.before) != _said(row, row.after)]


def refuse_undoing(changes: Sequence[RowChange]) -> None:
    """Nothing where nothing would be undone.

    Raises
    ------
    Refused
        ``edits_would_be_undone``, with every row in the message.
    """
    if not changes:
        return
    told = _(
        "The files would undo edits that operators have published; nothing was "
        "written. Bring the edits into the files with export_catalogue, or load them "
        "with --replace. Rows that would be undone:"
    )
    listed = "\n".join(f"{row.table}.csv: {row.label}" for row in changes)
    raise Refused("edits_would_be_undone", f"{told}\n{listed}")


def _edited_since_files() -> list[tuple[str, Key]]:
    history = Rulebook.newest_first()
    files = history.filter(draft=None).first()
    since = history.exclude(draft=None)
    if files is not None:
        since = since.filter(loaded_at__gt=files.loaded_at)
    edits = Edit.objects.filter(draft__rulebook__in=since).order_by("table", "pk")
    edited = ((edit.table, tuple(edit.key)) for edit in edits)
    return list(dict.fromkeys(row for row in edited if row[0] in TABLES))


def _said(row: RowChange, cells: Cells | None) -> list[object] | None:
    """What a row says, however it is spelt: 2.0 is 2."""
    if cells is None:
        return None
    return [parse(cells[column]) for column, parse in TABLES[row.table].columns.items()]
