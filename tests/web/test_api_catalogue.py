"""The rulebook by API: each pair's verdict without an assay, and the treatments."""

from datetime import date

import pytest
from django.test import Client

from seeds.load import load_catalogue
from wastehub.catalogue.models import Rulebook, Treatment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue():
    load_catalogue()


def _cells(query=""):
    answer = Client().get(f"/api/v1/compatibility/{query}").json()
    return {(cell["material"], cell["route"]): cell for cell in answer["cells"]}


def test_the_matrix_names_the_rulebook_it_stands_on():
    answer = Client().get("/api/v1/compatibility/").json()
    assert answer["rulebook_version"] == Rulebook.current_version() != ""


def test_a_barred_pair_says_that_a_rule_bars_it():
    cell = _cells()["steel_slag", "cement_blending"]
    assert (cell["verdict"], cell["why"]) == ("no", "rule")


def test_the_matrix_of_another_day_follows_the_rules_of_that_day():
    before, after = (
        _cells(f"?as_of={day}").get(("steel_slag", "cement_blending"))
        for day in (date(2024, 5, 31), date(2024, 6, 1))
    )
    assert before is None
    assert after["why"] == "rule"


def test_the_matrix_says_what_the_page_says():
    lines = Client().get("/catalogue/").context["lines"]
    shown = {
        (line.material.code, cell.route.code): cell.outlook.verdict
        for line in lines
        for cell in line.cells
        if cell.outlook
    }
    assert {pair: cell["verdict"] for pair, cell in _cells().items()} == shown


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "\x00"])
def test_a_day_that_is_none_is_refused(day):
    answer = Client().get("/api/v1/compatibility/", {"as_of": day})
    assert answer.status_code == 400


def test_a_material_carries_its_treatments():
    rows = Client().get("/api/v1/materials/phosphogypsum/").json()["treatments"]
    drying = next(row for row in rows if row["code"] == "drying")
    assert (drying["parameter"], drying["unit"]) == ("moisture", "%")
    row = Treatment.objects.get(code="drying", material__code="phosphogypsum")
    assert float(drying["fixed_yuan_per_t"]) == row.fixed_yuan_per_t
