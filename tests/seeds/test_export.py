"""Published rows go back to files, and files do not undo what was published."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from seeds import editing
from seeds.checking import FOLDER
from seeds.history import published_rows
from seeds.load import load_catalogue
from seeds.schema import TABLES
from tests.seeds.catalogue_folders import Folder, shipped
from wastehub.accounts.models import User
from wastehub.catalogue.models import Limit, Rulebook
from wastehub.errors import Refused

EXPANSION = ("road_base", "steel_slag", "", "expansion", "<=", "")
WHERE = {"route": "road_base", "material": "steel_slag", "parameter": "expansion"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = tmp_path / "files"
    made.mkdir()
    load_catalogue()
    return shipped(made)


@pytest.fixture
def edited(folder: Folder) -> Folder:
    """The shipped files, and on top of them a limit of 1.5 published by two people."""
    author, reviewer = (
        User.objects.create_superuser(username=name) for name in ("author", "reviewer")
    )
    draft = editing.begin(title="Read again", user=author)
    cells = {**published_rows()["limits"][EXPANSION], "value": "1.5"}
    at = {"table": "limits", "key": EXPANSION, "cells": cells}
    editing.propose(draft=draft, user=author, **at)
    editing.submit(draft=draft, user=author)
    editing.publish(draft=draft, user=reviewer)
    return folder


def run(*arguments: object) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def cells_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def expansion() -> float | None:
    return Limit.objects.get(
        route__code="road_base",
        material__code="steel_slag",
        parameter__code="expansion",
    ).value


@pytest.mark.parametrize("table", TABLES)
def test_loaded_files_are_exported_cell_for_cell_in_their_order(
    folder: Folder, tmp_path: Path, table: str
) -> None:
    run("export_catalogue", tmp_path)
    assert cells_of(tmp_path / f"{table}.csv") == cells_of(FOLDER / f"{table}.csv")


def test_an_exported_file_is_written_as_the_files_are(
    folder: Folder, tmp_path: Path
) -> None:
    run("export_catalogue", tmp_path)
    exported, shipped_file = tmp_path / "limits.csv", FOLDER / "limits.csv"
    assert exported.read_bytes() == shipped_file.read_bytes()


def test_an_edit_is_exported_and_loads_as_the_same_rulebook(
    edited: Folder, tmp_path: Path
) -> None:
    run("export_catalogue", tmp_path / "out")
    exported = Folder(tmp_path / "out")
    (row,) = [r for r in exported.rows("limits") if WHERE.items() <= r.items()]
    assert row["value"] == "1.5"
    report = load_catalogue(exported.path)
    assert not report.written
    assert report.version == Rulebook.current_version()


def test_an_older_rulebook_is_exported(edited: Folder, tmp_path: Path) -> None:
    first = Rulebook.objects.earliest()
    run("export_catalogue", tmp_path / "out", "--rulebook", first)
    assert Folder(tmp_path / "out").rows("limits") == edited.rows("limits")


def test_a_rulebook_that_is_none_is_refused(folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        run("export_catalogue", tmp_path, "--rulebook", "xyz")
    assert not (tmp_path / "limits.csv").exists()


def test_the_same_files_leave_published_edits_alone(edited: Folder) -> None:
    said = run("load_catalogue", "--folder", edited.path)
    assert "left alone, edits have been published since" in said
    assert expansion() == 1.5


def test_new_files_that_would_undo_an_edit_are_refused(edited: Folder) -> None:
    edited.change("limits", WHERE, source="another reading")
    with pytest.raises(Refused) as refused:
        load_catalogue(edited.path)
    assert refused.value.code == "edits_would_be_undone"
    assert refused.value.message.endswith(
        "limits.csv: road_base steel_slag expansion <="
    )
    assert expansion() == 1.5


def test_files_win_when_told_to(edited: Folder) -> None:
    said = run("load_catalogue", "--folder", edited.path, "--replace")
    assert "loaded" in said
    assert expansion() == 2.0


def test_set_up_goes_on_where_an_edit_would_be_undone(edited: Folder) -> None:
    edited.change("limits", WHERE, value="1.7")
    said = run("load_catalogue", "--folder", edited.path, "--unless-edited")
    assert "limits.csv: road_base steel_slag expansion <=" in said
    assert expansion() == 1.5


def test_new_files_that_hold_the_edit_are_loaded(edited: Folder) -> None:
    edited.change("limits", WHERE, value="1.50")
    edited.change("routes", {"code": "road_base"}, name_en="Base of roads")
    assert load_catalogue(edited.path).changes["routes"].updated == 1
    assert expansion() == 1.5


def test_once_files_hold_an_edit_later_files_may_change_it(edited: Folder) -> None:
    edited.change("limits", WHERE, value="1.5", source="as published")
    load_catalogue(edited.path, replace=True)
    edited.change("limits", WHERE, value="1.7")
    load_catalogue(edited.path)
    assert expansion() == 1.7


def test_a_rulebook_from_before_rows_were_kept_is_given_them(folder: Folder) -> None:
    version = Rulebook.current_version()
    Rulebook.objects.create(version=version)
    with pytest.raises(Refused, match="load_catalogue"):
        published_rows()
    assert not load_catalogue(folder.path).written
    assert EXPANSION in published_rows()["limits"]


def test_the_shipped_files_are_what_an_export_writes(tmp_path: Path) -> None:
    load_catalogue()
    call_command("export_catalogue", str(tmp_path), stdout=StringIO())
    differing = [
        file.name
        for file in FOLDER.glob("*.csv")
        if file.read_bytes() != (tmp_path / file.name).read_bytes()
    ]
    assert differing == []
