"""Bad input: 400 with field and reason, 404 for what is not there, never a 500."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.web import world as worlds
from wastehub.registry.models import Demand, Facility, Supply

KINDS = ["supplies", "demands", "facilities", "runs"]


@pytest.fixture
def world(db):
    return worlds.two_counties()


@pytest.fixture
def editor(client, world):
    client.force_login(world.users["editor"])
    return client


@pytest.mark.parametrize(
    ("asked", "field", "reason"),
    [
        ({"near": "abc"}, "near", "longitude,latitude"),
        ({"near": "104.1"}, "near", "longitude,latitude"),
        ({"near": "104.1,30.6,9"}, "near", "longitude,latitude"),
        ({"near": "30.6,104.1"}, "near", "exchanged"),
        ({"near": "104.1,-91"}, "near", "Latitude"),
        ({"near": "181,10"}, "near", "Longitude"),
        ({"near": "nan,30"}, "near", "numbers"),
        ({"near": "104,inf"}, "near", "numbers"),
        ({"near": "104\0,30"}, "near", "longitude,latitude"),
        ({"near": "104,30", "within_km": "-1"}, "within_km", "greater"),
        ({"near": "104,30", "within_km": "0"}, "within_km", "greater"),
        ({"near": "104,30", "within_km": "1e9"}, "within_km", "2000"),
        ({"near": "104,30", "within_km": "NaN"}, "within_km", "number"),
        ({"near": "104,30", "datum": "WGS72"}, "datum", "WGS72"),
        ({"within_km": "5"}, "within_km", "near"),
        ({"datum": "GCJ02"}, "datum", "near"),
        ({"ordering": "distance"}, "ordering", "near"),
        ({"ordering": "beauty"}, "ordering", "beauty"),
        ({"material": "gold"}, "material", "Unknown material"),
        ({"material": "fly\0ash"}, "material", "Null"),
        ({"region": "999999"}, "region", "No loaded region"),
        ({"region": "Chengdu"}, "region", "No loaded region"),
    ],
)
def test_a_search_says_which_word_is_wrong(client, world, asked, field, reason):
    answer = client.get("/api/v1/supplies/", asked, headers={"accept-language": "en"})
    assert answer.status_code == 400
    told = answer.json()
    assert told["code"] == "invalid"
    assert told["message"]
    assert list(told["fields"]) == [field]
    assert reason in told["fields"][field]


def _offer(world, **changes):
    entry = {
        "facility": str(world.facilities["plant"].public_id),
        "material": "fly_ash",
        "stock_t": 1,
        "valid_until": world.supplies["ash"].valid_until.isoformat(),
    }
    return entry | changes


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"stock_t": -1}, "stock_t", "negative"),
        ({"stock_t": 2e9}, "stock_t", "thousand million"),
        ({"stock_t": 10**400}, "stock_t", "digits"),
        ({"stock_t": "NaN"}, "stock_t", "number"),
        ({"stock_t": "inf"}, "stock_t", "number"),
        ({"stock_t": True}, "stock_t", "number"),
        ({"stock_t": [1]}, "stock_t", "number"),
        ({"stock_t": None}, "stock_t", "null"),
        ({"stock_t": "1.2345"}, "stock_t", "decimal places"),
        ({"rate_t_per_year": -5}, "rate_t_per_year", "negative"),
        ({"stock_t": 0, "rate_t_per_year": 0}, "stock_t", "both"),
        ({"price_yuan_per_t": 2e6}, "price_yuan_per_t", "1,000,000"),
        ({"valid_until": "2020-01-01"}, "valid_until", "ended"),
        ({"valid_until": "9999-12-31"}, "valid_until", "three years"),
        ({"valid_until": "tomorrow"}, "valid_until", "format"),
        ({"valid_until": 20300101}, "valid_until", "format"),
        ({"valid_until": None}, "valid_until", "null"),
        ({"material": "gold"}, "material", "no such code"),
        ({"material": "fly\0ash"}, "material", "Null"),
        ({"material": "\ud800"}, "material", "Surrogate"),
        ({"material": {"code": "fly_ash"}}, "material", "valid string"),
        ({"facility": "here"}, "facility", "UUID"),
        ({"facility": 10**40}, "facility", "UUID"),
        ({"facility": str(uuid.UUID(int=7))}, "facility", "no such thing"),
        ({"assay": 5}, "assay", "dictionary"),
        ({"assay": {"values": {"loi": 1}}}, "assay.sampled_on", "required"),
    ],
)
def test_an_offer_says_which_entry_is_wrong(editor, world, changes, field, reason):
    answer = _post(editor, "supplies", _offer(world, **changes))
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]
    assert reason in answer.json()["fields"][field]
    assert Supply.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"stock_t": -1}, "stock_t"),
        ({"stock_t": 0, "rate_t_per_year": 0}, "stock_t"),
        ({"valid_until": "2020-01-01"}, "valid_until"),
        ({"price_yuan_per_t": "dear"}, "price_yuan_per_t"),
    ],
)
def test_a_refused_change_changes_nothing(editor, world, changes, field):
    before = Supply.objects.values().get()
    answer = editor.patch(
        f"/api/v1/supplies/{world.supplies['ash'].public_id}/",
        changes,
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]
    assert Supply.objects.values().get() == before


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"gold": 1}, "assay.values.gold", "not in the catalogue"),
        ({"loi": -1}, "assay.values.loi", "plausible"),
        ({"loi": "NaN"}, "assay.values.loi", "valid number"),
        ({"loi": 10**400}, "assay.values.loi", "too large"),
        ({"loi": True}, "assay.values.loi", "number"),
        ({"lo\0i": 1}, "assay.values", "codes"),
        ({"\ud800": 1}, "assay.values", "codes"),
        ({}, "assay.values", "at least one"),
        ([1], "assay.values", "dictionary"),
    ],
)
def test_an_assay_says_which_value_is_wrong(editor, world, values, field, reason):
    assay = {"sampled_on": "2024-05-01", "values": values}
    answer = _post(editor, "supplies", _offer(world, assay=assay))
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]
    assert reason in answer.json()["fields"][field]


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"capacity_t_per_year": 0}, "capacity_t_per_year", "year"),
        ({"capacity_t_per_year": -1}, "capacity_t_per_year", "negative"),
        ({"base_t_per_year": 1}, "base_t_per_year", "less than"),
        ({"farthest_km": 0}, "farthest_km", "5,000"),
        ({"farthest_km": "Infinity"}, "farthest_km", "valid number"),
        ({"route": "dumping"}, "route", "no such code"),
    ],
)
def test_a_demand_says_which_entry_is_wrong(editor, world, changes, field, reason):
    entry = {
        "facility": str(world.facilities["plant"].public_id),
        "route": "cement_blending",
        "capacity_t_per_year": 2,
        "valid_until": world.supplies["ash"].valid_until.isoformat(),
    }
    answer = _post(editor, "demands", entry | changes)
    assert answer.status_code == 400
    assert next(iter(answer.json()["fields"])) == field
    assert reason in answer.json()["fields"][field]
    assert Demand.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "fields", "reason"),
    [
        ({"datum": None}, ["datum"], "null"),
        ({"datum": "GPS"}, ["datum"], "GPS"),
        ({"lon": 30.6, "lat": 104.1}, ["lon", "lat"], "exchanged"),
        ({"lat": 95}, ["lon", "lat"], "Latitude"),
        ({"lon": "NaN"}, ["lon"], "valid number"),
        ({"lon": 120.5, "lat": 28.0}, ["lon", "lat"], ""),
        ({"lon": 125.0, "lat": 25.0}, ["lon", "lat"], ""),
        ({"name_zh": "a\0b"}, ["name_zh"], "Null"),
        ({"name_zh": ""}, ["name_zh"], "blank"),
        ({"organisation": "me"}, ["organisation"], "UUID"),
    ],
)
def test_a_site_says_which_entry_is_wrong(editor, world, changes, fields, reason):
    answer = _post(editor, "facilities", _site(world) | changes)
    assert answer.status_code == 400
    assert sorted(answer.json()["fields"]) == sorted(fields)
    assert reason in answer.json()["fields"][fields[0]]
    assert Facility.objects.count() == 2


def test_the_datum_is_asked_for(editor, world):
    entry = _site(world)
    del entry["datum"]
    answer = _post(editor, "facilities", entry)
    assert answer.status_code == 400
    assert "WGS84, CGCS2000, GCJ02 or BD09" in answer.json()["fields"]["datum"]


def _site(world):
    return {
        "organisation": str(world.organisations["holder"].public_id),
        "name_zh": "新厂",
        "lon": 104.2,
        "lat": 30.2,
        "datum": "WGS84",
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"7", b"null", b'{"a": NaN}'])
def test_broken_json_is_a_400(client, world, kind, body):
    client.force_login(world.users["staff"])
    answer = client.post(f"/api/v1/{kind}/", body, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "fields"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "name", [str(uuid.UUID(int=7)), "not-a-uuid", "7", "%00", "%F0%9F%98%80", "-"]
)
def test_a_missing_row_is_a_404_in_the_apis_own_shape(client, world, kind, name):
    answer = client.get(f"/api/v1/{kind}/{name}/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["v1/materials/gold/", "v1/routes/%00/", "v2/", "x"])
def test_a_missing_address_is_a_404_in_the_apis_own_shape(client, world, path):
    answer = client.get(f"/api/{path}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_nothing_can_be_posted_to_an_address_that_is_not_there(client, world):
    answer = client.post("/api/v1/organisations/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [("put", "supplies"), ("delete", "supplies"), ("post", "materials")],
)
def test_a_method_that_is_not_there_is_a_405(client, world, method, path):
    client.force_login(world.users["staff"])
    answer = getattr(client, method)(f"/api/v1/{path}/")
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 5000, "\0"])
def test_a_page_that_is_not_there_is_a_404(client, world, page):
    assert client.get("/api/v1/supplies/", {"page": page}).status_code == 404


def _post(client, kind, body):
    return client.post(
        f"/api/v1/{kind}/",
        body,
        content_type="application/json",
        headers={"accept-language": "en"},
    )


NASTY_TEXT = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            "\0",
            "NaN",
            "-inf",
            "1e999",
            "９９",
            "0x1f",
            "104,30",
            ",",
            "1,1,1",
            "٣,٤",
        ]
    ),
    st.integers().map(str),
    st.floats().map(str),
)
NASTY = st.recursive(
    st.none() | st.booleans() | st.integers() | NASTY_TEXT | st.floats(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NASTY_TEXT, inner),
    max_leaves=4,
)
QUESTIONS = st.dictionaries(
    st.sampled_from(
        [
            "near",
            "within_km",
            "datum",
            "material",
            "region",
            "ordering",
            "page",
            "page_size",
            "route",
            "origin",
            "kind",
            "status",
            "format",
        ]
    ),
    NASTY_TEXT,
    max_size=4,
)
ENTRY_FIELDS = [
    "facility",
    "material",
    "stock_t",
    "rate_t_per_year",
    "price_yuan_per_t",
    "valid_until",
    "assay",
    "route",
    "capacity_t_per_year",
    "base_t_per_year",
    "farthest_km",
    "organisation",
    "name_zh",
    "name_en",
    "lon",
    "lat",
    "datum",
    "is_approximate",
    "region",
    "horizon_months",
    "accept",
]
ENTRIES = st.dictionaries(st.sampled_from(ENTRY_FIELDS), NASTY, max_size=3)


class NeverAFault(TestCase):
    """Whatever is thrown at a door, the door answers."""

    @classmethod
    def setUpTestData(cls):
        cls.world = worlds.two_counties()

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(kind=st.sampled_from(KINDS), asked=QUESTIONS)
    def test_lists(self, kind, asked):
        answer = self.client.get(f"/api/v1/{kind}/", asked)
        assert answer.status_code in (200, 400, 404)

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(kind=st.sampled_from(KINDS), changes=ENTRIES)
    def test_entries(self, kind, changes):
        self.client.force_login(self.world.users["staff"])
        whole = {
            "facility": str(self.world.facilities["plant"].public_id),
            "material": "fly_ash",
            "route": "cement_blending",
            "stock_t": 1,
            "capacity_t_per_year": 1,
            "valid_until": self.world.supplies["ash"].valid_until.isoformat(),
            "region": "510000",
            **_site(self.world),
        }
        answer = self.client.post(
            f"/api/v1/{kind}/", whole | changes, content_type="application/json"
        )
        assert answer.status_code in (201, 202, 400, 403)


@pytest.mark.parametrize("body", ["[" * 5000, '{"a":' * 5000], ids=["lists", "objects"])
def test_json_nested_too_deep_is_a_400(editor, world, body):
    answer = editor.post("/api/v1/supplies/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "parse_error"


@pytest.mark.parametrize(
    ("kind", "field"), [("facilities", "datum"), ("runs", "accept")]
)
def test_half_a_character_is_quoted_back_without_harm(editor, world, kind, field):
    body = f'{{"{field}": "\\ud800"}}'
    answer = editor.post(f"/api/v1/{kind}/", body, content_type="application/json")
    assert answer.status_code == 400
    assert r"\ud800" in answer.json()["fields"][field]


@pytest.mark.parametrize("method", ["options", "post", "delete"])
def test_the_documentation_is_only_read(client, db, method):
    assert getattr(client, method)("/api/docs/").status_code == 405
