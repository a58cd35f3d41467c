"""What ``make bench`` does: measure, and print one table."""

import argparse
from collections.abc import Sequence
from time import perf_counter

from tests.bench import (
    allocating,
    balancing,
    growing,
    instant,
    ledgering,
    nation,
    planning,
    reaching,
    screening,
    starting,
    tiling,
)
from tests.bench.database import own_database
from tests.bench.machine import machine
from tests.bench.table import table

BENCHES = {
    "start": starting.measure,
    "screen": screening.measure,
    "reach": reaching.measure,
    "allocation": allocating.measure,
    "growth": growing.measure,
    "plan": planning.measure,
    "instant": instant.measure,
    "nation": nation.measure,
    "ledger": ledgering.measure,
    "tiles": tiling.measure,
    "balance": balancing.measure,
}


def main(arguments: Sequence[str]) -> int:
    chosen = _chosen(arguments)
    begun = perf_counter()
    with own_database():
        print(*machine(), "", sep="\n", flush=True)
        rows = []
        for name in chosen:
            print(f"Measuring: {name}", flush=True)
            rows += BENCHES[name]()
    print("", *table(rows), "", sep="\n")
    print("To ours: a way's seconds over the engine's; below 1 it is faster than ours.")
    print(f"{perf_counter() - begun:.0f} s with filling the database")
    return 0


def _chosen(arguments: Sequence[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; all if none"
    )
    names = parser.parse_args(arguments).names
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        parser.error(
            f"there is no {', '.join(unknown)}; choose of {', '.join(BENCHES)}"
        )
    return names or list(BENCHES)
