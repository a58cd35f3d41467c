"""Industrial parks, from an operator's GeoJSON file to the database."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from seeds.cells import adcode, code, one_of
from seeds.places.features import Feature, as_multipolygon, read_features
from seeds.places.zone_rows import (
    MOST_CODE,
    NAMED,
    SOURCED,
    adcode_faults,
    parse_records,
    refuse_faulty,
    repeated_faults,
)
from seeds.tabular import Fault, Record
from seeds.turns import wait_for_turn
from wastehub.places.models import Zone, ZonePart
from wastehub.places.zoning import ZoneFacts, zone_put
from wastehub.sourced import Confidence


def _confidence(cell: str) -> str:
    return one_of(Confidence.values)(cell or Confidence.MEDIUM)


PARK = {"code": code(MOST_CODE), **NAMED, **SOURCED, "confidence": _confidence}


@transaction.atomic
def load_parks(path: Path) -> tuple[int, int]:
    """Put in the parks of a file, each by its code; how many, and how many changed.

    Properties are ``code``, ``name_zh``, ``name_en``, ``source`` and, unless it is
    ``M``, ``confidence``. A park without polygons has a list ``counties`` of adcodes.

    Raises
    ------
    Refused
        ``zones_faulty``: the file is not sound, or a code belongs to a zone of another
        kind or to an invented park; the message lists every fault.
    """
    wait_for_turn()
    features = read_features(path, PARK)
    records = [feature.record for feature in features]
    rows, faults = parse_records(records, PARK)
    faults += [*repeated_faults(records, ["code"]), *_taken(records)]
    faults += [fault for feature in features for fault in _county_faults(feature)]
    refuse_faulty(faults)
    parks = [_park(row, one) for row, one in zip(rows, features, strict=True)]
    return len(parks), sum(zone_put(facts=park)[1] for park in parks)


def _park(row: dict[str, Any], feature: Feature) -> ZoneFacts:
    return ZoneFacts(
        **row,
        kind=Zone.Kind.PARK,
        parts=dict.fromkeys(feature.counties, ZonePart.Share.WHOLE.value),
        shape=as_multipolygon([feature.shape] if feature.shape else []),
    )


def _taken(records: Sequence[Record]) -> list[Fault]:
    others = Zone.objects.filter(~Q(kind=Zone.Kind.PARK) | Q(is_invented=True))
    codes = set(others.values_list("code", flat=True))
    return [
        record.fault("code", f"{record.cells['code']} is the code of another zone")
        for record in records
        if record.cells["code"] in codes
    ]


def _county_faults(feature: Feature) -> list[Fault]:
    at = feature.record
    records = [
        Record(at.file, at.line, {"adcode": county}, at.label)
        for county in feature.counties
    ]
    _rows, faults = parse_records(records, {"adcode": adcode})
    return faults + adcode_faults(records) + repeated_faults(records, ["adcode"])
