"""A month's brief on one page of paper: figures, map, months and the table of regions.

Chinese and English stand together. Nothing is told by colour alone: every region on
the map carries its ratio in figures.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from maps.brief import Brief, target_words, year_so_far
from maps.figures import Cell, Ratio
from wastehub.ledger.kinds import Evidence
from wastehub.units import KG_PER_TONNE
from wastehub.web.brief_drawings import draw_map, draw_months
from wastehub.web.paper import FONT, GREY, MARGIN_MM, SMALL, Paper

FINE: Final = 6.6
BOX_MM: Final = 21.0
# The notes at the foot, and a target that takes two lines.
NOTES_MM, TARGET_MM = 20.0, 8.0
MAP_MM, CHART_MM = 100.0, 78.0
# Pictures take what a table of many regions leaves of the page.
PICTURE_MM, FEW_ROWS, TALL_PICTURE_MM = 74.0, 10, 104.0
_INVENTED: Final = "演示数据，纯属虚构 Invented for demonstration"
_HEADS: Final = (
    ("地区", "Region"),
    ("产生", "Generated"),
    ("本地利用", "Used here"),
    ("处置", "Disposed"),
    ("调出", "Shipped out"),
    ("调入", "Received in"),
    ("期末库存", "Stock"),
    ("综合利用率", "Utilisation"),
    ("产消平衡", "Balance"),
    ("估算占比", "Estimated"),
)
_WIDTHS: Final = (30, 19, 19, 17, 17, 17, 20, 17, 17, 15)
_NOTES: Final = (
    "综合利用率 = 产生方综合利用量 /（产生量 + 综合利用往年贮存量），不超过 100%；"
    "带 ! 者利用量超过该和，数据不闭合。"
    "产消平衡 =（本地利用量 + 处置量）/ 产生量，可超过 100%"
    "（依工信部联节〔2024〕58号综合消纳量与产生量之比，为本平台的解释）。 "
    "Utilisation = used of one's own / (generated + used from former years); "
    "! marks more use than that sum. Balance = (used here + disposed) / generated."
)


def brief_pdf(told: Brief) -> bytes:
    """The brief as a PDF of one page."""
    title = f"{told.subject.name_zh}产消平衡月报"
    foot = f"WasteHub · {title} · {told.region.name_zh} · {told.month:%Y-%m}"
    paper = Paper(title, f"{foot} · 数据截至 as known on {told.known_on}")
    paper.set_auto_page_break(False)
    _head(paper, told, title)
    _boxes(paper, told)
    top = paper.get_y() + 2
    shown = [cell for cell in told.parts if not cell.is_empty]
    tall_mm = TALL_PICTURE_MM if len(shown) <= FEW_ROWS else PICTURE_MM
    draw_map(paper, told, MARGIN_MM, top, MAP_MM, tall_mm)
    draw_months(paper, told, MARGIN_MM + MAP_MM + 4, top, CHART_MM, tall_mm)
    paper.set_xy(MARGIN_MM, top + tall_mm + 2)
    _table(paper, told, shown)
    _targets(paper, told)
    _notes(paper)
    return bytes(paper.output())


def _head(paper: Paper, told: Brief, title: str) -> None:
    paper.heading(f"{told.region.name_zh}{title} {told.month:%Y-%m}", 15)
    english = f"{told.subject.name_en}: produce–consume balance, monthly brief"
    region = told.region.name_en or told.region.name_zh
    paper.line_of(f"{english} · {region}", SMALL)
    if told.is_invented:
        paper.set_text_color(150, 60, 20)
        paper.line_of(_INVENTED, SMALL)
        paper.set_text_color(0)


def _boxes(paper: Paper, told: Brief) -> None:
    width = paper.epw / 3
    top = paper.get_y() + 1
    for place, words in enumerate(_figures(told)):
        x = MARGIN_MM + width * (place % 3)
        y = top + BOX_MM * (place // 3)
        _box(paper, x, y, width - 2, words)
    paper.set_xy(MARGIN_MM, top + 2 * BOX_MM)


def _box(paper: Paper, x: float, y: float, width: float, words: Sequence[str]) -> None:
    paper.set_draw_color(205, 213, 208)
    paper.rect(x, y, width, BOX_MM - 2)
    said, value, *below = words
    lines = (
        (FINE, said, 0.8),
        (13, value, 4.6),
        (FINE, below[0], 10.4),
        (FINE, below[1], 13.8),
    )
    for size, text, down in lines:
        paper.set_font(FONT, size=size)
        paper.set_text_color(*((0, 0, 0) if size > FINE else GREY))
        paper.set_xy(x + 1.5, y + down)
        paper.cell(width - 3, 5, text)
    paper.set_text_color(0)


def _figures(told: Brief) -> Iterator[Sequence[str]]:
    """Words, the month's figure, and the year so far above the year before."""
    month, year, before = told.whole, told.so_far, told.year_before
    for words, of in (
        ("产消平衡 Balance", lambda cell: _ratio(cell.balance)),
        ("综合利用率 Utilisation", lambda cell: _ratio(cell.utilisation)),
        ("产生量 Generated (t)", lambda cell: _tonnes(cell.total.generated_kg)),
        ("综合消纳量 Consumed (t)", lambda cell: _tonnes(cell.total.consumed_kg)),
        ("期末库存 Stock (t)", lambda cell: _tonnes(cell.closing_stock_kg)),
    ):
        so_far = f"本年累计 year to date {of(year)}"
        yield words, of(month), so_far, f"上年同期 a year ago {of(before)}"
    shares = " · ".join(_percent(year.share(evidence)) for evidence in Evidence)
    yield (
        "数据可靠程度 How it is known",
        shares,
        "计量 weighed · 申报 declared · 估算 estimated",
        "按产生与消纳量 of what was made and used",
    )


