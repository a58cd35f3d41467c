"""The exchange as people use it: what waits, offers, counter-offers, agreements."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import worlds
from tests.exchange import market
from tests.exchange.market import Market
from tests.web.dealing import as_, buyer, regulator, seller
from wastehub.catalogue.models import Admission
from wastehub.exchange.models import Agreement, Offer
from wastehub.exchange.offers import offer_counter
from wastehub.web.idempotency import FIELD

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Market:
    """A market whose rulebook lets gypsum be a retarder."""
    made = market.market()
    Admission.objects.create(
        material=made.material,
        route=market.retarder(),
        admitted=True,
        source="a test",
        confidence="L",
    )
    return made


def entered(at: Market, **changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    told = {
        "supply": at.supply.public_id,
        "consignee": at.buyer.site.public_id,
        "route": "cement_retarder",
        "kind": "one_off",
        "mass_t": "100",
        "price_yuan_per_t": "-10",
        "haulier": "consignee",
        "starts_on": today,
        "ends_on": today + timedelta(days=30),
        "expires_on": today + timedelta(days=7),
    }
    return told | changes


def new(at: Market) -> str:
    return f"/offers/new?supply={at.supply.public_id}"


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    "path", ["/exchange/", "/offers/", "/offers/new", "/agreements/"]
)
def test_the_exchange_asks_for_a_log_in(path: str) -> None:
    assert Client().get(path).url == f"/login/?next={path}"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", ["/exchange/", "/offers/", "/agreements/"])
def test_an_exchange_without_deals_still_answers(
    here: Market, path: str, language: str
) -> None:
    client = buyer(here)
    assert client.get(path, headers={"accept-language": language}).status_code == 200


def test_from_a_supply_s_page_to_an_agreement(here: Market) -> None:
    page = buyer(here).get(f"/supplies/{here.supply.public_id}/")
    assert f'href="{new(here)}"' in words(page)
    form = buyer(here).get(new(here)).context["form"]
    assert form["consignee"].initial == here.buyer.site.public_id
    made = buyer(here).post(new(here), entered(here))
    offer = Offer.objects.get()
    assert (made.url, offer.side) == (f"/offers/{offer.public_id}/", "consignee")
    assert (offer.mass_kg, offer.price_yuan_per_t) == (100_000, -10)
    (waiting,) = seller(here).get("/exchange/").context["to_answer"]
    assert waiting == offer
    agreed = seller(here).post(f"/offers/{offer.public_id}/accept")
    assert agreed.url == f"/agreements/{Agreement.objects.get().public_id}/"
    assert "0 t of 100 t moved" in words(buyer(here).get("/exchange/"))


def test_an_offer_sent_twice_is_made_once(here: Market) -> None:
    client, told = buyer(here), entered(here) | {FIELD: "one-click"}
    first, second = (client.post(new(here), told) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Offer.objects.count() == 1


def marked(page: Any) -> list[str]:
    """The links of the menus that say where the reader is."""
    return re.findall(r'<a href="([^"]*)" aria-current="page">', words(page))


def test_every_page_of_the_exchange_says_where_the_reader_is(here: Market) -> None:
    agreed = market.agreement(here)
    site = here.seller.site.public_id
    for path, below in (
        ("/exchange/", "/exchange/"),
        (f"/offers/{agreed.offer.public_id}/", "/offers/"),
        (f"/offers/{agreed.offer.public_id}/counter", "/offers/"),
        (f"/agreements/{agreed.public_id}/", "/agreements/"),
        (f"/agreements/{agreed.public_id}/notes/new", "/agreements/"),
        ("/notes/", "/notes/"),
        ("/ledger/", "/ledger/"),
        (f"/ledger/{site}/", "/ledger/"),
        (f"/ledger/{site}/new", "/ledger/"),
        (f"/ledger/{site}/yard", "/ledger/"),
        (f"/ledger/{site}/past", "/ledger/"),
        ("/declarations/", "/declarations/"),
        ("/registers/", "/registers/"),
    ):
        assert marked(seller(here).get(path)) == ["/exchange/", below], path


def test_a_delivery_is_drawn_up_by_the_consignor_while_the_agreement_lasts(
    here: Market,
) -> None:
    made = market.agreement(here)
    path, form = (f"/agreements/{made.public_id}/{end}" for end in ("", "notes/new"))
    assert f'href="{form}"' in words(seller(here).get(path))
    assert form not in words(buyer(here).get(path))
    buyer(here).post(f"{path}end", {"reason": "the kiln stands"})
    assert form not in words(seller(here).get(path))


def test_the_holder_is_not_asked_to_buy_its_own(here: Market) -> None:
    page = seller(here).get(f"/supplies/{here.supply.public_id}/")
    assert new(here) not in words(page)
    assert "Make an offer" not in words(as_(None).get(page.request["PATH_INFO"]))


def test_a_producer_offers_to_a_demand_s_site(here: Market) -> None:
    wish = worlds.demand("cement_retarder", at=here.buyer.site, price_yuan_per_t=15)
    path = f"/offers/new?demand={wish.public_id}"
    page = seller(here).get(f"/facilities/{here.buyer.site.public_id}/")
    assert f'href="{path}"' in words(page)
    form = seller(here).get(path).context["form"]
    assert form["route"].initial == "cement_retarder"
    assert form["price_yuan_per_t"].initial == 15
    seller(here).post(path, entered(here))
    assert Offer.objects.get().side == "consignor"


def test_what_was_agreed_with_before_is_prefilled_with_what_there_is(
    here: Market,
) -> None:
    """The taker wants a thousand tonnes; six hundred of them are left."""
    market.agreement(here, 400_000)
    wish = worlds.demand("cement_retarder", at=here.buyer.site)
    path = f"{new(here)}&demand={wish.public_id}"
    form = seller(here).get(path).context["form"]
    assert form["mass_t"].initial == 600


def test_of_a_stranger_nothing_exact_is_prefilled(here: Market) -> None:
    wish = worlds.demand("cement_retarder", at=here.buyer.site)
    path = f"{new(here)}&demand={wish.public_id}"
    assert seller(here).get(path).context["form"]["mass_t"].initial is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mass_t": "0"}, "mass_t"),
        ({"mass_t": "a lot"}, "mass_t"),
        ({"mass_t": "5000"}, "mass_t"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"consignee": "elsewhere"}, "consignee"),
        ({"route": ""}, "route"),
        ({"price_yuan_per_t": "9999999"}, "price_yuan_per_t"),
    ],
)
def test_a_faulty_offer_comes_back_with_its_reason(
    here: Market, changes: dict[str, str], field: str
) -> None:
    answer = buyer(here).post(new(here), entered(here, **changes))
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    "query", ["", "?supply=x", "?supply=00000000-0000-0000-0000-000000000000"]
)
def test_an_offer_for_nothing_is_not_there(here: Market, query: str) -> None:
    assert buyer(here).get(f"/offers/new{query}").status_code == 404


def test_whoever_has_no_site_first_registers_one(here: Market) -> None:
    assert as_(regulator()).get(new(here)).url == "/facilities/new"


def test_a_thread_stands_side_by_side_with_what_changed(here: Market) -> None:
    first = market.offer(here)
    offer_counter(offer=first, asked=market.asked(80_000), actor=here.seller.actor)
    rows = buyer(here).get(f"/offers/{first.public_id}/").context["rows"]
    changed = {row.label: [cell.is_changed for cell in row.cells] for row in rows}
    assert changed.pop("Mass") == [False, True]
    assert set(map(tuple, changed.values())) == {(False, False)}


def test_a_counter_offer_starts_from_what_was_offered(here: Market) -> None:
    first = market.offer(here)
    path = f"/offers/{first.public_id}/counter"
    assert seller(here).get(path).context["form"]["mass_t"].initial == 100
    answer = seller(here).post(path, entered(here, mass_t="70"))
    second = Offer.objects.get(counters=first)
    assert (answer.url, second.mass_kg) == (f"/offers/{second.public_id}/", 70_000)


@pytest.mark.parametrize(
    ("who", "move", "status"),
    [
        (seller, "decline", "declined"),
        (buyer, "withdraw", "withdrawn"),
        (buyer, "accept", "open"),
        (seller, "withdraw", "open"),
    ],
)
def test_an_offer_moves_by_those_whose_move_it_is(
    here: Market, who: Any, move: str, status: str
) -> None:
    offer = market.offer(here)
    path = f"/offers/{offer.public_id}/"
    assert who(here).post(f"{path}{move}").url == path
    offer.refresh_from_db()
    assert offer.status == status


def test_only_moves_that_are_possible_have_a_button(here: Market) -> None:
    path = f"/offers/{market.offer(here).public_id}/"
    asked, got = words(buyer(here).get(path)), words(seller(here).get(path))
    assert ("withdraw" in asked, "accept" in asked) == (True, False)
    assert f"{path}accept" in got
    assert f"{path}withdraw" not in got


def test_unknown_moves_and_plain_visits_change_nothing(here: Market) -> None:
    path = f"/offers/{market.offer(here).public_id}/"
    assert seller(here).post(f"{path}steal").status_code == 404
    assert seller(here).get(f"{path}accept").status_code == 405


def test_an_agreement_is_ended_with_a_reason(here: Market) -> None:
    made = market.agreement(here)
    path = f"/agreements/{made.public_id}/"
    buyer(here).post(f"{path}end", {"reason": " "})
    made.refresh_from_db()
    assert made.status == "active"
    buyer(here).post(f"{path}end", {"reason": "the kiln stands"})
    page = words(seller(here).get(path))
    assert "Ended because: the kiln stands" in page
    for act in ("Offer made", "Offer accepted", "Agreement made", "Agreement ended"):
        assert act in page


def test_a_regulator_reads_the_agreement_without_its_price(here: Market) -> None:
    made = market.agreement(here)
    watcher = as_(regulator())
    for path in ("/exchange/", "/agreements/", f"/agreements/{made.public_id}/"):
        page = words(watcher.get(path))
        assert "100 t" in page
        assert "10 CNY/t" not in page
        assert "10 CNY/t" in words(seller(here).get(path))
    assert watcher.get(f"/offers/{made.offer.public_id}/").status_code == 404


def test_outsiders_find_nothing(here: Market) -> None:
    made = market.agreement(here)
    stranger = as_(market.party(104.2).actor.user)
    for path in (
        f"/agreements/{made.public_id}/",
        f"/offers/{made.offer.public_id}/",
        f"/offers/{made.offer.public_id}/counter",
    ):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/agreements/{made.public_id}/end").status_code == 404


def test_lists_are_filtered_and_nonsense_is_a_400(here: Market) -> None:
    market.agreement(here)
    client = buyer(here)
    assert not client.get("/offers/", {"status": "open"}).context["page"].object_list
    assert client.get("/offers/", {"status": "lost"}).status_code == 400
    assert client.get("/agreements/", {"material": "gold"}).status_code == 400


def test_notes_to_sign_are_counted_for_whoever_signs_next(here: Market) -> None:
    market.loaded(here)
    counts = [
        client.get("/exchange/").context["notes_to_sign"]
        for client in (buyer(here), seller(here))
    ]
    assert counts == [1, 0]


@pytest.mark.parametrize("path", ["/exchange/", "/offers/", "/agreements/"])
def test_more_deals_need_no_more_queries(
    here: Market, path: str, django_assert_max_num_queries: Any
) -> None:
    client = buyer(here)
    market.agreement(here, 1_000)
    market.offer(here, 1_000)
    client.get(path)
    with django_assert_max_num_queries(60) as few:
        client.get(path)
    for _each in range(3):
        market.agreement(here, 1_000)
        market.offer(here, 1_000)
    with django_assert_max_num_queries(len(few)):
        client.get(path)
