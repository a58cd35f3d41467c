"""Reading a table that somebody sends, CSV or XLSX, within bounds."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, Final
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from wastehub.errors import Refused

LARGEST_BYTES: Final = 4_000_000
LARGEST_UNPACKED_BYTES: Final = 60_000_000
MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 40
_ZIP_START = b"PK\x03\x04"

Cells = list[str]


def is_workbook(content: bytes) -> bool:
    """Whether a file is a packed one, as XLSX is; what it is called tells nothing."""
    return content.startswith(_ZIP_START)


def cells_of(content: bytes) -> list[Cells]:
    """The rows of a table, the heads first, as plain text without spaces around it.

    Dates are written ``2026-10-31``. Empty rows stay, so that numbers of rows are those
    of the sheet.

    Raises
    ------
    Refused
        ``invalid``, at ``file``.
    """
    if len(content) > LARGEST_BYTES:
        raise _refused(_("The file is larger than 4 MB."))
    rows = _xlsx_rows(content) if is_workbook(content) else _csv_rows(content)
    found = [[_text(value) for value in row[:MOST_COLUMNS]] for row in rows]
    while found and not any(found[-1]):
        found.pop()
    if len(found) > MOST_ROWS + 1:
        told = _("A file holds at most %(most)s rows; send it in parts.")
        raise _refused(told % {"most": MOST_ROWS})
    return found


def _csv_rows(content: bytes) -> Iterator[list[Any]]:
    reader = csv.reader(io.StringIO(_decoded(content), newline=""))
    try:
        yield from islice(reader, MOST_ROWS + 2)
    except csv.Error:
        raise _refused(_("This is no table: neither CSV nor XLSX.")) from None


def _decoded(content: bytes) -> str:
    """UTF-8, or GB 18030 as Chinese spreadsheets write it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(_("This is no table: neither CSV nor XLSX."))


def _xlsx_rows(content: bytes) -> Iterator[list[Any]]:
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > LARGEST_UNPACKED_BYTES:
            raise _refused(_("The file is larger than 4 MB."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 2, values_only=True)
        yield from (list(row) for row in rows)
    except Refused:
        raise
    # openpyxl lets through whatever its parts raise, and a file may make any of them.
    except Exception:
        raise _refused(_("This is no table: neither CSV nor XLSX.")) from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\x00", "").strip()


def _refused(told: str) -> Refused:
    return Refused("invalid", told, {"file": told})
