"""Many act at the same moment, through real web processes: each act is done once."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from tests import stack
from tests.calling import Answer, all_at_once, caller, offer_entry
from tests.exchange import market
from tests.exchange.market import Market, Party
from tests.ledger.yard import retarder
from wastehub.exchange.models import Agreement, Offer
from wastehub.exchange.offers import offer_make
from wastehub.exchange.states import Side
from wastehub.exchange.tasks import expire_offers
from wastehub.ledger.checking import check
from wastehub.trail.models import KeptAnswer, TrailEntry

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS = 50
STOCK_KG = 1_000_000


@pytest.fixture(scope="module")
def host(django_db_setup, tmp_path_factory) -> Iterator[str]:
    """Where two web processes answer 32 requests at the same time."""
    log = tmp_path_factory.mktemp("crowd") / "web.log"
    name = connection.settings_dict["NAME"]
    with stack.served(name, log, workers=2, threads=16) as site:
        yield site.host


@pytest.fixture
def at() -> Market:
    return market.market(stock_kg=STOCK_KG)


def made(at: Market, buyer: Party, side: Side, mass_kg: int) -> Offer:
    """The seller or the buyer puts terms to the other."""
    return offer_make(
        supply=at.supply,
        consignee=buyer.site,
        route=retarder(),
        side=side,
        asked=market.asked(mass_kg),
        actor=at.seller.actor if side == Side.CONSIGNOR else buyer.actor,
    )


def buyers() -> list[Party]:
    return [market.party(105 + number / 100) for number in range(1, BUYERS + 1)]


def sold_kg() -> int:
    return Agreement.objects.aggregate(kg=Sum("mass_kg"))["kg"]


def statuses(answers: list[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def left_kg(answer: Answer) -> int:
    """What a refusal says is left."""
    (left,) = re.findall(r"Only ([\d.,]+) t are left", answer.body["fields"]["mass_t"])
    return round(float(left.replace(",", "")) * 1000)


def test_of_fifty_buyers_so_many_get_their_share_as_there_is_mass(host, at) -> None:
    """Forty tonnes each of a thousand: all is sold to 25, and 25 get nothing."""
    offers = [(buyer, made(at, buyer, Side.CONSIGNOR, 40_000)) for buyer in buyers()]
    answers = all_at_once(
        partial(caller(host, buyer).post, f"offers/{offer.public_id}/accept/")
        for buyer, offer in offers
    )
    assert statuses(answers) == {201: 25, 409: 25}
    assert (sold_kg(), Agreement.objects.count()) == (STOCK_KG, 25)
    refused = [answer.body for answer in answers if answer.status == 409]
    assert {body["code"] for body in refused} == {"oversold"}
    assert all("left" in body["fields"]["mass_t"] for body in refused)
    assert not check().faults


def test_fifty_yeses_to_unequal_masses_fill_the_pile_as_far_as_it_goes(host, at):
    """Whoever is refused was told what was left, and it was too little for him."""
    masses = [13_000 + 1_000 * number for number in range(BUYERS)]
    offers = [
        made(at, buyer, Side.CONSIGNEE, mass_kg)
        for buyer, mass_kg in zip(buyers(), masses, strict=True)
    ]
    seller = caller(host, at.seller)
    answers = all_at_once(
        partial(seller.post, f"offers/{offer.public_id}/accept/") for offer in offers
    )
    assert set(statuses(answers)) == {201, 409}
    given = [kg for kg, one in zip(masses, answers, strict=True) if one.status == 201]
    assert sold_kg() == sum(given) <= STOCK_KG
    rest_kg = STOCK_KG - sum(given)
    for mass_kg, answer in zip(masses, answers, strict=True):
        if answer.status == 409:
            assert rest_kg <= left_kg(answer) < mass_kg


def test_a_yes_that_is_clicked_many_times_makes_one_agreement(host, at) -> None:
    offer = made(at, at.buyer, Side.CONSIGNEE, 40_000)
    seller = caller(host, at.seller)
    path = f"offers/{offer.public_id}/accept/"
    answers = all_at_once([partial(seller.post, path)] * 10)
    assert statuses(answers) == {201: 1, 409: 9}
    refused = {one.body["code"] for one in answers if one.status == 409}
    assert (refused, Agreement.objects.count()) == ({"wrong_state"}, 1)


def test_one_key_sent_ten_times_makes_one_offer_and_ten_equal_answers(host, at):
    buyer = caller(host, at.buyer)
    answers = all_at_once(
        [partial(buyer.post, "offers/", "a-key", **offer_entry(at, 100))] * 10
    )
    assert statuses(answers) == {201: 10}
    assert all(answer.body == answers[0].body for answer in answers)
    assert Counter(answer.replayed for answer in answers) == {False: 1, True: 9}
    assert Offer.objects.count() == KeptAnswer.objects.count() == 1


def test_a_task_that_several_workers_get_is_done_once(at) -> None:
    offers = [made(at, at.buyer, Side.CONSIGNEE, 1_000) for _ in range(20)]
    Offer.objects.update(expires_on=timezone.localdate() - timedelta(days=1))

    def done(_: int) -> int:
        try:
            return expire_offers()
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as workers:
        assert sum(workers.map(done, range(5))) == len(offers)
    assert TrailEntry.objects.filter(action="expire").count() == len(offers)
