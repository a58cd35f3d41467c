"""Reading lists: what a row says, filters, order, number of queries."""

from decimal import Decimal

import pytest
from django.contrib.gis.geos import Point

from tests.web import world as worlds
from wastehub.geodesy import from_wgs84, great_circle_km
from wastehub.registry.models import Supply

pytestmark = pytest.mark.django_db

NEAR_WEST = "104.5,30.6"


@pytest.fixture
def world():
    return worlds.two_counties()


def _found(client, path, **asked):
    answer = client.get(f"/api/v1/{path}/", asked)
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def _ids(rows):
    return [row["public_id"] for row in rows]


def test_a_supply_row_says_everything_in_tonnes_and_yuan(client, world):
    ash = world.supplies["ash"]
    client.force_login(world.users["viewer"])
    (row,) = _found(client, "supplies", near=NEAR_WEST)
    distance_km = great_circle_km(104.5, 30.6, *worlds.WEST)
    assert row.pop("distance_km") == pytest.approx(distance_km, abs=1e-6)
    assert row.pop("created_at")
    assert row.pop("changed_at")
    assert row == {
        "public_id": str(ash.public_id),
        "material": {"code": "fly_ash", "name_zh": "料fly_ash", "name_en": "fly_ash"},
        "facility": {
            "public_id": str(ash.facility.public_id),
            "name_zh": "plant厂",
            "name_en": "plant",
            "organisation": {
                "public_id": str(ash.facility.organisation.public_id),
                "name_zh": "holder公司",
                "name_en": "holder",
            },
            "origin": "registered",
            "source": "",
            "is_approximate": False,
            "is_in_full": True,
            "point": {"lon": 104.5, "lat": 30.5},
            "county": {
                "adcode": "510101",
                "name_zh": "地510101",
                "name_en": "Place 510101",
            },
            "prefecture": {
                "adcode": "510100",
                "name_zh": "地510100",
                "name_en": "Place 510100",
            },
        },
        "stock_t": 2.0,
        "reserved_t": 0.0,
        "available_t": 2.0,
        "rate_t_per_year": 12.0,
        "stock_band": {"low_t": 0.0, "high_t": 100.0},
        "rate_band": {"low_t": 0.0, "high_t": 100.0},
        "price_yuan_per_t": -5.5,
        "valid_until": ash.valid_until.isoformat(),
        "status": "open",
        "is_estimated": False,
        "estimate_formula": "",
        "matched_at": None,
    }


def test_without_a_point_there_is_no_distance(client, world):
    (row,) = _found(client, "supplies")
    assert "distance_km" not in row


def test_the_radius_keeps_what_lies_within_it(client, world):
    distance_km = great_circle_km(104.5, 30.6, *worlds.WEST)
    inside = _found(client, "supplies", near=NEAR_WEST, within_km=distance_km + 0.001)
    outside = _found(client, "supplies", near=NEAR_WEST, within_km=distance_km - 0.001)
    assert (len(inside), len(outside)) == (1, 0)


def test_a_point_in_gcj02_is_where_it_is_in_wgs84(client, world):
    lon, lat = from_wgs84(*worlds.WEST, "GCJ02")
    (row,) = _found(client, "supplies", near=f"{lon},{lat}", datum="GCJ02")
    assert row["distance_km"] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(
    ("region", "count"), [("510000", 1), ("510100", 1), ("510101", 1), ("510201", 0)]
)
def test_supplies_of_a_region(client, world, region, count):
    assert len(_found(client, "supplies", region=region)) == count


def test_supplies_of_a_material(client, world):
    slag = worlds.supply(
        world, "kiln", stock_kg=1, material=world.materials["steel_slag"]
    )
    assert _ids(_found(client, "supplies", material="steel_slag")) == [
        str(slag.public_id)
    ]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"near": "105.5,30.5"}, ["far", "ash"]),
        ({"near": "105.5,30.5", "ordering": "newest"}, ["far", "ash"]),
        ({"near": "104.5,30.5"}, ["ash", "far"]),
        ({"ordering": "mass"}, ["far", "ash"]),
        ({"ordering": "price"}, ["ash", "far"]),
        ({"ordering": "newest"}, ["far", "ash"]),
    ],
)
def test_order(client, world, asked, names):
    world.supplies["far"] = worlds.supply(
        world, "kiln", stock_kg=10**9, price_yuan_per_t=Decimal(3)
    )
    wanted = [str(world.supplies[name].public_id) for name in names]
    assert _ids(_found(client, "supplies", **asked)) == wanted


