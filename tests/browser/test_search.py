"""Search: by material and radius, in the list and on the map, in the address."""

import re

import pytest

from tests.browser import looking

pytestmark = pytest.mark.browser

DEYANG = "lon=104.2&lat=31.2&datum=WGS84"


def _distances_km(page):
    texts = page.locator("#results .far").all_inner_texts()
    return [float(text.removesuffix(" km").replace(",", "")) for text in texts]


def _ids(page):
    cards = page.locator("#results .result")
    return [card.get_attribute("data-id") for card in cards.all()]


def test_the_list_is_what_the_api_finds_nearest_first(page):
    page.goto(f"/supplies/?material=phosphogypsum&within_km=150&{DEYANG}")
    answer = page.request.get(
        "/api/v1/supplies/?material=phosphogypsum&within_km=150&near=104.2,31.2"
    ).json()
    assert answer["count"] > 1
    assert _ids(page) == [row["public_id"] for row in answer["results"]]
    assert _distances_km(page) == sorted(_distances_km(page))
    assert max(_distances_km(page)) <= 150


def test_a_smaller_radius_finds_fewer_and_the_address_keeps_it(page):
    page.goto(f"/supplies/?within_km=500&{DEYANG}")
    looking.wait_for_map(page)
    before = page.locator("#results h2").inner_text()
    slider = page.get_by_label("半径")
    slider.fill("40")
    page.wait_for_url(re.compile("within_km=40"))
    assert page.locator("#radius").inner_text() == "40 km"
    assert page.locator("#results h2").inner_text() != before
    assert max(_distances_km(page)) <= 40
    found = _ids(page)
    page.reload()
    assert _ids(page) == found


def test_choosing_a_material_leaves_only_that(page):
    page.goto("/supplies/")
    looking.wait_for_map(page)
    page.get_by_label("物料").select_option("lithium_slag")
    page.wait_for_url(re.compile("material=lithium_slag"))
    titles = page.locator("#results .title").all_inner_texts()
    assert titles
    assert all("锂渣" in title for title in titles)


def test_a_click_on_the_map_searches_around_it(page):
    page.goto("/supplies/")
    looking.wait_for_map(page)
    x, y = looking.place(page, 104.0, 30.4)
    page.locator("wh-map .canvas-box").click(position={"x": x, "y": y})
    page.wait_for_url(re.compile("datum=WGS84"))
    assert float(page.locator("[name=lon]").input_value()) == pytest.approx(
        104, abs=0.1
    )
    assert float(page.locator("[name=lat]").input_value()) == pytest.approx(
        30.4, abs=0.1
    )
    assert _distances_km(page) == sorted(_distances_km(page))


def test_the_circle_is_drawn_at_its_radius(page):
    page.goto(f"/supplies/?within_km=100&{DEYANG}")
    looking.wait_for_map(page)
    page.wait_for_timeout(600)
    looking.wait_for_map(page)
    image = looking.picture(page)
    inside = image.getpixel(looking.place(page, 104.2, 31.2 + 0.85))
    rim = looking.around(image, looking.place(page, 104.2, 31.2 + 100 / 111.195), 3)
    accent = looking.background_of(page, "#search button.button:not([type])")
    assert any(looking.is_near(colour, accent, 60) for colour in rim)
    assert not looking.is_near(inside, accent, 60)


def test_nothing_found_gives_advice(page):
    page.goto("/supplies/?material=pv_module&within_km=5&lon=100&lat=32&datum=WGS84")
    assert "扩大半径" in page.locator("#results .empty").inner_text()


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("lon=104", "lat", "同时填写"),
        ("lon=31&lat=104&datum=WGS84", "lat", "写反"),
        ("lon=104&lat=31", "datum", "坐标系"),
        ("lon=125&lat=25&datum=WGS84", "lon", "不在任何已载入的地区"),
        ("county=999999", "county", "没有这个县"),
        ("material=gold", "material", "没有该物料"),
    ],
)
def test_a_fault_is_said_beside_its_field(page, complaints, query, field, words):
    answer = page.goto(f"/supplies/?{query}")
    assert answer.status == 400
    assert words in page.locator(f"#id_{field}_error").inner_text()
    page.wait_for_load_state()
    complaints.clear()


def test_the_form_works_without_scripts(browser, site):
    with browser.new_context(
        java_script_enabled=False, base_url=site.url, locale="zh-CN"
    ) as context:
        page = context.new_page()
        page.goto("/supplies/")
        page.get_by_label("物料").select_option("fly_ash_cfb")
        page.get_by_role("button", name="搜索").click()
        assert "material=fly_ash_cfb" in page.url
        assert page.locator("#results .result").count() > 0
