"""Pairs packed by supply: those of s are the rows ``first[s]`` to ``first[s + 1]``."""

import numpy as np

from matching.engine.columns import I32, I64
from matching.engine.compiled import compiled


def rows_of(first: I64, demand: I32, supply: I32 | I64, sink: I32 | I64) -> I64:
    """The row of each pair of a supply and a demand; -1 where there is none.

    The demands of a supply ascend.
    """
    row = np.empty(len(supply), dtype=np.int64)
    ends = supply.astype(np.int64), sink.astype(np.int64)
    _find(first, demand, *ends, row)
    return row


@compiled
def _find(first: I64, demand: I32, supply: I64, sink: I64, row: I64) -> None:
    for pair in range(len(supply)):
        low, high = first[supply[pair]], first[supply[pair] + 1]
        end = high
        while low < high:
            middle = (low + high) // 2
            if demand[middle] < sink[pair]:
                low = middle + 1
            else:
                high = middle
        row[pair] = low if low < end and demand[low] == sink[pair] else -1
