"""A supply's page: who can take it, who can not, and a new one from form to matches."""

import re

import pytest

from matching import services
from matching.models import Match, Refusal
from tests.browser import looking
from tests.browser.signing import log_in
from wastehub.registry.models import Supply

pytestmark = pytest.mark.browser

TO_BE_MATCHED_MS = 60_000


@pytest.fixture
def matched(site_db):
    """A supply that somebody takes and somebody refuses, matched here and now."""
    for supply in Supply.objects.open().of("phosphogypsum").order_by("pk"):
        run = services.supply_match(supply_id=supply.pk)
        if run.matches.exists() and run.refusals.exists():
            return run
    raise AssertionError("The demo has no such supply.")


def test_takers_are_ranked_by_net_cost_with_every_part(page, matched):
    page.goto(f"/supplies/{matched.supply.public_id}/")
    cards = page.locator(".match")
    rows = list(Match.objects.filter(run=matched).order_by("net_cost_yuan_per_t", "id"))
    assert cards.count() == len(rows)
    for card, match in zip(cards.all(), rows, strict=True):
        words = card.inner_text()
        assert match.demand.facility.name_zh in words
        for part in ("要价", "预处理", "运费", "出价"):
            assert part in words
        net = card.locator(".net").inner_text().split()[0].replace("−", "-")
        assert float(net.replace(",", "")) == pytest.approx(
            float(match.net_cost_yuan_per_t), abs=0.06
        )


def test_each_refusing_route_has_a_card_with_the_limit_and_a_fix(page, matched):
    page.goto(f"/supplies/{matched.supply.public_id}/")
    refusals = Refusal.objects.filter(run=matched).select_related("route", "limit")
    for refusal in refusals:
        card = page.locator(".refusal").filter(has_text=refusal.route.name_zh)
        words = card.first.text_content()
        if refusal.limit:
            assert refusal.limit.parameter.name_zh in words
        assert "太远" in words or card.locator(".fix").first.is_visible()


def test_a_card_is_short_until_its_details_are_asked_for(page, matched):
    page.goto(f"/supplies/{matched.supply.public_id}/")
    folded = page.locator(".refusal").filter(has=page.locator("details")).first
    limits = folded.locator("details .against")
    assert limits.count() > 1
    assert not limits.first.is_visible()
    height = folded.bounding_box()["height"]
    assert height < page.viewport_size["height"] / 2
    folded.locator("summary").first.focus()
    page.keyboard.press("Enter")
    limits.first.wait_for()


def test_a_line_runs_from_the_site_to_each_taker(page, matched):
    page.goto(f"/supplies/{matched.supply.public_id}/")
    looking.wait_for_map(page)
    ends = page.evaluate(
        "() => document.querySelector('wh-map').map.querySourceFeatures('hauls').length"
    )
    assert ends >= Match.objects.filter(run=matched).count()


def test_from_the_form_to_the_matches(page, worker):
    """Of fly ash, of which the site's ledger knows nothing yet."""
    log_in(page, "demo-producer")
    page.goto("/supplies/new")
    page.get_by_label("场地").select_option(index=1)
    page.get_by_label("物料").select_option("fly_ash")
    page.get_by_label("现有贮存量").fill("12345")
    page.get_by_label("要价").fill("-15")
    page.get_by_role("button", name="发布").click()
    page.wait_for_url(re.compile("/supplies/[0-9a-f-]{36}/"))
    page.locator(".match, .refusal").first.wait_for(timeout=TO_BE_MATCHED_MS)
    words = page.locator("main").inner_text()
    assert "贮存 1.23 万吨" in words
    assert "补贴 15 元/吨" in words


def test_an_assay_is_listed_with_the_supply(page, complaints):
    log_in(page, "demo-producer")
    page.goto("/supplies/new")
    page.get_by_label("场地").select_option(index=1)
    page.get_by_label("物料").select_option("phosphogypsum")
    page.get_by_label("现有贮存量").fill("800")
    page.get_by_text("添加检测报告").click()
    page.get_by_label("指标 1").select_option("so3")
    page.get_by_label("检测值 1").fill("42.5")
    page.get_by_role("button", name="发布").click()
    assert "采样日期" in page.locator("#id_sampled_on_error").inner_text()
    complaints.clear()
    page.get_by_label("采样日期").fill("2026-01-05")
    page.get_by_label("检测机构").fill("试验室")
    page.get_by_role("button", name="发布").click()
    page.wait_for_url(re.compile("/supplies/[0-9a-f-]{36}/"))
    quality = page.locator("section[aria-labelledby=quality]").inner_text()
    assert "试验室" in quality
    assert "42.5" in quality


def test_faults_are_said_beside_the_fields_and_the_form_keeps_what_was_typed(
    page, complaints
):
    log_in(page, "demo-producer")
    page.goto("/supplies/new")
    page.get_by_label("场地").select_option(index=1)
    page.get_by_label("物料").select_option("fly_ash")
    page.get_by_label("现有贮存量").fill("-5")
    page.get_by_label("有效期至").fill("2020-01-01")
    page.get_by_role("button", name="发布").click()
    assert "不能为负" in page.locator("#id_stock_t_error").inner_text()
    assert "有效期已于" in page.locator("#id_valid_until_error").inner_text()
    assert page.get_by_label("现有贮存量").input_value() == "-5"
    complaints.clear()


def test_withdrawing_and_renewing_from_my_listings(page):
    log_in(page, "demo-producer")
    page.goto("/mine/")
    first = page.locator(".listing").first
    first.get_by_role("button", name="撤回").click()
    page.get_by_text("已撤回。记录保留").wait_for()
    gone = page.locator(".listing").filter(has_text="已撤回").first
    gone.get_by_role("button", name="续期").click()
    page.get_by_text("已续期").wait_for()
    assert page.locator(".listing .badge.no").count() == 0


def test_a_click_on_the_map_places_a_new_site_and_states_the_datum(page):
    log_in(page, "demo-producer")
    page.goto("/facilities/new")
    looking.wait_for_map(page)
    x, y = looking.place(page, 104.2, 31.2)
    page.locator("wh-map .canvas-box").click(position={"x": x, "y": y})
    assert page.get_by_label("坐标系").input_value() == "WGS84"
    page.get_by_label("场地中文名称").fill("点选堆场")
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url(re.compile("/supplies/new"))
    assert "点选堆场" in page.get_by_label("场地").locator(":checked").inner_text()
