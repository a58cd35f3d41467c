"""The strip of a supply: letters and colours, by keyboard and on a phone."""

import pytest

from matching.compatibility import compatibility
from tests.browser import looking
from wastehub.registry.models import Supply

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
LETTERS = {"yes": "可", "treated": "处", "likely": "或", "unknown": "未", "no": "否"}
SMALLEST_CONTRAST = 4.5


@pytest.fixture
def slag(site_db):
    """A measured steel slag: every verdict occurs among its uses."""
    for supply in Supply.objects.open().of("steel_slag").order_by("pk"):
        uses = compatibility(supply)
        if {use.verdict for use in uses} == set(LETTERS):
            return supply, uses
    raise AssertionError("The demo has no such supply.")


def _open(page, slag):
    page.goto(f"/supplies/{slag[0].public_id}/")
    return page.locator(".strip .square")


def _luminance(colour):
    parts = [part / 255 for part in colour]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one, other):
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_each_use_has_a_square_with_the_letter_of_its_verdict(page, slag):
    squares = _open(page, slag)
    shown = [square.inner_text().split("\n")[:2] for square in squares.all()]
    assert shown == [[LETTERS[use.verdict], use.route.name_zh] for use in slag[1]]


def test_each_verdict_has_a_colour_of_its_own_behind_letter_and_square(page, slag):
    _open(page, slag)
    for selector in (".square.{}", ".square .letter.{}"):
        colours = {
            looking.background_of(page, selector.format(verdict)) for verdict in LETTERS
        }
        assert len(colours) == len(LETTERS)


def test_the_letters_stand_out_from_their_ground(page, slag):
    _open(page, slag)
    for verdict in LETTERS:
        selector = f".square .letter.{verdict}"
        ground = looking.background_of(page, selector)
        ink = looking.colour_of(page, selector)
        assert _contrast(ink, ground) >= SMALLEST_CONTRAST


def test_by_keyboard_from_a_square_to_the_rule_behind_it(page, slag):
    _open(page, slag)
    page.locator(".square.no").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalogue/routes/*/#steel_slag")
    assert page.locator(".use:target .badge.no").inner_text() == "禁止"


def test_on_a_phone_the_squares_stand_below_each_other_within_the_screen(page, slag):
    page.set_viewport_size(PHONE)
    boxes = [square.bounding_box() for square in _open(page, slag).all()]
    assert len({box["x"] for box in boxes}) == 1
    assert all(box["x"] + box["width"] <= PHONE["width"] for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
