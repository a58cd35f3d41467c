"""An order in which neighbours on the map are mostly neighbours in memory.

References
----------
G. Morton, A computer oriented geodetic data base and a new technique in file
sequencing, IBM, 1966 (the order in which the bits of both coordinates alternate).
"""

from typing import Final

import numpy as np

from matching.engine.columns import F64, I64

# A degree is some 91 steps: about a kilometre.
_BITS: Final = 15


def by_place(lon: F64, lat: F64) -> I64:
    """The rows of places along a curve over the map; at one spot as they stand."""
    east, north = (_steps(lon, 180.0), _steps(lat, 90.0))
    key = np.zeros(len(lon), dtype=np.int64)
    for bit in range(_BITS):
        key |= ((east >> bit) & 1) << (2 * bit)
        key |= ((north >> bit) & 1) << (2 * bit + 1)
    return np.argsort(key, kind="stable")


def _steps(degrees: F64, most: float) -> I64:
    steps: I64 = ((degrees + most) / 360.0 * (2**_BITS - 1)).astype(np.int64)
    return steps
