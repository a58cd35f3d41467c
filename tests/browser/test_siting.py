"""A regulator pastes candidate sites and reads which of them to build."""

import pytest

from tests.browser import looking
from tests.browser.signing import log_in

pytestmark = pytest.mark.browser

TABLE = """\
什邡,104.17,31.13,road_base,800000,40000000
乐山,103.76,29.55,road_base,1000000,190000000
"""


def test_pasted_sites_are_compared_and_stand_in_the_rows(page):
    log_in(page, "demo-province")
    page.goto("/plans/")
    page.get_by_role("link", name="比较场址").click()
    page.get_by_label("或粘贴表格行").fill(TABLE)
    page.get_by_role("button", name="比较").click()
    looking.wait_for_map(page)
    rows = page.locator("#siting-table tbody tr")
    assert rows.count() == 2
    assert "建" in rows.first.locator(".badge").inner_text()
    assert page.locator("input[name=form-0-name]").input_value() == "什邡"
    assert page.locator("input[name=form-1-name]").input_value() == "乐山"
    drawn = page.evaluate(
        """() => {
            const { map } = document.querySelector('wh-map');
            const found = map.queryRenderedFeatures({ layers: ['sites'] });
            return found.map((site) => site.properties.number).sort();
        }"""
    )
    assert drawn == ["1", "2"]


def test_a_fault_is_marked_in_its_row(page, complaints):
    log_in(page, "demo-province")
    page.goto("/siting/")
    page.get_by_label("或粘贴表格行").fill("什邡,31.13,104.17,road_base,800000,1")
    page.get_by_role("button", name="比较").click()
    alert = page.get_by_role("alert")
    assert "请改正" in alert.inner_text()
    assert page.locator(".site-rows .errorlist").count() == 1
    complaints.clear()
