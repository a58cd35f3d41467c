"""The shipped catalogue in a folder of its own, to be changed row by row."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

from seeds.checking import FOLDER
from seeds.schema import TABLES


class Folder:
    """CSV files that can be edited; every edit tells the line it touched."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, table: str, **cells: object) -> int:
        """Appends a row; columns not given stay empty."""
        rows = self.rows(table)
        blank = dict.fromkeys(TABLES[table].columns, "")
        self.write(table, [*rows, blank | {k: str(v) for k, v in cells.items()}])
        return len(rows) + 2

    def change(self, table: str, where: dict[str, str], **cells: object) -> int:
        """Changes the one row whose cells are as told."""
        rows = self.rows(table)
        at = self._only(rows, where)
        rows[at] |= {column: str(cell) for column, cell in cells.items()}
        self.write(table, rows)
        return at + 2

    def drop(self, table: str, where: dict[str, str]) -> None:
        """Takes out every row whose cells are as told."""
        kept = [row for row in self.rows(table) if not where.items() <= row.items()]
        self.write(table, kept)

    def rewrite(self, table: str, edit: Callable[[bytes], bytes]) -> None:
        """Changes the bytes of a file."""
        file = self.path / f"{table}.csv"
        file.write_bytes(edit(file.read_bytes()))

    def rows(self, table: str) -> list[dict[str, str]]:
        """The rows of a file as they stand."""
        with (self.path / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, table: str, rows: list[dict[str, str]]) -> None:
        """Replaces all rows of a file."""
        path = self.path / f"{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(TABLES[table].columns))
            writer.writeheader()
            writer.writerows(rows)

    @staticmethod
    def _only(rows: list[dict[str, str]], where: dict[str, str]) -> int:
        (at,) = [i for i, row in enumerate(rows) if where.items() <= row.items()]
        return at


def shipped(path: Path) -> Folder:
    """A copy of the shipped files."""
    for file in FOLDER.glob("*.csv"):
        shutil.copy(file, path)
    return Folder(path)
