"""Where a basin lies, as an operator's file has it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from django.contrib.gis.geos import MultiPolygon
from django.db import transaction
from django.utils.translation import gettext as _

from seeds.places.features import as_multipolygon, read_features
from seeds.places.zone_rows import read_counties, refuse_faulty
from seeds.turns import wait_for_turn
from wastehub.errors import Refused
from wastehub.places.models import Zone
from wastehub.places.zoning import facts_of, zone_put
from wastehub.sourced import Confidence


@transaction.atomic
def basin_counties(
    *, code: str, path: Path, source: str = "", confidence: str = Confidence.MEDIUM
) -> Zone:
    """Let a basin be these counties, provisionally, and no longer what it was.

    The columns are ``adcode,city,district,km2,ne_line,class``; of these the adcode and
    the class, ``core`` or ``part``, count. The source is the file's name unless told.

    Raises
    ------
    Refused
        ``unknown_zone``: there is no such basin. ``zones_faulty``: the file is not
        sound; the message lists every fault.
    """
    wait_for_turn()
    zone, parts = _basin(code), read_counties(path)
    return _put(zone, source or path.name, confidence, parts, None)


@transaction.atomic
def basin_polygons(
    *, code: str, path: Path, source: str = "", confidence: str = Confidence.MEDIUM
) -> Zone:
    """Let a basin be the polygons of a GeoJSON file; then it is provisional no longer.

    Raises
    ------
    Refused
        As :func:`basin_counties`.
    """
    wait_for_turn()
    zone, features = _basin(code), read_features(path, ())
    refuse_faulty(
        [
            feature.record.fault("", "a basin is made of polygons")
            for feature in features
            if feature.shape is None
        ]
    )
    shape = as_multipolygon([feature.shape for feature in features])
    return _put(zone, source or path.name, confidence, {}, shape)


def _basin(code: str) -> Zone:
    basins = Zone.objects.of_kind(Zone.Kind.BASIN)
    zone = basins.filter(code=code).first()
    if zone is None:
        known = ", ".join(basins.values_list("code", flat=True)) or _("none")
        message = _("There is no basin %(code)s; known: %(known)s.") % {
            "code": code,
            "known": known,
        }
        raise Refused("unknown_zone", message, {"basin": message})
    return zone


def _put(
    zone: Zone,
    source: str,
    confidence: str,
    parts: Mapping[str, str],
    shape: MultiPolygon | None,
) -> Zone:
    told = replace(
        facts_of(zone),
        source=source,
        confidence=confidence,
        parts=parts,
        shape=shape,
        is_provisional=shape is None,
        is_replaced=True,
    )
    return zone_put(facts=told)[0]
