"""The open doors: everybody may come in, and nothing hidden is behind any of them."""

from datetime import date
from io import BytesIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from openpyxl import load_workbook

from maps.editions import edition_make
from maps.published import EVERYWHERE
from tests import worlds
from tests.maps.publishing import EAST_LON, WEST_LON, edition, firm
from wastehub.accounts.models import Jurisdiction, Organisation, User
from wastehub.web import policy

pytestmark = pytest.mark.django_db

WEST, EAST = "510104", "510105"
ASKED = {"material": "phosphogypsum", "period": "2025", "level": "county"}
FILES = [f"/open/balance.{ending}" for ending in ("csv", "geojson", "gpkg", "xlsx")]
API = [
    "/api/v1/open/balance/",
    "/api/v1/open/balance.csv",
    "/api/v1/open/balance.geojson",
]
CLOSED = [
    "/balance/",
    "/balance/embed/",
    "/balance/months.json",
    "/api/v1/balance/",
    "/api/v1/balance.csv",
    "/api/v1/balance.geojson",
    "/api/v1/balance/series/",
]
SECRET_T, OTHER_T = 1237, 3391
"""What the two firms of the west make in a quarter: numbers that nothing else has."""

TELLING = [
    str(figure)
    for made_t in (SECRET_T, OTHER_T, SECRET_T + OTHER_T)
    for figure in (made_t, made_t * 4)
]


@pytest.fixture
def hidden_west():
    """Two firms in the west, four in the east, and an edition."""
    worlds.two_counties()
    for made_t in (SECRET_T, OTHER_T):
        firm(WEST_LON, made_t)
    for made_t in (1000, 1100, 1200, 1300):
        firm(EAST_LON, made_t)
    edition()


def english() -> Client:
    return Client(headers={"accept-language": "en"})


def watching(adcode: str) -> Client:
    client = english()
    user = User.objects.create_user("watcher", "watcher@example.org")
    Jurisdiction.objects.create(user=user, adcode=adcode)
    client.force_login(user)
    return client


def body(client: Client, path: str, **asked: str) -> bytes:
    answer = client.get(path, ASKED | asked)
    assert answer.status_code == 200, (path, answer.content)
    return b"".join(answer) if answer.streaming else answer.content


def text_of(path: str, sent: bytes) -> str:
    """All that a file says, digits without separators."""
    if path.endswith("xlsx"):
        book = load_workbook(BytesIO(sent))
        rows = (row for sheet in book for row in sheet.iter_rows(values_only=True))
        return "\n".join(str(value) for row in rows for value in row)
    return sent.decode("utf-8", "replace").replace(",", "").replace("\u202f", "")


@pytest.mark.parametrize("path", ["/open/", *FILES, *API, *CLOSED])
def test_no_door_tells_a_stranger_what_is_hidden(hidden_west, path):
    sent = text_of(path, body(english(), path))
    assert not [figure for figure in TELLING if f"{figure}." in sent]
    assert not [figure for figure in TELLING if f">{figure}<" in sent]


@pytest.mark.parametrize("level", ["county", "prefecture", "province"])
def test_what_is_shown_is_the_same_at_every_open_door(hidden_west, level):
    client = english()
    told = client.get("/api/v1/open/balance/", ASKED | {"level": level}).json()
    drawn = client.get("/api/v1/open/balance.geojson", ASKED | {"level": level})
    assert [one["properties"] for one in drawn.json()["features"]] == told["cells"]
    assert told["total"]["generated_t"] == 4 * (SECRET_T + OTHER_T + 4600)


def test_a_hidden_region_is_told_to_be_confidential_and_no_more(hidden_west):
    page = body(english(), "/open/").decode()
    assert page.count("confidential</td>") == 2
    assert "fewer than three firms" not in page


def test_its_regulator_may_read_why(hidden_west):
    page = body(watching(WEST), "/open/").decode()
    assert page.count("· fewer than three firms") == 1


def test_its_regulator_sees_the_figures_at_the_other_doors(hidden_west):
    told = body(watching(WEST), "/api/v1/balance/").decode()
    assert str(4 * (SECRET_T + OTHER_T)) in told


@pytest.mark.parametrize("path", [*FILES, *API])
def test_every_download_carries_its_licence_and_what_is_left_out(
    hidden_west, path, settings
):
    settings.OPEN_DATA_LICENCE = "the licence of a test"
    sent = text_of(path, body(english(), path))
    assert "the licence of a test" in sent
    assert "少于3家" in sent
    assert "fewer than 3 firms" in sent


@pytest.mark.parametrize("path", [*API, "/open/balance.csv"])
def test_what_has_not_changed_is_not_sent_again(hidden_west, path):
    client = english()
    tag = client.get(path, ASKED)["ETag"]
    assert client.get(path, ASKED, headers={"if-none-match": tag}).status_code == 304
    other = client.get(path, ASKED | {"period": "2025-Q1"})
    assert other["ETag"] != tag


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"material": "gold"}, "material"),
        ({"level": "site"}, "level"),
        ({"level": "galaxy"}, "level"),
        ({"period": "soon"}, "period"),
        ({"within": "999999"}, "within"),
    ],
)
def test_a_faulty_question_is_told_which_field_is_wrong(hidden_west, asked, field):
    answer = english().get("/api/v1/open/balance/", ASKED | asked)
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {field}
    assert english().get("/open/", ASKED | asked).status_code == 400
    assert english().get("/open/balance.csv", ASKED | asked).status_code == 400


def test_before_the_first_edition_the_page_says_so(db):
    worlds.two_counties()
    page = english().get("/open/")
    assert page.status_code == 200
    assert "Nothing has been published yet" in page.content.decode()
    for path in (*FILES, *API):
        assert english().get(path).status_code == 404


def test_an_invented_world_is_open_in_full_elsewhere_and_hidden_here(hidden_west):
    Organisation.objects.update(is_invented=True)
    edition_make(as_of=date(2026, 2, 1))
    assert policy.figures_seen(AnonymousUser()) == EVERYWHERE
    page = body(english(), "/open/").decode()
    assert "shown as real figures would be" in page
    assert page.count("confidential</td>") == 2


def test_where_nothing_is_asked_the_newest_year_is_shown(hidden_west):
    page = english().get("/open/")
    assert page.context["question"].period.code == "2025"
    assert page.context["question"].level == "prefecture"
