"""A whole plan of the invented region, from rows to rows, by its stages."""

from collections.abc import Iterator, Sequence
from statistics import median
from time import perf_counter

from matching.models import MatchRun
from matching.services import plan_start, run_execute
from tests.bench.listings import grow_to
from tests.bench.sizes import COUNTRY, PROVINCE
from tests.bench.table import Row
from tests.bench.timing import ROUNDS

REGION = "510000"
ENGINE = ("screen", "reach", "allocate", "certify")


def measure() -> Iterator[Row]:
    """The demo as it comes, then with a province's listings more, then a country's."""
    yield from _measured()
    grow_to(PROVINCE)
    yield from _measured()
    grow_to(COUNTRY)
    yield from _rows([_planned()])


def _measured() -> Iterator[Row]:
    _planned()
    yield from _rows([_planned() for _ in range(ROUNDS)])


def _rows(runs: Sequence[dict[str, float]]) -> Iterator[Row]:
    run = MatchRun.objects.plans().published().latest("pk")
    summary = run.summary
    size = f"{summary['supplies']:,} x {summary['demands']:,}"
    pairs, rows = summary["pairs_acceptable"], run.matches.count()
    remark = f"{pairs:,} pairs, {rows:,} rows of matches, on PostgreSQL"
    for stage in runs[0]:
        seconds = median(run[stage] for run in runs)
        note = remark if stage == "in all" else ""
        yield Row("plan", size, stage, seconds, None, len(runs), note)


def _planned() -> dict[str, float]:
    """Seconds of a plan's stages; ``store`` is what the run does not clock itself."""
    run = plan_start(adcode=REGION, accept="likely")
    begun = perf_counter()
    run = run_execute(run_id=run.pk)
    whole = perf_counter() - begun
    stages = {name: run.seconds[name] for name in ("gather", *ENGINE)}
    return {**stages, "store": whole - sum(stages.values()), "in all": whole}