def _table(paper: Paper, told: Brief, shown: Sequence[Cell]) -> None:
    period = year_so_far(told.month).code
    paper.set_font(FONT, size=SMALL)
    words = "分地区统计表（吨，湿基） Table of regions (wet tonnes)"
    paper.cell(0, 5, f"{words} · {period}", new_x="LMARGIN", new_y="NEXT")
    paper.set_font(FONT, size=FINE)
    room = paper.h - MARGIN_MM - 18 - paper.get_y()
    height = min(5.0, room / (len(shown) + 3))
    zh, en = zip(*_HEADS, strict=True)
    _line(paper, zh, height * 0.8, border="")
    for row in (en, *map(_row, shown), _row(told.so_far)):
        _line(paper, row, height)


def _line(paper: Paper, row: Sequence[str], height: float, border: str = "B") -> None:
    paper.set_x(MARGIN_MM)
    scale = paper.epw / sum(_WIDTHS)
    for place, (text, width) in enumerate(zip(row, _WIDTHS, strict=True)):
        align = "L" if place == 0 else "R"
        paper.cell(width * scale, height, text, border=border, align=align)
    paper.ln(height)


def _row(cell: Cell) -> tuple[str, ...]:
    total = cell.total
    masses: tuple[int, ...] = (
        total.generated_kg,
        total.used_kg,
        total.disposed_kg,
        cell.shipped_out_kg,
        cell.received_in_kg,
        cell.closing_stock_kg,
    )
    return (
        f"{cell.name_zh} {cell.name_en.split(' ')[0]}".strip(),
        *map(_tonnes, masses),
        _ratio(cell.utilisation),
        _ratio(cell.balance),
        _percent(cell.share(Evidence.ESTIMATED)),
    )


def _targets(paper: Paper, told: Brief) -> None:
    """As many as the page has room for, the region's own first."""
    paper.ln(1)
    room = paper.h - MARGIN_MM - NOTES_MM - paper.get_y()
    for target in told.targets[: max(0, int(room / TARGET_MM))]:
        paper.line_of(f"目标 Target: {target_words(target)}", FINE)


def _notes(paper: Paper) -> None:
    paper.ln(1)
    paper.set_text_color(*GREY)
    paper.line_of(_NOTES, FINE)
    paper.set_text_color(0)


def _ratio(ratio: Ratio) -> str:
    mark = " !" if ratio.excess_kg else ""
    return "–" if ratio.value is None else f"{ratio.value:.1%}{mark}"


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _tonnes(mass_kg: Any) -> str:
    return f"{mass_kg / KG_PER_TONNE:,.0f}"
