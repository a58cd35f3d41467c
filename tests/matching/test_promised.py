"""What is promised to one is not planned for another."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matching.listed import supply_rows
from matching.services import supply_match
from tests import worlds
from tests.exchange import market
from tests.exchange.market import Market
from tests.ledger.yard import add
from wastehub.ledger.kinds import Kind
from wastehub.registry.models import Supply

pytestmark = pytest.mark.django_db


YEAR = timedelta(days=365)


@pytest.fixture
def here() -> Market:
    return market.market()


def planned_kg() -> dict[int, int]:
    """What a plan of a year counts on, by supply."""
    rows = supply_rows(Supply.objects.all(), timezone.localdate() + YEAR)
    return {row.pk: row.stock_kg + row.rate_kg_per_year for row in rows}


def test_without_a_ledger_a_listing_speaks_for_itself(here: Market) -> None:
    Supply.objects.update(rate_kg_per_year=50)
    assert planned_kg() == {here.supply.pk: 1_000_050}


def test_what_is_agreed_is_not_planned_again(here: Market) -> None:
    market.agreement(here, 300_000)
    assert planned_kg() == {here.supply.pk: 700_000}


def test_what_is_made_until_then_counts_once(here: Market) -> None:
    market.agreement(here, 300_000)
    Supply.objects.update(rate_kg_per_year=100_000)
    assert planned_kg() == {here.supply.pk: 800_000}


def test_listings_of_one_pile_share_it(here: Market) -> None:
    """One of three parts, and two of them."""
    other = worlds.supply("phosphogypsum", at=here.seller.site, stock_kg=500_000)
    add(here.seller.site, Kind.OPENING, 900_000)
    assert planned_kg() == {here.supply.pk: 600_000, other.pk: 300_000}


def test_more_promised_than_there_is_leaves_nothing_to_plan(here: Market) -> None:
    market.agreement(here, 1_000_000)
    add(here.seller.site, Kind.LOSS, 10)
    assert planned_kg() == {here.supply.pk: 0}


def test_an_agreement_makes_its_supplys_matches_stale(here: Market) -> None:
    supply_match(supply_id=here.supply.pk)
    market.agreement(here)
    supply = Supply.objects.get()
    assert supply.matched_at
    assert supply.changed_at > supply.matched_at
