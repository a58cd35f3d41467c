"""One figure of a pile, told for one and for a list alike."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import worlds
from tests.exchange import market
from tests.exchange.market import Market
from wastehub.errors import Refused
from wastehub.exchange.availability import (
    pile,
    refuse_stock_beside_a_ledger,
    with_piles,
)
from wastehub.registry.models import Supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Market:
    return market.market()


def _told(supply: Supply) -> tuple[int, int, int]:
    row = with_piles(Supply.objects.all()).get(pk=supply.pk)
    return row.on_hand_kg, row.reserved_kg, row.available_kg


def test_without_a_ledger_what_is_declared_is_there(here: Market) -> None:
    assert _told(here.supply) == (1_000_000, 0, 1_000_000)


def test_a_list_tells_of_a_pile_what_the_pile_tells_itself(here: Market) -> None:
    """Sixty tonnes of a hundred have moved."""
    market.received(here, nets_kg=(30_000, 30_000))
    found = pile(facility=here.seller.site, material=here.material)
    told = found.on_hand_kg, found.reserved_kg, found.available_kg
    assert _told(here.supply) == told == (940_000, 40_000, 900_000)


def test_of_several_agreements_each_reserves_what_has_not_moved(here: Market) -> None:
    market.loaded(here)
    market.agreement(here, 300_000)
    assert _told(here.supply) == (940_000, 340_000, 600_000)


def test_a_ledger_is_believed_whatever_the_listing_says(here: Market) -> None:
    market.agreement(here, 100_000)
    Supply.objects.update(stock_kg=7)
    assert _told(here.supply) == (1_000_000, 100_000, 900_000)


def test_a_list_is_one_statement(here: Market) -> None:
    for _each in range(3):
        worlds.supply("phosphogypsum", at=here.seller.site)
    with CaptureQueriesContext(connection) as asked:
        assert len(with_piles(Supply.objects.all())) == 4
    assert len(asked) == 1


def test_a_stock_that_a_ledger_tells_is_not_declared(here: Market) -> None:
    refuse_stock_beside_a_ledger(here.seller.site, here.material)
    market.agreement(here)
    with pytest.raises(Refused) as refusal:
        refuse_stock_beside_a_ledger(here.seller.site, here.material)
    assert list(refusal.value.fields) == ["stock_kg"]
