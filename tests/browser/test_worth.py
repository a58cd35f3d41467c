"""What one more tonne of sink is worth: map, table and address follow the choices."""

import re

import pytest

from tests.browser import looking

pytestmark = pytest.mark.browser


def test_a_reader_goes_from_the_plan_to_the_worth_of_room(page):
    page.goto("/plans/")
    page.locator("tbody a").last.click()
    page.get_by_role("link", name="多一吨消纳能力值多少").click()
    looking.wait_for_map(page)
    page.get_by_label("地区层级").select_option("prefecture")
    page.wait_for_url(re.compile("level=prefecture"))
    looking.wait_for_map(page)
    rows = page.locator("#worth-table tbody tr")
    filled = page.evaluate(
        """() => {
            const { map } = document.querySelector('wh-map');
            const found = map.queryRenderedFeatures({ layers: ['choropleth'] });
            return found.map((region) => region.properties.adcode);
        }"""
    )
    assert {row.get_attribute("data-adcode") for row in rows.all()} <= set(filled)


def test_the_card_reads_out_the_row_that_is_pointed_at(page):
    page.goto("/plans/")
    page.locator("tbody a").last.click()
    page.get_by_role("link", name="多一吨消纳能力值多少").click()
    looking.wait_for_map(page)
    row = page.locator("#worth-table tbody tr").first
    row.focus()
    said = page.locator("#region-card").inner_text()
    assert row.locator("th").inner_text().strip() in said
    assert row.locator("td").last.inner_text() in said
