"""A bad edit is refused with its row, its column and the reason; nothing is kept."""

import pytest

from seeds import editing
from seeds.history import Key, published_rows
from seeds.load import load_catalogue
from tests import worlds
from tests.seeds.drafting import EXPANSION, add, cells, change, remove
from wastehub.accounts.models import User
from wastehub.catalogue.models import Draft, Edit, Rulebook
from wastehub.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Draft:
    load_catalogue()
    author = User.objects.create_superuser(username="author")
    return editing.begin(title="Expansion, read again", user=author)


BAD: dict[str, tuple[str, Key, dict[str, str], str, str]] = {
    "unknown unit": (
        "limits",
        EXPANSION,
        {"unit": "furlong"},
        "unit",
        "'furlong' is not one of",
    ),
    "unit of another parameter": (
        "limits",
        EXPANSION,
        {"unit": "mg/kg"},
        "unit",
        "'mg/kg' is not '%', the unit of expansion",
    ),
    "basis of another parameter": (
        "limits",
        EXPANSION,
        {"basis": "wet"},
        "basis",
        "'wet' is not",
    ),
    "reversed range": (
        "parameters",
        ("moisture",),
        {"plausible_low": "90", "plausible_high": "10"},
        "plausible_low",
        "is not below plausible_high",
    ),
    "formula that divides by zero": (
        "parameters",
        ("activity_index",),
        {"formula": "moisture / (moisture - moisture)"},
        "formula",
        "divides by 0",
    ),
    "formula that names an unknown parameter": (
        "parameters",
        ("activity_index",),
        {"formula": "moisture / phlogiston"},
        "formula",
        "'phlogiston' is not in parameters.csv",
    ),
    "formula that is a program": (
        "parameters",
        ("activity_index",),
        {"formula": "__import__('os')"},
        "formula",
        "",
    ),
    "day that is none": (
        "limits",
        EXPANSION,
        {"valid_to": "2026-02-30"},
        "valid_to",
        "not a day of the calendar",
    ),
    "value beyond what is plausible": (
        "limits",
        EXPANSION,
        {"value": "100000"},
        "value",
        "is not plausible",
    ),
    "word in place of a number": (
        "treatments",
        ("ageing", "steel_slag", "expansion"),
        {"reaches": "a lot"},
        "reaches",
        "not a number",
    ),
    "standard that is not known": (
        "limits",
        EXPANSION,
        {"standard": "GB 0", "edition": "1"},
        "standard",
        "'GB 0 1' is not in standards.csv",
    ),
}


@pytest.mark.parametrize(
    ("table", "key", "changes", "column", "reason"), BAD.values(), ids=BAD
)
def test_a_faulty_edit_is_refused_with_row_column_and_reason(
    draft: Draft,
    table: str,
    key: Key,
    changes: dict[str, str],
    column: str,
    reason: str,
) -> None:
    version = Rulebook.current_version()
    with pytest.raises(Refused) as refused:
        change(draft, table, key, **changes)
    assert refused.value.code == "catalogue_faulty"
    assert reason in refused.value.fields[column]
    row = " ".join(filter(None, key))
    assert f"{table}.csv: {row}: {column}: " in refused.value.message
    assert not draft.edits.exists()
    assert Rulebook.current_version() == version


def test_dates_out_of_order_are_refused(draft: Draft) -> None:
    table = published_rows()["limits"]
    key = next(key for key, row in table.items() if row["valid_from"])
    with pytest.raises(Refused) as refused:
        change(draft, "limits", key, valid_to="1999-12-31")
    assert refused.value.fields == {"valid_to": "is before valid_from"}


def test_a_contradiction_names_the_row_that_it_contradicts(draft: Draft) -> None:
    row = cells("limits", EXPANSION, operator=">=", value="3")
    with pytest.raises(Refused) as refused:
        add(draft, "limits", **row)
    said = refused.value.fields["value"]
    assert "contradicts road_base steel_slag expansion <=" in said


def test_a_row_that_others_name_does_not_go(draft: Draft) -> None:
    with pytest.raises(Refused, match=r"'expansion' is not in parameters\.csv"):
        remove(draft, "parameters", ("expansion",))
    assert not draft.edits.exists()


def test_a_row_that_is_in_use_does_not_go(draft: Draft) -> None:
    worlds.two_counties()
    worlds.supply("aluminium_dross")
    for table in ("typical", "treatments", "limits", "admissions"):
        for key, row in published_rows()[table].items():
            if row["material"] == "aluminium_dross":
                remove(draft, table, key)
    with pytest.raises(Refused, match="'aluminium_dross' is gone but in use"):
        remove(draft, "materials", ("aluminium_dross",))


def test_the_last_row_of_a_table_does_not_go(draft: Draft) -> None:
    *others, last = published_rows()["tests"].items()
    draft.edits.bulk_create(
        Edit(draft=draft, table="tests", key=key, before=row) for key, row in others
    )
    with pytest.raises(Refused, match=r"tests\.csv: the last row can not go"):
        remove(draft, "tests", last[0])
