"""A4 paper in Chinese and English: headings, pairs, tables, a code."""

from collections.abc import Sequence
from typing import Any, Final

import segno
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

FONT: Final = "noto-sans-sc"
LARGE, BODY, SMALL = 17, 9.5, 8
MARGIN_MM: Final = 14
CODE_MM: Final = 32
LINE_SPACING: Final = 1.5
GREY: Final = (95, 105, 100)


def in_both(message: str | Promise, between: str = " ") -> str:
    """A lazily translated message in Chinese, then in English."""
    found = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.append(str(message))
    return between.join(dict.fromkeys(found))


def names(thing: Any) -> str:
    """Both names of a thing, the English one where it has one."""
    return " ".join(filter(None, [thing.name_zh, thing.name_en]))


class Paper(FPDF):
    """Pages with the site's typeface; every foot says what they are.

    Parameters
    ----------
    foot
        What stands at the foot of every page beside its number.
    """

    def __init__(self, title: str, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot
        self.set_title(title)
        self.set_creator("WasteHub")
        self.set_margin(MARGIN_MM)
        self.set_auto_page_break(True, margin=MARGIN_MM + 4)
        self.add_font(FONT, fname=settings.DOCUMENT_FONT)
        self.set_font(FONT, size=BODY)
        self.add_page()

    def footer(self) -> None:
        """What the paper is, and which page."""
        self.set_y(-MARGIN_MM)
        self.set_font(FONT, size=SMALL)
        self.set_text_color(*GREY)
        self.cell(self.epw - 20, text=self._foot)
        self.cell(20, text=f"{self.page_no()} / {{nb}}", align="R")
        self.set_text_color(0)

    def heading(self, text: str, size: float = LARGE) -> None:
        """A line that begins something."""
        self.ln(2)
        self.set_font(FONT, size=size)
        self._words(text)
        self.set_font(FONT, size=BODY)

    def line_of(self, text: str, size: float = BODY) -> None:
        """A paragraph."""
        self.set_font(FONT, size=size)
        self._words(text)
        self.set_font(FONT, size=BODY)

    def pairs(self, rows: Sequence[tuple[str, str]]) -> None:
        """What is said, and of what."""
        self._table(rows, widths=(3, 10), has_head=False)

    def grid(self, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """A table whose first row is its head."""
        self._table(rows, widths=widths, has_head=True)

    def code(self, said: str, x_mm: float, y_mm: float) -> None:
        """A QR code with its quiet zone, ``CODE_MM`` wide."""
        rows = [list(row) for row in segno.make(said, error="m").matrix_iter(border=2)]
        dot_mm = CODE_MM / len(rows)
        for down, row in enumerate(rows):
            for right, is_dark in enumerate(row):
                if is_dark:
                    x, y = x_mm + right * dot_mm, y_mm + down * dot_mm
                    self.rect(x, y, dot_mm, dot_mm, style="F")

    def _words(self, text: str) -> None:
        height_mm = LINE_SPACING * self.font_size
        self.multi_cell(0, height_mm, text, align="L", new_x="LMARGIN", new_y="NEXT")

    def _table(
        self, rows: Sequence[Sequence[str]], widths: Sequence[int], has_head: bool
    ) -> None:
        self.set_line_width(0.1)
        with self.table(
            rows,
            col_widths=tuple(widths),
            first_row_as_headings=has_head,
            headings_style=FontFace(emphasis="", color=GREY),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            line_height=5.2,
            padding=(0.8, 1),
            text_align="LEFT",
        ):
            pass
        self.ln(2)
