"""All of China's operating works of four open trackers, planned in one run.

Needs the trackers' files in the folder that ``WASTEHUB_SHARED_DATA`` names.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from django.contrib.auth.models import AnonymousUser
from django.test import Client

from matching.models import MatchRun
from matching.services import plan_start, run_execute
from seeds.places.load import load_places
from seeds.trackers.importing import import_tracker
from tests.bench.table import Row
from tests.bench.timing import ROUNDS
from wastehub.places import adcodes
from wastehub.registry.models import Facility
from wastehub.web import policy

FOLDER = "WASTEHUB_SHARED_DATA"
FILES = {
    "gem-cement": "gem_cement_china_2025-07.csv",
    "gem-coal": "gem_coal_units_china_2024-07.csv",
    "gem-steel": "gem_steel_plants_china_2026-03.csv",
    "gem-iron-ore": "gem_iron_ore_mines_china_2025-08.csv",
}
# The tile of the country's east, where most works are, from afar.
TILE = "3/6/3"


def measure() -> Iterator[Row]:
    """Loading, planning, and what a visitor waits for; nothing without the files."""
    folder = os.environ.get(FOLDER)
    if not folder:
        print(f"  left out: {FOLDER} names no folder of tracker files")
        return
    yield _once("load the map", lambda: load_places(nationwide=True))
    for source, file in FILES.items():
        path = Path(folder) / "facilities" / file
        yield _once(source, partial(import_tracker, source=source, path=path))
    yield from _planned()
    yield from _shown()


def _once(way: str, work: Callable[[], object]) -> Row:
    begun = perf_counter()
    work()
    return Row("nation", "", way, perf_counter() - begun, None, 1)


def _planned() -> Iterator[Row]:
    runs = [_a_plan() for _ in range(ROUNDS + 1)][1:]
    summary = runs[0][0].summary
    size = f"{summary['supplies']:,} x {summary['demands']:,}"
    for stage in runs[0][0].seconds:
        seconds = median(run.seconds[stage] for run, _ in runs)
        yield Row("nation", size, stage, seconds, None, ROUNDS)
    remark = (
        f"{Facility.objects.real().count():,} sites, "
        f"{summary['pairs_acceptable']:,} pairs, "
        f"{summary['placed_kg'] / 1e9:,.1f} of {summary['offered_kg'] / 1e9:,.1f} Mt "
        f"placed, {runs[0][0].matches.count():,} flows, "
        f"certificate {'holds' if summary['certificate']['ok'] else 'FAILS'}"
    )
    whole = median(seconds for _, seconds in runs)
    yield Row("nation", size, "plan in all", whole, None, ROUNDS, remark)


def _a_plan() -> tuple[MatchRun, float]:
    run = plan_start(adcode=adcodes.COUNTRY, accept="likely")
    begun = perf_counter()
    return run_execute(run_id=run.pk), perf_counter() - begun


def _shown() -> Iterator[Row]:
    run = policy.runs(AnonymousUser()).plans().published().latest("pk")
    pages = {
        "plan page": f"/plans/{run.public_id}/",
        "market page": "/market/?material=fly_ash",
        "flows tile": f"/tiles/flows/{TILE}.pbf?run={run.public_id}",
        "regions tile": f"/tiles/regions/{TILE}.pbf?level=prefecture",
        "facilities tile": f"/tiles/facilities/{TILE}.pbf",
    }
    for way, address in pages.items():
        yield _answered(way, address)


def _answered(way: str, address: str) -> Row:
    client = Client(SERVER_NAME="localhost")
    size = len(client.get(address).content)
    seconds = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        answer = client.get(address)
        seconds.append(perf_counter() - begun)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
    remark = f"{size / 1000:,.0f} kB, not compressed, no network"
    return Row("nation", "", way, median(seconds), None, ROUNDS, remark)
