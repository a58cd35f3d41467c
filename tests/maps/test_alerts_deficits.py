"""A region that consumes too little is told at the threshold, with its sites."""

import pytest

from maps.alerts import deficits
from maps.alerts.kinds import Severity
from tests.maps.alerting import a_works, found, made, used

pytestmark = pytest.mark.django_db

PREFECTURE, PROVINCE = "510100", "510000"


@pytest.mark.parametrize(
    ("used_kg", "told"),
    [(8_000_000, set()), (7_999_999, {PREFECTURE, PROVINCE})],
)
def test_less_than_four_fifths_consumed_is_a_deficit(
    used_kg: int, told: set[str]
) -> None:
    site = a_works()
    made(site, 3, 10_000_000)
    used(site, 3, used_kg)
    assert {one.adcode for one in found(deficits)} == told


@pytest.mark.parametrize(("used_kg", "count"), [(1, 0), (0, 2)])
def test_a_surplus_below_a_thousand_tonnes_is_none(used_kg: int, count: int) -> None:
    site = a_works()
    made(site, 3, 1_000_000)
    if used_kg:
        used(site, 3, used_kg)
    assert len(found(deficits)) == count


@pytest.mark.parametrize(
    ("used_kg", "severity"),
    [(5_000_000, Severity.WARNING), (4_999_999, Severity.SEVERE)],
)
def test_less_than_a_half_is_severe(used_kg: int, severity: Severity) -> None:
    site = a_works()
    made(site, 3, 10_000_000)
    used(site, 3, used_kg)
    assert {one.severity for one in found(deficits)} == {severity}


def test_what_is_amiss_for_three_months_only_is_to_be_watched() -> None:
    site = a_works()
    made(site, 3, 100_000_000)
    used(site, 3, 100_000_000)
    made(site, 11, 5_000_000)
    told = found(deficits)
    assert {one.figures["months"] for one in told} == {3}
    assert {one.severity for one in told} == {Severity.WATCH}


def test_a_region_is_told_once_though_both_windows_are_amiss() -> None:
    made(a_works(), 11, 5_000_000)
    told = found(deficits)
    assert sorted(one.adcode for one in told) == [PROVINCE, PREFECTURE]
    assert {one.figures["months"] for one in told} == {12}


def test_the_sites_with_a_surplus_stand_behind_it() -> None:
    site = a_works()
    made(site, 3, 5_000_000)
    for one in found(deficits):
        assert one.records == (("ledger", str(site.public_id)),)
        assert one.figures["surplus_kg"] == one.size == 5_000_000
