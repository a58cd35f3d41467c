"""The two pictures of a brief: regions by their balance, and the last two years."""

from typing import Any, Final

from maps.brief import Brief
from maps.figures import Cell
from wastehub.ledger.kinds import Evidence
from wastehub.places.models import Region
from wastehub.units import KG_PER_TONNE
from wastehub.web.pages.scale import class_of
from wastehub.web.paper import FONT, GREY, Paper

BOUNDS: Final = (0.5, 0.8, 1.0, 1.2)
"""Where the classes of the balance part: below 1 more is made than consumed."""
COLOURS: Final = (
    (201, 106, 59),
    (230, 167, 116),
    (246, 223, 196),
    (184, 217, 210),
    (94, 163, 152),
)
NO_FIGURE: Final = (240, 242, 241)
MADE, CONSUMED = (190, 198, 193), (31, 111, 99)
_FINE: Final = 5.6
_MOSTLY: Final = 0.5
# A thirtieth of a degree is a third of a millimetre on this map.
_TOLERANCE_DEG: Final = 0.03

Box = tuple[float, float, float, float]


class _Frame:
    """Degrees to millimetres inside a box, the middle of the land in its middle."""

    def __init__(self, land: Box, x: float, y: float, width: float, height: float):
        west, south, east, north = land
        # A degree of longitude is shorter by the cosine of the latitude; 30 degrees
        # north is the middle of this product's country of first concern.
        self.stretch = 0.866
        wide, high = (east - west) * self.stretch, north - south
        self.scale = min(width / wide, height / high)
        self.x = x + (width - wide * self.scale) / 2
        self.y = y + (height - high * self.scale) / 2
        self.west, self.north = west, north

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        right = (lon - self.west) * self.stretch * self.scale
        return self.x + right, self.y + (self.north - lat) * self.scale


def draw_map(
    paper: Paper, told: Brief, x: float, y: float, width: float, height: float
) -> None:
    """The regions, each with its balance of the year so far."""
    cells = {cell.key: cell for cell in told.parts}
    rows = list(Region.objects.current().filter(adcode__in=cells).defer("shape"))
    _caption(paper, x, y, "产消平衡（本年） Balance, year to date")
    if not rows:
        return
    land = _land(rows)
    frame = _Frame(land, x, y + 5, width, height - 11)
    paper.set_draw_color(255)
    paper.set_line_width(0.15)
    for row in rows:
        _fill(paper, row, cells[row.adcode], frame)
    for row in rows:
        _label(paper, row, cells[row.adcode], frame)
    _legend(paper, x, y + height - 5)


def draw_months(
    paper: Paper, told: Brief, x: float, y: float, width: float, height: float
) -> None:
    """Two bars a month: what was generated, and what was consumed."""
    words = "产生（灰）、消纳（绿） Generated (grey), consumed (green), 10 kt"
    _caption(paper, x, y, words)
    cells = told.months
    most_kg = max(
        max(cell.total.generated_kg, cell.total.consumed_kg) for cell in cells.values()
    )
    if not most_kg:
        return
    foot, room = y + height - 8, height - 16
    step = (width - 8) / len(cells)
    _scale(paper, x, foot, room, width, most_kg)
    for place, (month, cell) in enumerate(cells.items()):
        left = x + 8 + step * place
        for shift, colour, mass_kg in (
            (0.0, MADE, cell.total.generated_kg),
            (0.42, CONSUMED, cell.total.consumed_kg),
        ):
            tall = room * mass_kg / most_kg
            paper.set_fill_color(*colour)
            paper.rect(left + step * shift, foot - tall, step * 0.4, tall, style="F")
        if month.month in (1, 7):
            _text(paper, left - 2, foot + 0.5, f"{month:%Y-%m}")


def _scale(
    paper: Paper, x: float, foot: float, room: float, width: float, most_kg: int
) -> None:
    paper.set_draw_color(220)
    for part in (0, 0.5, 1):
        level = foot - room * part
        paper.line(x + 7, level, x + width, level)
        told = f"{most_kg * part / KG_PER_TONNE / 10_000:,.1f}"
        _text(paper, x, level - 2, told)


def _land(rows: list[Region]) -> Box:
    boxes = [row.drawn_shape.extent for row in rows]
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _fill(paper: Paper, row: Region, cell: Cell, frame: _Frame) -> None:
    value = cell.balance.value
    colour = NO_FIGURE if value is None else COLOURS[class_of(value, BOUNDS)]
    paper.set_fill_color(*colour)
    shape: Any = row.drawn_shape.simplify(_TOLERANCE_DEG, preserve_topology=True)
    parts = [shape] if shape.geom_type == "Polygon" else shape
    for part in parts:
        outline = [frame.at(lon, lat) for lon, lat in part.exterior_ring.coords]
        paper.polygon(outline, style="DF")


def _label(paper: Paper, row: Region, cell: Cell, frame: _Frame) -> None:
    value = cell.balance.value
    right, down = frame.at(row.middle.x, row.middle.y)
    about = "≈" if cell.share(Evidence.ESTIMATED) > _MOSTLY else ""
    told = "" if value is None else f"{about}{value:.0%}"
    if value is None and cell.total.consumed_kg:
        told = "净消纳"
    for shift, text in ((-2.2, _short(row.name_zh)), (0.0, told)):
        paper.set_font(FONT, size=_FINE - 0.6)
        paper.set_text_color(20, 30, 26)
        paper.set_xy(right - 6, down + shift)
        paper.cell(12, 2.4, text, align="C")
    paper.set_text_color(0)


def _short(name_zh: str) -> str:
    """Without the word for what it is: 德阳市 is 德阳, 阿坝藏族羌族自治州 is 阿坝."""
    if name_zh.endswith("自治州"):
        return name_zh[:2]
    return name_zh[:-1] if len(name_zh) > 2 else name_zh


def _legend(paper: Paper, x: float, y: float) -> None:
    words = ["< 50%", "50–80%", "80–100%", "100–120%", "> 120%"]
    entries = [*zip(COLOURS, words, strict=True), (NO_FIGURE, "无产生 none made")]
    for place, (colour, text) in enumerate(entries):
        left = x + place * 16
        paper.set_fill_color(*colour)
        paper.rect(left, y, 3, 3, style="F")
        _text(paper, left + 3.4, y + 0.2, text)


def _caption(paper: Paper, x: float, y: float, words: str) -> None:
    paper.set_font(FONT, size=6.6)
    paper.set_xy(x, y)
    paper.cell(0, 4, words)


def _text(paper: Paper, x: float, y: float, words: str) -> None:
    paper.set_font(FONT, size=_FINE)
    paper.set_text_color(*GREY)
    paper.set_xy(x, y)
    paper.cell(12, 3, words)
    paper.set_text_color(0)
