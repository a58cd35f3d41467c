"""A scenario from its name to who gains by it, on a phone and without a script."""

import re

import pytest

from tests.browser.signing import log_in

pytestmark = pytest.mark.browser

TO_BE_PLANNED_MS = 60_000


def test_a_regulator_closes_a_taker_and_reads_who_loses(page, worker):
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, "demo-deyang")
    page.goto("/scenarios/new")
    page.get_by_label("名称", exact=True).fill("关停一处")
    page.get_by_label("判定放宽至").select_option("likely")
    page.get_by_role("button", name="下一步：添加变动").click()
    page.get_by_role("link", name="关停").click()
    page.get_by_label("厂区名称含").fill("磷")
    page.get_by_role("button", name="查找").click()
    closes = page.get_by_label("关停对象")
    closes.select_option(closes.locator("option").first.get_attribute("value"))
    page.get_by_role("button", name="添加", exact=True).click()
    page.get_by_role("button", name="计算该情景").click()
    page.wait_for_url(re.compile("/scenarios/[0-9a-f-]{36}/$"))
    table = page.locator("#compared")
    table.wait_for(timeout=TO_BE_PLANNED_MS)
    assert "受损" in page.locator("main").inner_text()
    is_wide = "document.documentElement.scrollWidth > window.innerWidth"
    assert not page.evaluate(is_wide)
