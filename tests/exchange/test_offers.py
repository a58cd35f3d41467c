"""From an offer to an agreement, and what of a stock can be promised."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.exchange import market
from tests.exchange.market import Market
from wastehub.errors import Conflict, NotYours, Refused
from wastehub.exchange.agreements import agreement_end, agreements_expire
from wastehub.exchange.availability import left_kg, pile
from wastehub.exchange.models import Agreement, Offer
from wastehub.exchange.offers import (
    offer_accept,
    offer_counter,
    offer_decline,
    offer_withdraw,
    offers_expire,
)
from wastehub.exchange.states import Side
from wastehub.registry.models import Supply
from wastehub.trail.models import TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Market:
    return market.market()


def available_kg(at: Market) -> int:
    return pile(facility=at.seller.site, material=at.material).available_kg


def test_an_accepted_offer_reserves_its_mass(here: Market) -> None:
    market.agreement(here, 300_000)
    found = pile(facility=here.seller.site, material=here.material)
    assert found.on_hand_kg == 1_000_000
    assert found.reserved_kg == 300_000
    assert found.available_kg == 700_000


def test_what_is_sold_is_all_there_is_and_no_more(here: Market) -> None:
    market.agreement(here, 600_000)
    with pytest.raises(Conflict, match="400") as refusal:
        market.agreement(here, 400_001)
    assert refusal.value.code == "oversold"
    market.agreement(here, 400_000)
    assert available_kg(here) == 0


def test_two_offers_may_ask_for_the_same_mass_but_one_gets_it(here: Market) -> None:
    first, second = market.offer(here, 700_000), market.offer(here, 700_000)
    offer_accept(offer=first, actor=here.seller.actor)
    with pytest.raises(Conflict):
        offer_accept(offer=second, actor=here.seller.actor)
    second.refresh_from_db()
    assert second.status == "open"


def test_the_database_itself_refuses_to_oversell(here: Market) -> None:
    made = market.agreement(here, 600_000)
    made.mass_kg = 1_000_001
    with pytest.raises(IntegrityError, match="promised"), transaction.atomic():
        made.save()


def test_what_is_made_until_a_day_may_be_promised_for_it(here: Market) -> None:
    """A tonne a day; the stock is promised for the day in a month."""
    Supply.objects.update(rate_kg_per_year=365_000)
    today = timezone.localdate()
    market.agreement(here, 1_000_000)

    def left(days: int) -> int:
        until = today + timedelta(days=days)
        return left_kg(facility=here.seller.site, material=here.material, until=until)

    assert [left(0), left(30), left(60)] == [30_000, 30_000, 60_000]


def test_a_late_promise_can_not_take_what_an_early_one_needs(here: Market) -> None:
    """Made later than promised: the earlier date binds."""
    today = timezone.localdate()
    Supply.objects.update(rate_kg_per_year=365_000)
    late = market.offer(here, 1_060_000, ends_on=today + timedelta(days=60))
    offer_accept(offer=late, actor=here.seller.actor)
    with pytest.raises(Conflict):
        market.offer(here, 1_000, ends_on=today + timedelta(days=10))


def test_an_answer_comes_from_the_other_side(here: Market) -> None:
    made = market.offer(here)
    for act in (offer_accept, offer_decline):
        with pytest.raises(NotYours):
            act(offer=made, actor=here.buyer.actor)
    with pytest.raises(NotYours):
        offer_withdraw(offer=made, actor=here.seller.actor)


def test_a_counter_offer_closes_the_first_and_waits_for_its_maker(
    here: Market,
) -> None:
    first = market.offer(here)
    second = offer_counter(
        offer=first, asked=market.asked(50_000), actor=here.seller.actor
    )
    first.refresh_from_db()
    assert (first.status, second.counters, second.side) == (
        "countered",
        first,
        "consignor",
    )
    agreement = offer_accept(offer=second, actor=here.buyer.actor)
    assert agreement.mass_kg == 50_000


@pytest.mark.parametrize("act", [offer_accept, offer_decline])
def test_an_answered_offer_is_answered_once(here: Market, act: Any) -> None:
    made = market.offer(here)
    offer_decline(offer=made, actor=here.seller.actor)
    with pytest.raises(Conflict, match=r"declined|拒绝"):
        act(offer=made, actor=here.seller.actor)


def test_the_database_refuses_a_move_that_is_none(here: Market) -> None:
    made = market.offer(here)
    offer_decline(offer=made, actor=here.seller.actor)
    with pytest.raises(Exception, match="transition"), transaction.atomic():
        Offer.objects.filter(pk=made.pk).update(status="open")


def test_an_offer_ends_on_its_last_day(here: Market) -> None:
    made = market.offer(here)
    Offer.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Conflict) as refusal:
        offer_accept(offer=made, actor=here.seller.actor)
    assert refusal.value.code == "expired"
    assert offers_expire() == 1
    assert offers_expire() == 0


def test_an_ended_agreement_frees_what_has_not_moved(here: Market) -> None:
    made = market.agreement(here, 300_000)
    agreement_end(
        agreement=made, side=Side.CONSIGNEE, reason="检修", actor=here.buyer.actor
    )
    assert available_kg(here) == 1_000_000


def test_an_agreement_ends_with_its_term(here: Market) -> None:
    market.agreement(here)
    Agreement.objects.update(
        starts_on=date(2026, 1, 1), ends_on=timezone.localdate() - timedelta(days=1)
    )
    assert agreements_expire() == 1
    assert available_kg(here) == 1_000_000


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"mass_kg": 0}, "mass_kg"),
        ({"mass_kg": -5}, "mass_kg"),
        ({"kind": "for ever"}, "kind"),
        ({"haulier": "nobody"}, "haulier"),
        ({"starts_on": date(2020, 1, 1)}, "starts_on"),
        ({"ends_on": date(2020, 1, 1)}, "ends_on"),
        ({"expires_on": date(2020, 1, 1)}, "expires_on"),
        ({"price_yuan_per_t": 10**7}, "price_yuan_per_t"),
    ],
)
def test_terms_that_can_not_be_are_refused_by_field(
    here: Market, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        market.offer(here, **values)
    assert field in refusal.value.fields
    assert not Offer.objects.exists()


def test_the_invented_and_the_real_never_meet(here: Market) -> None:
    owner = here.buyer.site.organisation
    owner.is_invented = True
    owner.save()
    with pytest.raises(Refused) as refusal:
        market.offer(here)
    assert set(refusal.value.fields) == {"consignee"}


def test_every_act_is_in_the_trail_with_who_and_from_where(here: Market) -> None:
    market.agreement(here)
    acts = TrailEntry.objects.values_list("subject", "action", "user", "address")
    buyer, seller = here.buyer.actor.user, here.seller.actor.user
    assert buyer
    assert seller
    assert list(acts) == [
        ("offer", "make", buyer.pk, "10.0.0.1"),
        ("offer", "accept", seller.pk, "10.0.0.1"),
        ("agreement", "make", seller.pk, "10.0.0.1"),
    ]
