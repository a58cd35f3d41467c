"""Past ledgers from a table: tried row by row, then written whole or not at all.

A file that is sent twice is written once: the key of each entry is made of the site,
the file's digest and the number of its row. Rows are written in the order of their
days; days before those of entries already there are allowed, as the chain follows the
order of writing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from wastehub.catalogue.models import Material, UseRoute
from wastehub.errors import Refused
from wastehub.exchange.parties import require_speaker
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.lines import Line
from wastehub.ledger.models import Entry
from wastehub.ledger.services import entries_add, entries_try
from wastehub.registry.models import Facility
from wastehub.reporting.sheets import Cells, cells_of, is_workbook
from wastehub.tables import csv_file, xlsx_file
from wastehub.trail.models import Actor, record
from wastehub.units import kg_from_tonnes

HEADS: Final = {
    "occurred_on": "日期 Date",
    "material": "物料 Material",
    "kind": "类别 Kind",
    "mass_kg": "质量 Tonnes",
    "route": "利用途径 Use route",
    "counterparty_name": "往来单位 Counterparty",
    "is_old_stock": "往年贮存 Former years",
    "reference": "凭证号 Reference",
    "note": "备注 Note",
}
FAULTS_HEAD: Final = "错误 Faults"
KINDS: Final = {
    Kind.OPENING: "期初库存",
    Kind.GENERATED: "产生量",
    Kind.RECEIVED: "接收量",
    Kind.USED: "自行综合利用量",
    Kind.SHIPPED: "转出量",
    Kind.DISPOSED: "处置量",
    Kind.LOSS: "损耗",
}
_YES, _NO = {"是", "yes", "y", "1", "true"}, {"", "否", "no", "n", "0", "false"}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_LONGEST = {"counterparty_name": 200, "reference": 60, "note": 500}
_EXAMPLE = (
    ("2024-01-01", "phosphogypsum", "期初库存", 12000, "", "", "", "", ""),
    ("2024-01-31", "phosphogypsum", "产生量", 350.5, "", "", "", "", "示例 example"),
)


@dataclass
class Row:
    """One row of the sheet: its number there, what it says, and what is wrong."""

    number: int
    cells: Cells
    line: Line | None = None
    is_written: bool = False
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """Its faults in one line, each with its column."""
        return "; ".join(
            f"{HEADS.get(at, at)}: {why}" for at, why in self.faults.items()
        )


@dataclass(frozen=True)
class Trial:
    """What a file would write, and what is wrong with it."""

    heads: Cells
    rows: list[Row]
    is_workbook: bool

    @property
    def faulty(self) -> list[Row]:
        """Rows that can not be written."""
        return [row for row in self.rows if row.faults]

    @property
    def fresh(self) -> list[Row]:
        """Rows that would be written."""
        return [row for row in self.rows if not row.faults and not row.is_written]


def template(as_workbook: bool) -> bytes:
    """An empty table with its heads and two rows of example, which are invented."""
    heads = list(HEADS.values())
    if as_workbook:
        return xlsx_file([("台账 Ledger", heads, _EXAMPLE)])
    return csv_file(heads, _EXAMPLE)


def past_try(*, facility: Facility, content: bytes) -> Trial:
    """Read a file and say what is wrong with each row; nothing is written.

    Raises
    ------
    Refused
        ``invalid``, at ``file``: it is no table, or has not the heads of the template.
    """
    heads, *body = cells_of(content) or [[]]
    columns = _columns(heads)
    digest = sha256(content).hexdigest()[:40]
    names = _Names.load()
    rows = [Row(number, cells) for number, cells in enumerate(body, 2) if any(cells)]
    for row in rows:
        told = {name: _at(row.cells, place) for name, place in columns.items()}
        key = f"file:{facility.pk}:{digest}:{row.number}"
        row.line = _line(facility, told, names, key, row.faults)
    _try_together([row for row in rows if row.line])
    return Trial(heads, rows, is_workbook(content))


@transaction.atomic
def past_write(*, facility: Facility, content: bytes, actor: Actor) -> int:
    """Write a file's rows that are not written yet, all of them or none.

    Returns
    -------
    How many entries it wrote; 0 for a file that was written before.

    Raises
    ------
    NotYours
        ``not_your_site``.
    Refused
        ``invalid``, at ``file``, with the first rows at fault.
    """
    require_speaker(actor, facility)
    trial = past_try(facility=facility, content=content)
    if trial.faulty:
        raise _refused(_told(trial.faulty))
    fresh = [row.line for row in _by_day(trial.fresh) if row.line]
    entries_add(lines=fresh, user=actor.user)
    if fresh:
        digest = sha256(content).hexdigest()
        record(
            actor=actor,
            of=facility,
            action="import_ledger",
            after={"sha256": digest, "entries": len(fresh)},
        )
    return len(fresh)


def marked(trial: Trial) -> bytes:
    """The sheet as it was sent, with a column of what is wrong with each row."""
    width = len(trial.heads)
    heads = [*trial.heads, FAULTS_HEAD]
    rows = [
        [*(_at(row.cells, place) for place in range(width)), row.told]
        for row in trial.rows
    ]
    if trial.is_workbook:
        return xlsx_file([("台账 Ledger", heads, rows)])
    return csv_file(heads, rows)


@dataclass(frozen=True)
class _Names:
    """What the catalogue's rows are called: by code and by either name."""

    materials: dict[str, Material]
    routes: dict[str, UseRoute]
    kinds: dict[str, Kind]

    @classmethod
    def load(cls) -> "_Names":
        kinds = {str(kind): kind for kind in Kind}
        kinds |= {words: kind for kind, words in KINDS.items()}
        return cls(
            _named(Material.objects.all()), _named(UseRoute.objects.all()), kinds
        )


