"""A tracker's file as rows: encodings, headings, and what is refused."""

from pathlib import Path

import pytest

from seeds.trackers.reading import read_table
from wastehub.errors import Refused

TEXT = "id,name\nP1,攀枝花\nP2,什邡\n"
NAMES = ["攀枝花", "什邡"]


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "plants.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_is_read_in_each_encoding_in_use(tmp_path: Path, encoding: str) -> None:
    table = read_table(_file(tmp_path, TEXT.encode(encoding)), ["id", "name"])
    assert [row["name"] for row in table.rows] == NAMES


def test_a_row_knows_the_line_it_starts_on(tmp_path: Path) -> None:
    text = 'id,name\n\nP1,"two\nlines"\nP2,b\n'
    table = read_table(_file(tmp_path, text.encode()), ["id"])
    assert [(row.line, row["id"]) for row in table.rows] == [(3, "P1"), (5, "P2")]


def test_other_columns_are_passed_over_and_cells_trimmed(tmp_path: Path) -> None:
    table = read_table(_file(tmp_path, b"src,id\nx, P1 \n"), ["id"])
    assert table.rows[0]["id"] == "P1"


def test_a_row_of_another_width_is_set_aside(tmp_path: Path) -> None:
    table = read_table(_file(tmp_path, b"id,name\nP1\nP2,b\nP3,c,d\n"), ["id"])
    assert [row["id"] for row in table.rows] == ["P2"]
    assert [row.line for row in table.misfits] == [2, 4]


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "file_empty", "plants.csv"),
        (b"\xef\xbb\xbf", "file_empty", "plants.csv"),
        (b" \n\n", "file_empty", "plants.csv"),
        (b"id,name\n", "file_empty", "plants.csv"),
        (TEXT.encode("utf-16"), "file_encoding", "GB 18030"),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xff", "file_encoding", "UTF-8"),
        (b'id,name\nP1,"open\n', "file_not_csv", "2"),
        (b"id,name\nP1,\x00\n", "file_not_csv", "NUL"),
        (b"id,city\nP1,a\n", "columns_missing", "name"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_told_why(
    tmp_path: Path, content: bytes, code: str, said: str
) -> None:
    with pytest.raises(Refused) as refusal:
        read_table(_file(tmp_path, content), ["id", "name"])
    assert refusal.value.code == code
    assert said in refusal.value.message
    assert refusal.value.fields


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"nowhere\.csv"):
        read_table(tmp_path / "nowhere.csv", ["id"])
