"""Tiles of regions: one statement over shapes that lie on the map's plane already.

The statement is written out once for each level; a tile only fills in where it lies. So
the time of a tile is the database's alone, which cuts shapes that are as light as the
zoom allows (:class:`~wastehub.places.models.TileShape`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from maps.tiles import EXTENT, MARGIN
from wastehub.places.models import Region

REGIONS, FIGURES = "regions", "figures"
_NAMES = ("adcode", "level", "name_zh", "name_en")


@dataclass(frozen=True)
class Figures:
    """A query for one row a region, of columns to draw the regions by.

    Attributes
    ----------
    sql
        A SELECT, which may begin with WITH, of ``adcode`` and the columns, with ``%s``
        for each parameter; at most one row for each adcode, grouped for the level that
        is drawn.
    columns
        Names of the columns, safe as they are in SQL. The tile keeps booleans, texts,
        integers and double precision; anything else it would write as text, so cast
        ``numeric``. Where a figure is NULL the region lacks that property.
    """

    sql: str
    params: Sequence[Any]
    columns: tuple[str, ...]


_NO_FIGURES = Figures(sql="", params=(), columns=())


def region_tile(level: str, z: int, x: int, y: int) -> bytes:
    """Outlines of a level without a hole, as layer ``regions``; empty for none.

    Those of the current boundary set that touch a tile that :func:`~maps.tiles.exists`,
    or the margin around it, in order of adcode.
    """
    return _drawn(REGIONS, level, _NO_FIGURES, z, x, y)


def figure_tile(level: str, figures: Figures, z: int, x: int, y: int) -> bytes:
    """The same regions with figures joined to them by adcode, as layer ``figures``.

    A region without a row is drawn without figures.
    """
    return _drawn(FIGURES, level, figures, z, x, y)


def _drawn(layer: str, level: str, figures: Figures, z: int, x: int, y: int) -> bytes:
    filling, of_filling = regions_filling(level)
    statement = _statement(filling, figures.sql, figures.columns)
    values = [layer, z, x, y, *of_filling, *figures.params, z, z, z, x, y]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bytes(cursor.fetchone()[0])


@lru_cache(maxsize=len(Region.Level))
def regions_filling(level: str) -> tuple[str, tuple[Any, ...]]:
    """The statement of the current regions of a level without a hole, and its values.

    The ORM takes longer to write it than the database to draw a small tile.
    """
    rows = Region.objects.current().filling(Region.Level(level)).order_by()
    return rows.values("id", *_NAMES).query.sql_with_params()


@lru_cache(maxsize=64)
def _statement(filling: str, figures: str, columns: tuple[str, ...]) -> str:
    # All parts are our own; what comes from outside stays a parameter.
    carried = [f"region.{name}" for name in _NAMES]
    carried += [f"figure.{name}" for name in columns]
    joined = f"LEFT JOIN ({figures}) AS figure USING (adcode)" if figures else ""
    return f"""
        SELECT ST_AsMVT(cut, %s, {EXTENT}, 'shape_on_grid' ORDER BY cut.adcode) FROM (
            SELECT {", ".join(carried)}, ST_AsMVTGeom(
                drawn.shape, ST_TileEnvelope(%s, %s, %s), {EXTENT}, {MARGIN}
            ) AS shape_on_grid
            FROM places_tileshape AS drawn
            JOIN ({filling}) AS region ON region.id = drawn.region_id
            {joined}
            WHERE drawn.from_zoom <= %s AND drawn.below_zoom > %s AND drawn.shape &&
                ST_TileEnvelope(%s, %s, %s, margin => {MARGIN / EXTENT})
        ) AS cut
    """  # noqa: S608
