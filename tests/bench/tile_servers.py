"""Two tile servers on the bench's database, a process each: ours and tipg.

tipg 1.6 gets what its documentation offers to be fast and nothing that slows it: a
schema with only what it serves, uvloop and httptools, no log of requests, no looking
whether tables have changed. Its margin around a tile is set to ours.
"""

import os
import socket
import subprocess
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from maps.tiles import MARGIN
from tests import stack
from wastehub.places.models import DEEPEST_ZOOM, Region, TileShape

SCHEMA = "bench_tiles"
DRAWN, PROJECTED = "drawn", "projected"
PINS = Path(__file__).with_name("tipg-requirements.txt")
WAIT_S = 60
# Longer than anything between two calls.
KEEP_ALIVE_S = "300"
UVICORN = (
    *("-m", "uvicorn", "tipg.main:app", "--no-access-log", "--log-level=warning"),
    *("--timeout-keep-alive", KEEP_ALIVE_S),
)


def make_views() -> None:
    """Counties for tipg as columns of one view: as drawn, and projected beforehand."""
    counties = Region.objects.current().filling(Region.Level.COUNTY).order_by()
    names = ("adcode", "level", "name_zh", "name_en")
    finest = TileShape.objects.at_zoom(DEEPEST_ZOOM).filter(region__in=counties)
    projected = finest.values(*(f"region__{name}" for name in names), "shape")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for view, rows in (
            (DRAWN, counties.values(*names, "drawn_shape")),
            (PROJECTED, projected),
        ):
            sql, values = rows.query.sql_with_params()
            columns = ", ".join((*names, "geom"))
            cursor.execute(f"CREATE VIEW {SCHEMA}.{view} ({columns}) AS {sql}", values)
        cursor.execute("ANALYZE")


@contextmanager
def ours(folder: Path) -> Iterator[HTTPConnection]:
    """The site behind gunicorn, one worker with the settings of a deployment."""
    database = connection.settings_dict["NAME"]
    environment = stack.environment(database) | {
        "DJANGO_SETTINGS_MODULE": "wastehub.settings.base",
        "STATIC_ROOT": str(folder),
        "LOG_LEVEL": "ERROR",
    }
    with _door() as door:
        log = folder / "ours.log"
        child = stack.started(
            *stack.gunicorn(door, workers=1, threads=4),
            *("--keep-alive", KEEP_ALIVE_S),
            environment=environment,
            log=log,
            pass_fds=[door.fileno()],
        )
        with _ended(child):
            yield _answering(door, "/tiles/regions/0/0/0.pbf", log)


@contextmanager
def tipg(folder: Path) -> Iterator[HTTPConnection]:
    """tipg behind uvicorn, one worker, in an environment made in the folder.

    Raises
    ------
    subprocess.CalledProcessError
        Its packages can not be fetched.
    """
    python = _environment(folder / "venv")
    with _door() as door, (folder / "tipg.log").open("w") as log:
        child = subprocess.Popen(
            [python, *UVICORN, "--fd", str(door.fileno())],
            cwd=folder,
            env={**os.environ, **_settings()},
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[door.fileno()],
        )
        with _ended(child):
            yield _answering(door, "/healthz", folder / "tipg.log")


def _environment(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    quiet = ["--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [python, "-m", "pip", "install", *quiet, "--requirement", PINS],
        check=True,
        capture_output=True,
        text=True,
    )
    return python


def _settings() -> dict[str, str]:
    database = connection.settings_dict
    user, password, host = (
        quote(database[name] or "", safe="") for name in ("USER", "PASSWORD", "HOST")
    )
    port = f":{database['PORT']}" if database["PORT"] else ""
    words = f":{password}" if password else ""
    return {
        "DATABASE_URL": f"postgresql://{user}{words}@{host}{port}/{database['NAME']}",
        "TIPG_DB_SCHEMAS": f'["{SCHEMA}"]',
        "TIPG_TILE_BUFFER": str(MARGIN),
        "TIPG_SET_MVT_LAYERNAME": "false",
        "TIPG_CATALOG_TTL": "0",
    }


def _answering(door: socket.socket, path: str, log: Path) -> HTTPConnection:
    """A connection that stays open, once the server behind the door has answered."""
    caller = HTTPConnection(*door.getsockname(), timeout=WAIT_S)
    caller.request("GET", path)
    answer = caller.getresponse()
    answer.read()
    if answer.status >= 400:
        raise RuntimeError(f"{path}: {answer.status}\n{log.read_text()}")
    return caller


def _door() -> socket.socket:
    """An open socket whose connections send at once, whichever server takes them.

    Both send head and body apart; what waits for the caller's word between them (Nagle)
    answers 40 ms late.
    """
    door = socket.create_server(("127.0.0.1", 0), backlog=stack.BACKLOG)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


@contextmanager
def _ended(child: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        child.terminate()
        child.wait(timeout=30)