def _named(rows: Iterable[Any]) -> dict[str, Any]:
    return {
        called.lower(): row
        for row in rows
        for called in (row.code, row.name_zh, row.name_en)
        if called
    }


def _columns(heads: Cells) -> dict[str, int]:
    """Where each column stands; a head may be in Chinese, in English or in both."""
    found = {}
    for name, head in HEADS.items():
        chinese, _space, english = head.partition(" ")
        known = {head.lower(), chinese, english.lower()}
        places = [at for at, told in enumerate(heads) if told.lower() in known]
        if places:
            found[name] = places[0]
    missing = [HEADS[name] for name in list(HEADS)[:4] if name not in found]
    if missing:
        told = _("The first row lacks these heads: %(heads)s.")
        raise _refused(told % {"heads": ", ".join(missing)})
    return found


def _at(cells: Cells, place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _line(
    facility: Facility,
    told: Mapping[str, str],
    names: _Names,
    key: str,
    faults: dict[str, str],
) -> Line | None:
    values = {
        "occurred_on": _day(told["occurred_on"], faults),
        "material": _known("material", told, names.materials, faults),
        "kind": _known("kind", told, names.kinds, faults),
        "mass_kg": _mass(told["mass_kg"], faults),
    }
    route = None
    if told.get("route"):
        route = _known("route", told, names.routes, faults)
    texts: dict[str, Any] = {
        name: _short(name, told.get(name, ""), faults) for name in _LONGEST
    }
    is_old = _yes(told.get("is_old_stock", ""), faults)
    if faults:
        return None
    return Line(
        facility=facility,
        evidence=Evidence.DECLARED,
        route=route,
        is_old_stock=is_old,
        source_key=key,
        **values,
        **texts,
    )


def _day(told: str, faults: dict[str, str]) -> date | None:
    parts = _DAY.fullmatch(told)
    try:
        if parts:
            return date(*map(int, parts.groups()))
    except ValueError:
        pass
    faults["occurred_on"] = _("Write a day as 2024-01-31.")
    return None


def _mass(told: str, faults: dict[str, str]) -> int:
    try:
        return kg_from_tonnes(Decimal(told.replace(",", "").replace("，", "")))
    except (ArithmeticError, ValueError):
        faults["mass_kg"] = _("Write tonnes as a number, such as 12.5.")
        return 0


def _known(
    name: str, told: Mapping[str, str], known: Mapping[str, Any], faults: dict[str, str]
) -> Any:
    found = known.get(told[name].lower())
    if found is None:
        words = _("“%(told)s” is not known here.")
        faults[name] = words % {"told": told[name][:60]}
    return found


def _short(name: str, told: str, faults: dict[str, str]) -> str:
    if len(told) > _LONGEST[name]:
        words = _("Use at most %(most)s characters.")
        faults[name] = words % {"most": _LONGEST[name]}
    return told


def _yes(told: str, faults: dict[str, str]) -> bool:
    if told.lower() in _YES | _NO:
        return told.lower() in _YES
    faults["is_old_stock"] = _("Write yes or no.")
    return False


def _by_day(rows: Iterable[Row]) -> list[Row]:
    """In the order of writing: by day, and on one day as the sheet has them."""
    return sorted(rows, key=lambda row: (row.line and row.line.occurred_on, row.number))


def _try_together(rows: list[Row]) -> None:
    ordered = _by_day(rows)
    lines = [row.line for row in ordered if row.line]
    keys = [line.source_key for line in lines]
    written = set(
        Entry.objects.filter(source_key__in=keys).values_list("source_key", flat=True)
    )
    for row, refused in zip(ordered, entries_try(lines=lines), strict=True):
        row.is_written = row.line is not None and row.line.source_key in written
        if refused:
            row.faults.update(refused.fields)


def _told(faulty: list[Row]) -> str:
    shown = "; ".join(f"{row.number}: {row.told}" for row in faulty[:3])
    words = _("%(count)s rows are at fault, none was written. Row %(shown)s")
    return words % {"count": len(faulty), "shown": shown}


def _refused(told: str) -> Refused:
    return Refused("invalid", told, {"file": told})
