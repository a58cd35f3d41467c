"""Which figures are shown to whom: a region's in full, or as the public may see it.

What the public may see was decided, and written down, when the newest edition of the
open data was made (``maps.editions``).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from maps.figures import Cell
from maps.open_view import open_cells
from maps.question import Question
from wastehub.places import adcodes

EVERYWHERE: Final = ("",)
"""The prefixes of one who sees every region's figures."""


@dataclass(frozen=True)
class Shown:
    """A cell as it may be shown; where ``hidden`` says why not, the cell is empty.

    A cell that ``is_public`` is not the one asked for but that of the newest edition.
    """

    cell: Cell
    hidden: str = ""


def published(
    question: Question, cells: Sequence[Cell], seen: Collection[str]
) -> list[Shown]:
    """The cells as one may see them who sees the regions of some prefixes in full.

    All others are those of the newest edition, or hidden; see
    :class:`maps.open_view.Hidden` for why. The cells are those of the question's
    period: where they are of another one, so must the question be.
    """
    unseen = [cell for cell in cells if not is_seen(question, cell.key, seen)]
    told = open_cells(question, unseen) if unseen else {}
    return [
        Shown(told[cell.key][0], told[cell.key][1] or "")
        if cell.key in told
        else Shown(cell)
        for cell in cells
    ]


def is_seen(question: Question, key: str, seen: Collection[str]) -> bool:
    """Whether a group's figures, told by its key, are shown to such a one in full."""
    if "" in seen:
        return True
    place = key if adcodes.is_adcode(key) else question.within
    inside = adcodes.prefix(place)
    return any(inside.startswith(prefix) for prefix in seen)
