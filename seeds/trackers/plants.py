"""What a tracker's rows become: plants with parts, rows left out, rows at fault."""

from collections.abc import Mapping
from dataclasses import dataclass


class RowFault(ValueError):
    """A row that can not be used; the message is the reason, for a person."""


@dataclass(frozen=True)
class Row:
    """One line of a table: where it starts in the file, and its cells, trimmed."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass(frozen=True)
class Amount:
    """A capacity as the tracker says it; ``value`` is None where it gives no number."""

    value: float | None
    said: str

    @property
    def is_stated(self) -> bool:
        """Whether the cell holds anything, were it only ``>0``."""
        return bool(self.said)


@dataclass(frozen=True)
class Part:
    """A unit, a furnace line or a whole works: its capacities, and what kind it is."""

    label: str
    amounts: Mapping[str, Amount]
    kind: str = ""


@dataclass(frozen=True)
class Plant:
    """An operating plant at a WGS 84 point, in degrees."""

    key: str
    line: int
    name_zh: str
    name_en: str
    owner_zh: str
    owner_en: str
    lon: float
    lat: float
    is_approximate: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Skipped:
    """A row that is sound and of no use here: a closed plant, another region."""

    line: int
    key: str
    reason: str
