"""What lies in a zone, and what the database takes for one."""

from datetime import date

import pytest
from django.db import IntegrityError, connection
from django.utils import translation

from tests import worlds
from tests.places.zoning import parts_of, zone
from tests.worlds import EAST, WEST, square
from wastehub.places.models import Succession, Zone, ZonePart
from wastehub.registry.models import Facility

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_counties():
    worlds.two_counties()


@pytest.fixture
def works():
    """One site in the west, one in the east."""
    return {
        "west": worlds.facility(104.5, name_zh="west"),
        "east": worlds.facility(105.5, name_zh="east"),
    }


def in_zone(zone):
    return sorted(Facility.objects.in_zone(zone).values_list("name_zh", flat=True))


@pytest.mark.usefixtures("works")
class TestInZone:
    def test_a_zone_of_nothing_holds_nothing(self):
        assert in_zone(zone()) == []

    @pytest.mark.parametrize(
        ("adcode", "held"),
        [(WEST, ["west"]), (EAST, ["east"]), ("510100", ["east", "west"])],
    )
    def test_without_polygons_its_parts_count_at_any_level(self, adcode, held):
        assert in_zone(zone(parts={adcode: "part"})) == held

    def test_with_polygons_its_parts_do_not_count(self):
        held = zone(parts={EAST: "core"}, shape=square(104.4, 30.4, 104.6, 30.6))
        assert in_zone(held) == ["west"]

    def test_a_site_on_the_border_is_inside(self):
        assert in_zone(zone(shape=square(104.5, 30.4, 105, 30.6))) == ["west"]

    def test_a_hole_is_outside(self):
        around, hole = (104.1, 30.1, 104.9, 30.9), (104.4, 30.4, 104.6, 30.6)
        ring = square(*around).difference(square(*hole))
        ring = type(square(*around))(ring, srid=4326)
        assert in_zone(zone(shape=ring)) == []

    def test_a_part_whose_code_retired_is_what_came_after(self):
        Succession.objects.create(
            retired="510122",
            successor=EAST,
            since=date(2016, 1, 1),
            name_zh="旧县",
            source="a notice",
            confidence="H",
        )
        assert in_zone(zone(parts={"510122": "whole"})) == ["east"]

    def test_it_is_what_plain_sql_finds(self):
        held = zone(shape=square(104.2, 30.2, 105.5, 30.5))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT f.name_zh FROM registry_facility f, places_zone z"
                " WHERE z.code = 'upper' AND ST_Covers(z.shape, f.point) ORDER BY 1"
            )
            assert in_zone(held) == [name for (name,) in cursor.fetchall()]


def test_zones_are_read_by_kind():
    zone("upper", "basin")
    zone("works", "park")
    parks = Zone.objects.of_kind(Zone.Kind.PARK)
    assert [park.code for park in parks] == ["works"]


@pytest.mark.parametrize(("language", "note"), [("zh-hans", "暂定"), ("en", "Provis")])
def test_what_is_provisional_says_why_in_the_readers_language(language, note):
    with translation.override(language):
        assert zone().note.startswith(note)


def test_what_is_not_provisional_says_nothing():
    assert zone(is_provisional=False).note == ""


def test_putting_the_same_again_writes_nothing():
    first = zone(parts={WEST: "core"}, shape=square(104, 30, 105, 31))
    kept = list(first.parts.values_list("pk", flat=True))
    again = zone(parts={WEST: "core"}, shape=square(104, 30, 105, 31))
    assert again.pk == first.pk
    assert list(again.parts.values_list("pk", flat=True)) == kept


def test_other_parts_take_the_place_of_the_old_ones():
    zone(parts={WEST: "core"})
    assert parts_of(zone(parts={EAST: "part"})) == {EAST: "part"}


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "county"},
        {"code": "Upper"},
        {"code": "1st"},
        {"code": ""},
        {"note_en": ""},
        {"source": ""},
        {"parts": {"51": "core"}},
        {"parts": {WEST: "half"}},
    ],
)
def test_the_database_refuses_what_is_no_zone(values):
    told = {"code": "upper", "kind": "basin"} | values
    with pytest.raises(IntegrityError):
        zone(**told)


def test_a_region_is_part_of_a_zone_once():
    held = zone(parts={WEST: "core"})
    with pytest.raises(IntegrityError):
        ZonePart.objects.create(zone=held, adcode=WEST, share="part")
