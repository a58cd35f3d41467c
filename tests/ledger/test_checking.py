"""``check_ledger`` against a ledger that somebody with all rights has touched."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from tests import worlds
from tests.ledger.yard import add, unguarded, works
from wastehub.ledger import chain
from wastehub.ledger.checking import check
from wastehub.ledger.kinds import Kind
from wastehub.ledger.models import Entry
from wastehub.ledger.services import entry_correct
from wastehub.registry.models import Facility

pytestmark = pytest.mark.django_db


@pytest.fixture
def yard() -> Facility:
    """Six entries, the last of which corrects the second."""
    worlds.two_counties()
    at = works()
    add(at, Kind.OPENING, 100)
    made = add(at, Kind.GENERATED, 50)
    add(at, Kind.USED, 20, note="磷石膏|1:2")
    add(at, Kind.SHIPPED, 30, reference="a|b")
    add(at, Kind.LOSS, 1)
    entry_correct(entry=made, mass_kg=40, reason="weighed again")
    return at


def first_fault() -> tuple[int, str]:
    with translation.override("en"):
        (fault,) = check().faults
    return fault.sequence, fault.told


def test_an_honest_ledger_holds(yard: Facility) -> None:
    found = check()
    assert (found.entries, found.facilities, found.faults) == (6, 1, [])


@pytest.mark.parametrize(
    "changes",
    [
        {"mass_kg": 21, "balance_kg": 129},
        {"occurred_on": "2026-09-30"},
        {"note": "磷石膏"},
        {"evidence": "weighed"},
        {"hash": "0" * 64},
    ],
)
def test_a_changed_entry_is_named(yard: Facility, changes: dict[str, object]) -> None:
    with unguarded():
        Entry.objects.filter(sequence=3).update(**changes)
    sequence, told = first_fault()
    assert sequence == 3
    assert "not what was signed" in told


def test_a_dropped_entry_is_named_by_the_one_after_it(yard: Facility) -> None:
    with unguarded():
        Entry.objects.filter(sequence=3).delete()
    assert first_fault()[0] == 4


def test_a_changed_entry_does_not_hide_behind_a_hash_of_its_own(
    yard: Facility,
) -> None:
    """Who reckons the entry's hash anew breaks the next one."""
    with unguarded():
        forged = Entry.objects.get(sequence=4)
        forged.reference = "c"
        before = Entry.objects.get(sequence=3).hash
        forged.hash = chain.digest(before, forged)
        forged.save()
    assert first_fault()[0] == 5


def test_one_sites_fault_leaves_the_others_alone(yard: Facility) -> None:
    other = works(105.5)
    add(other, Kind.GENERATED, 10)
    with unguarded():
        Entry.objects.filter(facility=other).update(mass_kg=11)
    found = check()
    assert [fault.facility_id for fault in found.faults] == [other.pk]
    assert found.facilities == 2


def test_the_command_says_what_holds(yard: Facility) -> None:
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert out.getvalue().startswith("6 entries of 1 sites hold")


def test_the_command_names_the_site_and_the_entry(yard: Facility) -> None:
    with unguarded():
        Entry.objects.filter(sequence=2).update(mass_kg=51)
    err = StringIO()
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("check_ledger", f"--facility={yard.public_id}", stderr=err)
    assert f"{yard.public_id} {yard.name_zh}, entry 2:" in err.getvalue()


def test_a_site_that_is_none_is_said() -> None:
    with pytest.raises(CommandError, match="no site"):
        call_command("check_ledger", "--facility=nobody")
