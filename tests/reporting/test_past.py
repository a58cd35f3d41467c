"""Past ledgers from a table: every fault by row, all of it or none, and only once."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests import worlds
from tests.exchange.market import Party, party
from tests.ledger.yard import add, gypsum, retarder
from wastehub.errors import NotYours, Refused
from wastehub.ledger.checking import check
from wastehub.ledger.kinds import Kind
from wastehub.ledger.models import Entry
from wastehub.reporting.past import (
    FAULTS_HEAD,
    marked,
    past_try,
    past_write,
    template,
)
from wastehub.reporting.sheets import LARGEST_BYTES, cells_of
from wastehub.trail.models import Actor

pytestmark = pytest.mark.django_db
HEADS = "日期,物料,类别,质量,利用途径,往来单位,往年贮存,备注\n"
GOOD = (
    "2024-03-01,磷石膏,自行综合利用量,4,cement_retarder,,是,\n"
    "2024-01-01,phosphogypsum,期初库存,10,,,,\n"
    "2024/2/1,磷石膏,转出量,2.5,,邻厂,,\n"
)


@pytest.fixture
def yard() -> Party:
    worlds.two_counties()
    gypsum()
    retarder()
    return party(104.5)


def table(rows: str) -> bytes:
    return (HEADS + rows).encode()


def faults(at: Party, rows: str) -> dict[int, set[str]]:
    trial = past_try(facility=at.site, content=table(rows))
    return {row.number: set(row.faults) for row in trial.faulty}


def write(at: Party, content: bytes) -> int:
    return past_write(facility=at.site, content=content, actor=at.actor)


def test_a_file_is_written_in_the_order_of_its_days(yard: Party) -> None:
    assert write(yard, table(GOOD)) == 3
    kinds = Entry.objects.order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["opening", "shipped", "used"]
    assert yard.stock_kg == 10_000 - 2_500 - 4_000
    assert not check().faults


def test_what_is_written_is_declared_and_keeps_its_words(yard: Party) -> None:
    write(yard, table(GOOD))
    used = Entry.objects.get(kind="used")
    assert (used.evidence, used.is_old_stock) == ("declared", True)
    assert used.occurred_on == date(2024, 3, 1)


def test_a_file_sent_twice_is_written_once(yard: Party) -> None:
    write(yard, table(GOOD))
    assert write(yard, table(GOOD)) == 0
    assert Entry.objects.count() == 3


def test_days_before_those_in_the_ledger_are_taken(yard: Party) -> None:
    add(yard.site, Kind.GENERATED, 5)
    assert write(yard, table("2024-01-01,磷石膏,产生量,1,,,,\n")) == 1
    assert yard.stock_kg == 1005


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ("2024-13-01,磷石膏,产生量,1,,,,", {"occurred_on"}),
        ("soon,磷石膏,产生量,1,,,,", {"occurred_on"}),
        ("2999-01-01,磷石膏,产生量,1,,,,", {"occurred_on"}),
        ("2024-01-01,黄金,产生量,1,,,,", {"material"}),
        ("2024-01-01,磷石膏,消失,1,,,,", {"kind"}),
        ("2024-01-01,磷石膏,产生量,many,,,,", {"mass_kg"}),
        ("2024-01-01,磷石膏,产生量,1e999999,,,,", {"mass_kg"}),
        ("2024-01-01,磷石膏,产生量,-1,,,,", {"mass_kg"}),
        ("2024-01-01,磷石膏,自行综合利用量,1,,,,", {"route"}),
        ("2024-01-01,磷石膏,产生量,1,,,maybe,", {"is_old_stock"}),
        ("2024-01-01,磷石膏,接收量,1,,,,", {"counterparty_name"}),
        ("soon,黄金,消失,many,,,,", {"occurred_on", "material", "kind", "mass_kg"}),
        ("2024-01-01,磷石膏,处置量,1,,,,", {"mass_kg"}),
    ],
)
def test_every_fault_is_told_with_its_row_and_column(
    yard: Party, row: str, fields: set[str]
) -> None:
    good = "2024-02-01,磷石膏,产生量,1,,,,\n"
    assert faults(yard, good + row + "\n") == {3: fields}


def test_a_second_opening_stock_is_refused_where_it_stands(yard: Party) -> None:
    add(yard.site, Kind.GENERATED, 5)
    assert faults(yard, "2024-01-01,磷石膏,期初库存,1,,,,\n") == {2: {"kind"}}


def test_one_bad_row_keeps_all_rows_out(yard: Party) -> None:
    with pytest.raises(Refused) as refusal:
        write(yard, table(GOOD + "soon,磷石膏,产生量,1,,,,\n"))
    assert set(refusal.value.fields) == {"file"}
    assert not Entry.objects.exists()


def test_a_trial_writes_nothing(yard: Party) -> None:
    trial = past_try(facility=yard.site, content=table(GOOD))
    assert len(trial.fresh) == 3
    assert not Entry.objects.exists()


def test_the_sheet_comes_back_with_its_faults_in_a_column(yard: Party) -> None:
    trial = past_try(facility=yard.site, content=table(GOOD + "soon,磷石膏,产生量,1\n"))
    heads, *rows = cells_of(marked(trial))
    assert heads[-1] == FAULTS_HEAD
    assert [bool(row[-1]) for row in rows] == [False, False, False, True]


@pytest.mark.parametrize("as_workbook", [True, False])
def test_the_template_can_be_sent_as_it_is(yard: Party, as_workbook: bool) -> None:
    assert write(yard, template(as_workbook)) == 2


def test_a_text_that_would_run_comes_back_as_text(yard: Party) -> None:
    bad = "2024-01-01,磷石膏,产生量,1,,,,=1+1\n"
    _heads, row = cells_of(table(bad))
    assert row[-1] == "=1+1"
    trial = past_try(facility=yard.site, content=table(bad))
    assert "'=1+1" in marked(trial).decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n\xff\xff",
        b"PK\x03\x04 no workbook",
        b"a,b,c\n1,2,3\n",
        b"x" * (LARGEST_BYTES + 1),
    ],
)
def test_what_is_no_ledger_is_refused(yard: Party, content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        past_try(facility=yard.site, content=content)
    assert set(refusal.value.fields) == {"file"}


@given(st.binary(min_size=1, max_size=60), st.integers(0, 4000))
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(
    damage: bytes, place: int
) -> None:
    whole = template(as_workbook=True)
    damaged = whole[:place] + damage + whole[place + len(damage) :]
    with suppress(Refused):
        cells_of(damaged)


def test_a_workbook_opens_in_another_reader(tmp_path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(template(as_workbook=True))
    sheet = load_workbook(path).active
    assert sheet["C2"].value == "期初库存"


def test_a_stranger_writes_nothing(yard: Party) -> None:
    with pytest.raises(NotYours):
        past_write(facility=yard.site, content=table(GOOD), actor=Actor())
