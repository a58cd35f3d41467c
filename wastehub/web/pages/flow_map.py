"""What the map of a plan's flows starts from: tiles, extent, widths, numbers."""

from collections.abc import Sequence
from math import sqrt
from typing import Any

from django.contrib.gis.db.models import Extent
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from matching.models import Match, MatchRun
from wastehub.units import KG_PER_TONNE
from wastehub.web.pages import scale
from wastehub.web.pages.flows import MaterialFlow

WIDEST_PX, THINNEST_PX = 9.0, 0.8


def flow_map(
    run: MatchRun, rows: QuerySet[Match], materials: Sequence[MaterialFlow]
) -> dict[str, Any]:
    """The map's data for ``json_script`` and the legend of its widths.

    Parameters
    ----------
    rows
        The run's matches that the user may see.
    materials
        In the order in which the legend numbers them.
    """
    found = rows.order_by().aggregate(
        sources=Extent("supply__facility__point"),
        sinks=Extent("demand__facility__point"),
        largest_kg=Max("mass_kg"),
    )
    widest_kg = found["largest_kg"] or 0
    return {
        "drawn": {
            "tiles": f"/tiles/flows/{{z}}/{{x}}/{{y}}.pbf?run={run.public_id}",
            "box": _around(found["sources"], found["sinks"]),
            "numbers": {
                flow.material.code: str(number)
                for number, flow in enumerate(materials, 1)
            },
            "widest_t": widest_kg / KG_PER_TONNE,
            "widest_px": WIDEST_PX,
            "words": {"tonnes": _("t")},
        },
        "widths": _widths(widest_kg),
    }


def _around(
    sources: tuple[float, ...] | None, sinks: tuple[float, ...] | None
) -> list[list[float]] | None:
    if sources is None or sinks is None:
        return None
    west, south, east, north = zip(sources, sinks, strict=True)
    return [[min(west), min(south)], [max(east), max(north)]]


def _widths(widest_kg: int) -> list[dict[str, float]]:
    """Round masses and how wide the map draws them: the root of the mass."""
    masses_kg = scale.round_bounds([widest_kg])[::2]
    step_px = WIDEST_PX - THINNEST_PX
    return [
        {
            "mass_kg": mass_kg,
            "width_px": THINNEST_PX + step_px * sqrt(mass_kg / widest_kg),
        }
        for mass_kg in masses_kg
    ]
