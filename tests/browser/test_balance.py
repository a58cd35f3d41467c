"""The map of the balance: legend, table and colours say the same, and lead on."""

import io
from base64 import b64decode

import pytest
from PIL import Image
from pypdf import PdfReader

from maps import balance, groups
from maps.question import ask
from tests.browser import looking
from wastehub.ledger.months import PileMonth
from wastehub.places.models import Region
from wastehub.web.pages.balance_rows import cells_of

pytestmark = pytest.mark.browser

DEYANG, LIANGSHAN, SHIFANG = "510600", "513400", "510682"
PHONE = {"width": 390, "height": 844}
SLIDER = "#time input"


def _open(page, query=""):
    page.goto(f"/balance/{query}")
    looking.wait_for_map(page)


def _row(page, key):
    return page.locator(f"#balance-table tr[data-adcode='{key}']")


def _cells(page, key):
    return _row(page, key).locator("td").all_inner_texts()


def _middle(adcode):
    return Region.objects.current().get(adcode=adcode).shape.point_on_surface


def _spot(page, adcode):
    middle = _middle(adcode)
    return looking.place(page, middle.x, middle.y)


def _told(period="", **asked):
    question = ask(asked | {"period": period})
    grouping = question.grouping(groups.invented_or_real(is_invented=True))
    found = balance.balance(question.subject, grouping, question.period)
    return {cell.key: cell for cell in found}


def test_the_table_is_what_the_balance_tells(page, site_db):
    _open(page)
    told = _told()
    assert page.locator("#balance-table tbody tr").count() == len(told) == 21
    for key in (DEYANG, LIANGSHAN, "510100"):
        assert _cells(page, key)[:7] == cells_of(told[key])


def _class_of(page, key):
    names = _row(page, key).locator(".swatch").get_attribute("class").split()
    return next(name for name in names if name.startswith("class-"))


def _is_filled_as_its_row(page, key):
    image, spot = looking.picture(page), _spot(page, key)
    code = _class_of(page, key)
    colour = looking.background_of(page, f"#legend .{code}")
    seen = looking.around(image, spot, 22)
    return any(looking.is_near(one, colour, 4) for one in seen)


@pytest.mark.parametrize("measure", ["balance", "utilisation", "surplus", "stock"])
def test_a_region_has_the_colour_of_its_row_and_of_the_legend(page, site_db, measure):
    _open(page, f"?measure={measure}&sites=0")
    for key in (DEYANG, LIANGSHAN, "511100", "510100"):
        assert _is_filled_as_its_row(page, key), key


def test_each_region_carries_its_figure_in_words(page):
    _open(page)
    written = """() => document.querySelector('wh-map').map
        .queryRenderedFeatures({layers: ['figures']}).map((one) => one.properties)"""
    told = {one["key"]: one["told"] for one in page.evaluate(written)}
    figure = _cells(page, LIANGSHAN)[3]
    assert told[LIANGSHAN] == f"▲ {figure}"


@pytest.mark.parametrize(
    ("switch", "words"),
    [
        ("", ["▲ 低于 50 %", "▼ 200 % 及以上，或只消纳", "以估算为主"]),
        ("English", ["▲ below 50 %", "▼ 200 % and more", "mostly estimated"]),
    ],
)
def test_the_legend_says_each_class_in_words(page, switch, words):
    _open(page)
    if switch:
        page.get_by_role("button", name=switch).click()
        page.locator("html[lang='en']").wait_for()
    legend = page.locator("#legend").inner_text()
    for told in words:
        assert told in legend


def test_what_is_mostly_estimated_is_hatched(page, site_db):
    codes = PileMonth.objects.filter(evidence="estimated")
    material = codes.values_list("material__code", flat=True).first()
    _open(page, f"?material={material}&sites=0&measure=generated")
    estimated = page.locator("#balance-table .is-estimated").first
    key = estimated.evaluate("one => one.closest('tr').dataset.adcode")
    pattern = """(key) => document.querySelector('wh-map').map
        .queryRenderedFeatures({layers: ['estimates']})
        .some((one) => one.properties.adcode === key)"""
    assert page.evaluate(pattern, key)


