"""One tile is one SQL statement."""

from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.db import connection
from django.db.models import BinaryField, Func, QuerySet, Value

from maps.layers import Layer
from wastehub.places.models import DEEPEST_ZOOM, SRID, WEB_MERCATOR

# The grid inside a tile, and the margin around it that hides seams.
EXTENT, MARGIN = 4096, 64


class _Envelope(Func):
    function = "ST_TileEnvelope"
    output_field = GeometryField(srid=WEB_MERCATOR)


class _Cut(Func):
    """The shape on the tile's grid; bytes to Django, geometry to PostGIS."""

    function = "ST_AsMVTGeom"
    output_field = BinaryField()


def exists(z: int, x: int, y: int) -> bool:
    """Whether the pyramid has this tile."""
    return z <= DEEPEST_ZOOM and max(x, y) < 2**z


def tile(layer: Layer, rows: QuerySet[Any], z: int, x: int, y: int) -> bytes:
    """A Mapbox vector tile with the layer's part of the rows; empty for none.

    Parameters
    ----------
    rows
        What the user may see; the layer narrows it to what the zoom shows.
    z, x, y
        A tile that :func:`exists`.
    """
    drawn = layer.shown(rows, z)
    inner, values = _cut(layer, drawn, z, x, y).query.sql_with_params()
    # The inner statement is the ORM's own, its values stay parameters.
    statement = f"SELECT ST_AsMVT(cut, %s, %s, 'shape_on_grid') FROM ({inner}) AS cut"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [layer.name, EXTENT, *values])
        return bytes(cursor.fetchone()[0])


def _cut(layer: Layer, rows: QuerySet[Any], z: int, x: int, y: int) -> QuerySet[Any]:
    envelope = _Envelope(Value(z), Value(x), Value(y))
    on_grid = _Cut(
        Transform(layer.geometry, WEB_MERCATOR),
        envelope,
        Value(EXTENT),
        Value(MARGIN),
    )
    near = {f"{layer.geometry}__bboverlaps": Transform(envelope, SRID)}
    return rows.filter(**near).values(
        *layer.plain, **layer.reckoned, shape_on_grid=on_grid
    )
