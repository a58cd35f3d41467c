"""Light shapes for the map, in which neighbours and levels share their borders.

Only the smallest regions are simplified, as one coverage; a larger one that
is filled by smaller ones is their union. So a county's border on a prefecture's border
is the same line at both levels, and Sichuan's on its neighbours' too.
"""

from collections import defaultdict
from collections.abc import Sequence

import shapely

from seeds.places.outlines import (
    COUNTRY,
    PREFECTURE,
    PROVINCE,
    Outline,
    multipolygon,
)


def drawn_shapes(
    outlines: Sequence[Outline], tolerance_deg: float
) -> dict[str, shapely.MultiPolygon]:
    """Simplified shape of each region by adcode.

    Parameters
    ----------
    tolerance_deg
        Square root of the smallest triangle that is kept between three neighbouring
        vertices (Visvalingam and Whyatt), degrees.

    Raises
    ------
    ValueError
        The smallest regions overlap or do not share the vertices of their borders.
    """
    within: dict[str | None, list[str]] = defaultdict(list)
    for outline in outlines:
        within[outline.parent].append(outline.adcode)
    leaves = [outline for outline in outlines if outline.adcode not in within]
    drawn = _simplified(leaves, tolerance_deg)
    for level in (PREFECTURE, PROVINCE, COUNTRY):
        for outline in outlines:
            if outline.level == level and outline.adcode in within:
                parts = [drawn[adcode] for adcode in within[outline.adcode]]
                drawn[outline.adcode] = multipolygon(shapely.coverage_union_all(parts))
    return drawn


def _simplified(
    leaves: Sequence[Outline], tolerance_deg: float
) -> dict[str, shapely.MultiPolygon]:
    shapes = [leaf.shape for leaf in leaves]
    if not shapely.coverage_is_valid(shapes):
        raise ValueError("the regions' outlines do not share their borders")
    simplified = shapely.coverage_simplify(shapes, tolerance_deg)
    return {
        leaf.adcode: multipolygon(shape)
        for leaf, shape in zip(leaves, simplified, strict=True)
    }
