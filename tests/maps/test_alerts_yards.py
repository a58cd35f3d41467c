"""A yard is told when it is nearly full or soon will be; many clocks are as one."""

from datetime import date

import pytest

from maps.alerts import yards
from maps.alerts.kinds import Severity
from tests.ledger.yard import add, gypsum, works
from tests.maps.alerting import (
    BEFORE,
    TODAY,
    a_works,
    found,
    holds,
    made,
    nine_tenths_full,
)
from wastehub.ledger.kinds import Kind
from wastehub.ledger.yards import clock_of, clocks_of
from wastehub.registry.models import Facility

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("capacity_kg", "count"), [(1_000_001, 0), (1_000_000, 1)])
def test_a_yard_is_told_from_nine_tenths_on(capacity_kg: int, count: int) -> None:
    nine_tenths_full(capacity_kg)
    assert len(found(yards)) == count


@pytest.mark.parametrize(
    ("room_kg", "severities"),
    [
        (90_001, []),
        (90_000, [Severity.WARNING]),
        (30_001, [Severity.WARNING]),
        (30_000, [Severity.SEVERE]),
    ],
)
def test_a_yard_that_fills_by_a_tonne_a_day_is_told_by_its_days(
    room_kg: int, severities: list[Severity]
) -> None:
    site = a_works()
    add(site, Kind.OPENING, 10_000, occurred_on=date(2025, 1, 1))
    add(site, Kind.GENERATED, 90_000, occurred_on=date(2025, 12, 1))
    holds(site, 100_000 + room_kg)
    # More than nine tenths full it would be told for that.
    told = [one for one in found(yards) if one.figures["days_left"] <= 90]
    assert [one.severity for one in told] == severities


def test_a_full_yard_is_severe() -> None:
    nine_tenths_full(900_000)
    (told,) = found(yards)
    assert told.severity == Severity.SEVERE
    assert told.figures["days_left"] == 0


def test_a_yard_of_unknown_capacity_is_not_told() -> None:
    add(a_works(), Kind.OPENING, 900_000, occurred_on=BEFORE)
    assert found(yards) == []


def test_all_clocks_are_those_of_their_yards_one_by_one() -> None:
    first, second = a_works(), works(105.5)
    add(first, Kind.OPENING, 50_000, occurred_on=date(2025, 1, 1))
    made(first, 3, 7_000)
    made(first, 12, 11_000)
    add(first, Kind.USED, 3_000, occurred_on=date(2025, 12, 24))
    made(second, 12, 2_000)
    for site in (first, second):
        holds(site, 90_000, BEFORE)
        holds(site, 80_000)
    told = {
        yard.facility: clock
        for yard, clock in clocks_of(facilities=Facility.objects.all(), today=TODAY)
    }
    assert told == {
        site: clock_of(facility=site, material=gypsum(), today=TODAY)
        for site in (first, second)
    }
