"""Registers to take away: the ledger, the notes, the declarations, the parties.

Heads are in Chinese and English, whatever the reader's language; masses are tonnes as
delivered (wet), exact to the kilogram. No price stands in any register. What is in one
is what the caller's queryset holds: who sees what is decided before.

Nothing in the ledger, the notes and the declarations is ever deleted, by triggers of
the database (``entry_is_kept``, ``note_is_kept``, ``declaration_is_kept`` and their
like), so that they outlast the five years for which such records are kept.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from wastehub.exchange.models import TransferNote
from wastehub.ledger.models import Entry
from wastehub.registry.models import Facility
from wastehub.reporting.models import Declaration
from wastehub.reporting.past import KINDS
from wastehub.units import KG_PER_TONNE

KEPT_YEARS: Final = 5
MOST_ROWS: Final = 100_000
INVENTED: Final = "演示数据 Invented"
YES, NO = "是 yes", "否 no"
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Column:
    """Where a column's value is found, and how it is told."""

    path: str
    tell: Callable[[Any], Any] = lambda value: value


Columns = Mapping[str, Column]


def _tonnes(path: str) -> Column:
    return Column(path, lambda kg: None if kg is None else kg / KG_PER_TONNE)


def _yes(path: str) -> Column:
    return Column(path, lambda value: YES if value else NO)


def _moment(path: str) -> Column:
    return Column(path, lambda at: at.isoformat(timespec="seconds") if at else "")


LEDGER: Final[Columns] = {
    "场所 Site": Column("facility__name_zh"),
    "区县代码 County": Column("facility__county__adcode"),
    "序号 Number": Column("sequence"),
    "日期 Date": Column("occurred_on"),
    "物料 Material": Column("material__name_zh"),
    "类别 Kind": Column("kind", lambda kind: f"{KINDS[kind]} {kind}"),
    "质量（t）Mass (t)": _tonnes("mass_kg"),
    "结存（t）Balance (t)": _tonnes("balance_kg"),
    "依据 Evidence": Column("evidence"),
    "往年贮存 Former years": _yes("is_old_stock"),
    "利用途径 Use route": Column("route__name_zh"),
    "往来单位 Counterparty": Column("counterparty_name"),
    "凭证号 Reference": Column("reference"),
    "更正序号 Corrects number": Column("corrects__sequence"),
    "备注 Note": Column("note"),
    "登记时间 Recorded": _moment("recorded_at"),
    "校验码 SHA-256": Column("hash"),
    INVENTED: _yes("facility__organisation__is_invented"),
}
NOTES: Final[Columns] = {
    "联单编号 Note": Column("number"),
    "状态 State": Column("status"),
    "转出单位 Consignor": Column("agreement__consignor__name_zh"),
    "转出区县 From county": Column("agreement__consignor__county__adcode"),
    "接收单位 Consignee": Column("agreement__consignee__name_zh"),
    "接收区县 To county": Column("agreement__consignee__county__adcode"),
    "物料 Material": Column("agreement__material__name_zh"),
    "利用途径 Use route": Column("agreement__route__name_zh"),
    "承运人 Carrier": Column("carrier"),
    "计划日期 Planned on": Column("planned_on"),
    "计划（t）Planned (t)": _tonnes("planned_kg"),
    "装车（t）Loaded (t)": _tonnes("loaded_kg"),
    "到达（t）Arrived (t)": _tonnes("arrived_kg"),
    "结算（t）Settled (t)": _tonnes("settled_kg"),
    "拒收（t）Refused (t)": _tonnes("refused_kg"),
    "协议编号 Agreement": Column("agreement__number"),
    INVENTED: _yes("agreement__consignor__organisation__is_invented"),
}
DECLARATIONS: Final[Columns] = {
    "场所 Site": Column("facility__name_zh"),
    "区县代码 County": Column("facility__county__adcode"),
    "物料 Material": Column("material__name_zh"),
    "月份 Month": Column("month", lambda month: f"{month:%Y-%m}"),
    "版本 Version": Column("version"),
    "状态 State": Column("status"),
    "产生量（t）Generated": _tonnes("generated_kg"),
    "自行综合利用量（t）Used on site": _tonnes("used_on_site_kg"),
    "接收量（t）Received": _tonnes("received_kg"),
    "转出量（t）Shipped": _tonnes("shipped_kg"),
    "综合利用量（t）Used": _tonnes("used_kg"),
    "其中综合利用往年贮存量（t）Of it from former years": _tonnes("used_old_kg"),
    "贮存量（t）Stored": _tonnes("stored_kg"),
    "处置量（t）Disposed": _tonnes("disposed_kg"),
    "其中处置往年贮存量（t）Of it from former years": _tonnes("disposed_old_kg"),
    "倾倒丢弃量（t）Dumped": _tonnes("dumped_kg"),
    "结转库存（t）Carried stock": _tonnes("carried_kg"),
    "零申报 Zero": _yes("is_zero"),
    "说明 Explanation": Column("explanation"),
    "提交时间 Submitted": _moment("submitted_at"),
    "审核时间 Decided": _moment("decided_at"),
    INVENTED: _yes("facility__organisation__is_invented"),
}
PARTIES: Final[Columns] = {
    "场所 Site": Column("name_zh"),
    "单位 Organisation": Column("organisation__name_zh"),
    "统一社会信用代码 Credit code": Column("organisation__credit_code"),
    "区县代码 County": Column("county__adcode"),
    "区县 County": Column("county__name_zh"),
    INVENTED: _yes("organisation__is_invented"),
}


def ledger_rows(rows: QuerySet[Entry]) -> Iterator[list[Any]]:
    """The entries, in the order of the queryset."""
    return _told(rows, LEDGER)


def note_rows(rows: QuerySet[TransferNote]) -> Iterator[list[Any]]:
    """The notes, with the masses of their vehicles added up."""
    vehicle = "vehicles__"
    loaded = F(f"{vehicle}origin_gross_kg") - F(f"{vehicle}origin_tare_kg")
    weighed = rows.annotate(
        loaded_kg=Coalesce(Sum(loaded), 0),
        arrived_kg=Sum(F(f"{vehicle}gross_kg") - F(f"{vehicle}tare_kg")),
        settled_kg=Sum(f"{vehicle}settled_kg"),
        refused_kg=Sum(f"{vehicle}refused_kg"),
    )
    return _told(weighed, NOTES)


def declaration_rows(rows: QuerySet[Declaration]) -> Iterator[list[Any]]:
    """The declarations, every version of them that the queryset holds."""
    return _told(rows, DECLARATIONS)


def party_rows(rows: QuerySet[Facility]) -> Iterator[list[Any]]:
    """Who the sites of a register are."""
    return _told(rows, PARTIES)


def _told(rows: QuerySet[Any], columns: Columns) -> Iterator[list[Any]]:
    paths = [column.path for column in columns.values()]
    tells = [column.tell for column in columns.values()]
    for row in rows.values_list(*paths).iterator(_AT_ONCE):
        yield [tell(value) for tell, value in zip(tells, row, strict=True)]
