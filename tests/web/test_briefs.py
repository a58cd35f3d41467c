"""Briefs and reports over HTTP: what is in them, and who gets them."""

from datetime import date
from io import BytesIO

import pyogrio
import pytest
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from maps.balance_book import REGIONS
from tests import worlds
from tests.ledger.yard import add, gypsum, works
from tests.maps.sheets import row_of
from wastehub.accounts.models import Jurisdiction, User
from wastehub.ledger.kinds import Kind

pytestmark = pytest.mark.django_db

ASKED = "material=phosphogypsum&within=510000&period=2026-09"


@pytest.fixture
def watcher() -> Client:
    """A regulator of the province, where 100 t were made and 40 t used."""
    worlds.two_counties()
    gypsum()
    site = works()
    add(site, Kind.GENERATED, 100_000, occurred_on=date(2026, 9, 9))
    add(site, Kind.USED, 40_000, occurred_on=date(2026, 9, 10))
    user = User.objects.create_user("watcher")
    Jurisdiction.objects.create(user=user, adcode="510000")
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def report(client: Client, ending: str, query: str = ASKED):
    return client.get(f"/balance/report.{ending}?{query}")


def test_the_paper_is_one_page_in_both_languages(watcher: Client) -> None:
    answer = report(watcher, "pdf")
    assert answer["Content-Type"] == "application/pdf"
    (page,) = PdfReader(BytesIO(answer.content)).pages
    words = page.extract_text()
    for said in ("产消平衡", "Balance", "40.0%", "四川省", "2026-09"):
        assert said in words


def test_the_workbook_has_the_figures_of_the_page(watcher: Client) -> None:
    book = load_workbook(BytesIO(report(watcher, "xlsx").content))
    told = row_of(book[REGIONS], "510100")
    assert (told["Generated"], told["Balance"]) == (100, 0.4)


def test_the_package_opens_in_a_map_with_its_figures(watcher: Client, tmp_path) -> None:
    path = tmp_path / "report.gpkg"
    path.write_bytes(report(watcher, "gpkg").content)
    info = pyogrio.read_info(path)
    assert (info["crs"], info["features"]) == ("EPSG:4326", 1)
    _meta, _fids, _shapes, columns = pyogrio.raw.read(path, columns=["generated_t"])
    assert columns[0].tolist() == [100.0]


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "gpkg"])
def test_a_stranger_gets_no_report_of_real_sites(watcher: Client, ending: str) -> None:
    assert report(Client(), ending).status_code == 403


@pytest.mark.parametrize(
    "query",
    ["period=2026-09..2026-01", "within=999999", "material=gold", "period=2019"],
)
def test_what_can_not_be_answered_says_why(watcher: Client, query: str) -> None:
    asked = "&".join([query, ASKED])
    answer = report(watcher, "pdf", "&".join([ASKED, query]))
    assert answer.status_code == 400, asked
    assert "This can not be answered" in answer.content.decode()
