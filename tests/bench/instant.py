"""The matches of one supply, asked again and again of different ones.

What is timed is the whole service: claiming, reading, the kernel with its certificate,
and writing matches and refusals.
"""

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from matching.models import MatchRun
from matching.services import supply_match
from tests.bench.listings import grow_to
from tests.bench.sizes import COUNTRY
from tests.bench.table import Row
from wastehub.registry.models import Demand, Supply

CALLS = 400
WARM_UP = 5


def measure() -> Iterator[Row]:
    """Median, 95th percentile and slowest of the calls, and one after a change."""
    grow_to(COUNTRY)
    chosen = _chosen()
    for key in chosen[:WARM_UP]:
        _seconds(key)
    taken = np.array([_seconds(key) for key in chosen])
    size = f"1 x {Demand.objects.count():,}"
    for way, seconds in (
        ("median", np.median(taken)),
        ("95th percentile", np.percentile(taken, 95)),
        ("slowest", taken.max()),
    ):
        remark = _written() if way == "median" else ""
        yield Row("instant", size, way, float(seconds), None, CALLS, remark)
    demand = Demand.objects.earliest("pk")
    demand.save(update_fields=["changed_at"])
    remark = "reads all open demands again"
    seconds = _seconds(chosen[0])
    yield Row("instant", size, "after a demand changed", seconds, None, 1, remark)


def _chosen() -> list[int]:
    """Supplies picked by a seed, those of the demo with their assays among them."""
    keys = list(Supply.objects.order_by("pk").values_list("pk", flat=True))
    demo, others = keys[:40], keys[40:]
    picked = np.random.default_rng(2).choice(others, CALLS - len(demo), replace=False)
    return [*demo, *picked.tolist()]


def _seconds(key: int) -> float:
    begun = perf_counter()
    run = supply_match(supply_id=key)
    taken = perf_counter() - begun
    if run is None:
        raise RuntimeError(f"The supply {key} was not matched.")
    return taken


def _written() -> str:
    """How much the calls found and wrote, in the middle."""
    runs = [
        (run.summary["pairs_acceptable"], run.matches.count(), run.refusals.count())
        for run in MatchRun.objects.filter(supply__isnull=False, status="done")
    ]
    pairs, matches, refusals = np.median(runs, axis=0)
    return (
        f"{pairs:,.0f} pairs found, {matches:,.0f} and {refusals:,.0f} rows of matches"
        " and refusals written (medians)"
    )
