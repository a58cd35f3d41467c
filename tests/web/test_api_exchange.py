"""Offers and agreements through the API: who may do what, and who sees the price."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import worlds
from tests.exchange import market
from tests.exchange.market import Market
from tests.web.dealing import as_, buyer, regulator, seller
from wastehub.exchange.models import Agreement, Offer
from wastehub.trail.models import TrailEntry

pytestmark = pytest.mark.django_db

OFFERS, AGREEMENTS = "/api/v1/offers/", "/api/v1/agreements/"


@pytest.fixture
def here() -> Market:
    return market.market()


def entry(at: Market, **changes: Any) -> dict[str, Any]:
    """The buyer's wish for a hundred tonnes, as a program writes it."""
    today = timezone.localdate()
    told = {
        "supply": str(at.supply.public_id),
        "consignee": str(at.buyer.site.public_id),
        "route": "cement_retarder",
        "kind": "one_off",
        "mass_t": "100",
        "price_yuan_per_t": "10",
        "haulier": "consignee",
        "starts_on": str(today),
        "ends_on": str(today + timedelta(days=30)),
        "expires_on": str(today + timedelta(days=7)),
    }
    return told | changes


def wants(at: Market) -> None:
    """The buyer tells everybody that it takes gypsum."""
    market.retarder()
    worlds.demand("cement_retarder", at=at.buyer.site)


def post(client: Client, path: str, told: dict[str, Any] | None = None) -> Any:
    return client.post(path, told or {}, content_type="application/json")


def made(at: Market, **changes: Any) -> str:
    market.retarder()
    answer = post(buyer(at), OFFERS, entry(at, **changes))
    assert answer.status_code == 201, answer.json()
    return answer["Location"].removeprefix("http://testserver")


def test_from_an_offer_to_an_agreement(here: Market) -> None:
    address = made(here)
    assert buyer(here).get(address).json()["moves"] == ["withdraw"]
    shown = seller(here).get(address).json()
    assert shown["moves"] == ["counter", "accept", "decline"]
    assert (shown["mass_t"], shown["side"]) == (100.0, "consignee")
    answer = post(seller(here), f"{address}accept/")
    assert answer.status_code == 201
    agreed = seller(here).get(answer["Location"]).json()
    assert agreed["number"] == Agreement.objects.get().number
    assert (agreed["mass_t"], agreed["moved_t"], agreed["moves"]) == (100, 0, ["end"])


def test_the_seller_offers_too(here: Market) -> None:
    wants(here)
    answer = post(seller(here), OFFERS, entry(here))
    assert answer.json()["side"] == "consignor"


def test_a_counter_offer_keeps_what_it_does_not_name(here: Market) -> None:
    address = made(here)
    answer = post(seller(here), f"{address}counter/", {"mass_t": "80"})
    told = answer.json()
    assert answer.status_code == 201
    assert (told["mass_t"], told["price_yuan_per_t"]) == (80.0, 10.0)
    assert address.endswith(f"{told['counters']}/")
    assert buyer(here).get(address).json()["status"] == "countered"


@pytest.mark.parametrize(
    ("who", "move", "status"),
    [(seller, "decline", "declined"), (buyer, "withdraw", "withdrawn")],
)
def test_an_offer_ends_without_an_agreement(
    here: Market, who: Any, move: str, status: str
) -> None:
    answer = post(who(here), f"{made(here)}{move}/")
    assert (answer.status_code, answer.json()["status"]) == (200, status)


@pytest.mark.parametrize(
    ("who", "move"), [(buyer, "accept"), (buyer, "decline"), (seller, "withdraw")]
)
def test_the_other_side_s_move_is_a_403(here: Market, who: Any, move: str) -> None:
    address = made(here)
    answer = post(who(here), f"{address}{move}/")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_site")
    assert Offer.objects.get().status == "open"


def test_an_answer_twice_is_a_409_that_names_the_state(here: Market) -> None:
    address = made(here)
    post(seller(here), f"{address}decline/")
    answer = post(seller(here), f"{address}accept/")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert "declined" in answer.json()["message"]


