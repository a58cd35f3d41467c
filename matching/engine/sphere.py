"""Places on the sphere as unit vectors."""

import numpy as np

from matching.engine.columns import F64


def unit_vectors(lon: F64, lat: F64) -> F64:
    """Of places in degrees, as shape (n, 3)."""
    turn, rise = np.radians(lon), np.radians(lat)
    return np.column_stack(
        [np.cos(rise) * np.cos(turn), np.cos(rise) * np.sin(turn), np.sin(rise)]
    )
