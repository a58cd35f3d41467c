"""Tiles of counties over Sichuan, of our server and of tipg on the same tables.

Both answer over HTTP on a connection that stays open, by turns, tile after tile. All of
China is loaded, so an index has to find what a tile shows.
"""

import math
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import mapbox_vector_tile
import numpy as np
from shapely.geometry import box, shape

from maps.region_tiles import REGIONS
from maps.tiles import EXTENT
from seeds.places.load import load_places
from tests.bench import tile_servers
from tests.bench.table import Row
from tests.bench.timing import Disagreement

OURS = "WasteHub"
# West, south, east, north of the province, degrees.
SICHUAN = (97.35, 26.05, 108.55, 34.32)
ZOOMS = range(5, 11)
MOST_TILES = 25
CALLS_A_ZOOM = 100
# How far two areas of a county in a tile may be apart: square units of the grid, and a
# share. From zoom 7 ours draws the very shapes that tipg reads, so that only rounding
# differs; before it draws lighter ones. A pixel of a screen is 64 square units.
SAME_SHAPES_FROM_ZOOM = 7
ROUNDED, LIGHTER = (4, 0.002), (64, 0.05)

Tile = tuple[int, int, int]
Server = Callable[[Tile], bytes]
Seconds = dict[str, list[float]]


def measure() -> Iterator[Row]:
    """Median and 95th percentile of each zoom and of all; nothing without tipg."""
    load_places(nationwide=True)
    tile_servers.make_views()
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with tile_servers.ours(folder) as ours, tile_servers.tipg(folder) as tipg:
                yield from _by_zoom(_servers(ours, tipg))
        except subprocess.CalledProcessError as fault:
            print(f"  left out: tipg can not be installed: {fault.stderr[-300:]}")


def _servers(ours: HTTPConnection, tipg: HTTPConnection) -> dict[str, Server]:
    def of_tipg(view: str) -> Server:
        path = f"/collections/{tile_servers.SCHEMA}.{view}/tiles/WebMercatorQuad"
        return lambda tile: _got(tipg, "{}/{}/{}/{}".format(path, *tile))

    return {
        OURS: lambda tile: _got(
            ours, "/tiles/regions/{}/{}/{}.pbf?level=county".format(*tile)
        ),
        "tipg": of_tipg(tile_servers.DRAWN),
        "tipg, projected": of_tipg(tile_servers.PROJECTED),
    }


def _got(server: HTTPConnection, path: str) -> bytes:
    server.request("GET", path)
    answer = server.getresponse()
    body = answer.read()
    if answer.status not in (200, 204):
        raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
    return body


def _by_zoom(servers: Mapping[str, Server]) -> Iterator[Row]:
    everything: Seconds = defaultdict(list)
    for zoom in ZOOMS:
        tiles = tiles_over(SICHUAN, zoom)
        sizes = _compared(servers, tiles)
        seconds = _timed(servers, tiles)
        yield from _rows(f"z{zoom}, {len(tiles)} tiles", seconds, sizes)
        for way, taken in seconds.items():
            everything[way] += taken
    yield from _rows("all zooms", everything, {})


def tiles_over(bounds: tuple[float, float, float, float], zoom: int) -> list[Tile]:
    """Tiles of a zoom over a box of degrees; a sample by a seed where they are many."""
    west, south, east, north = bounds
    left, top = _tile_at(west, north, zoom)
    right, bottom = _tile_at(east, south, zoom)
    tiles = [
        (zoom, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)
    ]
    most = min(MOST_TILES, len(tiles))
    chosen = np.random.default_rng(zoom).choice(len(tiles), most, replace=False)
    return [tiles[number] for number in sorted(chosen)]


def _tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    turn = math.asinh(math.tan(math.radians(lat))) / math.pi
    return int((lon + 180) / 360 * 2**zoom), int((1 - turn) / 2 * 2**zoom)


def _compared(servers: Mapping[str, Server], tiles: list[Tile]) -> dict[str, float]:
    """The first round: warms up, and every answer is held against ours; mean kB."""
    bytes_sent: dict[str, int] = defaultdict(int)
    for tile in tiles:
        answers = {way: server(tile) for way, server in servers.items()}
        ours = _areas(answers[OURS], REGIONS)
        for way, body in answers.items():
            bytes_sent[way] += len(body)
            if way != OURS:
                require_alike(tile, way, ours, _areas(body, "default"))
    return {way: count / len(tiles) / 1000 for way, count in bytes_sent.items()}


def _areas(body: bytes, layer: str) -> dict[str, float]:
    """Area inside the tile itself by adcode, square grid units."""
    inside = box(0, 0, EXTENT, EXTENT)
    features = mapbox_vector_tile.decode(body)[layer]["features"] if body else []
    return {
        feature["properties"]["adcode"]: shape(feature["geometry"])
        .buffer(0)
        .intersection(inside)
        .area
        for feature in features
    }


def require_alike(
    tile: Tile, way: str, ours: dict[str, float], theirs: dict[str, float]
) -> None:
    """The same counties, each with the same area inside the tile.

    Raises
    ------
    Disagreement
        One is larger or smaller than rounding explains, or is not there.
    """
    units, share = ROUNDED if tile[0] >= SAME_SHAPES_FROM_ZOOM else LIGHTER
    for adcode in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(adcode, 0), theirs.get(adcode, 0)
        if abs(one - other) > units + share * one:
            raise Disagreement(f"{tile}: {adcode} is {one} of ours, {other} of {way}")


def _timed(servers: Mapping[str, Server], tiles: list[Tile]) -> Seconds:
    seconds: Seconds = defaultdict(list)
    for _ in range(math.ceil(CALLS_A_ZOOM / len(tiles))):
        for tile in tiles:
            for way, server in servers.items():
                begun = perf_counter()
                server(tile)
                seconds[way].append(perf_counter() - begun)
    return seconds


def _rows(size: str, seconds: Seconds, sizes_kb: Mapping[str, float]) -> Iterator[Row]:
    for name, share in (("median", 50), ("95th percentile", 95)):
        ours_s = float(np.percentile(seconds[OURS], share))
        for way, taken in seconds.items():
            taken_s = float(np.percentile(taken, share))
            sent = f", {sizes_kb[way]:,.1f} kB a tile" if way in sizes_kb else ""
            remark = f"{name}{sent}"
            yield Row("tiles", size, way, taken_s, taken_s / ours_s, len(taken), remark)
