"""The shipped files are easy on the reader: sorted, and every material has a colour."""

from pathlib import Path

from tests.seeds.catalogue_folders import shipped


def test_materials_have_colours_of_their_own(tmp_path: Path) -> None:
    colours = [row["colour"] for row in shipped(tmp_path).rows("materials")]
    assert len(set(colours)) == len(colours)


def test_the_files_are_sorted_for_the_reader(tmp_path: Path) -> None:
    folder = shipped(tmp_path)
    for table, columns in {
        "limits": ("route", "material", "grade", "parameter", "operator"),
        "parameters": ("code",),
        "tests": ("parameter",),
        "categories": ("code",),
        "admissions": ("route", "material"),
        "typical": ("material", "parameter"),
        "materials": ("code",),
    }.items():
        keys = [tuple(row[column] for column in columns) for row in folder.rows(table)]
        assert keys == sorted(keys)
