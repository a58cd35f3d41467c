"""What the ledger takes, what it refuses, and that it never changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import worlds
from tests.conftest import no_sweeping
from tests.ledger.yard import add, gypsum, line, works
from wastehub.errors import Refused
from wastehub.ledger import chain
from wastehub.ledger.kinds import Kind
from wastehub.ledger.models import Entry
from wastehub.ledger.querysets import stock_of
from wastehub.ledger.services import entries_add, entry_correct, stock_kg
from wastehub.registry.models import Facility

pytestmark = pytest.mark.django_db


@pytest.fixture
def yard() -> Facility:
    worlds.two_counties()
    return works()


def stock(at: Facility) -> int:
    return stock_kg(facility=at, material=gypsum())


def test_the_stock_is_what_the_entries_come_to(yard: Facility) -> None:
    add(yard, Kind.OPENING, 500)
    add(yard, Kind.GENERATED, 300)
    add(yard, Kind.RECEIVED, 20)
    add(yard, Kind.USED, 100)
    add(yard, Kind.SHIPPED, 50)
    add(yard, Kind.DISPOSED, 30)
    add(yard, Kind.LOSS, 5)
    assert stock(yard) == 500 + 300 + 20 - 100 - 50 - 30 - 5
    assert stock_of(Entry.objects.filter(facility=yard).totals_kg()) == stock(yard)


def test_a_site_without_entries_has_no_stock(yard: Facility) -> None:
    assert stock(yard) == 0


def test_more_than_is_there_does_not_leave_and_nothing_of_it_is_written(
    yard: Facility,
) -> None:
    lines = [line(yard, Kind.GENERATED, 10), line(yard, Kind.SHIPPED, 11)]
    with pytest.raises(Refused) as refusal:
        entries_add(lines=lines)
    assert refusal.value.code == "not_enough"
    assert "0.01" in refusal.value.fields["mass_kg"]
    assert not Entry.objects.exists()


def test_a_correction_carries_the_difference_and_leaves_the_entry(
    yard: Facility,
) -> None:
    wrong = add(yard, Kind.GENERATED, 900)
    entry_correct(entry=wrong, mass_kg=800, reason="weighed again")
    again = entry_correct(entry=wrong, mass_kg=850, reason="and again")
    assert again.mass_kg == 50
    assert Entry.objects.get(pk=wrong.pk).mass_kg == 900
    assert stock(yard) == 850


def test_a_correction_of_a_correction_corrects_the_entry(yard: Facility) -> None:
    wrong = add(yard, Kind.GENERATED, 900)
    first = entry_correct(entry=wrong, mass_kg=800, reason="a")
    second = entry_correct(entry=first, mass_kg=700, reason="b")
    assert second.corrects == wrong
    assert stock(yard) == 700


def test_a_correction_below_what_has_left_is_refused(yard: Facility) -> None:
    made = add(yard, Kind.GENERATED, 900)
    add(yard, Kind.USED, 800)
    with pytest.raises(Refused, match=r"0\.1"):
        entry_correct(entry=made, mass_kg=799, reason="less")


def test_an_act_told_twice_is_written_once(yard: Facility) -> None:
    first = add(yard, Kind.GENERATED, 10, source_key="a")
    second = add(yard, Kind.GENERATED, 10, source_key="a")
    assert first == second
    assert stock(yard) == 10


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        (Kind.GENERATED, {"mass_kg": 0}, "mass_kg"),
        (Kind.GENERATED, {"mass_kg": -1}, "mass_kg"),
        (Kind.GENERATED, {"mass_kg": 10**13}, "mass_kg"),
        (Kind.USED, {"route": None}, "route"),
        (Kind.SHIPPED, {"counterparty_name": ""}, "counterparty_name"),
        (Kind.LOSS, {"counterparty_name": "x"}, "counterparty_name"),
        (Kind.GENERATED, {"is_old_stock": True}, "is_old_stock"),
    ],
)
def test_what_is_no_entry_is_refused_by_field(
    yard: Facility, kind: Kind, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        add(yard, kind, **{"mass_kg": 1} | values)
    assert set(refusal.value.fields) == {field}


def test_a_day_to_come_is_refused(yard: Facility) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refused) as refusal:
        add(yard, Kind.GENERATED, 1, occurred_on=tomorrow)
    assert set(refusal.value.fields) == {"occurred_on"}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET mass_kg = 1",
        "DELETE FROM ledger_entry",
    ],
)
def test_the_database_refuses_every_change(yard: Facility, change: str) -> None:
    add(yard, Kind.GENERATED, 10)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as sql:
        sql.execute(change)
    assert stock(yard) == 10


def forged(yard: Facility, **changes: Any) -> Entry:
    """The next entry of a yard of ten kilograms, right but for the changes."""
    before = add(yard, Kind.GENERATED, 10)
    values = {
        "facility": yard,
        "material": gypsum(),
        "kind": Kind.GENERATED,
        "mass_kg": 5,
        "balance_kg": 15,
        "sequence": 2,
        "occurred_on": before.occurred_on,
        "recorded_at": before.recorded_at,
        "evidence": before.evidence,
    }
    entry = Entry(**values | changes)
    if "hash" not in changes:
        entry.hash = chain.digest(before.hash, entry)
    return entry


def test_a_right_entry_may_be_written_by_whoever_knows_the_chain(
    yard: Facility,
) -> None:
    forged(yard).save()
    assert stock(yard) == 15


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"sequence": 3}, "number does not follow"),
        ({"balance_kg": 16}, "balance is wrong"),
        ({"hash": "0" * 64}, "hash is not its own"),
        ({"kind": Kind.LOSS}, "balance is wrong"),
    ],
)
def test_the_database_refuses_an_entry_that_breaks_the_chain(
    yard: Facility, changes: dict[str, Any], told: str
) -> None:
    entry = forged(yard, **changes)
    with pytest.raises(IntegrityError, match=told), transaction.atomic():
        entry.save()


def test_the_database_refuses_a_stock_below_nothing(yard: Facility) -> None:
    entry = forged(yard, kind=Kind.LOSS, mass_kg=20, balance_kg=-10)
    with pytest.raises(IntegrityError, match="not_negative"), transaction.atomic():
        entry.save()


def test_the_database_refuses_a_correction_of_another_thing(yard: Facility) -> None:
    other = add(works(105.5), Kind.GENERATED, 10)
    entry = forged(yard, corrects=other, note="why")
    with pytest.raises(IntegrityError, match="corrects"), transaction.atomic():
        entry.save()


def test_a_stock_opens_once_and_before_all_else(yard: Facility) -> None:
    add(yard, Kind.GENERATED, 10)
    with pytest.raises(Refused) as refusal:
        add(yard, Kind.OPENING, 10)
    assert refusal.value.code == "already_open"


def test_the_database_refuses_to_empty_the_ledger() -> None:
    """Only the tests' own database leaves it open, so that it can be swept."""
    with connection.cursor() as sql, transaction.atomic():
        sql.execute(f"ALTER TABLE ledger_entry ENABLE TRIGGER {no_sweeping()}")
        with pytest.raises(DatabaseError, match="only ever added"):
            sql.execute("TRUNCATE ledger_entry CASCADE")
        transaction.set_rollback(True)


class Sums(TestCase):
    """Any order of entries that the ledger takes."""

    @given(st.lists(st.tuples(st.sampled_from(Kind), st.integers(1, 50)), max_size=12))
    def test_the_last_balance_is_the_sum_and_no_balance_is_negative(
        self, told: list[tuple[Kind, int]]
    ) -> None:
        worlds.two_counties()
        yard = works()
        by_hand = 0
        for kind, mass_kg in told:
            try:
                add(yard, kind, mass_kg)
            except Refused:
                continue
            sign = 1 if kind in ("opening", "generated", "received") else -1
            by_hand += sign * mass_kg
            assert by_hand >= 0
        assert stock(yard) == by_hand
