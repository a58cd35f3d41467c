"""How the whole engine grows: a country, and one of twice the size and as crowded."""

import json
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.bench.sizes import COUNTRY, TWICE_THE_COUNTRY, Size
from tests.bench.table import Row

RUNS = 3
STAGES = ("screen", "reach", "allocate", "certify")


def measure() -> Iterator[Row]:
    whole = {}
    for size in (COUNTRY, TWICE_THE_COUNTRY):
        runs = [run_engine(size) for _ in range(RUNS)]
        for stage in STAGES:
            seconds = median(run["seconds"][stage] for run in runs)
            yield Row("growth", str(size), stage, seconds, None, RUNS)
        whole[size] = median(sum(run["seconds"].values()) for run in runs)
        peak_mib = max(run["peak_mib"] for run in runs)
        remark = f"{runs[0]['pairs']:,} pairs, {peak_mib:,.0f} MiB at most"
        ratio = whole[size] / whole[COUNTRY]
        yield Row("growth", str(size), "in all", whole[size], ratio, RUNS, remark)


def run_engine(size: Size) -> dict[str, Any]:
    """What the engine's own program says of a world."""
    command = [sys.executable, "-m", "tests.bench.engine_process", *size.arguments()]
    done = subprocess.run(command, capture_output=True, check=True)
    return json.loads(done.stdout)
