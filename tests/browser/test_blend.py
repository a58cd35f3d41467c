"""A kiln engineer moves a limit and sees the mix change."""

import re

import pytest

from tests.browser import looking
from tests.browser.signing import log_in

pytestmark = pytest.mark.browser

NEAR_DEYANG = "/blend/?lon=104.4&lat=30.9&datum=WGS84&within_km=300"
COST = "#mix .figures dd"


def _cost(page):
    return float(page.locator(COST).first.inner_text().split()[0].replace(",", ""))


def _fill(page, name, value):
    page.locator(f"[name='{name}']").fill(value)


def _settled(page):
    page.wait_for_timeout(300)
    looking.wait_until(
        page, "document.getElementById('mix').getAttribute('aria-busy') === null"
    )


def test_a_tighter_limit_costs_more_and_the_address_keeps_it(page):
    page.goto(NEAR_DEYANG)
    before = _cost(page)
    _fill(page, "hi.sm", "2.4")
    page.wait_for_url(re.compile(r"hi\.sm=2\.4"))
    _settled(page)
    after = _cost(page)
    assert after > before
    row = page.locator("[data-limit='sm']")
    assert "2.4" in row.inner_text()
    assert "可省" in row.inner_text()
    page.reload()
    assert _cost(page) == after


def test_a_slider_moves_its_number_and_the_mix(page, complaints):
    page.goto(NEAR_DEYANG)
    slider = page.get_by_role("slider", name="铝率 AM 上限")
    slider.fill(slider.get_attribute("min"))
    number = page.locator("[name='hi.am']").input_value()
    assert float(number) < 1.3
    _settled(page)
    assert "下限大于上限" in page.locator(".errorlist").inner_text()
    _fill(page, "hi.am", "1.4")
    _settled(page)
    assert page.locator(".errorlist").count() == 0
    assert page.locator("[data-limit='am']").inner_text().count("1.4") == 2
    complaints.clear()


def test_what_can_not_be_kept_together_is_named(page):
    page.goto(NEAR_DEYANG)
    _fill(page, "lo.clinker.mgo", "4")
    page.locator(".conflict").wait_for()
    said = page.locator(".conflict li").all_inner_texts()
    assert any("熟料 氧化镁 MgO 不低于 4 %" in words for words in said)


def test_the_shares_fill_the_bar(page):
    page.goto(NEAR_DEYANG)
    widths = page.locator(".mix-bar rect").evaluate_all(
        "bars => bars.map(bar => Number(bar.getAttribute('width')))"
    )
    assert sum(widths) == pytest.approx(1000, abs=0.5)


def test_a_click_on_the_map_mixes_there(page):
    page.goto("/blend/")
    looking.wait_for_map(page)
    x, y = looking.place(page, 104.0, 30.4)
    page.locator("wh-map .canvas-box").click(position={"x": x, "y": y})
    page.locator(COST).first.wait_for()
    assert "datum=WGS84" in page.url


def test_a_demand_of_one_s_own_brings_its_place_and_its_masses(page):
    log_in(page, "demo-operator")
    page.goto("/blend/")
    chooser = page.get_by_label("用于")
    options = chooser.locator("option").all()
    chooser.select_option(options[1].get_attribute("value"))
    page.locator("[data-limit='wastes'], .conflict").first.wait_for()
    assert "demand=" in page.url


def test_the_form_works_without_scripts(browser, site):
    with browser.new_context(
        java_script_enabled=False, base_url=site.url, locale="zh-CN"
    ) as context:
        page = context.new_page()
        page.goto("/blend/")
        for field, value in (("lon", "104.4"), ("lat", "30.9")):
            _fill(page, field, value)
        page.get_by_label("坐标系").select_option("WGS84")
        _fill(page, "hi.sm", "2.4")
        page.get_by_role("button", name="配料").click()
        assert "2.4" in page.locator("[data-limit='sm']").inner_text()


def test_a_phone_never_scrolls_sideways_with_a_mix(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(NEAR_DEYANG)
    assert page.locator("#mix-now").is_visible()
    assert not page.evaluate(
        "() => document.documentElement.scrollWidth > window.innerWidth"
    )


def test_a_point_half_typed_is_no_question_yet(page):
    """The console would say if the site had been asked and had refused."""
    page.goto(NEAR_DEYANG)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    _fill(page, "lat", "")
    _settled(page)
    assert not [url for url in asked if "/blend/" in url]
    _fill(page, "lat", "31.1")
    page.wait_for_url(re.compile(r"lat=31\.1"))
    _settled(page)
