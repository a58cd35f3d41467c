"""What a code stands for once the county has another one."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests import worlds
from tests.worlds import EAST, WEST
from wastehub.errors import Refused
from wastehub.places.models import BoundarySet, Region, Succession
from wastehub.places.retired import prefixes_of, resolve, with_retired

OLD, OLDER = "510122", "510199"
CODES = [f"5101{number:02}" for number in range(20, 28)]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_counties():
    worlds.two_counties()


def succession(retired, successor, **values):
    told = {"since": date(2016, 3, 20), "name_zh": "旧县", "source": "a notice"}
    return Succession.objects.create(
        retired=retired, successor=successor, confidence="H", **told | values
    )


def test_a_current_code_stands_for_its_own_region():
    found = resolve(WEST)
    assert (found.region.adcode, found.retired_as, found.note) == (WEST, None, "")


@pytest.mark.parametrize("adcode", ["510000", "510100"])
def test_a_larger_region_is_found_as_well(adcode):
    assert resolve(adcode).region.adcode == adcode


def test_a_retired_code_stands_for_its_successor_and_says_what_it_was():
    was = succession(OLD, EAST)
    found = resolve(OLD)
    assert (found.region.adcode, found.retired_as) == (EAST, was)


@pytest.mark.parametrize(
    ("language", "is_whole", "note"),
    [
        ("en", True, "510122 旧县 has been part of 510105 510105 since 2016."),
        ("en", False, "Most of 510122 旧县 has been part of 510105 510105 since 2016."),
        ("zh-hans", True, "510122 旧县自2016年起属于510105 东县。"),
        ("zh-hans", False, "510122 旧县的大部分自2016年起属于510105 东县。"),
    ],
)
def test_the_note_tells_a_county_that_was_split(language, is_whole, note):
    succession(OLD, EAST, is_whole=is_whole)
    with translation.override(language):
        assert resolve(OLD).note == note


def test_a_successor_that_retired_in_its_turn_is_followed():
    was = succession(OLDER, OLD)
    succession(OLD, EAST)
    found = resolve(OLDER)
    assert (found.region.adcode, found.retired_as) == (EAST, was)


@pytest.mark.parametrize("adcode", ["999999", "", "51", "5101\x0022", "安县"])
def test_a_code_that_never_was_is_refused_at_its_field(adcode):
    with pytest.raises(Refused) as caught:
        resolve(adcode)
    assert caught.value.code == "unknown_adcode"
    assert "adcode" in caught.value.fields


def test_a_successor_that_the_map_lacks_is_refused():
    succession(OLD, "510177")
    with pytest.raises(Refused, match=OLD):
        resolve(OLD)


def test_a_ring_of_codes_ends_in_a_refusal():
    succession(OLD, OLDER)
    succession(OLDER, OLD)
    with pytest.raises(Refused, match=OLD):
        resolve(OLD)
    assert prefixes_of([OLD]) == [OLD, OLDER]


def test_nothing_follows_a_code_that_the_map_still_has():
    """An older map: there the west is not yet part of the east."""
    succession(WEST, EAST)
    assert resolve(WEST).region.adcode == WEST
    assert prefixes_of([WEST]) == [WEST]
    assert with_retired([EAST]) == {EAST}


def test_prefixes_are_of_the_code_itself_and_of_all_that_came_after():
    succession(OLDER, OLD)
    succession(OLD, EAST)
    assert prefixes_of([OLDER, "510000"]) == ["51", EAST, OLD, OLDER]
    assert with_retired([EAST, WEST]) == {EAST, WEST, OLD, OLDER}


def test_codes_that_never_retired_cost_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert prefixes_of(["510600", "510682"]) == ["5106", "510682"]


def test_without_regions_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert prefixes_of([]) == []


@given(st.dictionaries(st.sampled_from(CODES), st.sampled_from(CODES), max_size=8))
def test_prefixes_are_what_a_walk_over_all_rows_reaches(after):
    after = {retired: code for retired, code in after.items() if retired != code}
    with transaction.atomic():
        for retired, successor in after.items():
            succession(retired, successor)
        for start in CODES:
            assert set(prefixes_of([start])) == set(_walk(start, after))
        transaction.set_rollback(True)


def _walk(start, after):
    reached = [start]
    while reached[-1] in after and after[reached[-1]] not in reached:
        reached.append(after[reached[-1]])
    return reached


@pytest.mark.parametrize(
    ("retired", "successor"), [(OLD, OLD), ("5101", EAST), (OLD, "abcdef")]
)
def test_the_database_refuses_what_is_no_succession(retired, successor):
    with pytest.raises(IntegrityError):
        succession(retired, successor)


def test_a_code_retires_once():
    succession(OLD, EAST)
    with pytest.raises(IntegrityError):
        succession(OLD, WEST)


@pytest.mark.parametrize(
    ("adcode", "trail"),
    [
        ("510104", ["510000", "510100", "510104"]),
        ("510100", ["510000", "510100"]),
        ("510000", ["510000"]),
    ],
)
def test_a_trail_leads_from_the_largest_region_to_the_place(adcode, trail):
    found = Region.objects.current().around(adcode)
    assert list(found.values_list("adcode", flat=True)) == trail


def test_a_trail_starts_at_the_country_and_leaves_out_what_is_not_there():
    BoundarySet.objects.all().delete()
    worlds.a_country()
    found = Region.objects.current().around("110101")
    assert [region.adcode for region in found] == ["100000", "110000", "110101"]
