"""Hauls by road: estimated by region, given in a file, or measured by a service.

The service here is a small real HTTP server that answers as OSRM's table does, or as
Valhalla's matrix.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.utils import translation

from matching import services
from matching.distances import read_distances
from matching.models import MatchRun
from matching.roads import circuity_at
from seeds.load import load_catalogue
from tests import worlds
from wastehub.catalogue.models import Factor
from wastehub.errors import Refused
from wastehub.registry.models import Demand, Supply

pytestmark = pytest.mark.django_db
ROAD_M = 77_700


@pytest.fixture(autouse=True)
def _rules() -> None:
    worlds.two_counties()
    load_catalogue()


def ash_and_kiln() -> tuple[Supply, Demand]:
    supply = worlds.supply("fly_ash", at=worlds.facility(104.7))
    kiln = worlds.facility(104.5)
    return supply, worlds.demand("raw_meal", at=kiln, base_kg_per_year=10**9)


def a_plan(**asked: Any) -> MatchRun:
    run = services.plan_start(adcode="510000", accept="likely", **asked)
    return services.run_execute(run_id=run.pk)


Answer = Callable[[int, int], bytes]


@contextmanager
def routing(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """A service's address, and the paths it was asked for."""
    asked: list[str] = []

    class Table(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            told = parse_qs(urlsplit(self.path).query)
            sides = (told[name][0].split(";") for name in ("sources", "destinations"))
            self._say(answer(*map(len, sides)))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append(f"{self.path} {body}")
            told = json.loads(body)
            self._say(answer(len(told["sources"]), len(told["targets"])))

        def _say(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Table)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def table_of(metres: Any) -> Answer:
    def answer(sources: int, sinks: int) -> bytes:
        table = [[metres] * sinks for _ in range(sources)]
        return json.dumps({"code": "Ok", "distances": table}).encode()

    return answer


def matrix_of(kilometres: Any, units: str = "kilometers") -> Answer:
    """As Valhalla says it."""

    def answer(sources: int, sinks: int) -> bytes:
        rows = [
            [
                {"from_index": row, "to_index": column, "time": 60}
                | {"distance": kilometres}
                for column in range(sinks)
            ]
            for row in range(sources)
        ]
        return json.dumps({"sources_to_targets": rows, "units": units}).encode()

    return answer


def test_without_more_a_haul_is_estimated_by_the_region() -> None:
    ash_and_kiln()
    run = a_plan()
    match = run.matches.get()
    plain = Factor.objects.get(code="circuity_510100").value
    assert match.haul_km == pytest.approx(plain * match.distance_km)
    assert run.summary["roads"]["source"] == "estimate"


def test_a_county_goes_before_its_prefecture_and_its_province() -> None:
    by_region = {"510000": 1.5, "510100": 1.3, "510104": 1.2}
    counties = ["510104", "510105", "513401", "110101"]
    found = [circuity_at(county, by_region, 1.324) for county in counties]
    assert found == [1.2, 1.3, 1.5, 1.324]


def test_a_given_distance_takes_the_place_of_the_estimate(tmp_path: Path) -> None:
    supply, demand = ash_and_kiln()
    file = tmp_path / "roads.csv"
    file.write_text(f"supply,demand,km\n{supply.public_id},{demand.public_id},42.5\n")
    call_command("plan", "--accept=likely", f"--distances={file}", "--json")
    run = MatchRun.objects.get()
    assert run.matches.get().haul_km == 42.5
    assert run.summary["roads"] == {
        "source": "given",
        "fault": "",
        "pairs_measured": 1,
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Row 1"),
        ("from,to,km\n", "Row 1"),
        ('supply,demand,km\n"' + "x" * 200_000, "Row 1"),
        ("supply,demand,km\n" + "-" * 36 + ",{demand},5\n", "Row 2: No supply"),
        ("supply,demand,km\n{supply},{demand}\n", "Row 2"),
        ("supply,demand,km\n{supply},{demand},nan\n", "Row 2: km"),
        ("supply,demand,km\n{supply},{demand},inf\n", "Row 2: km"),
        ("supply,demand,km\n{supply},{demand},-1\n", "Row 2: km"),
        ("supply,demand,km\n{supply},{demand},far\n", "Row 2: km"),
        ("supply,demand,km\n{demand},{demand},5\n", "Row 2: No supply"),
        ("supply,demand,km\n{supply},kiln,5\n", "Row 2: No demand"),
        ("supply,demand,km\n{supply},{demand},5\n{supply},{demand},6\n", "Row 3"),
    ],
)
def test_a_wrong_file_is_refused_with_row_and_reason(text: str, reason: str) -> None:
    supply, demand = ash_and_kiln()
    ids = {"supply": supply.public_id, "demand": demand.public_id}
    with pytest.raises(Refused) as refused, translation.override("en"):
        read_distances(text.format(**ids))
    assert refused.value.fields["distances"].startswith(reason)


