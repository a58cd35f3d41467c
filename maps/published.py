"""Which figures are shown to whom: a region's in full, or as the public may see it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from maps.figures import Cell
from maps.question import Question
from wastehub.places import adcodes

EVERYWHERE: Final = ("",)
"""The prefixes of one who sees every region's figures."""


@dataclass(frozen=True)
class Shown:
    """A cell as it may be shown; where ``hidden`` says why not, the cell is empty."""

    cell: Cell
    hidden: str = ""


def published(
    question: Question, cells: Sequence[Cell], seen: Collection[str]
) -> list[Shown]:
    """The cells as one may see them who sees the regions of some prefixes in full."""
    return [
        Shown(cell) if is_seen(question, cell.key, seen) else _hidden(cell)
        for cell in cells
    ]


def is_seen(question: Question, key: str, seen: Collection[str]) -> bool:
    """Whether a group's figures, told by its key, are shown to such a one in full."""
    if "" in seen:
        return True
    place = key if adcodes.is_adcode(key) else question.within
    inside = adcodes.prefix(place)
    return any(inside.startswith(prefix) for prefix in seen)


def _hidden(cell: Cell) -> Shown:
    nothing = Cell(key=cell.key, name_zh=cell.name_zh, name_en=cell.name_en)
    return Shown(nothing, "not_public")