def test_too_much_is_a_409_with_the_mass_left(here: Market) -> None:
    market.agreement(here, 600_000)
    answer = post(buyer(here), OFFERS, entry(here, mass_t="400.001"))
    assert answer.status_code == 409
    assert answer.json()["fields"] == {"mass_t": "Only 400 t are left for that time."}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mass_t": "0"}, "mass_t"),
        ({"mass_t": "-1"}, "mass_t"),
        ({"price_yuan_per_t": "NaN"}, "price_yuan_per_t"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"starts_on": "2020-01-01", "ends_on": "2020-02-01"}, "starts_on"),
        ({"expires_on": "2099-01-01"}, "expires_on"),
        ({"kind": "gift"}, "kind"),
        ({"haulier": "nobody"}, "haulier"),
        ({"route": "nowhere"}, "route"),
        ({"supply": "00000000-0000-0000-0000-000000000000"}, "supply"),
        ({"consignee": "x"}, "consignee"),
        ({"message": "x" * 1001}, "message"),
    ],
)
def test_a_faulty_offer_is_a_400_at_its_field(
    here: Market, changes: dict[str, str], field: str
) -> None:
    market.retarder()
    answer = post(buyer(here), OFFERS, entry(here, **changes))
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert not Offer.objects.exists()


def test_whoever_speaks_for_neither_end_offers_nothing(here: Market) -> None:
    wants(here)
    stranger = market.party(104.2).actor.user
    answer = post(as_(stranger), OFFERS, entry(here))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_site")


def test_outsiders_find_nothing(here: Market) -> None:
    address = made(here)
    agreed = market.agreement(here)
    stranger = as_(market.party(104.2).actor.user)
    for path in (address, f"{AGREEMENTS}{agreed.public_id}/"):
        assert stranger.get(path).status_code == 404
        assert as_(None).get(path).status_code in (401, 403)
    assert post(stranger, f"{address}accept/").status_code == 404
    assert stranger.get(AGREEMENTS).json()["count"] == 0


def test_a_regulator_sees_the_agreement_and_not_its_price(here: Market) -> None:
    agreed = market.agreement(here)
    watcher = as_(regulator())
    (row,) = watcher.get(AGREEMENTS).json()["results"]
    assert (row["mass_t"], row["price_yuan_per_t"]) == (100.0, None)
    one = watcher.get(f"{AGREEMENTS}{agreed.public_id}/").json()
    assert (one["price_yuan_per_t"], one["moves"]) == (None, [])
    assert watcher.get(OFFERS).json()["count"] == 0
    (row,) = seller(here).get(AGREEMENTS).json()["results"]
    assert row["price_yuan_per_t"] == 10.0


def test_ending_early_says_why_and_from_where(here: Market) -> None:
    path = f"{AGREEMENTS}{market.agreement(here).public_id}/end/"
    assert post(buyer(here), path).json()["fields"].keys() == {"reason"}
    answer = post(buyer(here), path, {"reason": "the kiln stands"})
    assert answer.json()["status"] == "ended"
    written = TrailEntry.objects.latest("pk")
    assert (written.user, written.address) == (here.buyer.actor.user, "127.0.0.1")
    again = post(buyer(here), path, {"reason": "the kiln stands"})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_a_regulator_ends_nothing(here: Market) -> None:
    path = f"{AGREEMENTS}{market.agreement(here).public_id}/end/"
    answer = post(as_(regulator()), path, {"reason": "because"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_site")


@pytest.mark.parametrize("path", [OFFERS, AGREEMENTS])
def test_a_list_asks_as_often_for_many_as_for_one(
    here: Market, path: str, django_assert_max_num_queries: Any
) -> None:
    for _each in range(4):
        market.agreement(here, 10_000)
    client = seller(here)
    with django_assert_max_num_queries(9):
        assert client.get(path).json()["count"] == 4


def test_lists_are_filtered(here: Market) -> None:
    made(here)
    market.agreement(here)
    client = seller(here)
    assert client.get(OFFERS, {"status": "open"}).json()["count"] == 1
    assert client.get(AGREEMENTS, {"status": "ended"}).json()["count"] == 0
    assert client.get(OFFERS, {"status": "lost"}).status_code == 400


def test_a_stock_that_the_ledger_tells_is_not_changed_by_the_listing(
    here: Market,
) -> None:
    market.agreement(here)
    path = f"/api/v1/supplies/{here.supply.public_id}/"
    told = {"stock_t": "5", "price_yuan_per_t": "3"}
    answer = seller(here).patch(path, told, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "ledger_tells")
    assert list(answer.json()["fields"]) == ["stock_t"]
    told = {"price_yuan_per_t": "3"}
    answer = seller(here).patch(path, told, content_type="application/json")
    assert (answer.status_code, answer.json()["reserved_t"]) == (200, 100.0)
