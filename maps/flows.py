"""The flows of a plan, as lines from the holder's site to the taker's."""

from typing import Any

from django.contrib.gis.db.models import LineStringField
from django.db.models import F, FloatField, Func, QuerySet, Value
from django.db.models.functions import Cast

from maps.layers import Layer
from matching.models import Match
from wastehub.places.models import SRID
from wastehub.units import KG_PER_TONNE

# From afar a line is a pixel wide, and a tile of all of a country's would be megabytes.
MOST_FROM_AFAR = 4000
ALL_FROM_ZOOM = 9

_MASS_T = Cast(F("mass_kg"), FloatField()) / Value(float(KG_PER_TONNE))


class _Line(Func):
    """The straight line between two points, in the order given."""

    function = "ST_MakeLine"
    output_field = LineStringField(srid=SRID)


def flows(material_code: str | None = None) -> Layer:
    """Lines of a plan's matches, of one material or of all.

    Each carries its tonnes over the plan's horizon, its material, its route and the
    names of its ends. The line runs from the supply to the demand. Below zoom 9 only
    the 4,000 largest of the rows are drawn.
    """
    return Layer(
        name="flows",
        geometry="line",
        plain=("verdict", "distance_km"),
        reckoned={
            "mass_t": _MASS_T,
            "material": F("supply__material__code"),
            "offer": F("supply__public_id"),
            "route_zh": F("demand__route__name_zh"),
            "route_en": F("demand__route__name_en"),
            "from_zh": F("supply__facility__name_zh"),
            "from_en": F("supply__facility__name_en"),
            "to_zh": F("demand__facility__name_zh"),
            "to_en": F("demand__facility__name_en"),
        },
        shown=lambda rows, zoom: _shown(rows, zoom, material_code),
    )


def _shown(
    rows: QuerySet[Any], zoom: int, material_code: str | None
) -> QuerySet[Match]:
    if material_code is not None:
        rows = rows.filter(supply__material__code=material_code)
    if zoom < ALL_FROM_ZOOM:
        largest = rows.order_by("-mass_kg", "pk").values("pk")[:MOST_FROM_AFAR]
        rows = Match.objects.filter(pk__in=largest)
    line = _Line(F("supply__facility__point"), F("demand__facility__point"))
    return rows.order_by().annotate(line=line)
