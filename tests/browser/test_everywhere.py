"""What holds on every page: language, phone, keyboard, landmarks, the policy header."""

import pytest

from tests.browser import looking
from tests.browser.signing import log_in
from wastehub.registry.models import Supply

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/supplies/",
    "/blend/",
    "/balance/",
    "/market/",
    "/plans/",
    "/sources/",
    "/login/",
]
PHONE = {"width": 390, "height": 844}


def test_the_language_switch_keeps_the_page(page):
    page.goto("/market/?material=iron_tailings")
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/market/?material=iron_tailings")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "Iron tailings" in page.locator("h1").inner_text()
    page.get_by_role("button", name="中文").click()
    page.locator("html[lang='zh-Hans']").wait_for()


def _is_wider_than_the_screen(page):
    return page.evaluate(
        "() => document.documentElement.scrollWidth > window.innerWidth"
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_phone_never_scrolls_sideways(page, path, language):
    page.set_viewport_size(PHONE)
    page.goto(path)
    if language == "en":
        page.get_by_role("button", name="English").click()
        page.locator("html[lang='en']").wait_for()
    assert not _is_wider_than_the_screen(page)


OWN_PAGES = [
    "/mine/",
    "/supplies/new",
    "/facilities/new",
    "/exchange/",
    "/offers/",
    "/agreements/",
    "/notes/",
]


@pytest.mark.parametrize("path", OWN_PAGES)
def test_a_producer_s_phone_never_scrolls_sideways(page, path):
    page.set_viewport_size(PHONE)
    log_in(page, "demo-producer")
    page.goto(path)
    assert page.locator("h1").count() == 1
    assert not _is_wider_than_the_screen(page)


def test_a_supply_on_a_phone_never_scrolls_sideways(page, site_db):
    page.set_viewport_size(PHONE)
    supply = Supply.objects.open().of("phosphogypsum").first()
    page.goto(f"/supplies/{supply.public_id}/")
    assert not _is_wider_than_the_screen(page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_and_the_landmarks(page, path):
    page.goto(path)
    for selector in ("h1", "header.site-header", "main", "footer", "nav.site-nav"):
        assert page.locator(selector).count() == 1


def test_by_keyboard_alone_from_home_to_a_search(page):
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert "我有固废" in page.locator(":focus").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/supplies/")
    looking.wait_for_map(page)
    page.locator("#main").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**material=bf_slag**")
    assert page.locator("#results .result").count() > 0


def test_focus_is_seen(page):
    page.goto("/login/")
    page.get_by_label("用户名").focus()
    width = page.locator(":focus").evaluate("e => getComputedStyle(e).outlineWidth")
    assert width == "3px"


@pytest.mark.parametrize("path", PAGES)
def test_the_page_allows_nothing_from_outside_and_nothing_inline(page, path):
    policy = page.goto(path).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_a_missing_page_says_so(page, complaints):
    assert page.goto("/supplies/00000000-0000-4000-8000-000000000000/").status == 404
    assert "这里什么也没有" in page.locator("h1").inner_text()
    complaints.clear()