def test_a_service_measures_and_the_run_keeps_what_it_said(
    settings: Any,
) -> None:
    supply, demand = ash_and_kiln()
    with routing(table_of(ROAD_M)) as (url, asked):
        settings.ROUTING_URL = url
        run = a_plan()
    assert run.matches.get().haul_km == ROAD_M / 1000
    assert run.summary["roads"]["source"] == "routing"
    assert run.roads["measured"] == [
        [str(supply.public_id), str(demand.public_id), 77.7]
    ]
    assert len(asked) == 1
    assert "/table/v1/driving/104.700000,30.500000;104.500000,30.500000" in asked[0]


def test_a_pair_without_a_road_keeps_the_estimate(settings: Any) -> None:
    ash_and_kiln()
    with routing(table_of(None)) as (url, _):
        settings.ROUTING_URL = url
        run = a_plan()
    match = run.matches.get()
    assert match.haul_km == pytest.approx(1.275 * match.distance_km)
    assert run.summary["roads"]["pairs_measured"] == 0


@pytest.mark.parametrize(
    "answer",
    [
        lambda *_: b"<html>busy</html>",
        lambda *_: b'{"code": "InvalidQuery"}',
        lambda *_: b'{"distances": [[1, 2], [3]]}',
        lambda *_: b"[1]",
        lambda *_: b'{"distances": [["far"]]}',
        lambda *_: b'{"distances": [[NaN]]}',
        lambda *_: b'{"distances": [[-5]]}',
        lambda *_: b" " * 5_000_000,
    ],
)
def test_a_service_that_talks_nonsense_is_said_on_the_run(
    settings: Any, answer: Answer
) -> None:
    ash_and_kiln()
    with routing(answer) as (url, _):
        settings.ROUTING_URL = url
        run = a_plan()
    assert run.status == "done"
    match = run.matches.get()
    assert match.haul_km == pytest.approx(1.275 * match.distance_km)
    assert run.summary["roads"]["fault"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9",
        "file:///etc/passwd",
        "valhalla+http://127.0.0.1:9",
        "valhalla+file:///etc/passwd",
        "valhalla",
    ],
)
def test_a_service_that_is_not_there_is_said_on_the_run(
    settings: Any, url: str
) -> None:
    ash_and_kiln()
    settings.ROUTING_URL = url
    run = a_plan()
    assert run.status == "done"
    assert run.summary["roads"]["source"] == "estimate"
    assert run.summary["roads"]["fault"]


class TestValhalla:
    def test_it_measures_and_the_run_keeps_what_it_said(self, settings: Any) -> None:
        supply, demand = ash_and_kiln()
        with routing(matrix_of(77.7)) as (url, asked):
            settings.ROUTING_URL = f"valhalla+{url}"
            run = a_plan()
        assert run.matches.get().haul_km == 77.7
        assert run.summary["roads"]["source"] == "routing"
        assert run.roads["measured"] == [
            [str(supply.public_id), str(demand.public_id), 77.7]
        ]
        (request,) = asked
        address, question = request.split(" ", 1)
        assert address == "/sources_to_targets"
        assert json.loads(question) == {
            "sources": [{"lon": 104.7, "lat": 30.5}],
            "targets": [{"lon": 104.5, "lat": 30.5}],
            "costing": "truck",
        }

    def test_a_pair_without_a_road_keeps_the_estimate(self, settings: Any) -> None:
        ash_and_kiln()
        with routing(matrix_of(None)) as (url, _):
            settings.ROUTING_URL = f"valhalla+{url}"
            run = a_plan()
        match = run.matches.get()
        assert match.haul_km == pytest.approx(1.275 * match.distance_km)
        assert run.summary["roads"]["pairs_measured"] == 0

    @pytest.mark.parametrize(
        "answer",
        [
            matrix_of(48.3, units="miles"),
            matrix_of("far"),
            matrix_of(-1),
            matrix_of(True),
            lambda *_: b'{"error_code": 154, "error": "Path distance exceeds"}',
            lambda *_: b'{"units": "km", "sources_to_targets": {"distances": [[1]]}}',
            lambda *_: b'{"units": "km", "sources_to_targets": [[{"time": 5}]]}',
            lambda *_: b'{"units": "km", "sources_to_targets": [[5]]}',
            lambda *_: b'{"units": "km", "sources_to_targets": []}',
            lambda *_: b"[]",
        ],
    )
    def test_nonsense_is_said_on_the_run(self, settings: Any, answer: Answer) -> None:
        ash_and_kiln()
        with routing(answer) as (url, _):
            settings.ROUTING_URL = f"valhalla+{url}"
            run = a_plan()
        assert run.status == "done"
        match = run.matches.get()
        assert match.haul_km == pytest.approx(1.275 * match.distance_km)
        assert run.summary["roads"]["source"] == "estimate"
        assert run.summary["roads"]["fault"]
