"""The page that compares sites: who may, typed and pasted rows, faults in place."""

import pytest
from django.test import Client

from matching import siting as service
from tests.web import world as worlds
from wastehub.catalogue.models import Limit

pytestmark = pytest.mark.django_db

HERE = "/siting/"
ROW = {
    "name": "甲地",
    "lon": "104.5",
    "lat": "30.5",
    "route": "cement_blending",
    "capacity_t": "10",
    "fixed_yuan": "500",
}
LINE = "甲地,104.5,30.5,cement_blending,10,500"


@pytest.fixture
def world():
    made = worlds.two_counties()
    Limit.objects.all().delete()
    return made


@pytest.fixture
def west(world):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.users["west"])
    return client


def _asked(*rows, **changes):
    told = {
        "region": "510100",
        "accept": "unknown",
        "datum": "WGS84",
        "form-TOTAL_FORMS": str(len(rows) or 3),
        "form-INITIAL_FORMS": "0",
    }
    for number, row in enumerate(rows):
        told |= {f"form-{number}-{name}": value for name, value in row.items()}
    return told | changes


def test_a_typed_site_is_answered(west):
    answer = west.post(HERE, _asked(ROW))
    assert answer.status_code == 200
    found = answer.context["answer"]
    # The plant has 14 t in the year and pays 5.50 yuan for each that is taken.
    (site,) = found.sites
    assert (site.is_built, site.taken_kg) == (True, 10_000)
    words = " ".join(answer.content.decode().split())
    assert "Build 1 site" in words
    assert "No other choice of these sites saves more." in words
    assert answer.context["drawn"]["sites"][0]["is_built"] is True


@pytest.mark.parametrize(
    "pasted",
    [
        LINE,
        f"name,lon,lat,route,capacity,fixed\r\n{LINE}\n\n",
        LINE.replace(",", "\t"),
        "甲地, 104.5, 30.5, 用cement_blending, 10, 500",
    ],
)
def test_a_pasted_table_is_the_same_as_typing_it(west, pasted):
    answer = west.post(HERE, _asked(pasted=pasted))
    (site,) = answer.context["answer"].sites
    assert (site.candidate.name, site.taken_kg) == ("甲地", 10_000)
    assert 'value="甲地"' in answer.content.decode()


def test_pasted_rows_follow_the_typed_ones(west):
    answer = west.post(HERE, _asked(ROW, {}, pasted=LINE.replace("甲", "乙")))
    names = [site.candidate.name for site in answer.context["answer"].sites]
    assert names == ["甲地", "乙地"]


def test_coordinates_are_converted_from_their_datum(west):
    answer = west.post(HERE, _asked(ROW, datum="GCJ02"))
    (site,) = answer.context["answer"].sites
    assert site.candidate.lon == pytest.approx(104.4975, abs=5e-4)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a" * 101),
        ("name", "a\0"),
        ("lon", "east"),
        ("lon", "nan"),
        ("lon", "181"),
        ("lat", "inf"),
        ("route", "gold"),
        ("capacity_t", "0"),
        ("capacity_t", "1e400"),
        ("fixed_yuan", "-1"),
        ("fixed_yuan", "NaN"),
    ],
)
def test_a_fault_stands_in_its_row_and_field(west, field, value):
    answer = west.post(HERE, _asked(ROW, ROW | {field: value}))
    assert answer.status_code == 400
    rows = answer.context["rows"]
    assert list(rows.errors[1]) == ["lon" if field == "lat" and value == "" else field]
    assert not rows.errors[0]


@pytest.mark.parametrize(
    "pasted",
    ["one,two", LINE + ",more", "\n".join([LINE] * 22), '"a' * 9, "x" * 20_001],
)
def test_a_table_that_can_not_be_read_says_why(west, pasted):
    answer = west.post(HERE, _asked(ROW, pasted=pasted))
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["pasted"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"region": "510200"}, "region"),
        ({"region": "\0"}, "region"),
        ({"accept": "no"}, "accept"),
        ({"datum": "moon"}, "datum"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(west, changes, field):
    answer = west.post(HERE, _asked(ROW, **changes))
    assert answer.status_code == 400
    assert field in answer.context["form"].errors


@pytest.mark.parametrize(
    "asked",
    [_asked(), {}, _asked(*[ROW] * 21), _asked(**{"form-TOTAL_FORMS": "x"})],
    ids=["no row", "nothing", "21 rows", "no count"],
)
def test_one_to_twenty_rows_are_compared(west, asked):
    assert west.post(HERE, asked).status_code == 400


def test_more_than_can_be_answered_is_refused_at_the_region(west, monkeypatch):
    monkeypatch.setattr(service, "MOST_PAIRS", 0)
    answer = west.post(HERE, _asked(ROW))
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["region"]


@pytest.mark.parametrize(
    ("role", "status"), [("west", 200), ("staff", 200), ("editor", 403), ("taker", 403)]
)
def test_only_who_may_plan_may_compare(client, world, role, status):
    client.force_login(world.users[role])
    assert client.get(HERE).status_code == status


def test_whoever_is_not_logged_in_is_asked_to(client, world):
    assert client.get(HERE)["Location"].startswith("/login/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_empty_form_answers_in_both_languages(west, language):
    answer = west.get(HERE, headers={"accept-language": language})
    assert answer.status_code == 200
    assert answer.content.decode().count("form-2-name") >= 1
