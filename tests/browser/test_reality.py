"""Anybody reads how far the invented phosphogypsum need not have been hauled."""

import pytest

from tests.browser import looking

pytestmark = pytest.mark.browser


def drawn(page) -> int:
    return page.evaluate(
        """() => document.querySelector('wh-map').map
            .queryRenderedFeatures({ layers: ['was'] })
            .map(({ properties }) => properties.number)
            .filter((one, place, all) => all.indexOf(one) === place).length"""
    )


def test_crossings_are_told_in_words_and_drawn(page):
    page.goto("/plans/")
    page.get_by_role("link", name="方案与实际").click()
    page.wait_for_url("**/balance/reality/")
    looking.wait_for_map(page)
    crossings = page.locator("[data-crossing]")
    assert crossings.count() == drawn(page) >= 2
    assert "虚构" in page.locator(".notice").first.inner_text()
    crossings.first.focus()
    looking.wait_for_map(page)
    looking.wait_until(
        page,
        """() => new Set(document.querySelector('wh-map').map
            .queryRenderedFeatures({ layers: ['was'] })
            .map(({ properties }) => properties.number)).size === 1""",
    )


def test_the_question_stands_in_the_address(page):
    page.goto("/balance/reality/?material=all&period=2025&area=510000")
    page.get_by_label("范围").select_option("510600")
    page.get_by_role("button", name="显示").click()
    page.wait_for_url("**/balance/reality/?material=all&period=2025&area=510600")
    heads = page.locator("#by-region tbody th")
    assert heads.count() >= 2
    total = page.locator("#by-region tfoot td").first.inner_text()
    assert float(total.replace(",", "")) > 0


def test_it_fits_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/balance/reality/")
    looking.wait_for_map(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
