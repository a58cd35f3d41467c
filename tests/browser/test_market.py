"""The map of supply and room: legend, table, API and colours say the same."""

import pytest
from PIL import ImageColor

from tests.browser import looking
from wastehub.places.models import Region

pytestmark = pytest.mark.browser


def _tonnes(text):
    return float(text.replace(",", ""))


def test_the_table_is_what_the_api_answers(page):
    page.goto("/market/?material=phosphogypsum")
    answer = page.request.get(
        "/api/v1/market/?material=phosphogypsum&level=prefecture"
    ).json()
    rows = page.locator("#market-table tbody tr")
    assert rows.count() == 21
    for region in answer["cells"]:
        row = page.locator(f"tr[data-adcode='{region['adcode']}'] td")
        offered, _, capacity, placed, left, _, received = row.all_inner_texts()
        assert _tonnes(offered) == pytest.approx(float(region["offered_t"]), abs=0.51)
        assert _tonnes(capacity) == pytest.approx(float(region["capacity_t"]), abs=0.51)
        assert _tonnes(placed) == pytest.approx(float(region["placed_t"]), abs=0.51)
        assert _tonnes(left) == pytest.approx(float(region["left_t"]), abs=0.51)
        assert _tonnes(received) == pytest.approx(float(region["received_t"]), abs=0.51)


def _swatch(page, selector):
    text = page.locator(selector).evaluate(
        "element => getComputedStyle(element).backgroundColor"
    )
    return ImageColor.getrgb(text)[:3]


@pytest.mark.parametrize("measure", ["placed_frac", "offered_kg"])
def test_a_region_is_filled_in_the_colour_that_its_row_and_the_legend_show(
    page, site_db, measure
):
    page.goto(f"/market/?material=phosphogypsum&measure={measure}")
    looking.wait_for_map(page)
    image = looking.picture(page)
    for adcode in ("510600", "510100"):
        row = f"tr[data-adcode='{adcode}'] .swatch"
        names = page.locator(row).get_attribute("class").split()
        code = next(name for name in names if name.startswith("class-"))
        colour = _swatch(page, row)
        assert colour == _swatch(page, f"#legend .{code}")
        middle = Region.objects.current().get(adcode=adcode).shape.point_on_surface
        spot = looking.place(page, middle.x, middle.y)
        seen = looking.around(image, spot, 10)
        assert any(looking.is_near(one, colour, 4) for one in seen)


def test_pointing_at_a_row_reads_its_numbers_aloud(page):
    page.goto("/market/")
    looking.wait_for_map(page)
    page.locator("tr[data-adcode='510600']").focus()
    card = page.locator("#region-card")
    assert "德阳市" in card.inner_text()
    assert card.get_attribute("aria-live") == "polite"


def test_choosing_another_material_shows_its_supply(page):
    page.goto("/market/")
    page.get_by_label("物料").select_option("iron_tailings")
    page.wait_for_url("**/market/?material=iron_tailings*")
    assert "铁尾矿" in page.locator("h1").inner_text()
