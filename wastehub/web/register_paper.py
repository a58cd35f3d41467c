"""Registers and declarations on paper, in Chinese and English together."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.utils import timezone

from wastehub.exchange.states import DeclarationStatus
from wastehub.reporting.models import Declaration
from wastehub.reporting.registers import INVENTED, KEPT_YEARS, YES, Columns
from wastehub.web.declaration_forms import WORDS
from wastehub.web.paper import FONT, SMALL, Paper, in_both, names
from wastehub.web.templatetags.figures import exact_tonnes, fine_percent

# Two thousand rows took six seconds to draw.
MOST_ROWS: Final = 500
"""What a register on paper holds; a longer one is taken as a table."""

TITLES: Final = {
    "ledger": "台账 Mass ledger",
    "notes": "转移联单 Transfer notes",
    "declarations": "月度申报 Monthly declarations",
}
# A page is narrower than a table: these columns, by path, with their millimetres.
_ON_PAPER: Final = {
    "ledger": {
        "facility__name_zh": 30,
        "sequence": 14,
        "occurred_on": 19,
        "material__name_zh": 22,
        "kind": 25,
        "mass_kg": 23,
        "balance_kg": 24,
        "counterparty_name": 25,
    },
    "notes": {
        "number": 25,
        "status": 20,
        "agreement__consignor__name_zh": 31,
        "agreement__consignee__name_zh": 31,
        "agreement__material__name_zh": 22,
        "planned_on": 19,
        "loaded_kg": 17,
        "settled_kg": 17,
    },
    "declarations": {
        "facility__name_zh": 26,
        "material__name_zh": 20,
        "month": 14,
        "status": 17,
        "generated_kg": 21,
        "used_kg": 21,
        "stored_kg": 21,
        "disposed_kg": 20,
        "carried_kg": 22,
    },
}
_FINE: Final = 7
_KEPT = (
    f"质量单位为吨（湿基）。记录至少保存 {KEPT_YEARS} 年。 "
    f"Masses are wet tonnes. Records are kept for {KEPT_YEARS} years at least."
)
_INVENTED = "含演示数据，纯属虚构。 With data that are invented for demonstration."


def register_pdf(name: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> bytes:
    """A register with the columns that a page has room for."""
    shares = _ON_PAPER[name]
    places = [
        place for place, column in enumerate(columns.values()) if column.path in shares
    ]
    heads = list(columns)
    widths = [shares[list(columns.values())[place].path] for place in places]
    paper = _paper(TITLES[name])
    paper.line_of(_KEPT, SMALL)
    found = list(rows)
    invented = heads.index(INVENTED)
    if any(row[invented] == YES for row in found):
        paper.line_of(_INVENTED, SMALL)
    told = [[_text(row[place]) for place in places] for row in found]
    paper.set_font(FONT, size=_FINE)
    paper.grid([[heads[place] for place in places], *told], widths)
    return bytes(paper.output())


def declaration_pdf(declaration: Declaration, versions: list[Declaration]) -> bytes:
    """A month of a material at a site in the statutory form, with its versions."""
    paper = _paper(f"月度申报 Monthly declaration {declaration.month:%Y-%m}")
    if declaration.facility.organisation.is_invented:
        paper.line_of(_INVENTED)
    paper.pairs(
        [
            ("场所 Site", names(declaration.facility)),
            ("单位 Organisation", names(declaration.facility.organisation)),
            ("物料 Material", names(declaration.material)),
            ("状态 State", in_both(DeclarationStatus(declaration.status).label)),
        ]
    )
    heads = ["指标 Figure", *(f"第 {one.version} 版 version" for one in versions)]
    figures = [
        [in_both(words), *(exact_tonnes(getattr(one, name)) for one in versions)]
        for name, words in WORDS.items()
    ]
    paper.grid([heads, *figures], [6, *(3 for _one in versions)])
    paper.pairs(_balance(declaration))
    paper.line_of(_KEPT, SMALL)
    return bytes(paper.output())


def _balance(declaration: Declaration) -> list[tuple[str, str]]:
    figures = declaration.figures
    ratio = figures.use_ratio
    return [
        ("差额 Gap (t)", exact_tonnes(figures.gap_kg)),
        ("综合利用率 Use ratio", "–" if ratio is None else fine_percent(ratio)),
        ("零申报 Zero declaration", "是 yes" if declaration.is_zero else "否 no"),
        ("说明 Explanation", declaration.explanation or "–"),
    ]


def _paper(title: str) -> Paper:
    paper = Paper(title, f"WasteHub · {title} · {timezone.localdate():%Y-%m-%d}")
    paper.heading(title)
    return paper


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.3f}"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
