"""A balance as a workbook (XLSX) that reckons for itself: ratios and sums are formulas.

Heads are in Chinese and English. Masses are wet tonnes; what is a quotient, a
difference or a sum stands there as a formula over the masses beside it, so that a
reader can follow it, and change a mass to see what becomes of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from maps.figures import Cell
from wastehub.ledger.kinds import Evidence
from wastehub.tables import as_text, could_run, printable
from wastehub.units import KG_PER_TONNE

FACTS, REGIONS, MONTHS = "说明 Facts", "地区 Regions", "月度 Months"

_TONNES, _PERCENT = "#,##0.000", "0.00%"
_SHADE: Final = PatternFill("solid", fgColor="E8EFEB")


@dataclass(frozen=True)
class Column:
    """A column: its words, and what stands there of a cell.

    ``reads`` names a mass of a cell, kilograms. ``formula`` names other columns in
    braces; where it is given too many rows are added up it is used again on the sums.
    """

    zh: str
    en: str
    reads: str = ""
    formula: str = ""
    format: str = _TONNES


COLUMNS: Final[Mapping[str, Column]] = {
    "opening": Column("期初库存", "Opening stock", "opening_stock_kg"),
    "opened": Column("首次计量库存", "Stock first counted", "opened_kg"),
    "generated": Column("产生量", "Generated", "generated_kg"),
    "received": Column("接收量", "Received", "received_kg"),
    "used": Column("本地利用量", "Used here", "used_kg"),
    "shipped": Column("转出量", "Shipped", "shipped_kg"),
    "disposed": Column("处置量", "Disposed", "disposed_kg"),
    "loss": Column("损耗", "Loss", "loss_kg"),
    "closing": Column("期末库存", "Closing stock", "closing_stock_kg"),
    "gap": Column(
        "不闭合差额",
        "Gap",
        formula="={closing}-({opening}+{opened}+{generated}+{received}"
        "-{used}-{shipped}-{disposed}-{loss})",
    ),
    "own": Column("综合利用量（产生方）", "Used of one's own", "own_used_kg"),
    "old": Column("其中往年贮存", "of it old stock", "own_used_old_kg"),
    "utilisation": Column(
        "综合利用率",
        "Utilisation",
        formula='=IF({generated}+{old}>0,MAX(0,MIN(1,{own}/({generated}+{old}))),"")',
        format=_PERCENT,
    ),
    "consumed": Column("综合消纳量", "Consumed here", formula="={used}+{disposed}"),
    "balance": Column(
        "产消平衡",
        "Balance",
        formula='=IF({generated}>0,{consumed}/{generated},"")',
        format=_PERCENT,
    ),
    "surplus": Column("未消纳量", "Surplus", formula="={generated}-{consumed}"),
    "out": Column("调出本地区", "Shipped out", "shipped_out_kg"),
    "in": Column("调入本地区", "Received in", "received_in_kg"),
    "estimated": Column("估算占比", "Estimated", "estimated", format=_PERCENT),
}
# What crosses borders does not add up, and a share is none of the sum.
_NOT_SUMMED: Final = frozenset({"out", "in", "estimated"})
_BY_MONTH: Final = tuple(name for name in COLUMNS if name not in ("out", "in"))
# A month's stock is a level: its sum over months would mean nothing.
_LEVELS: Final = frozenset({"opening", "closing", "gap"})


def balance_book(
    facts: Iterable[tuple[str, str, Any]],
    regions: Sequence[Cell],
    months: Mapping[date, Cell],
) -> bytes:
    """A workbook of facts, of regions with their sum, and of months with theirs.

    Parameters
    ----------
    facts
        What the first sheet says: in Chinese, in English, and the value.
    months
        The balance of all regions together, by month.
    """
    book = Workbook(write_only=True)
    _write_facts(book.create_sheet(FACTS), facts)
    named = [((cell.key, cell.name_zh, cell.name_en), cell) for cell in regions]
    heads = [("代码", "Code"), ("地区", "Region"), ("英文名", "Name in English")]
    _write(book.create_sheet(REGIONS), heads, named, tuple(COLUMNS), _NOT_SUMMED)
    dated = [((f"{month:%Y-%m}",), cell) for month, cell in months.items()]
    unsummed = _NOT_SUMMED | _LEVELS
    _write(book.create_sheet(MONTHS), [("月份", "Month")], dated, _BY_MONTH, unsummed)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write_facts(sheet: Any, facts: Iterable[tuple[str, str, Any]]) -> None:
    for letter, width in (("A", 18), ("B", 26), ("C", 90)):
        sheet.column_dimensions[letter].width = width
    for zh, en, value in facts:
        told = WriteOnlyCell(sheet, printable(value))
        told.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([zh, en, as_text(told) if could_run(value) else told])


def _write(
    sheet: Any,
    heads: Sequence[tuple[str, str]],
    rows: Sequence[tuple[tuple[str, ...], Cell]],
    names: Sequence[str],
    unsummed: frozenset[str],
) -> None:
    sheet.freeze_panes = f"{get_column_letter(len(heads) + 1)}2"
    for number in range(1, len(heads) + len(names) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 15
    letters = {
        name: get_column_letter(len(heads) + 1 + place)
        for place, name in enumerate(names)
    }
    words = [*heads, *((COLUMNS[name].zh, COLUMNS[name].en) for name in names)]
    sheet.append([_head(sheet, *pair) for pair in words])
    for row, (keys, cell) in enumerate(rows, start=2):
        told = [_told(sheet, name, cell, letters, row) for name in names]
        sheet.append([*keys, *told])
    if rows:
        last = len(rows) + 1
        sums = [_sum(sheet, name, letters, last, unsummed) for name in names]
        blank = [""] * (len(heads) - 1)
        sheet.append([_head(sheet, "合计", "Total"), *blank, *sums])


def _head(sheet: Any, zh: str, en: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, f"{zh}\n{en}")
    cell.font, cell.fill = Font(bold=True), _SHADE
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _told(
    sheet: Any, name: str, cell: Cell, letters: Mapping[str, str], row: int
) -> WriteOnlyCell:
    column = COLUMNS[name]
    if column.formula:
        value: Any = column.formula.format(**_references(letters, row))
    else:
        value = _value(column.reads, cell)
    return _formatted(sheet, value, column.format)


def _value(reads: str, cell: Cell) -> float:
    if reads == "estimated":
        return cell.share(Evidence.ESTIMATED)
    holder: Any = cell if hasattr(cell, reads) else cell.total
    return getattr(holder, reads) / KG_PER_TONNE


def _sum(
    sheet: Any, name: str, letters: Mapping[str, str], last: int, out: frozenset[str]
) -> Any:
    column, letter = COLUMNS[name], letters[name]
    if name in out:
        return ""
    if column.formula:
        value = column.formula.format(**_references(letters, last + 1))
    else:
        value = f"=SUM({letter}2:{letter}{last})"
    told = _formatted(sheet, value, column.format)
    told.font = Font(bold=True)
    return told


def _references(letters: Mapping[str, str], row: int) -> dict[str, str]:
    return {name: f"{letter}{row}" for name, letter in letters.items()}


def _formatted(sheet: Any, value: Any, form: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = form
    return cell
