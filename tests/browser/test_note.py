"""A transfer note on a telephone at the weighbridge, by people and without script."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from tests.browser.signing import log_in
from tests.exchange import market
from tests.stack import Site
from wastehub.accounts.models import User
from wastehub.catalogue.models import UseRoute
from wastehub.exchange import notes
from wastehub.exchange.models import TransferNote
from wastehub.exchange.offers import offer_accept, offer_make
from wastehub.exchange.states import Side
from wastehub.registry.models import Facility, Supply
from wastehub.trail.models import Actor

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
# What a thumb hits, in CSS pixels.
SMALLEST_TARGET = 44


def owned_by(login: str) -> tuple[Actor, Facility]:
    """A demo log-in and its site."""
    user = User.objects.get(username=login)
    site = Facility.objects.filter(organisation__memberships__user=user).first()
    assert site
    return Actor(user), site


@pytest.fixture
def issued(site_db: None) -> TransferNote:
    """Sixty tonnes from the demo producer to the demo consumer, ready to load."""
    seller, _ = owned_by("demo-producer")
    buyer, kiln = owned_by("demo-consumer")
    supply = Supply.objects.open().filter(
        facility__organisation__memberships__user=seller.user, stock_kg__gt=100_000
    )[0]
    today = timezone.localdate()
    offer = offer_make(
        supply=supply,
        consignee=kiln,
        route=UseRoute.objects.all()[0],
        side=Side.CONSIGNEE,
        asked=market.asked(60_000),
        actor=buyer,
    )
    note = notes.note_draft(
        agreement=offer_accept(offer=offer, actor=seller),
        planned_kg=60_000,
        planned_on=today,
        carrier="快运",
        actor=seller,
    )
    return notes.note_issue(note=note, actor=seller)


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Page]:
    """A telephone that runs no script."""
    context = browser.new_context(
        base_url=site.url, locale="zh-CN", viewport=PHONE, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def test_a_load_is_weighed_and_signed_with_a_thumb(
    phone: Page, issued: TransferNote
) -> None:
    log_in(phone, "demo-producer")
    phone.goto(f"/notes/{issued.public_id}/")
    form = phone.locator("#act_load")
    for name, value in [
        ("plate", "川 f·12345"),
        ("gross_kg", "45000"),
        ("tare_kg", "15000"),
    ]:
        field = form.locator(f"[name='loads.0.{name}']")
        assert field.bounding_box()["height"] >= SMALLEST_TARGET
        field.fill(value)
    button = form.get_by_role("button", name="签字确认装车")
    assert button.bounding_box()["height"] >= SMALLEST_TARGET
    button.click()
    assert phone.locator(".badge.treated").first.inner_text() in (
        "虚构",
        "已装车，在途",
    )
    assert issued.vehicles.get().plate == "川F12345"


def test_a_refusal_stands_beside_its_field_and_nothing_hangs_over(
    page: Page, issued: TransferNote, complaints: list[str]
) -> None:
    page.set_viewport_size(PHONE)
    log_in(page, "demo-producer")
    page.goto(f"/notes/{issued.public_id}/")
    for name, value in [
        ("plate", "川F12345"),
        ("gross_kg", "9000"),
        ("tare_kg", "15000"),
    ]:
        page.fill(f"[name='loads.0.{name}']", value)
    assert page.locator(".net").first.inner_text() == "净重 -6,000 kg"
    page.get_by_role("button", name="签字确认装车").click()
    row = page.locator("#act_load fieldset").first
    assert "毛重应大于皮重" in row.inner_text()
    assert "状态保持不变：已签发" in page.locator("#act_load").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    # Chromium reports the refused form's 400 as an error.
    complaints[:] = [said for said in complaints if "400" not in said]
