"""A routing service's table of road distances: OSRM's or Valhalla's.

The address tells which: ``http://host:5000`` is an OSRM server,
``valhalla+http://host:8002`` one of Valhalla, which is asked for trucks.

References
----------
Open Source Routing Machine, HTTP API, table service, version 5:
https://project-osrm.org/docs/v5.24.0/api/#table-service
Valhalla, time-distance matrix service, ``sources_to_targets``:
https://valhalla.github.io/valhalla/api/matrix/api-reference/
"""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http.client import HTTPException
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

Site = tuple[float, float]
Ends = tuple[int, int]
Table = list[list[float | None]]
Ask = Callable[[Sequence[Site], Sequence[Site]], Table]

SITES_A_SIDE: Final = 50
"""Unless told otherwise OSRM takes 100 places in one table, Valhalla 2,500 pairs."""
MOST_REQUESTS: Final = 400
TIMEOUT_S: Final = 10.0
MOST_SECONDS: Final = 120.0
MOST_BYTES: Final = 4_000_000
FARTHEST: Final = 10**8
"""In metres or kilometres: more is no distance on Earth."""
_NO_TABLE: Final = "the service's answer is no table of distances"
VALHALLA: Final = "valhalla+"
METRES_PER_KM: Final = 1000.0


class RoutingFault(Exception):
    """The service can not be used; the message says why."""


def road_table(
    url: str, supplies: Sequence[Site], demands: Sequence[Site], pairs: Sequence[Ends]
) -> dict[Ends, float]:
    """Road kilometres of pairs, by the service at ``url``; sites are WGS 84 lon, lat.

    A pair without a road is left out.

    Raises
    ------
    RoutingFault
        The service does not answer, answers nonsense or too much, or there is more to
        ask than a run may.
    """
    ask = _speaking_to(url)
    blocks = list(_blocks(pairs))
    if len(blocks) > MOST_REQUESTS:
        raise RoutingFault(f"{len(blocks)} tables to ask for, {MOST_REQUESTS} at most")
    wanted = set(pairs)
    until = monotonic() + MOST_SECONDS
    found: dict[Ends, float] = {}
    for sources, sinks in blocks:
        if monotonic() > until:
            raise RoutingFault(f"not done within {MOST_SECONDS:g} s")
        table = ask([supplies[row] for row in sources], [demands[row] for row in sinks])
        for source, row in zip(sources, table, strict=True):
            for sink, km in zip(sinks, row, strict=True):
                if km is not None and (source, sink) in wanted:
                    found[source, sink] = km
    return found


def _speaking_to(url: str) -> Ask:
    speak = _valhalla if url.startswith(VALHALLA) else _osrm
    address = url.removeprefix(VALHALLA).rstrip("/")
    if urlsplit(address).scheme not in ("http", "https"):
        raise RoutingFault("ROUTING_URL is not an http address")
    return partial(speak, address)


def _blocks(pairs: Sequence[Ends]) -> Iterator[tuple[list[int], list[int]]]:
    """Rows and columns of small tables that together hold every pair."""
    sources = sorted({source for source, _ in pairs})
    reached: dict[int, set[int]] = {}
    for source, sink in pairs:
        reached.setdefault(source, set()).add(sink)
    for first in range(0, len(sources), SITES_A_SIDE):
        block = sources[first : first + SITES_A_SIDE]
        sinks = sorted(set().union(*(reached[source] for source in block)))
        for start in range(0, len(sinks), SITES_A_SIDE):
            yield block, sinks[start : start + SITES_A_SIDE]


def _osrm(address: str, sources: Sequence[Site], sinks: Sequence[Site]) -> Table:
    where = ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in [*sources, *sinks])
    numbers = [str(number) for number in range(len(sources) + len(sinks))]
    rows, columns = numbers[: len(sources)], numbers[len(sources) :]
    answer = _fetched(
        f"{address}/table/v1/driving/{where}?annotations=distance"
        f"&sources={';'.join(rows)}&destinations={';'.join(columns)}"
    )
    table = _checked(_of(answer, "distances"), len(sources), len(sinks))
    return [[km and km / METRES_PER_KM for km in row] for row in table]


def _valhalla(address: str, sources: Sequence[Site], sinks: Sequence[Site]) -> Table:
    question = {
        "sources": [{"lon": lon, "lat": lat} for lon, lat in sources],
        "targets": [{"lon": lon, "lat": lat} for lon, lat in sinks],
        "costing": "truck",
    }
    answer = _fetched(
        Request(  # noqa: S310
            f"{address}/sources_to_targets",
            data=json.dumps(question).encode(),
            headers={"Content-Type": "application/json"},
        )
    )
    if _of(answer, "units") not in ("kilometers", "km"):
        raise RoutingFault("the service does not answer in kilometres")
    try:
        rows = _of(answer, "sources_to_targets")
        table = [[cell["distance"] for cell in row] for row in rows]
    except (TypeError, KeyError) as fault:
        raise RoutingFault(_NO_TABLE) from fault
    return _checked(table, len(sources), len(sinks))


def _of(answer: Any, name: str) -> Any:
    return answer.get(name) if isinstance(answer, dict) else None


def _fetched(asked: str | Request) -> Any:
    try:
        with urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310
            body = answer.read(MOST_BYTES + 1)
    except (OSError, HTTPException) as fault:
        raise RoutingFault(f"the service is not reachable: {fault}") from fault
    if len(body) > MOST_BYTES:
        raise RoutingFault(f"the service's answer has over {MOST_BYTES} bytes")
    try:
        return json.loads(body)
    except ValueError as fault:
        raise RoutingFault("the service's answer is not JSON") from fault


def _checked(table: Any, sources: int, sinks: int) -> Table:
    is_table = (
        isinstance(table, list)
        and len(table) == sources
        and all(isinstance(row, list) and len(row) == sinks for row in table)
        and all(_is_distance(cell) for row in table for cell in row)
    )
    if not is_table:
        raise RoutingFault(_NO_TABLE)
    return table


def _is_distance(told: Any) -> bool:
    """A finite number not below 0, or nothing where there is no road."""
    if told is None:
        return True
    is_number = isinstance(told, (int, float)) and not isinstance(told, bool)
    return is_number and math.isfinite(told) and 0 <= told <= FARTHEST
