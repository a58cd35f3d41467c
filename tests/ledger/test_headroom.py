"""The clock of a yard and the headroom: reckoned by hand, and by invariants."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import worlds
from tests.ledger.yard import add, gypsum, works
from wastehub.errors import Refused
from wastehub.ledger.headroom import Clock, Headroom
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.yards import capacity_declare, clock_of, headroom_of, terms_set
from wastehub.registry.models import Facility
from wastehub.trail.models import SYSTEM, TrailEntry

TODAY = date(2026, 11, 20)
PLAIN = Headroom(
    used_kg=500, carry_kg=0, stock_kg=0, stock_plan_kg=None, weight=1.0, made_kg=0
)
masses = st.integers(0, 10**12)
headrooms = st.builds(
    Headroom,
    used_kg=masses,
    carry_kg=masses,
    stock_kg=masses,
    stock_plan_kg=st.none() | masses,
    weight=st.floats(0, 10),
    made_kg=masses,
)


def test_a_yard_with_room_for_ninety_times_the_daily_growth_lasts_ninety_days() -> None:
    clock = Clock(stock_kg=1000, capacity_kg=1900, net_kg=900, days=90)
    assert clock.days_left == 90


def test_a_full_yard_has_no_days_left() -> None:
    assert Clock(stock_kg=10, capacity_kg=10, net_kg=-5, days=90).days_left == 0


def test_a_yard_that_does_not_grow_never_fills() -> None:
    assert Clock(stock_kg=5, capacity_kg=10, net_kg=0, days=90).days_left is None


@given(masses, st.integers(1, 10**12), st.integers(-(10**12), 10**12))
def test_the_days_left_are_never_below_nothing(stock: int, room: int, net: int) -> None:
    left = Clock(stock_kg=stock, capacity_kg=room, net_kg=net, days=90).days_left
    assert left is None or left >= 0


def test_as_much_may_be_made_as_was_used() -> None:
    assert PLAIN.quota_kg == 500


def test_what_is_made_already_is_taken_off() -> None:
    assert replace(PLAIN, made_kg=200).left_kg == 300


def test_stock_above_the_plan_is_taken_off_by_its_weight() -> None:
    heavy = replace(PLAIN, carry_kg=100, stock_kg=700, stock_plan_kg=300, weight=0.5)
    assert heavy.quota_kg == 500 + 100 - 200


def test_stock_below_the_plan_earns_nothing() -> None:
    assert replace(PLAIN, stock_kg=10, stock_plan_kg=300).quota_kg == 500


@given(headrooms, masses)
def test_more_use_never_means_less_headroom(headroom: Headroom, more_kg: int) -> None:
    used_kg = headroom.used_kg + more_kg
    assert replace(headroom, used_kg=used_kg).left_kg >= headroom.left_kg


@given(headrooms)
def test_the_headroom_is_never_below_nothing_nor_above_use_and_carry(
    headroom: Headroom,
) -> None:
    assert 0 <= headroom.left_kg <= headroom.quota_kg
    assert headroom.quota_kg <= headroom.used_kg + headroom.carry_kg


@pytest.fixture
def yard(db: None) -> Facility:
    worlds.two_counties()
    return works()


def _declare(yard: Facility, capacity_kg: int, on: date = date(2026, 1, 1)) -> None:
    capacity_declare(
        facility=yard,
        material=gypsum(),
        capacity_kg=capacity_kg,
        source="a survey",
        declared_on=on,
        actor=SYSTEM,
    )


def test_the_clock_reads_ninety_days_and_leaves_the_opening_out(yard: Facility) -> None:
    long_ago = TODAY - timedelta(days=200)
    add(yard, Kind.OPENING, 1000, occurred_on=long_ago)
    add(yard, Kind.GENERATED, 77, occurred_on=TODAY - timedelta(days=90))
    add(yard, Kind.GENERATED, 180, occurred_on=TODAY - timedelta(days=89))
    _declare(yard, 2257)
    clock = clock_of(facility=yard, material=gypsum(), today=TODAY)
    assert clock == Clock(stock_kg=1257, capacity_kg=2257, net_kg=180, days=90)
    assert clock is not None
    assert clock.days_left == 500


def test_a_young_ledger_is_read_from_its_first_day(yard: Facility) -> None:
    add(yard, Kind.GENERATED, 10, occurred_on=TODAY - timedelta(days=9))
    _declare(yard, 20)
    clock = clock_of(facility=yard, material=gypsum(), today=TODAY)
    assert clock is not None
    assert (clock.days, clock.days_left) == (10, 10)


def test_the_newest_capacity_counts(yard: Facility) -> None:
    add(yard, Kind.GENERATED, 10)
    _declare(yard, 20, date(2026, 2, 1))
    _declare(yard, 30, date(2026, 1, 1))
    clock = clock_of(facility=yard, material=gypsum(), today=TODAY)
    assert clock is not None
    assert clock.capacity_kg == 20


def test_a_yard_without_a_capacity_has_no_clock(yard: Facility) -> None:
    add(yard, Kind.GENERATED, 10)
    assert clock_of(facility=yard, material=gypsum(), today=TODAY) is None


def test_the_headroom_counts_use_and_weighed_deliveries_of_the_last_quarter(
    yard: Facility,
) -> None:
    summer, autumn = date(2026, 8, 1), date(2026, 10, 1)
    add(yard, Kind.OPENING, 1000, occurred_on=date(2026, 6, 30))
    add(yard, Kind.USED, 30, occurred_on=summer)
    add(yard, Kind.SHIPPED, 200, occurred_on=summer, evidence=Evidence.WEIGHED)
    add(yard, Kind.SHIPPED, 5, occurred_on=summer)
    add(yard, Kind.USED, 400, occurred_on=autumn)
    add(yard, Kind.GENERATED, 50, occurred_on=autumn)
    terms_set(
        facility=yard,
        material=gypsum(),
        carry_kg=20,
        stock_plan_kg=745,
        weight=1.0,
        actor=SYSTEM,
    )
    headroom = headroom_of(facility=yard, material=gypsum(), today=TODAY)
    assert (headroom.used_kg, headroom.stock_kg, headroom.made_kg) == (230, 765, 50)
    assert headroom.quota_kg == 230 + 20 - 20
    assert headroom.left_kg == 180


def test_what_a_site_says_of_its_yard_is_on_the_trail(yard: Facility) -> None:
    _declare(yard, 20)
    assert TrailEntry.objects.get().action == "declare_capacity"


@pytest.mark.parametrize("weight", [-0.1, 10.1, float("nan")])
def test_a_weight_out_of_range_is_refused(yard: Facility, weight: float) -> None:
    with pytest.raises(Refused) as refusal:
        terms_set(
            facility=yard,
            material=gypsum(),
            carry_kg=0,
            stock_plan_kg=None,
            weight=weight,
            actor=SYSTEM,
        )
    assert set(refusal.value.fields) == {"weight"}
