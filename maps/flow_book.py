"""The flows of a plan as a workbook (XLSX): a sheet of facts, a sheet of pairs.

Heads are in Chinese and English, whatever the reader's language. The pairs are those of
the CSV file, column by column. Rows are written as they are read.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO
from typing import Any, Final, NamedTuple

from django.db.models import Count, QuerySet, Sum
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from maps.flow_files import COLUMNS, told_rows
from matching.models import Match, MatchRun
from wastehub.places.models import BoundarySet, Region
from wastehub.tables import as_text, could_run, printable
from wastehub.units import KG_PER_TONNE

MOST_ROWS: Final = 100_000
FACTS, FLOWS = "说明 Facts", "流向 Flows"


class _Head(NamedTuple):
    """What stands over a column; ``width`` is about its characters."""

    zh: str
    en: str
    width: int = 14
    format: str = ""


_TONNES, _KM, _YUAN = "#,##0.000", "#,##0.0", "#,##0.00"
_HEADS: Final = {
    "supply": _Head("供应编号", "Supply id", 38),
    "from_zh": _Head("供方（中文）", "From (Chinese)", 28),
    "from_en": _Head("供方（英文）", "From (English)", 28),
    "from_county": _Head("供方区县代码", "County of origin"),
    "from_origin": _Head("供方数据来源", "Origin of the data"),
    "material": _Head("物料代码", "Material", 20),
    "demand": _Head("需求编号", "Demand id", 38),
    "to_zh": _Head("受方（中文）", "To (Chinese)", 28),
    "to_en": _Head("受方（英文）", "To (English)", 28),
    "to_county": _Head("受方区县代码", "County of destination"),
    "to_origin": _Head("受方数据来源", "Origin of the data"),
    "route": _Head("利用途径代码", "Use", 20),
    "verdict": _Head("判定", "Verdict", 10),
    "mass_t": _Head("质量（湿基 t）", "Mass (wet t)", 14, _TONNES),
    "distance_km": _Head("大圆距离（km）", "Great circle (km)", 14, _KM),
    "haul_km_estimated": _Head("运距估算（km）", "Haul, estimated (km)", 14, _KM),
    "asked_yuan_per_t": _Head("供方要价（元/t）", "Asked (yuan/t)", 14, _YUAN),
    "offered_yuan_per_t": _Head("受方出价（元/t）", "Offered (yuan/t)", 14, _YUAN),
    "treatment_yuan_per_t": _Head("处理费（元/t）", "Treatment (yuan/t)", 14, _YUAN),
    "haul_yuan_per_t": _Head("运费（元/t）", "Haul (yuan/t)", 14, _YUAN),
    "net_cost_yuan_per_t": _Head("净成本（元/t）", "Net cost (yuan/t)", 14, _YUAN),
    "supply_is_estimated": _Head("供应为估算", "Supply is estimated"),
    "demand_is_estimated": _Head("需求为估算", "Demand is estimated"),
}
_INVENTED = (
    "演示数据，纯属虚构，不代表任何真实企业。 "
    "Invented for demonstration; no real company is meant."
)
_ESTIMATES = (
    "运距由大圆距离乘绕行系数估算，费用为规划估算值；标为估算的供需由产能换算。 "
    "Hauls are great circles times a detour factor, costs are planning estimates; "
    "listings marked as estimated are computed from capacities."
)


def flow_book(run: MatchRun, rows: QuerySet[Match]) -> bytes:
    """A workbook of a plan that is done.

    Masses are wet tonnes over the plan's horizon, costs planning estimates in yuan per
    tonne, distances kilometres. Text is never taken for a formula. ``rows`` should be
    no more than :data:`MOST_ROWS`.
    """
    book = Workbook(write_only=True)
    _write_facts(book.create_sheet(FACTS), _facts(run, rows))
    _write_flows(book.create_sheet(FLOWS), told_rows(rows))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _facts(run: MatchRun, rows: QuerySet[Match]) -> Iterator[tuple[str, str, Any]]:
    summary = run.summary
    shown = rows.order_by().aggregate(pairs=Count("pk"), mass_kg=Sum("mass_kg"))
    yield "地区", "Region", _region(run.adcode)
    yield "数据日期", "As of", run.as_of
    yield "期限（月）", "Horizon (months)", summary.get("horizon_months")
    yield "接受的判定", "Verdicts accepted, down to", summary.get("accept")
    yield "规则库版本", "Version of the rulebook", run.rulebook_version
    yield "方案编号", "Plan id", str(run.public_id)
    yield "方案消纳量（t）", "Placed by the plan (t)", _tonnes(summary["placed_kg"])
    yield "方案净成本（元）", "Net cost of the plan (yuan)", summary["net_cost_yuan"]
    yield "本表流向数", "Flows in this file", shown["pairs"]
    yield "本表质量（t）", "Mass in this file (t)", _tonnes(shown["mass_kg"] or 0)
    if run.is_invented:
        yield "虚构", "Invented", _INVENTED
    yield "估算", "Estimates", _ESTIMATES
    for credit in _credits(rows):
        yield "数据来源", "Source", credit


def _region(adcode: str) -> str:
    known = Region.objects.current().filter(adcode=adcode)
    names = known.values_list("name_zh", "name_en").first() or ()
    return " ".join([adcode, *names])


def _tonnes(mass_kg: int) -> float:
    return mass_kg / KG_PER_TONNE


def _credits(rows: QuerySet[Match]) -> list[str]:
    """Where the sites at either end and the boundaries come from."""
    told: set[str] = set()
    for end in ("supply", "demand"):
        sources = rows.order_by().values_list(f"{end}__facility__source", flat=True)
        told.update(sources.distinct())
    boundaries = BoundarySet.objects.filter(is_current=True).first()
    if boundaries:
        told.add(f"{boundaries.source}. {boundaries.licence}")
    return sorted(told - {""})


def _write_facts(sheet: Any, facts: Iterable[tuple[str, str, Any]]) -> None:
    for letter, width in (("A", 20), ("B", 30), ("C", 100)):
        sheet.column_dimensions[letter].width = width
    wrapped = Alignment(wrap_text=True, vertical="top", horizontal="left")
    for zh, en, value in facts:
        told = _cell(sheet, value, _fact_format(value))
        told.alignment = wrapped
        sheet.append([*(_bold(sheet, words) for words in (zh, en)), told])


def _fact_format(value: Any) -> str:
    if isinstance(value, date):
        return "yyyy-mm-dd"
    return "#,##0.###" if isinstance(value, float) else ""


def _write_flows(sheet: Any, rows: Iterable[dict[str, Any]]) -> None:
    sheet.freeze_panes = "A2"
    heads = []
    for number, column in enumerate(COLUMNS):
        head = _HEADS[column]
        heads.append(_bold(sheet, f"{head.zh}\n{head.en}"))
        sheet.column_dimensions[_letter(number)].width = head.width
    sheet.append(heads)
    formats = [_HEADS[column].format for column in COLUMNS]
    for row in rows:
        told = zip(COLUMNS, formats, strict=True)
        sheet.append(
            [_plain_or_cell(sheet, row[column], form) for column, form in told]
        )


def _letter(number: int) -> str:
    return chr(ord("A") + number)


def _bold(sheet: Any, words: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, words)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E8EEF2")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _plain_or_cell(sheet: Any, value: Any, form: str) -> Any:
    """Only what needs a format or a guard is worth an object of its own."""
    is_plain = not form and not could_run(value)
    return printable(value) if is_plain else _cell(sheet, value, form)


def _cell(sheet: Any, value: Any, form: str) -> WriteOnlyCell:
    told = printable(value)
    cell = WriteOnlyCell(sheet, told)
    if form:
        cell.number_format = form
    return as_text(cell) if could_run(told) else cell
