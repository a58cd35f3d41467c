"""Targets, trend and sinks on the page of the balance."""

from datetime import date

import pytest
from django.test import Client

from tests import worlds
from tests.ledger.yard import add, gypsum, works
from wastehub.accounts.models import Jurisdiction, User
from wastehub.catalogue.models import PolicyTarget
from wastehub.ledger.kinds import Kind
from wastehub.ledger.periods import month_after

pytestmark = pytest.mark.django_db

ASKED = "/balance/?material=phosphogypsum&within=510000&period=2025"


@pytest.fixture
def watcher() -> Client:
    """Two years in which 100 t were made a month and 60 t used; 100 % is asked."""
    worlds.two_counties()
    site, month = works(), date(2024, 1, 1)
    PolicyTarget.objects.create(
        code="balance_2025",
        name_zh="产消平衡",
        name_en="Balance of the province",
        material=gypsum(),
        adcode="510000",
        year=2025,
        value=100,
        unit="%",
        measure="balance",
        source="a test",
        confidence="L",
    )
    for _count in range(24):
        add(site, Kind.GENERATED, 100_000, occurred_on=month)
        add(site, Kind.USED, 60_000, occurred_on=month)
        month = month_after(month)
    user = User.objects.create_user("watcher")
    Jurisdiction.objects.create(user=user, adcode="510000")
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_the_gap_is_what_the_year_lacks(watcher: Client) -> None:
    (target,) = watcher.get(ASKED).context["targets"]
    assert target.standing.reached == 0.6
    assert target.standing.gap_kg == 12 * 40_000


def test_the_chart_has_the_target_s_line_and_the_months(watcher: Client) -> None:
    chart = watcher.get(ASKED).context["chart"]
    assert chart.target.words == "100 %"
    told = [row for row in chart.rows if row.value and not row.is_expected]
    assert {row.value for row in told} == {"60 %"}


def test_the_page_says_both_in_words(watcher: Client) -> None:
    words = " ".join(watcher.get(ASKED).content.decode().split())
    assert "Balance of the province" in words
    assert "480 t" in words


def test_who_does_not_see_the_region_sees_no_gap(watcher: Client) -> None:
    answer = Client(headers={"accept-language": "en"}).get(ASKED)
    assert "targets" not in answer.context
    assert "480 t" not in answer.content.decode()


def test_a_regulator_finds_the_files_of_the_region(watcher: Client) -> None:
    endings = [ending for ending, _address in watcher.get(ASKED).context["files"]]
    assert endings == ["PDF", "XLSX", "GeoPackage", "CSV", "GeoJSON"]
