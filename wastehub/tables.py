"""Tables as files, CSV and XLSX, that no spreadsheet takes for a programme."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Spreadsheets take a text that begins so for a formula and run it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"
_WIDTH = 16

Row = Sequence[Any]


class _Line:
    """A file that keeps only what was written last."""

    def write(self, text: str) -> str:
        return text


def csv_lines(heads: Row, rows: Iterable[Row]) -> Iterator[str]:
    """UTF-8 text with a mark that spreadsheets know it by, line by line."""
    writer = csv.writer(_Line())
    yield _BYTE_ORDER_MARK + writer.writerow(heads)
    for row in rows:
        yield writer.writerow([_harmless(value) for value in row])


def csv_file(heads: Row, rows: Iterable[Row]) -> bytes:
    """The same in one piece."""
    return "".join(csv_lines(heads, rows)).encode()


def xlsx_file(sheets: Iterable[tuple[str, Row, Iterable[Row]]]) -> bytes:
    """A workbook of sheets, each with its name, its heads and its rows."""
    book = Workbook(write_only=True)
    for name, heads, rows in sheets:
        _fill(book.create_sheet(name), heads, rows)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(sheet: Any, heads: Row, rows: Iterable[Row]) -> None:
    sheet.freeze_panes = "A2"
    for number in range(1, len(heads) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    sheet.append([_head(sheet, words) for words in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _head(sheet: Any, words: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, words)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    told = printable(value)
    return as_text(WriteOnlyCell(sheet, told)) if could_run(told) else told


def could_run(value: Any) -> bool:
    """Whether it is a text that a spreadsheet takes for a formula or for a fault."""
    return isinstance(value, str) and value.startswith((*_FORMULA_STARTS, "#"))


def printable(value: Any) -> Any:
    """Without the control characters that XML has no way to write."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def as_text(cell: WriteOnlyCell) -> WriteOnlyCell:
    """A cell that is read as text, whatever it begins with."""
    cell.data_type, cell.quotePrefix = "s", True
    return cell


def _harmless(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
