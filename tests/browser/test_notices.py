"""An offer that somebody makes is heard of by the other side, through a real worker."""

import pytest

from tests import stack
from tests.browser.signing import log_in
from tests.exchange import market
from wastehub.accounts.models import User
from wastehub.catalogue.models import UseRoute
from wastehub.exchange.models import Offer
from wastehub.exchange.offers import offer_make
from wastehub.exchange.states import Side
from wastehub.notices.models import Notice
from wastehub.notices.tasks import tell_untold
from wastehub.registry.models import Facility, Supply
from wastehub.trail.models import Actor

pytestmark = pytest.mark.browser


def _an_offer() -> Offer:
    """The demo's consumer asks its producer for ten tonnes."""
    producer, consumer = (
        User.objects.get(username=f"demo-{name}") for name in ("producer", "consumer")
    )
    supplies = Supply.objects.open().filter(facility__organisation__members=producer)
    asked = market.asked(10_000)
    return offer_make(
        supply=supplies.filter(stock_kg__gt=asked.mass_kg).first(),
        consignee=Facility.objects.filter(organisation__members=consumer).first(),
        route=UseRoute.objects.first(),
        side=Side.CONSIGNEE,
        asked=asked,
        actor=Actor(consumer),
    )


def test_an_offer_rings_the_bell_until_it_is_read(page, worker, site_db):
    told = Notice.objects.filter(entry__subject_id=_an_offer().public_id)
    tell_untold.delay()
    stack.wait_until(told.exists, seconds=60, what="the notice")
    log_in(page, "demo-producer")
    bell = page.locator(".bell")
    assert bell.locator(".count").is_visible()
    bell.click()
    page.get_by_role("link", name="发出报价").first.wait_for()
    page.get_by_role("button", name="全部标为已读").click()
    page.locator(".bell .count").wait_for(state="detached")
    assert page.locator(".badge.running").count() == 0


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("demo-producer", "/notices/"),
        ("demo-producer", "/notices/settings"),
        ("demo-producer", "/notices/webhooks/"),
        ("demo-producer", "/notices/webhooks/new"),
        ("demo-province", "/trail/"),
    ],
)
def test_a_phone_never_scrolls_sideways(page, who, path):
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, who)
    page.goto(path)
    assert page.locator("h1").count() == 1
    assert not page.evaluate(
        "() => document.documentElement.scrollWidth > window.innerWidth"
    )
