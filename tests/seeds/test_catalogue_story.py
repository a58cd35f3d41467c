"""The worked example of docs/adding-a-material.md: a new material needs rows only."""

import csv
import re
from pathlib import Path

import pytest
from django.conf import settings

from seeds.load import load_catalogue
from seeds.schema import TABLES
from tests.seeds.catalogue_folders import Folder, shipped
from wastehub.catalogue.models import Admission, Limit, Material, TypicalValue

STORY = settings.BASE_DIR / "docs" / "adding-a-material.md"

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(tmp_path: Path) -> Folder:
    """The shipped files and the rows that the page adds to them."""
    folder = shipped(tmp_path)
    blocks = re.findall(r"```csv (\w+)\.csv\n(.*?)```", STORY.read_text("utf-8"), re.S)
    for table, block in blocks:
        for row in csv.DictReader(block.splitlines()):
            assert set(row) == set(TABLES[table].columns)
            folder.add(table, **row)
    return folder


def test_the_rows_of_the_page_load(told: Folder) -> None:
    changes = load_catalogue(told.path).changes
    assert {name: changes[name].created for name in ("materials", "limits")} == {
        "materials": len(told.rows("materials")),
        "limits": len(told.rows("limits")),
    }


def test_the_new_material_can_be_offered_to_its_route(told: Folder) -> None:
    load_catalogue(told.path)
    grains = Material.objects.get(name_zh="酒糟")
    admission = Admission.objects.get(material=grains)
    assert (admission.route.code, admission.admitted) == ("organic_fertiliser", True)
    moisture = TypicalValue.objects.get(material=grains, parameter__code="moisture")
    assert (moisture.low, moisture.high) == (60, 70)


def test_its_limits_cite_their_standard(told: Folder) -> None:
    load_catalogue(told.path)
    limits = Limit.objects.filter(route__code="organic_fertiliser")
    assert {limit.parameter.code: limit.value for limit in limits} == {
        "as_total": 50,
        "cd_total": 10,
        "cr_total": 500,
        "hg_total": 5,
        "pb_total": 200,
    }
    assert {str(limit.standard) for limit in limits} == {"GB 38400-2019"}
    assert {limit.material for limit in limits} == {None}


def test_what_was_there_stays_as_it_was(told: Folder, tmp_path_factory) -> None:
    load_catalogue(shipped(tmp_path_factory.mktemp("shipped")).path)
    before = dict(Limit.objects.values_list("pk", "value"))
    changes = load_catalogue(told.path).changes.values()
    assert before.items() <= dict(Limit.objects.values_list("pk", "value")).items()
    assert sum(change.updated + change.removed for change in changes) == 0
