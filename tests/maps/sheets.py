"""Reads a workbook as a spreadsheet would: formulas are reckoned from their cells."""

import re
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

_CELL = re.compile(r"\b([A-Z]{1,2})(\d+)\b")
_IF = re.compile(r"IF\((.+?>0),(.+),(\"\")\)")
_SPAN = re.compile(r"SUM\(([A-Z]{1,2}\d+):([A-Z]{1,2}\d+)\)")


def reckoned(sheet: Worksheet, name: str) -> Any:
    """The value of a cell; formulas of sums, quotients, IF, MIN and MAX."""
    value = sheet[name].value
    if not (isinstance(value, str) and value.startswith("=")):
        return 0 if value is None else value
    lazily = _IF.sub(r"(\2 if \1 else \3)", value[1:])
    summed = _SPAN.sub(lambda span: str(_sum(sheet, *span.groups())), lazily)
    told = _CELL.sub(lambda cell: repr(reckoned(sheet, cell.group())), summed)
    return eval(told, {"MIN": min, "MAX": max})


def row_of(sheet: Worksheet, key: str) -> dict[str, Any]:
    """The row that begins so, by the English heads of its columns."""
    heads = [cell.value.split("\n")[1] for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == key)
    cells = zip(heads, row, strict=True)
    return {head: reckoned(sheet, cell.coordinate) for head, cell in cells}


def _sum(sheet: Worksheet, first: str, last: str) -> float:
    return sum(reckoned(sheet, cell.coordinate) for (cell,) in sheet[first:last])
