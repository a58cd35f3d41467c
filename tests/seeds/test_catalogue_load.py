"""Loading: all or nothing, twice the same, keys kept, rows that vanished gone."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching.models import MatchRun, Refusal
from seeds.load import load_catalogue
from seeds.schema import TABLES
from seeds.upsert import MODELS
from tests import worlds
from tests.seeds.catalogue_folders import Folder, shipped
from wastehub.catalogue.models import (
    Admission,
    Limit,
    Material,
    Parameter,
    Rulebook,
    Treatment,
)
from wastehub.errors import Refused

EXPANSION = {"route": "road_base", "material": "steel_slag", "parameter": "expansion"}
PV = {"route": "pv_recycling"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return shipped(tmp_path)


def expansion_limit() -> Limit:
    return Limit.objects.get(
        route__code="road_base",
        parameter__code="expansion",
        material__code="steel_slag",
    )


def stored_counts() -> dict[str, int]:
    return {name: model.objects.count() for name, model in MODELS.items()}


def run(folder: Folder, *options: str) -> str:
    out = StringIO()
    call_command("load_catalogue", "--folder", str(folder.path), *options, stdout=out)
    return out.getvalue()


def test_every_row_of_the_files_is_in_the_tables(folder: Folder) -> None:
    report = load_catalogue(folder.path)
    written = {name: len(folder.rows(name)) for name in TABLES}
    assert stored_counts() == written
    assert {name: change.created for name, change in report.changes.items()} == written
    assert Rulebook.objects.latest().version == report.version


def test_a_row_arrives_as_it_was_written(folder: Folder) -> None:
    load_catalogue(folder.path)
    refusal = Admission.objects.get(
        route__code="cement_blending", material__code="steel_slag"
    )
    assert not refusal.admitted
    assert str(refusal.standard) == "GB 175-2023"
    assert refusal.clause == "5.2"
    assert refusal.valid_from.isoformat() == "2024-06-01"
    assert refusal.confidence == "H"


def test_a_number_nobody_has_read_stays_empty(folder: Folder) -> None:
    load_catalogue(folder.path)
    limit = Limit.objects.get(
        route__code="gypsum_board",
        standard__code="GB/T 23456",
        standard__edition="2025",
    )
    assert limit.value is None


def test_loading_the_same_again_writes_nothing(
    folder: Folder, django_assert_num_queries: Any
) -> None:
    load_catalogue(folder.path)
    before = Rulebook.objects.get()
    # The transaction, its turn, the latest version and the end.
    with django_assert_num_queries(4) as queries:
        report = load_catalogue(folder.path)
    assert not report.written
    assert not _writes(queries)
    assert Rulebook.objects.get().loaded_at == before.loaded_at


def _writes(queries: CaptureQueriesContext) -> list[str]:
    verbs = ("INSERT", "UPDATE", "DELETE")
    return [query["sql"] for query in queries if query["sql"].startswith(verbs)]


def test_a_changed_value_keeps_its_key(folder: Folder) -> None:
    load_catalogue(folder.path)
    before = expansion_limit()
    folder.change("limits", EXPANSION, value="1.8", source="read again")
    report = load_catalogue(folder.path)
    after = expansion_limit()
    assert (after.pk, after.value, after.source) == (before.pk, 1.8, "read again")
    assert report.changes["limits"].updated == 1
    assert report.changes["limits"].created == 0


def test_going_back_makes_the_old_rulebook_the_latest(folder: Folder) -> None:
    first = load_catalogue(folder.path).version
    folder.change("limits", EXPANSION, value="1.8")
    second = load_catalogue(folder.path).version
    folder.change("limits", EXPANSION, value="2.0")
    assert load_catalogue(folder.path).version == first != second
    assert Rulebook.objects.latest().version == first
    assert expansion_limit().value == 2.0


def test_a_row_that_vanished_goes_where_nothing_uses_it(folder: Folder) -> None:
    load_catalogue(folder.path)
    for table in ("limits", "admissions", "treatments", "typical", "materials"):
        key = "code" if table == "materials" else "material"
        folder.drop(table, {key: "lithium_slag"})
    report = load_catalogue(folder.path)
    assert not Material.objects.filter(code="lithium_slag").exists()
    assert report.changes["materials"].removed == 1


def test_a_route_that_a_demand_uses_does_not_go(folder: Folder) -> None:
    load_catalogue(folder.path)
    before = stored_counts()
    worlds.two_counties()
    worlds.demand("pv_recycling")
    folder.drop("admissions", PV)
    folder.drop("routes", {"code": "pv_recycling"})
    folder.change("limits", EXPANSION, value="1.8")
    with pytest.raises(Refused) as refused:
        load_catalogue(folder.path)
    told = "routes.csv: the row 'pv_recycling' is gone but in use (1 "
    assert told in refused.value.message
    assert stored_counts() == before
    assert expansion_limit().value == 2.0


def test_a_limit_that_a_refusal_cites_is_ended_and_not_dropped(folder: Folder) -> None:
    load_catalogue(folder.path)
    worlds.two_counties()
    supply = worlds.supply("steel_slag")
    run_of_supply = MatchRun.objects.create(
        kind="supply", supply=supply, as_of=worlds.next_month()
    )
    limit = expansion_limit()
    refusal = Refusal.objects.create(
        run=run_of_supply, supply=supply, route=limit.route, kind="limit", limit=limit
    )
    folder.drop("limits", EXPANSION)
    assert load_catalogue(folder.path).changes["limits"].removed == 1
    refusal.refresh_from_db()
    assert refusal.limit == limit
    yesterday = timezone.localdate() - timedelta(days=1)
    assert refusal.limit.valid_to == yesterday
    folder.change("materials", {"code": "steel_slag"}, reach_km=90)
    assert load_catalogue(folder.path).changes["limits"].removed == 0


def test_a_limit_that_comes_back_holds_again(folder: Folder) -> None:
    load_catalogue(folder.path)
    row = Limit.objects.get(pk=expansion_limit().pk)
    row.valid_to = timezone.localdate() - timedelta(days=1)
    row.save()
    folder.change("materials", {"code": "steel_slag"}, reach_km=90)
    load_catalogue(folder.path)
    assert expansion_limit().valid_to is None


def test_a_faulty_folder_writes_nothing_and_tells_everything(folder: Folder) -> None:
    limit = folder.change("limits", EXPANSION, value="two")
    route = folder.change("routes", {"code": "raw_meal"}, source="")
    with pytest.raises(Refused) as refused:
        load_catalogue(folder.path)
    assert refused.value.code == "catalogue_faulty"
    assert f"limits.csv:{limit}: value: " in refused.value.message
    assert f"routes.csv:{route}: source: " in refused.value.message
    assert set(stored_counts().values()) == {0}
    assert not Rulebook.objects.exists()


def test_a_dry_run_tries_everything_and_keeps_nothing(folder: Folder) -> None:
    report = load_catalogue(folder.path, dry_run=True)
    assert report.changes["limits"].created > 0
    assert not report.written
    assert set(stored_counts().values()) == {0}
    assert not Rulebook.objects.exists()


def _limits(folder: Folder) -> list[dict[str, str]]:
    return folder.rows("limits")


def test_the_command_counts_tables_and_confidence(folder: Folder) -> None:
    told = run(folder)
    high = sum(row["confidence"] == "H" for row in _limits(folder))
    assert f"limits by confidence: {high} H, " in told
    unread = sum(
        not row["value"] and row["confidence"] != "L" for row in _limits(folder)
    )
    assert f"{unread} of them wait for a number that has not been read" in told
    assert "loaded" in told
    assert "nothing was written" in run(folder)


def test_the_command_can_look_without_loading(folder: Folder) -> None:
    assert "nothing was written" in run(folder, "--dry-run")
    assert not Rulebook.objects.exists()


def test_the_command_names_the_encoding_of_a_file_from_windows(folder: Folder) -> None:
    folder.rewrite("materials", lambda data: data.decode().encode("gb18030"))
    with pytest.raises(CommandError, match=r"materials\.csv:2: .*GB 18030"):
        run(folder)
    assert not Material.objects.exists()


@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_columns_mirror_the_model(table: str) -> None:
    fields = {
        field.name: field
        for field in MODELS[table]._meta.get_fields()
        if field.concrete and field.name != "id"
    }
    in_file_only = {"edition", "unit", "basis"} - set(fields)
    assert set(TABLES[table].columns) - in_file_only == set(fields)
    named = {field.name for field in fields.values() if _is_foreign(field)}
    cited = {columns[0] for columns in TABLES[table].references}
    assert named == cited


def _is_foreign(field: models.Field) -> bool:
    return isinstance(field, models.ForeignKey)


def test_typical_treatments_and_targets_name_their_material(folder: Folder) -> None:
    load_catalogue(folder.path)
    drying = Treatment.objects.get(code="drying", material__code="phosphogypsum")
    assert drying.parameter == Parameter.objects.get(code="moisture")
    assert drying.reaches == 0
