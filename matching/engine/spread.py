"""Work shared out to threads: kernels and NumPy let go of the interpreter's lock."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any


def at_once(
    work: Callable[..., Any], shares: Iterable[Any], alone: bool = False
) -> list[Any]:
    """What work says of each share, in their order, on every core this process may use.

    Threads that end with the call: pools that outlive it do not survive a fork. What a
    share raises is raised here, and no further share is begun. Small shares are done
    sooner ``alone``, without any thread.
    """
    parts = list(shares)
    threads = min(len(parts), len(os.sched_getaffinity(0)))
    if alone or threads <= 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(threads) as pool:
        try:
            return list(pool.map(work, parts))
        finally:
            pool.shutdown(cancel_futures=True)


def ranges(count: int, most: int) -> list[tuple[int, int]]:
    """From 0 to ``count`` in steps of ``most``: first and end of each."""
    return list(pairwise([*range(0, count, most), count]))
