"""A plan from its form to its certificate, made by a real worker."""

import re

import pytest

from tests.browser import looking
from tests.browser.signing import log_in

pytestmark = pytest.mark.browser

TO_BE_PLANNED_MS = 60_000


def test_a_regulator_makes_a_plan_and_reads_its_proof(page, worker):
    log_in(page, "demo-province")
    page.goto("/plans/new")
    page.get_by_label("地区").select_option("510000")
    page.get_by_label("判定放宽至").select_option("likely")
    page.get_by_role("button", name="生成方案").click()
    page.wait_for_url(re.compile("/plans/[0-9a-f-]{36}/"))
    page.locator(".certificate").wait_for(timeout=TO_BE_PLANNED_MS)
    assert "已证明最优" in page.locator(".certificate").inner_text()
    looking.wait_for_map(page)
    flows = page.evaluate(
        "() => document.querySelector('wh-map').map.querySourceFeatures('flows').length"
    )
    assert flows > 0


def test_a_producer_may_not_make_a_plan(page, complaints):
    log_in(page, "demo-producer")
    assert page.goto("/plans/new").status == 403
    assert "此账号无权访问" in page.locator("h1").inner_text()
    complaints.clear()


def test_the_first_plan_s_masses_add_up(page):
    page.goto("/plans/")
    page.locator("tbody a").last.click()
    figures = page.locator(".figures > div")
    masses = {
        box.locator("dt").inner_text(): _ten_thousand_tonnes(box)
        for box in figures.all()[:3]
    }
    assert masses["已安排"] + masses["剩余"] == pytest.approx(masses["可供"], abs=1)


def _ten_thousand_tonnes(box):
    number, unit = box.locator("dd").inner_text().split()
    assert unit == "万吨"
    return float(number.replace(",", ""))
