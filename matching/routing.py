"""A routing service's table of road distances (OSRM's ``table``, version 5).

References
----------
Open Source Routing Machine, HTTP API, table service:
https://project-osrm.org/docs/v5.24.0/api/#table-service
"""

import json
import math
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import urlopen

Site = tuple[float, float]
Ends = tuple[int, int]

SITES_A_SIDE: Final = 50
"""OSRM takes 100 places in one table unless told otherwise."""
MOST_REQUESTS: Final = 400
TIMEOUT_S: Final = 10.0
MOST_SECONDS: Final = 120.0
MOST_BYTES: Final = 4_000_000
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
    if urlsplit(url).scheme not in ("http", "https"):
        raise RoutingFault("ROUTING_URL is not an http address")
    blocks = list(_blocks(pairs))
    if len(blocks) > MOST_REQUESTS:
        raise RoutingFault(f"{len(blocks)} tables to ask for, {MOST_REQUESTS} at most")
    wanted = set(pairs)
    until = monotonic() + MOST_SECONDS
    found: dict[Ends, float] = {}
    for sources, sinks in blocks:
        if monotonic() > until:
            raise RoutingFault(f"not done within {MOST_SECONDS:g} s")
        places = [supplies[row] for row in sources] + [demands[row] for row in sinks]
        table = _table(url, places, len(sources))
        for source, row in zip(sources, table, strict=True):
            for sink, metres in zip(sinks, row, strict=True):
                if metres is not None and (source, sink) in wanted:
                    found[source, sink] = metres / METRES_PER_KM
    return found


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


def _table(url: str, places: Sequence[Site], sources: int) -> list[list[Any]]:
    where = ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in places)
    rows = ";".join(str(place) for place in range(sources))
    columns = ";".join(str(place) for place in range(sources, len(places)))
    asked = f"{url.rstrip('/')}/table/v1/driving/{where}"
    answer = _fetched(
        f"{asked}?annotations=distance&sources={rows}&destinations={columns}"
    )
    table = answer.get("distances") if isinstance(answer, dict) else None
    if not isinstance(table, list) or not _is_table(table, sources, len(places)):
        raise RoutingFault("the service's answer is no table of distances")
    return table


def _fetched(address: str) -> Any:
    try:
        with urlopen(address, timeout=TIMEOUT_S) as answer:  # noqa: S310
            body = answer.read(MOST_BYTES + 1)
    except (OSError, HTTPException) as fault:
        raise RoutingFault(f"the service is not reachable: {fault}") from fault
    if len(body) > MOST_BYTES:
        raise RoutingFault(f"the service's answer has over {MOST_BYTES} bytes")
    try:
        return json.loads(body)
    except ValueError as fault:
        raise RoutingFault("the service's answer is not JSON") from fault


def _is_table(table: list[Any], sources: int, places: int) -> bool:
    sinks = places - sources
    return (
        len(table) == sources
        and all(isinstance(row, list) and len(row) == sinks for row in table)
        and all(_is_distance(metres) for row in table for metres in row)
    )


def _is_distance(metres: Any) -> bool:
    """A finite number not below 0, or nothing where there is no road."""
    if metres is None:
        return True
    is_number = isinstance(metres, (int, float)) and not isinstance(metres, bool)
    return is_number and math.isfinite(metres) and 0 <= metres <= 10**8