def test_pointing_at_a_row_reads_its_numbers_aloud(page):
    _open(page)
    _row(page, DEYANG).locator("a").focus()
    card = page.locator("#region-card")
    assert card.get_attribute("aria-live") == "polite"
    assert "德阳市" in card.inner_text()
    assert _cells(page, DEYANG)[0] in card.inner_text()


def test_clicking_a_region_looks_into_it_and_the_path_leads_back(page, site_db):
    _open(page)
    x, y = _spot(page, LIANGSHAN)
    page.locator("wh-map canvas").first.click(position={"x": x, "y": y})
    page.wait_for_url(f"**within={LIANGSHAN}*")
    assert "凉山彝族自治州" in page.locator("h1").inner_text()
    looking.wait_for_map(page)
    page.locator(".crumbs a").first.click()
    page.wait_for_url(lambda address: LIANGSHAN not in address)
    assert "四川省" in page.locator("h1").inner_text()


def test_by_keyboard_from_the_province_to_a_site(page):
    _open(page)
    for key in (DEYANG, SHIFANG):
        _row(page, key).locator("a").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**within={key}*")
    site = page.locator("#balance-table tbody th a").first
    name = site.inner_text()
    site.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/facilities/*/")
    assert name in page.locator("h1").inner_text()


def _month_of(page):
    return page.locator(SLIDER).get_attribute("aria-valuetext")


def test_the_slider_runs_through_the_months_by_keyboard(page, site_db):
    _open(page)
    whole = _cells(page, DEYANG)
    page.locator(SLIDER).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**period=20*")
    period = page.evaluate("new URLSearchParams(location.search).get('period')")
    year, month = period.split("-")
    assert _month_of(page) == f"{year}年{int(month)}月"
    told = _told(period)[DEYANG]
    assert _cells(page, DEYANG)[:7] == cells_of(told) != whole[:7]
    assert page.locator("#time output").inner_text() == _month_of(page)


def test_what_the_slider_shows_is_what_its_address_shows(page):
    _open(page, "?measure=surplus")
    page.locator(SLIDER).focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    looking.wait_until(
        page, "document.getElementById('balance-told').innerText.includes('产生')"
    )
    page.wait_for_url("**period=20*")
    moved = [_cells(page, key)[:7] for key in (DEYANG, LIANGSHAN)]
    classes = [_class_of(page, key) for key in (DEYANG, LIANGSHAN)]
    legend = page.locator("#legend").inner_text()
    _open(page, page.url.partition("/balance/")[2])
    assert [_cells(page, key)[:7] for key in (DEYANG, LIANGSHAN)] == moved
    assert [_class_of(page, key) for key in (DEYANG, LIANGSHAN)] == classes
    assert page.locator("#legend").inner_text() == legend


def test_a_month_that_comes_up_recolours_the_map(page, site_db):
    _open(page, "?measure=generated&sites=0")
    page.locator(SLIDER).focus()
    page.keyboard.press("Home")
    page.wait_for_url("**period=20*")
    page.wait_for_timeout(1_500)
    looking.wait_for_map(page)
    assert _is_filled_as_its_row(page, LIANGSHAN)


def test_the_figures_follow_once_the_slider_rests(page):
    _open(page)
    page.locator(SLIDER).focus()
    page.keyboard.press("Home")
    page.wait_for_url("**period=20*")
    month = _month_of(page)
    looking.wait_until(
        page,
        f"document.querySelector('#balance-figures h2').innerText.includes('{month}')",
    )
    assert month in page.locator("#balance-told").inner_text()


def test_another_measure_keeps_the_month_and_the_view(page):
    _open(page, "?z=7.5&lon=104&lat=31")
    page.locator(SLIDER).focus()
    page.keyboard.press("Home")
    page.wait_for_url("**period=20*")
    month = _month_of(page)
    looking.wait_until(page, "measures.innerHTML.includes('period=20')")
    page.locator("#measures a", has_text="库存").click()
    page.wait_for_url("**measure=stock*")
    assert month in page.locator("#balance-told").inner_text()
    assert "z=7.5" in page.url


def test_play_runs_and_pause_stops(page):
    _open(page, "?period=2025-01")
    button = page.locator("#time button")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    page.wait_for_url("**period=2025-03*")
    button.click()
    assert button.inner_text().strip() == "播放"
    stopped = page.locator(SLIDER).input_value()
    page.wait_for_timeout(1_200)
    assert page.locator(SLIDER).input_value() == stopped


def test_the_view_of_a_mailed_address_is_taken_up(page):
    _open(page, "?z=8.5&lon=104.1&lat=31.2")
    stands = page.evaluate(
        """() => { const map = document.querySelector('wh-map').map;
        return [map.getZoom(), map.getCenter().lng, map.getCenter().lat]; }"""
    )
    assert stands == pytest.approx([8.5, 104.1, 31.2], abs=1e-6)


def test_zooming_is_written_into_the_address(page):
    _open(page)
    page.locator("wh-map .maplibregl-ctrl-zoom-in").first.click()
    page.wait_for_url("**z=*lon=*lat=*")


def test_flows_are_drawn_when_they_are_asked_for(page):
    _open(page)
    drawn = """document.querySelector('wh-map').map
        .queryRenderedFeatures({layers: ['flows']}).length > 0"""
    assert not page.evaluate(drawn)
    page.locator("#show-flows").check()
    looking.wait_until(page, drawn)
    page.wait_for_url("**flows=1*")


def test_two_periods_move_as_one_map(page):
    _open(page, "?compare=2024&measure=stock")
    assert page.locator("wh-map").count() == 2
    page.evaluate("document.querySelector('wh-map').map.jumpTo({zoom: 8})")
    zooms = "[...document.querySelectorAll('wh-map')].map((one) => one.map.getZoom())"
    assert page.evaluate(zooms) == [8, 8]
    heads = page.locator("#balance-table thead th").all_inner_texts()
    assert "2024 年" in heads
    assert "差值" in heads


def test_a_head_sorts_the_rows_by_size(page):
    _open(page)
    page.locator("#balance-table thead button", has_text="产生量").click()
    first = page.locator("#balance-table tbody td:nth-child(2)").all_inner_texts()
    known = [float(text.replace(",", "")) for text in first if text != "–"]
    assert known == sorted(known, reverse=True)
    assert first[: len(known)].count("–") == 0


def test_choosing_another_material_keeps_the_measure(page):
    _open(page, "?measure=stock")
    page.get_by_label("物料").select_option("iron_tailings")
    page.wait_for_url("**material=iron_tailings*")
    assert "measure=stock" in page.url
    assert "铁尾矿" in page.locator("h1").inner_text()


def test_on_a_phone_all_of_it_is_there(page):
    page.set_viewport_size(PHONE)
    _open(page, f"?within={DEYANG}")
    wide = "document.documentElement.scrollWidth > window.innerWidth"
    assert not page.evaluate(wide)
    assert page.locator(SLIDER).is_visible()
    assert page.locator("#balance-table").is_visible()


def test_the_embedded_map_stands_alone(page):
    page.goto("/balance/embed/?measure=surplus")
    looking.wait_for_map(page)
    assert page.locator("nav").count() == 0
    assert page.locator("#legend").is_visible()
    assert "虚构" in page.locator("wh-map").inner_text()
    assert "来源" in page.locator("main").inner_text()


def test_on_paper_there_are_the_map_the_legend_and_the_table(page):
    _open(page)
    document = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    first = document.pages[0]
    assert first.mediabox.width > first.mediabox.height
    told = "".join(one.extract_text() for one in document.pages)
    words = "".join(told.split())
    assert "凉山彝族自治州" in words
    assert "登录" not in words
    assert len(_copy_on_paper(page).getcolors(2**24)) > 50


def _copy_on_paper(page):
    """What stands in for the map on paper, as the page itself made it."""
    address = page.evaluate("document.querySelector('canvas.on-paper').toDataURL()")
    return Image.open(io.BytesIO(b64decode(address.partition(",")[2])))
