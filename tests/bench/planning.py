"""A whole plan of the invented region, from rows to rows, by its stages."""

from collections.abc import Iterator
from statistics import median
from time import perf_counter

from matching.models import MatchRun
from matching.services import plan_start, run_execute
from tests.bench.table import Row
from tests.bench.timing import ROUNDS

PROVINCE = "510000"
ENGINE = ("screen", "reach", "allocate", "certify")


def measure() -> Iterator[Row]:
    _planned()
    runs = [_planned() for _ in range(ROUNDS)]
    summary = MatchRun.objects.plans().published().latest("pk").summary
    size = f"{summary['supplies']} x {summary['demands']}"
    remark = f"{summary['pairs_acceptable']} pairs, on PostgreSQL"
    for stage in runs[0]:
        seconds = median(run[stage] for run in runs)
        note = remark if stage == "in all" else ""
        yield Row("plan", size, stage, seconds, None, ROUNDS, note)


def _planned() -> dict[str, float]:
    """Seconds of a plan's stages; ``store`` is what the run does not clock itself."""
    run = plan_start(adcode=PROVINCE, accept="likely")
    begun = perf_counter()
    run = run_execute(run_id=run.pk)
    whole = perf_counter() - begun
    stages = {name: run.seconds[name] for name in ("gather", *ENGINE)}
    return {**stages, "store": whole - sum(stages.values()), "in all": whole}
