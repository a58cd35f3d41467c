"""The rulebook as it is read: the matrix by keyboard, on a phone, and its links."""

import pytest

from tests.browser import looking

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
PAGES = [
    "/catalogue/",
    "/catalogue/parameters/",
    "/catalogue/phosphogypsum/",
    "/catalogue/routes/cement_blending/",
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_phone_never_scrolls_sideways(page, path, language):
    page.set_viewport_size(PHONE)
    page.goto(path)
    if language == "en":
        page.get_by_role("button", name="English").click()
        page.locator("html[lang='en']").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_phone_the_matrix_scrolls_in_its_box_under_its_own_heads(page):
    page.set_viewport_size(PHONE)
    page.goto("/catalogue/")
    box = page.locator(".matrix-box")
    head = page.locator(".matrix tbody th").first
    before = head.bounding_box()["x"]
    box.evaluate("box => box.scrollBy(200, 0)")
    assert box.evaluate("box => box.scrollLeft") == 200
    assert head.bounding_box()["x"] == before


def test_the_matrix_is_a_table_whose_squares_say_their_verdict(page):
    page.goto("/catalogue/")
    table = page.get_by_role("table", name="物料与用途")
    row = table.get_by_role("row", name="循环流化床粉煤灰")
    barred = row.get_by_role("link", name="禁止").first
    assert "有规则禁止此用途" in barred.inner_text()
    assert table.get_by_role("columnheader").count() > 0


def test_by_keyboard_from_a_square_to_the_rule_behind_it(page):
    page.goto("/catalogue/")
    square = page.locator(".matrix td.no a").first
    square.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalogue/*/#*")
    use = page.locator(".use:target")
    assert use.locator(".badge.no").inner_text() == "禁止"


def test_on_a_phone_limits_stand_below_each_other_and_are_still_a_table(page):
    page.set_viewport_size(PHONE)
    page.goto("/catalogue/routes/cement_blending/")
    box = page.locator(".limits").first
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    table = box.get_by_role("table")
    assert table.get_by_role("columnheader").count() == 5
    limits = table.get_by_role("rowheader").count()
    assert table.get_by_role("row").count() == limits + 1


def test_from_a_limit_to_its_parameter(page):
    page.goto("/catalogue/routes/cement_blending/")
    link = page.locator(".limits tbody th a").first
    words = link.inner_text()
    link.click()
    page.wait_for_url("**/catalogue/parameters/#*")
    assert words in page.locator(".parameters > li:target").inner_text()


def test_the_box_of_the_matrix_is_reached_by_keyboard(page):
    page.set_viewport_size(PHONE)
    page.goto("/catalogue/")
    page.locator(".matrix-box").focus()
    page.keyboard.press("ArrowRight")
    looking.wait_until(page, "document.querySelector('.matrix-box').scrollLeft > 0")


def test_a_search_without_script_finds_by_chinese_and_english(page):
    page.goto("/catalogue/")
    page.get_by_role("searchbox").fill("vanadium titanium")
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalogue/?q=vanadium+titanium")
    assert page.locator(".matrix tbody tr").count() == 1
    assert "钒钛" in page.locator(".matrix tbody").inner_text()
