"""A tracker's file as rows, or one clear refusal."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from seeds.trackers.plants import Row
from wastehub.errors import Refused

# UTF-8 first: nearly every GB 18030 text breaks its rules, hardly the other way round.
ENCODINGS = ("utf-8-sig", "gb18030")
# No table holds it, and no database text can.
NUL = "\x00"


@dataclass(frozen=True)
class Table:
    """The rows of a file, and the lines that do not fit its heading."""

    rows: tuple[Row, ...]
    misfits: tuple[Row, ...]


def read_table(path: Path, columns: Sequence[str]) -> Table:
    """Read a CSV with a heading, in UTF-8 (marked or not) or GB 18030.

    Columns beyond those asked for are passed over.

    Raises
    ------
    Refused
        The file is missing, empty, in another encoding, not CSV, or lacks a column.
    """
    records = list(_records(_decoded(path), path.name))
    if not records:
        raise Refused(
            "file_empty", _("The file %s is empty.") % path.name, _in("empty")
        )
    heading = [name.strip() for name in records[0][1]]
    _check_columns(heading, columns, path.name)
    if len(records) == 1:
        message = _("The file %s has a heading and no rows.") % path.name
        raise Refused("file_empty", message, _in("no rows"))
    return _table(heading, records[1:])


def _decoded(path: Path) -> str:
    if not path.is_file():
        message = _("There is no file %s.") % path.name
        raise Refused("file_missing", message, _in("no such file"))
    raw = _bytes(path)
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = _("The file %s is neither UTF-8 nor GB 18030.") % path.name
    raise Refused("file_encoding", message, _in("neither UTF-8 nor GB 18030"))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = _("The file %(name)s can not be read: %(error)s.")
        values = {"name": path.name, "error": error.strerror}
        raise Refused("file_unreadable", message % values, _in("unreadable")) from error


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        if NUL in text:
            raise csv.Error("it holds a NUL character")
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        message = _("The file %(name)s is not CSV from line %(line)d on: %(error)s.")
        values = {"name": name, "line": start, "error": error}
        raise Refused("file_not_csv", message % values, _in(str(error))) from error


def _check_columns(heading: list[str], columns: Sequence[str], name: str) -> None:
    missing = [column for column in columns if column not in heading]
    if missing:
        message = _("The file %(name)s lacks the columns: %(missing)s.")
        values = {"name": name, "missing": ", ".join(missing)}
        raise Refused(
            "columns_missing", message % values, dict.fromkeys(missing, "missing")
        )


def _table(heading: list[str], records: list[tuple[int, list[str]]]) -> Table:
    rows: list[Row] = []
    misfits: list[Row] = []
    for line, cells in records:
        row = Row(line, dict(zip(heading, map(str.strip, cells), strict=False)))
        (rows if len(cells) == len(heading) else misfits).append(row)
    return Table(tuple(rows), tuple(misfits))


def _in(reason: str) -> dict[str, str]:
    return {"file": reason}
