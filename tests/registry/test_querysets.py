"""Reading listings: what is open, and what is near, with PostGIS as its own witness."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone

from tests import worlds
from wastehub.catalogue.models import Material
from wastehub.registry.models import Supply
from wastehub.registry.services import listing_withdraw

pytestmark = pytest.mark.django_db
HERE = Point(104.5, 30.5, srid=4326)


@pytest.fixture(autouse=True)
def _small_world() -> None:
    worlds.two_counties()
    for code in ("fly_ash", "steel_slag"):
        Material.objects.create(
            code=code, reach_km=150, colour="#000000", source="a test", confidence="L"
        )


def test_a_listing_is_open_to_its_last_day_and_not_after() -> None:
    supply = worlds.supply(valid_until=timezone.localdate())
    assert Supply.objects.open().get() == supply
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert not Supply.objects.open(tomorrow).exists()


def test_a_withdrawn_listing_is_not_open() -> None:
    listing_withdraw(listing=worlds.supply())
    assert not Supply.objects.open().exists()


def test_of_names_a_material_and_within_a_region() -> None:
    worlds.supply("fly_ash", at=worlds.facility(104.5))
    worlds.supply("steel_slag", at=worlds.facility(105.5))
    assert Supply.objects.of("fly_ash").count() == 1
    assert Supply.objects.within(worlds.EAST).get().material.code == "steel_slag"
    assert Supply.objects.within("510000").count() == 2


def test_near_includes_the_rim_and_excludes_beyond() -> None:
    supply = worlds.supply(at=worlds.facility(105.0001, 30.5))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Distance(f.point::geography, "
            "ST_SetSRID(ST_MakePoint(104.5, 30.5), 4326)::geography, false) "
            "FROM registry_facility f WHERE f.id = %s",
            [supply.facility_id],
        )
        rim_km = cursor.fetchone()[0] / 1000
    assert Supply.objects.within_km(HERE, rim_km).exists()
    assert not Supply.objects.within_km(HERE, rim_km - 0.001).exists()
    found = Supply.objects.with_distance_km(HERE).get()
    assert found.distance_km == pytest.approx(rim_km, abs=1e-9)
