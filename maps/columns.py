"""The columns of a balance, under one name and in the same words wherever it is told.

A page, a file, the API and the command all read this list. Masses are tonnes, ratios
fractions; a column that says nothing of a cell holds ``None``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import get_language

from maps.figures import Cell
from maps.published import Shown
from wastehub.ledger.kinds import Evidence
from wastehub.units import tonnes_from_kg

TONNE, FRACTION, TEXT = "t", "1", ""


@dataclass(frozen=True)
class Column:
    """``unit`` is ``t``, ``1`` for a fraction, or empty for a text.

    ``adds_up`` says whether the sum of a column's masses means anything: what crosses
    the borders between two groups crosses none of the two together.
    """

    name: str
    unit: str
    zh: str
    en: str
    read: Callable[[Cell], Any]
    adds_up: bool = True

    @property
    def head(self) -> str:
        """What stands over it in the reader's language, the unit left out."""
        return self.zh if (get_language() or "").startswith("zh") else self.en

    def value(self, cell: Cell) -> Any:
        """What it says of a cell, in its unit."""
        told = self.read(cell)
        return float(tonnes_from_kg(told)) if self.unit == TONNE else told


def _moved(name: str, zh: str, en: str) -> Column:
    return Column(f"{name}_t", TONNE, zh, en, lambda c: getattr(c.total, f"{name}_kg"))


def _of_cell(name: str, zh: str, en: str, adds_up: bool = True) -> Column:
    return Column(
        f"{name}_t", TONNE, zh, en, lambda c: getattr(c, f"{name}_kg"), adds_up
    )


def _known(evidence: Evidence, zh: str, en: str) -> Column:
    return Column(f"{evidence}_frac", FRACTION, zh, en, lambda c: c.share(evidence))


NAMES: Final = (
    Column("key", TEXT, "代码", "code", lambda c: c.key),
    Column("name_zh", TEXT, "名称（中文）", "name (Chinese)", lambda c: c.name_zh),
    Column("name_en", TEXT, "名称（英文）", "name (English)", lambda c: c.name_en),
)
FIGURES: Final = (
    _of_cell("opening_stock", "期初库存", "stock at the beginning"),
    _moved("opened", "首次盘存", "stock first counted"),
    _moved("generated", "产生量", "generated"),
    _moved("received", "接收量", "received"),
    _of_cell("received_in", "由外部接收", "received from outside", False),
    _moved("used", "本地综合利用量", "used there"),
    _moved("used_old", "其中利用往年贮存量", "of it from former years' stock"),
    _moved("own_used", "产生者综合利用量", "used of its producers' own"),
    _moved(
        "own_used_old",
        "产生者利用往年贮存量",
        "of its producers' own from former years' stock",
    ),
    _moved("shipped", "运出量", "shipped"),
    _moved("shipped_old", "其中运出往年贮存量", "shipped from former years' stock"),
    _of_cell("shipped_out", "运往外部", "shipped to outside", False),
    _of_cell("unplaced", "去向仅有名称", "shipped to a name only", False),
    _moved("disposed", "处置量", "disposed of"),
    _moved("disposed_old", "其中处置往年贮存量", "disposed of former years' stock"),
    _moved("loss", "损失量", "lost"),
    _moved("consumed", "综合消纳量", "consumed"),
    _moved("surplus", "产大于消", "generated beyond consumed"),
    _of_cell("closing_stock", "期末库存", "stock at the end"),
    _of_cell("unexplained", "库存不闭合量", "stock change not explained"),
    Column(
        "utilisation_frac",
        FRACTION,
        "综合利用率",
        "utilisation rate",
        lambda c: c.utilisation.value,
    ),
    Column(
        "utilisation_excess_t",
        TONNE,
        "超出可利用量",
        "used beyond what there was",
        lambda c: c.utilisation.excess_kg,
    ),
    Column(
        "balance_frac",
        FRACTION,
        "产消平衡率",
        "consumed to generated",
        lambda c: c.balance.value,
    ),
    _known(Evidence.WEIGHED, "称重占比", "share weighed"),
    _known(Evidence.DECLARED, "申报占比", "share declared"),
    _known(Evidence.ESTIMATED, "估算占比", "share estimated"),
)
PUBLIC: Final = frozenset(
    {
        "opening_stock_t",
        "generated_t",
        "own_used_t",
        "own_used_old_t",
        "consumed_t",
        "surplus_t",
        "closing_stock_t",
        "utilisation_frac",
        "utilisation_excess_t",
        "balance_frac",
    }
)
"""What is told of a cell that is only what is published; the rest stays empty."""

OPEN: Final = tuple(column for column in FIGURES if column.name in PUBLIC)
HIDDEN: Final = Column("hidden", TEXT, "不公开原因", "why it is hidden", lambda c: "")
COLUMNS: Final = (*NAMES, *FIGURES, HIDDEN)


def row(shown: Shown) -> dict[str, Any]:
    """What a table says of a cell, by column; no figures where it is hidden."""
    cell = shown.cell
    told = OPEN if cell.is_public else FIGURES
    names = {column.name: column.value(cell) for column in NAMES}
    figures = dict.fromkeys((column.name for column in FIGURES), None)
    if not shown.hidden:
        figures |= {column.name: column.value(cell) for column in told}
    return {**names, **figures, HIDDEN.name: shown.hidden}


def rows(cells: Iterable[Shown]) -> list[dict[str, Any]]:
    """A row for each cell, in their order."""
    return [row(shown) for shown in cells]


def total_row(total: Cell) -> dict[str, Any]:
    """The same of several cells together; ``None`` where masses do not add up."""
    told = row(Shown(total))
    return told | {column.name: None for column in FIGURES if not column.adds_up}
