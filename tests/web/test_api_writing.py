"""Writing through the API: who may, what comes back, what a refusal leaves behind."""

from datetime import date

import pytest

from tests.web import world as worlds
from wastehub.geodesy import from_wgs84
from wastehub.registry.models import Assay, Demand, Facility, Supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.two_counties()


@pytest.fixture
def editor(client, world):
    client.force_login(world.users["editor"])
    return client


def _send(client, path, method="post", **body):
    call = getattr(client, method)
    return call(f"/api/v1/{path}", body, content_type="application/json")


def _ash(world, **changes):
    entry = {
        "facility": str(world.facilities["plant"].public_id),
        "material": "fly_ash",
        "stock_t": 1500.25,
        "rate_t_per_year": 0,
        "price_yuan_per_t": -12.5,
        "valid_until": world.supplies["ash"].valid_until.isoformat(),
    }
    return entry | changes


def _kiln(world, **changes):
    entry = {
        "facility": str(world.facilities["plant"].public_id),
        "route": "cement_blending",
        "capacity_t_per_year": 4000,
        "valid_until": world.supplies["ash"].valid_until.isoformat(),
    }
    return entry | changes


def _site(world, **changes):
    entry = {
        "organisation": str(world.organisations["holder"].public_id),
        "name_zh": "新厂",
        "lon": 104.2,
        "lat": 30.2,
        "datum": "WGS84",
    }
    return entry | changes


def test_an_offer_is_stored_in_kilograms_and_answered_with_its_address(editor, world):
    answer = _send(editor, "supplies/", **_ash(world))
    assert answer.status_code == 201, answer.json()
    row = Supply.objects.get(public_id=answer.json()["public_id"])
    assert (row.stock_kg, row.rate_kg_per_year) == (1_500_250, 0)
    assert editor.get(answer["Location"]).json() == answer.json()


def test_an_offer_is_matched_after_the_commit(
    editor, world, django_capture_on_commit_callbacks
):
    """The kiln is 96 km away and admits ash, whose loss on ignition is in the assay."""
    assay = {"sampled_on": "2024-05-01", "values": {"loi": 4.25}}
    with (
        worlds.worker_in_this_process(),
        django_capture_on_commit_callbacks(execute=True),
    ):
        answer = _send(editor, "supplies/", **_ash(world, assay=assay))
    assert answer.json()["matched_at"] is None
    found = editor.get(f"{answer['Location']}matches/").json()["results"]
    assert [row["demand"]["facility"]["name_en"] for row in found] == ["kiln"]


def test_an_offer_may_bring_its_assay(editor, world):
    assay = {"sampled_on": "2024-05-01", "laboratory": "Lab", "values": {"loi": 4.25}}
    answer = _send(editor, "supplies/", **_ash(world, assay=assay))
    assert answer.status_code == 201, answer.json()
    told = {"report_number": "", "reported_basis": "dry"}
    assert answer.json()["assays"] == [assay | told]
    assert Assay.objects.get().sampled_on == date(2024, 5, 1)


def test_a_refused_assay_leaves_no_supply(editor, world):
    assay = {"sampled_on": "2024-05-01", "values": {"loi": 99}}
    answer = _send(editor, "supplies/", **_ash(world, assay=assay))
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["assay.values.loi"]
    assert Supply.objects.count() == 1


def test_a_change_answers_with_the_changed_supply(editor, world):
    path = f"supplies/{world.supplies['ash'].public_id}/"
    answer = _send(editor, path, "patch", stock_t=7, price_yuan_per_t=1)
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["stock_t"], answer.json()["price_yuan_per_t"]) == (7.0, 1.0)
    assert answer.json()["rate_t_per_year"] == 12.0


def test_a_withdrawn_supply_stays_on_record(editor, world):
    path = f"/api/v1/supplies/{world.supplies['ash'].public_id}/"
    assert editor.delete(path).status_code == 204
    assert Supply.objects.get().status == "withdrawn"


def test_a_demand_has_its_capacity_as_base_unless_said(editor, world):
    answer = _send(editor, "demands/", **_kiln(world))
    assert answer.status_code == 201, answer.json()
    row = Demand.objects.get(public_id=answer.json()["public_id"])
    assert (row.capacity_kg_per_year, row.base_kg_per_year) == (4_000_000, 4_000_000)


def test_a_withdrawn_demand_stays_on_record(editor, world):
    row = worlds.demand(world, "plant", capacity_kg=1)
    assert editor.delete(f"/api/v1/demands/{row.public_id}/").status_code == 204
    row.refresh_from_db()
    assert row.status == "withdrawn"


def test_a_site_is_placed_in_its_county_whatever_its_datum(editor, world):
    lon, lat = from_wgs84(104.2, 30.2, "BD09")
    entry = _site(world, lon=lon, lat=lat, datum="BD09")
    answer = _send(editor, "facilities/", **entry)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["county"]["adcode"] == "510101"
    row = Facility.objects.get(public_id=answer.json()["public_id"])
    assert row.point.coords == pytest.approx((104.2, 30.2), abs=1e-6)
    assert (row.entered_lon, row.datum, row.origin) == (lon, "BD09", "registered")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (None, 403),
        ("stranger", 403),
        ("viewer", 403),
        ("west", 403),
        ("editor", 201),
        ("staff", 201),
    ],
)
@pytest.mark.parametrize(
    ("path", "entry"), [("supplies", _ash), ("demands", _kiln), ("facilities", _site)]
)
def test_who_may_create(client, world, role, status, path, entry):
    if role:
        client.force_login(world.users[role])
    assert _send(client, f"{path}/", **entry(world)).status_code == status


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_neighbour_may_not_change_a_supply(client, world, method):
    client.force_login(world.users["stranger"])
    path = f"supplies/{world.supplies['ash'].public_id}/"
    assert _send(client, path, method).status_code == 403


def test_what_a_user_may_not_see_does_not_exist_for_him(client, world):
    Supply.objects.update(status="withdrawn")
    client.force_login(world.users["stranger"])
    path = f"supplies/{world.supplies['ash'].public_id}/"
    assert _send(client, path, "patch", stock_t=1).status_code == 404
