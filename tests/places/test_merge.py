"""Two counties become one: what lies in them and who watches them go along."""

from datetime import date

import pytest
from django.db import connection

from seeds.places.load import switch_to
from tests import worlds
from tests.ledger.yard import add
from tests.notices.audience import heard
from tests.places.zoning import zone
from tests.reporting import office
from tests.worlds import EAST, WEST, square
from wastehub.errors import Refused
from wastehub.ledger.kinds import Kind
from wastehub.places.models import BoundarySet, Region, Succession
from wastehub.places.retired import resolve
from wastehub.registry.models import Facility
from wastehub.reporting.declarations import declaration_accept, watches

pytestmark = pytest.mark.django_db


def merged(east_end: float = 106) -> BoundarySet:
    """A later map, not yet current: the west has become part of the east."""
    later = BoundarySet.objects.create(code="later", tolerance_deg=0)
    around = None
    for adcode, level in (("510000", "province"), ("510100", "prefecture")):
        around = _region(later, adcode, level, around, east_end)
    _region(later, EAST, "county", around, east_end)
    return later


def _region(boundary_set, adcode, level, parent, east_end) -> Region:
    shape = square(104, 30, east_end, 31)
    return Region.objects.create(
        boundary_set=boundary_set,
        adcode=adcode,
        level=level,
        parent=parent,
        name_zh="东县",
        shape=shape,
        drawn_shape=shape,
    )


def west_is_part_of_east() -> Succession:
    return Succession.objects.create(
        retired=WEST,
        successor=EAST,
        since=date(2026, 1, 1),
        name_zh="西县",
        source="a notice",
        confidence="H",
    )


def test_facilities_of_both_stand_in_the_county_that_they_became():
    worlds.two_counties()
    worlds.facility(104.5)
    worlds.facility(105.5)
    later = merged()
    assert switch_to(boundary_set=later) == 2
    counties = Facility.objects.values_list(
        "county__adcode", "county__boundary_set__code"
    )
    assert set(counties) == {(EAST, "later")}


def test_and_stand_in_their_own_again_after_switching_back():
    first = worlds.two_counties()
    west = worlds.facility(104.5)
    switch_to(boundary_set=merged())
    assert switch_to(boundary_set=first) == 1
    west.refresh_from_db()
    assert west.county.adcode == WEST


def test_a_map_that_leaves_a_facility_out_is_not_switched_to():
    first = worlds.two_counties()
    worlds.facility(105.5)
    with pytest.raises(Refused) as caught:
        switch_to(boundary_set=merged(east_end=105))
    assert caught.value.code == "facilities_outside_set"
    assert BoundarySet.objects.get(is_current=True) == first


def test_the_ledger_of_the_larger_county_is_the_sum_of_both():
    """By plain SQL, before and after, to the kilogram."""
    worlds.two_counties()
    for lon, mass_kg in ((104.5, 700), (105.5, 41)):
        add(worlds.facility(lon), Kind.GENERATED, mass_kg)
    assert _generated_kg() == {WEST: 700, EAST: 41}
    switch_to(boundary_set=merged())
    assert _generated_kg() == {EAST: 741}


def _generated_kg() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.adcode, sum(e.mass_kg) FROM ledger_entry e"
            " JOIN registry_facility f ON f.id = e.facility_id"
            " JOIN places_region r ON r.id = f.county_id GROUP BY 1"
        )
        return {adcode: int(mass_kg) for adcode, mass_kg in cursor.fetchall()}


def test_the_retired_code_is_told_apart_only_once_the_map_has_changed():
    worlds.two_counties()
    west_is_part_of_east()
    later = merged()
    assert resolve(WEST).retired_as is None
    switch_to(boundary_set=later)
    assert resolve(WEST).region.adcode == EAST
    assert resolve(WEST).retired_as.name_zh == "西县"


def test_a_zone_keeps_its_sites():
    worlds.two_counties()
    west_is_part_of_east()
    site = worlds.facility(104.5)
    basin = zone(parts={WEST: "core"})
    switch_to(boundary_set=merged())
    assert list(Facility.objects.in_zone(basin)) == [site]


class TestRegulator:
    @pytest.fixture
    def here(self):
        return office.office()

    def test_he_goes_on_watching_and_accepts_a_declaration(self, here):
        west_is_part_of_east()
        switch_to(boundary_set=merged())
        handed_in = office.submitted(here)
        declared = declaration_accept(declaration=handed_in, actor=here.regulator)
        assert declared.status == "accepted"

    def test_the_one_of_the_county_that_took_it_in_watches_too(self, here):
        assert not watches(here.stranger.user, here.site)
        switch_to(boundary_set=merged())
        here.site.refresh_from_db()
        assert watches(here.stranger.user, here.site)

    def test_without_a_succession_the_old_code_watches_nothing(self, here):
        switch_to(boundary_set=merged())
        here.site.refresh_from_db()
        assert not watches(here.regulator.user, here.site)

    def test_both_are_told_what_is_declared(self, here):
        west_is_part_of_east()
        switch_to(boundary_set=merged())
        office.submitted(here)
        assert "declaration_submitted" in heard(here.regulator.user)
        assert "declaration_submitted" in heard(here.stranger.user)