def test_withdrawn_supplies_are_the_organisations_own_affair(client, world):
    Supply.objects.update(status="withdrawn")
    assert _found(client, "supplies") == []
    client.force_login(world.users["viewer"])
    assert len(_found(client, "supplies")) == 1


def test_pages_are_bounded(client, world):
    Supply.objects.bulk_create(
        Supply(
            facility=world.facilities["plant"],
            material=world.materials["fly_ash"],
            stock_kg=1,
            valid_until=world.supplies["ash"].valid_until,
        )
        for _ in range(210)
    )
    assert len(_found(client, "supplies")) == 50
    assert len(_found(client, "supplies", page_size=100_000)) == 200


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("supplies/?near=104.5,30.5&within_km=500&material=fly_ash&region=510000", 4),
        ("demands/?near=104.5,30.5&route=cement_blending", 3),
        ("facilities/", 2),
        ("runs/", 2),
        ("materials/", 4),
        ("parameters/", 2),
        ("routes/", 4),
    ],
)
@pytest.mark.parametrize("copies", [1, 7])
def test_queries_do_not_grow_with_the_list(
    client, world, path, queries, copies, django_assert_num_queries
):
    for number in range(copies):
        name = f"site {number}"
        world.facilities[name] = worlds.facility(
            world, name, "holder", worlds.WEST, origin="demo"
        )
        row = worlds.supply(world, name, stock_kg=1)
        worlds.demand(world, name, capacity_kg=1)
        worlds.supply_run(row)
    with django_assert_num_queries(queries):
        assert client.get(f"/api/v1/{path}").json()["results"]


def test_a_demand_row_says_tonnes_and_yuan(client, world):
    client.force_login(world.users["taker"])
    (row,) = _found(client, "demands", near=NEAR_WEST, route="cement_blending")
    assert row["route"]["code"] == "cement_blending"
    assert row["capacity_t_per_year"] == 50.0
    assert row["base_t_per_year"] == 100.0
    assert row["price_yuan_per_t"] == 30.0
    assert row["distance_km"] == pytest.approx(
        great_circle_km(104.5, 30.6, *worlds.EAST), abs=1e-6
    )


def test_facilities_of_a_region(client, world):
    (row,) = _found(client, "facilities", region="510200")
    assert row["name_en"] == "kiln"


@pytest.mark.parametrize("kind", ["supplies", "demands", "facilities"])
def test_one_row_has_its_own_address(client, world, kind):
    (row, *_) = _found(client, kind)
    alone = client.get(f"/api/v1/{kind}/{row['public_id']}/").json()
    assert alone["public_id"] == row["public_id"]


def test_a_route_tells_its_rules_with_their_sources(client, world):
    row = client.get("/api/v1/routes/cement_blending/").json()
    (admission,) = row["admissions"]
    assert (admission["material"], admission["admitted"]) == ("fly_ash", True)
    (limit,) = row["limits"]
    assert limit == {
        "material": None,
        "parameter": "loi",
        "unit": "%",
        "basis": "dry",
        "operator": "<=",
        "value": 8.0,
        "grade": "",
        "test_method": "",
        "standard": "X 1-2020",
        "clause": "5.1",
        "valid_from": None,
        "valid_to": None,
        "source": "told here",
        "confidence": "H",
    }


def test_the_distance_is_what_postgis_measures_on_the_sphere(client, world):
    (row,) = _found(client, "supplies", near=NEAR_WEST)
    measured = Supply.objects.with_distance_km(Point(104.5, 30.6, srid=4326)).get()
    assert row["distance_km"] == measured.distance_km
