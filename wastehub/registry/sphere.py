"""Distance on the sphere in SQL, the same sphere that the engine reckons on.

PostGIS measures ``geography`` on a sphere of the mean radius (2a + b) / 3 of WGS 84
when ``use_spheroid`` is false; the index on the geography cast serves ``ST_DWithin``.
"""

from django.contrib.gis.geos import Point
from django.db.models import BooleanField, FloatField, Func, Value
from django.db.models.expressions import Combinable, Expression


class Geography(Func):
    """A WGS 84 point column as ``geography``."""

    template = "(%(expressions)s)::geography"


class SphereDistance(Func):
    """Great-circle metres between two WGS 84 points, each a column or a fixed one."""

    function = "ST_Distance"
    output_field = FloatField()

    def __init__(self, one: Combinable | Point, other: Combinable | Point) -> None:
        super().__init__(_geography(one), _geography(other), Value(False))


class SphereWithin(Func):
    """Whether two WGS 84 points are at most so many metres apart, rim included."""

    function = "ST_DWithin"
    output_field = BooleanField()

    def __init__(
        self,
        one: Combinable | Point,
        other: Combinable | Point,
        radius_m: float | Combinable,
    ) -> None:
        radius = Value(radius_m) if isinstance(radius_m, float | int) else radius_m
        super().__init__(_geography(one), _geography(other), radius, Value(False))


def _geography(place: Combinable | Point) -> Expression:
    if not isinstance(place, Point):
        return Geography(place)
    return Func(
        Value(place.x, FloatField()),
        Value(place.y, FloatField()),
        template="ST_SetSRID(ST_MakePoint(%(expressions)s), 4326)::geography",
    )
