"""A regulator of the demo region works his list off, with the keyboard alone."""

import pytest

from tests.browser.signing import log_in

pytestmark = pytest.mark.browser


def test_an_alert_is_settled_with_the_keyboard(page):
    log_in(page, "demo-deyang")
    page.goto("/worklist/?kind=missing")
    cards = page.locator(".alert")
    before = cards.count()
    assert before
    assert cards.first.locator(".badge.invented").is_visible()
    cards.first.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("已电话核实")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("已办结。仅在情况加重时才会再次出现。").wait_for()
    assert page.url.endswith("/worklist/?kind=missing")
    assert cards.count() == before - 1


def test_a_chip_shows_its_kind_and_a_record_is_one_click_away(page):
    log_in(page, "demo-province")
    page.goto("/worklist/")
    chip = page.locator(".chip", has_text="过磅差异")
    count = int(chip.locator("strong").inner_text())
    chip.click()
    page.locator(".chip[aria-current]", has_text="过磅差异").wait_for()
    assert page.locator(".alert").count() == count
    page.locator(".alert .records a").first.click()
    page.locator("h1", has_text="LD-").wait_for()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_never_scrolls_sideways(page, language):
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, "demo-province")
    page.goto("/worklist/")
    if language == "en":
        page.get_by_role("button", name="English").click()
        page.get_by_role("heading", name="Work list").wait_for()
    assert page.locator("h1").count() == 1
    assert not page.evaluate(
        "() => document.documentElement.scrollWidth > window.innerWidth"
    )
