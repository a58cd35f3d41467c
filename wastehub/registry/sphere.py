"""Distance on the sphere in SQL, the same sphere that the engine reckons on.

PostGIS measures ``geography`` on a sphere of the mean radius (2a + b) / 3 of WGS 84
when ``use_spheroid`` is false; the index on the geography cast serves ``ST_DWithin``.
"""

from django.contrib.gis.geos import Point
from django.db.models import BooleanField, FloatField, Func, Value
from django.db.models.expressions import Combinable


class Geography(Func):
    """A WGS 84 point column as ``geography``."""

    template = "(%(expressions)s)::geography"


class SphereDistance(Func):
    """Great-circle metres between a point column and a fixed WGS 84 point."""

    function = "ST_Distance"
    output_field = FloatField()

    def __init__(self, column: Combinable, point: Point) -> None:
        super().__init__(Geography(column), _fixed(point), Value(False))


class _SphereWithin(Func):
    function = "ST_DWithin"
    output_field = BooleanField()


def within_sphere_metres(column: Combinable, point: Point, radius_m: float) -> Func:
    """A condition: the column is at most ``radius_m`` from the point, rim included."""
    return _SphereWithin(
        Geography(column), _fixed(point), Value(radius_m), Value(False)
    )


def _fixed(point: Point) -> Func:
    return Func(
        Value(point.x, FloatField()),
        Value(point.y, FloatField()),
        template="ST_SetSRID(ST_MakePoint(%(expressions)s), 4326)::geography",
    )
