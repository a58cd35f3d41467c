"""The figures as a table that Markdown reads too."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.timing import Times

HEADS = ("what", "size", "way", "seconds", "to ours", "runs", "remark")
RIGHT = {"seconds", "to ours", "runs"}


@dataclass(frozen=True)
class Row:
    """One way's median; ``ratio`` is it over ours, None where there is no rival."""

    what: str
    size: str
    way: str
    seconds: float
    ratio: float | None
    runs: int
    remark: str = ""

    def cells(self) -> tuple[str, ...]:
        return (
            self.what,
            self.size,
            self.way,
            "stopped" if math.isinf(self.seconds) else significant(self.seconds),
            self._ratio(),
            str(self.runs),
            self.remark,
        )

    def _ratio(self) -> str:
        if self.ratio is None or math.isinf(self.ratio):
            return ""
        return f"x {significant(self.ratio)}"


def rows_of(
    what: str, size: str, times: Mapping[str, Times], remarks: Mapping[str, str]
) -> list[Row]:
    """A row for each way; the first is ours."""
    ours = next(iter(times.values())).median_s
    return [
        Row(
            what,
            size,
            way,
            of.median_s,
            of.median_s / ours,
            len(of.seconds),
            remarks.get(way, ""),
        )
        for way, of in times.items()
    ]


def significant(number: float) -> str:
    """Two significant digits, never as a power of ten."""
    if number <= 0:
        return "0"
    digits = max(0, 1 - math.floor(math.log10(number)))
    return f"{number:,.{digits}f}"


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Lines of equal width."""
    lines = [HEADS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for number, line in enumerate(lines):
        yield _line(line, widths)
        if number == 0:
            yield _line(_rules(widths), widths)


def _rules(widths: Sequence[int]) -> list[str]:
    return [
        "-" * (width - 1) + ":" if head in RIGHT else "-" * width
        for head, width in zip(HEADS, widths, strict=True)
    ]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell.rjust(width) if head in RIGHT else cell.ljust(width)
        for head, cell, width in zip(HEADS, cells, widths, strict=True)
    )
    return f"| {' | '.join(padded)} |"
