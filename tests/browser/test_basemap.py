"""A street map in GCJ-02 under ours: what it shows lies where it is.

A tiny server draws tiles as such a map would: a red square around one point, at the
place that GCJ-02 gives it. On our map, which is in WGS 84, it has to lie at the point.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import log, pi, radians, sin
from threading import Thread

import pytest
from PIL import Image, ImageDraw

from tests import stack
from tests.browser import looking
from wastehub.geodesy import from_wgs84

pytestmark = pytest.mark.browser

TILE_PX = 256
RED, GREY = (220, 0, 0), (235, 235, 235)
# Chengdu, Tianfu Square, to about ten metres; any point would do.
POINT = 104.0657, 30.6574
HALF_PX = 5
# A base map lies under our colours at 65 %, and under the names.
TOLERANCE_PX = 3


def pixel(lon: float, lat: float, z: int) -> tuple[float, float]:
    """Web Mercator, in pixels of a zoom."""
    sine = sin(radians(lat))
    whole = TILE_PX * 2**z
    y = 0.5 - log((1 + sine) / (1 - sine)) / (4 * pi)
    return (lon + 180) / 360 * whole, y * whole


def drawn(z: int, x: int, y: int, datum: str) -> bytes:
    """A grey tile with its part of the red square."""
    image = Image.new("RGB", (TILE_PX, TILE_PX), GREY)
    across, down = pixel(*from_wgs84(*POINT, datum), z)
    spot = across - x * TILE_PX, down - y * TILE_PX
    square = [
        spot[0] - HALF_PX,
        spot[1] - HALF_PX,
        spot[0] + HALF_PX,
        spot[1] + HALF_PX,
    ]
    ImageDraw.Draw(image).rectangle(square, fill=RED)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


@dataclass
class Tiles:
    """A running server of tiles in one datum, and which it was asked for."""

    datum: str
    asked: list[str] = field(default_factory=list)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(handler.path)
        z, x, y = map(int, handler.path.removesuffix(".png").strip("/").split("/"))
        handler.send_response(200)
        handler.send_header("Content-Type", "image/png")
        handler.send_header("Access-Control-Allow-Origin", "*")
        handler.end_headers()
        handler.wfile.write(drawn(z, x, y, self.datum))


@pytest.fixture(params=["GCJ02", "WGS84"])
def tiles(request, monkeypatch) -> Iterator[Tiles]:
    """Tiles of either datum, which the site is told of."""
    serving = Tiles(request.param)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            serving.answer(self)

        def log_message(self, *_words: object) -> None:
            """Not among the lines of the tests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}.png"
        monkeypatch.setenv("BASEMAP_URL", address)
        monkeypatch.setenv("BASEMAP_DATUM", serving.datum)
        monkeypatch.setenv("BASEMAP_ATTRIBUTION", "a street map of a test")
        yield serving
        server.shutdown()


@pytest.fixture
def over_tiles(tiles, site, browser, tmp_path):
    """A page of the same site behind a web process of its own, over the tiles."""
    with stack.served(site.database, tmp_path / "web.log") as running:
        context = browser.new_context(
            base_url=running.url, viewport={"width": 1280, "height": 800}
        )
        said: list[str] = []
        context.on(
            "console",
            lambda one: said.append(one.text) if one.type == "error" else None,
        )
        yield context.new_page()
        context.close()
        assert said == []


def _red_spots(image):
    """Pixels that are red though seen through our colours."""
    wide, high = image.size
    return [
        (x, y)
        for x in range(wide)
        for y in range(high)
        if (told := image.getpixel((x, y)))[0] - max(told[1:]) > 40
    ]


@pytest.mark.parametrize("zoom", [10, 13])
def test_a_street_map_lies_where_it_is(over_tiles, tiles, zoom):
    lon, lat = POINT
    # White all over: no phosphogypsum is known of there, so no class is red.
    over_tiles.goto(f"/balance/?z={zoom}&lon={lon}&lat={lat}&sites=0")
    looking.wait_for_map(over_tiles)
    over_tiles.wait_for_timeout(1_000)
    assert tiles.asked
    spots = _red_spots(looking.picture(over_tiles))
    assert spots
    middle = [sum(axis) / len(spots) for axis in zip(*spots, strict=True)]
    assert middle == pytest.approx(
        looking.place(over_tiles, lon, lat), abs=TOLERANCE_PX
    )


def test_the_script_shifts_as_the_server_does(page):
    page.goto("/balance/")
    points = [
        (104.07, 30.66),
        (101.7, 26.58),
        (97.4, 34.3),
        (121.5, 31.2),
        (2.35, 48.9),
    ]
    found = page.evaluate(
        """async (points) => {
            const { toGcj02 } = await import('/static/web/gcj02.js');
            return points.map(([lon, lat]) => toGcj02(lon, lat));
        }""",
        points,
    )
    for point, (lon, lat) in zip(points, found, strict=True):
        assert (lon, lat) == pytest.approx(from_wgs84(*point, "GCJ02"), abs=1e-9)
