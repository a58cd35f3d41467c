"""Shapes for the tiles of each zoom: from afar as light as half a pixel allows.

What is lightened is the drawn coverage, so neighbours and levels share their borders at
every zoom, as they do in :mod:`seeds.places.drawn`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import shapely

from seeds.places.drawn import drawn_shapes
from seeds.places.outlines import Outline
from wastehub.places.models import DEEPEST_ZOOM

# A web map draws a tile on 512 pixels; half of one, in degrees of longitude.
_HALF_PIXEL_DEG = 360 / 512 / 2
# From the last of these on, half a pixel is finer than the drawn shapes.
_FROM_ZOOMS = (0, 5, 6, 7)


@dataclass(frozen=True)
class ZoomShapes:
    """Shape of each region by adcode, WGS 84, for zooms ``from`` up to ``below``."""

    from_zoom: int
    below_zoom: int
    shapes: dict[str, shapely.MultiPolygon]


def zoom_shapes(
    outlines: Sequence[Outline], drawn: dict[str, shapely.MultiPolygon]
) -> Iterator[ZoomShapes]:
    """Lightened shapes for the zooms from afar, the drawn ones for the others."""
    light = [replace(outline, shape=drawn[outline.adcode]) for outline in outlines]
    for from_zoom, below_zoom in pairwise(_FROM_ZOOMS):
        tolerance_deg = _HALF_PIXEL_DEG / 2 ** (below_zoom - 1)
        yield ZoomShapes(from_zoom, below_zoom, drawn_shapes(light, tolerance_deg))
    yield ZoomShapes(_FROM_ZOOMS[-1], DEEPEST_ZOOM + 1, drawn)
