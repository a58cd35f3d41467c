"""From a CSV file to cells, saying of each fault where it stands.

A file is UTF-8, with or without a byte order mark, and starts with a header that names
its columns in any order. Nothing here knows what a column means.
"""

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Parse = Callable[[str], object]


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file; ``line`` counts from 1, the header included.

    A row that stands in no file yet is told by its key, ``row``, and not by its line.
    """

    file: str
    reason: str
    line: int | None = None
    column: str = ""
    row: str = ""

    def __str__(self) -> str:
        return ": ".join(filter(None, (self._place(), self.column, self.reason)))

    def _place(self) -> str:
        if self.row:
            return f"{self.file}: {self.row}"
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Record:
    """The cells of one row, by column, and the line on which it starts.

    ``label`` is its key in words where it stands in no file yet.
    """

    file: str
    line: int
    cells: Mapping[str, str]
    label: str = ""

    @property
    def place(self) -> str:
        """What another row calls this one."""
        return self.label or f"line {self.line}"

    def fault(self, column: str, reason: str) -> Fault:
        """A fault in one cell of this row."""
        return Fault(self.file, reason, self.line, column, self.label)


def read_records(
    path: Path, columns: Collection[str]
) -> tuple[list[Record], list[Fault]]:
    """The rows of a file that has exactly these columns.

    A row with too many or too few cells is left out and reported; so is a whole file
    that is missing, empty, in another encoding, or has another header.
    """
    text, faults = _text(path)
    if faults:
        return [], faults
    lines = list(_numbered(path.name, text, faults))
    if not lines:
        return [], faults or [Fault(path.name, "the file is empty")]
    header = [cell.strip() for cell in lines[0][1]]
    faults += _header_faults(path.name, header, columns)
    if faults:
        return [], faults
    records = [
        Record(path.name, line, dict(zip(header, cells, strict=True)))
        for line, cells in lines[1:]
        if _fits(path.name, line, cells, header, faults)
    ]
    if not records and not faults:
        faults.append(Fault(path.name, "the file has a header but no rows"))
    return records, faults


def parse_cells(
    record: Record, columns: Mapping[str, Parse]
) -> tuple[dict[str, object], list[Fault]]:
    """The values of a row; a cell whose parser raises ``ValueError`` is a fault."""
    values: dict[str, object] = {}
    faults = []
    for column, parse in columns.items():
        try:
            values[column] = parse(record.cells[column])
        except ValueError as error:
            faults.append(record.fault(column, str(error)))
    return values, faults


def _text(path: Path) -> tuple[str, list[Fault]]:
    try:
        data = path.read_bytes()
    except OSError:
        return "", [Fault(path.name, "the file is missing or can not be read")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", [_misencoded(path.name, data, error.start, _encoding(data))]
    if "\0" in text:
        return "", [_misencoded(path.name, data, data.index(0), "UTF-16 or is binary")]
    return text, []


def _misencoded(file: str, data: bytes, at: int, encoding: str) -> Fault:
    line = data[:at].count(b"\n") + 1
    return Fault(file, f"the file is encoded in {encoding}: save it as UTF-8", line)


def _encoding(data: bytes) -> str:
    """The likely encoding of text that is not UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "something other than UTF-8"
    return "GB 18030 (GBK)"


def _numbered(
    file: str, text: str, faults: list[Fault]
) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, [cell.strip() for cell in cells]
            start = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(file, f"not well-formed CSV: {error}", start))


def _header_faults(
    file: str, header: list[str], columns: Collection[str]
) -> list[Fault]:
    missing = [column for column in columns if column not in header]
    unknown = [column for column in header if column not in columns]
    repeated = sorted({column for column in header if header.count(column) > 1})
    return [
        Fault(file, reason, 1, column)
        for names, reason in (
            (missing, "the column is missing"),
            (unknown, "the column is unknown"),
            (repeated, "the column stands twice"),
        )
        for column in names
    ]


def _fits(
    file: str, line: int, cells: list[str], header: list[str], faults: list[Fault]
) -> bool:
    if len(cells) == len(header):
        return True
    reason = f"the row has {len(cells)} cells, the header {len(header)}"
    faults.append(Fault(file, reason, line))
    return False
