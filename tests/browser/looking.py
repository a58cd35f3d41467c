"""Looking at a page as a person does: what colour is where on the map."""

import io

from PIL import Image, ImageColor
from playwright.sync_api import Page

DRAWN = "wh-map[data-idle]"
PAUSE_MS = 100
Colour = tuple[int, int, int]


def wait_for_map(page: Page) -> None:
    """The map has loaded its tiles and stands still."""
    page.wait_for_selector(DRAWN)


def wait_until(page: Page, expression: str, patience_ms: int = 20_000) -> None:
    """An expression has come true in the page.

    Asked again and again from outside: Playwright's own ``wait_for_function`` evaluates
    text within the page as soon as it has to wait, which the site's policy forbids.
    """
    for _ in range(patience_ms // PAUSE_MS):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(PAUSE_MS)
    raise AssertionError(f"This never came true: {expression}")


def picture(page: Page) -> Image.Image:
    """The map as it is seen, one pixel for each CSS pixel."""
    shot = page.locator("wh-map .canvas-box").screenshot()
    return Image.open(io.BytesIO(shot)).convert("RGB")


def place(page: Page, lon: float, lat: float) -> tuple[int, int]:
    """The pixel of the picture at which a WGS 84 point lies."""
    spot = page.evaluate(
        "([lon, lat]) => document.querySelector('wh-map').map.project([lon, lat])",
        [lon, lat],
    )
    return round(spot["x"]), round(spot["y"])


def around(image: Image.Image, spot: tuple[int, int], reach: int = 4) -> set[Colour]:
    """The colours within a few pixels of a spot."""
    x, y = spot
    return {
        image.getpixel((column, row))
        for column in range(max(0, x - reach), min(image.width, x + reach + 1))
        for row in range(max(0, y - reach), min(image.height, y + reach + 1))
    }


def is_near(one: Colour, other: Colour, tolerance: int = 24) -> bool:
    """Whether two colours look the same."""
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def over_white(hex_colour: str, opacity: float) -> Colour:
    """A translucent colour on white ground."""
    red, green, blue = ImageColor.getrgb(hex_colour)[:3]
    mixed = (round(255 + (part - 255) * opacity) for part in (red, green, blue))
    return tuple(mixed)


def background_of(page: Page, selector: str) -> Colour:
    """The computed background colour of an element."""
    return _computed(page, selector, "backgroundColor")


def colour_of(page: Page, selector: str) -> Colour:
    """The computed colour of an element's text."""
    return _computed(page, selector, "color")


def _computed(page: Page, selector: str, style: str) -> Colour:
    text = page.locator(selector).first.evaluate(
        "(element, style) => getComputedStyle(element)[style]", style
    )
    return ImageColor.getrgb(text)[:3]
