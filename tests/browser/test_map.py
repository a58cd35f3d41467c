"""The home map: it is drawn, and the plants are where they are."""

import pytest

from tests.browser import looking
from wastehub.registry.models import Facility, Supply

pytestmark = pytest.mark.browser

OFFER_OPACITY = 0.82


@pytest.fixture
def home(page):
    page.goto("/")
    looking.wait_for_map(page)
    return page


def test_the_map_is_more_than_its_background(home):
    colours = looking.picture(home).getcolors(maxcolors=2**24)
    largest = max(count for count, _colour in colours)
    total = sum(count for count, _colour in colours)
    assert len(colours) > 50
    assert largest < 0.8 * total


def _distance(one, other):
    return ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5


def _lone_offer(page):
    """The site with one offer that stands farthest from any other on the screen."""
    spots = {
        site.pk: looking.place(page, site.point.x, site.point.y)
        for site in Facility.objects.all()
    }
    offers = Supply.objects.open().select_related("material", "facility")
    sites = [row.facility_id for row in offers]
    lone = [row for row in offers if sites.count(row.facility_id) == 1]
    supply = max(
        lone,
        key=lambda row: min(
            _distance(spots[row.facility_id], spot)
            for pk, spot in spots.items()
            if pk != row.facility_id
        ),
    )
    return supply, spots[supply.facility_id]


def test_a_plant_stands_in_its_material_s_colour_at_its_place(home, site_db):
    supply, spot = _lone_offer(home)
    wanted = looking.over_white(supply.material.colour, OFFER_OPACITY)
    seen = looking.around(looking.picture(home), spot)
    assert any(looking.is_near(colour, wanted) for colour in seen)


def test_a_click_on_a_plant_opens_its_card(home, site_db):
    supply, (x, y) = _lone_offer(home)
    home.locator("wh-map .canvas-box").click(position={"x": x, "y": y})
    card = home.locator(".map-card")
    assert card.locator("strong").inner_text() == supply.facility.name_zh
    card.get_by_role("link").click()
    home.wait_for_url(f"**/facilities/{supply.facility.public_id}/")


def test_the_legend_names_each_material_on_offer_in_both_languages(home, site_db):
    legend = home.locator(".legend").inner_text()
    for supply in Supply.objects.open().select_related("material"):
        assert supply.material.name_zh in legend
        assert supply.material.name_en in legend


def test_names_wait_for_the_typeface_that_draws_them(home):
    names = "".join(
        home.evaluate(
            "() => document.querySelector('wh-map').frame.labels.map(r => r.name_zh)"
        )
    )
    assert "攀枝花" in names
    assert home.evaluate(
        """names => [...document.fonts]
            .filter(face => face.family.includes('Noto Sans SC Variable'))
            .filter(face => face.status === 'loaded')
            .length && document.fonts.check('16px "Noto Sans SC Variable"', names)""",
        names,
    )


def test_the_map_is_drawn_again_in_the_dark(home):
    home.emulate_media(color_scheme="dark")
    looking.wait_until(
        home, "Boolean(document.querySelector('wh-map').map.getLayer('offers'))"
    )
    home.wait_for_timeout(500)
    looking.wait_for_map(home)
    corner = looking.picture(home).getpixel((2, 40))
    assert max(corner) < 80
