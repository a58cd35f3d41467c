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
    assert _flows_drawn(page)


def test_the_legend_narrows_the_map_to_one_material(page):
    _open_the_first_plan(page)
    looking.wait_for_map(page)
    assert len(_flows_drawn(page)) > 1
    legend = page.locator("#flow-legend")
    assert "磷石膏" in legend.inner_text()
    legend.get_by_label(re.compile("磷石膏")).first.check()
    looking.wait_for_map(page)
    assert _flows_drawn(page) == ["phosphogypsum"]


def test_pairs_are_sorted_filtered_and_taken_away(page):
    _open_the_first_plan(page)
    page.get_by_label("厂区名称含").fill("虚构")
    page.locator("section[aria-labelledby=pairs] form").get_by_role("button").click()
    page.get_by_role("link", name="距离").click()
    head = page.locator("th[aria-sort=descending]")
    assert "距离" in head.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    told = page.locator("#pairs .small").inner_text()
    assert told == f"{len(lines) - 1} / {len(lines) - 1}"


def _open_the_first_plan(page):
    page.goto("/plans/")
    page.locator("tbody a").last.click()
    page.locator(".certificate").wait_for()


def _flows_drawn(page):
    """Materials of the lines that are on the map, each once."""
    return page.evaluate(
        """() => {
            const { map } = document.querySelector('wh-map');
            const lines = map.queryRenderedFeatures({ layers: ['flows'] });
            return [...new Set(lines.map((line) => line.properties.material))];
        }"""
    )


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
