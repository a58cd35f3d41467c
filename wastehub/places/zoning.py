"""Writing zones: what a zone is, and the one service that puts it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from django.contrib.gis.geos import MultiPolygon
from django.db import transaction

from wastehub.places.models import Zone, ZonePart


@dataclass(frozen=True)
class ZoneFacts:
    """All that is known of a zone; ``parts`` gives each region's share by its adcode.

    ``shape`` is in WGS 84.
    """

    code: str
    kind: str
    name_zh: str
    source: str
    confidence: str
    name_en: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    shape: MultiPolygon | None = None
    is_provisional: bool = False
    note_zh: str = ""
    note_en: str = ""
    is_replaced: bool = False
    is_invented: bool = False


@transaction.atomic
def zone_put(*, facts: ZoneFacts) -> tuple[Zone, bool]:
    """The zone with this code, new or made to be as told, and whether that wrote."""
    zone = Zone.objects.select_for_update().filter(code=facts.code).first() or Zone()
    told = _columns(facts)
    changed = {name for name in told if getattr(zone, name) != told[name]}
    if changed:
        for name in changed:
            setattr(zone, name, told[name])
        zone.save()
    is_moved = _put_parts(zone, facts.parts)
    return zone, bool(changed) or is_moved


def facts_of(zone: Zone) -> ZoneFacts:
    """What a stored zone is, to be put in again with something replaced."""
    columns = {item.name for item in fields(ZoneFacts)} - {"parts"}
    stored = {name: getattr(zone, name) for name in columns}
    return ZoneFacts(parts=_parts_of(zone), **stored)


def _columns(facts: ZoneFacts) -> dict[str, object]:
    names = (item.name for item in fields(facts))
    return {name: getattr(facts, name) for name in names if name != "parts"}


def _parts_of(zone: Zone) -> dict[str, str]:
    return dict(zone.parts.values_list("adcode", "share"))


def _put_parts(zone: Zone, parts: Mapping[str, str]) -> bool:
    if _parts_of(zone) == dict(parts):
        return False
    zone.parts.all().delete()
    ZonePart.objects.bulk_create(
        ZonePart(zone=zone, adcode=adcode, share=share)
        for adcode, share in sorted(parts.items())
    )
    return True
