"""The balance as figures of region tiles, joined to the outlines in one statement."""

import re
from collections.abc import Collection
from typing import Any, Final

from django.utils.translation import gettext as _

from maps import facts
from maps.facts import Asked
from maps.groups import keyed_by_county
from maps.question import REGION_LEVELS, Question
from maps.region_tiles import Figures, figure_tile, regions_filling
from maps.region_tiles import region_tile as bare_tile
from wastehub.errors import Refused
from wastehub.registry.querysets import FacilityQuerySet

COLUMNS: Final = (
    "generated_t",
    "used_t",
    "disposed_t",
    "surplus_t",
    "balance",
    "utilisation",
)
_NAMED = re.compile(r"%\((\w+)\)s")
# A county belongs to the one region of the level that it is or lies in.
_SELECT: Final = """
    SELECT shown.adcode, sum(f.generated_kg)::float8 / 1000 AS generated_t,
        sum(f.used_kg)::float8 / 1000 AS used_t,
        sum(f.disposed_kg)::float8 / 1000 AS disposed_t,
        sum(f.generated_kg - f.used_kg - f.disposed_kg)::float8 / 1000 AS surplus_t,
        sum(f.used_kg + f.disposed_kg)::float8
            / nullif(sum(f.generated_kg), 0)::float8 AS balance,
        CASE WHEN sum(f.generated_kg + f.own_used_old_kg) > 0 THEN
            least(1, greatest(0, sum(f.own_used_kg)::float8
                / sum(f.generated_kg + f.own_used_old_kg)::float8))
            END AS utilisation
    FROM facts f JOIN site s USING (facility_id)
    JOIN ({filling}) AS shown ON shown.adcode
        IN (s.key, left(s.key, 4) || '00', left(s.key, 2) || '0000', %(whole)s)
    WHERE shown.adcode LIKE ANY(%(seen)s)
    GROUP BY shown.adcode"""


def balance_tile(
    question: Question,
    sites: FacilityQuerySet,
    seen: Collection[str],
    z: int,
    x: int,
    y: int,
) -> bytes:
    """Regions with what they generated, used and disposed of, and the two ratios.

    Only regions that are seen in full, by the prefixes of ``seen``, carry figures; a
    ratio of which there is none is missing. Masses are wet tonnes.

    Raises
    ------
    Refused
        ``unknown_level``: the level is not one of regions.
    """
    if question.level not in REGION_LEVELS:
        told = _("Tiles are of: %(levels)s.") % {"levels": ", ".join(REGION_LEVELS)}
        raise Refused("unknown_level", told, {"level": told})
    figures = _figures(question, sites, seen)
    if figures is None:
        return bare_tile(question.level, z, x, y)
    return figure_tile(question.level, figures, z, x, y)


def _figures(
    question: Question, sites: FacilityQuerySet, seen: Collection[str]
) -> Figures | None:
    period = question.period
    asked = Asked(
        question.subject.keys,
        period.first,
        period.last,
        question.as_of,
        keyed_by_county(question.sites(sites)),
    )
    filling, values = regions_filling(question.level)
    named = {f"shown_{place}": value for place, value in enumerate(values)}
    inner = filling % tuple(f"%({name})s" for name in named)
    statement = facts.summing(
        asked,
        _SELECT.replace("{filling}", inner),
        seen=[f"{prefix}%" for prefix in seen],
        whole="100000",
        **named,
    )
    return None if statement is None else Figures(*_in_order(*statement), COLUMNS)


def _in_order(sql: str, values: dict[str, Any]) -> tuple[str, list[Any]]:
    """A statement with a bare mark for each value, and the values in that order."""
    names = _NAMED.findall(sql)
    return _NAMED.sub("%s", sql), [values[name] for name in names]
