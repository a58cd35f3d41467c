"""The zones and the retired codes that ship, from their files to the database."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from seeds.places.zone_rows import (
    PARTS,
    SUCCESSIONS,
    ZONES,
    read_rows,
    refuse_faulty,
)
from seeds.tabular import Fault
from seeds.turns import wait_for_turn
from wastehub.places.models import Succession, Zone
from wastehub.places.zoning import ZoneFacts, zone_put

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Loaded:
    """How many zones and retired codes there are, and how many rows were written.

    ``kept`` are zones left alone because an operator's file says where they lie.
    """

    zones: int
    successions: int
    changed: int
    kept: int


@transaction.atomic
def load_zones(folder: Path = FOLDER, *, replace: bool = False) -> Loaded:
    """Put in the zones and the retired codes that ship; again, nothing changes.

    With ``replace`` what ships wins over an operator's polygons and counties.

    Raises
    ------
    Refused
        ``zones_faulty``: the files are not sound; the message lists every fault.
    """
    zones, successions = _zones(folder), _successions(folder)
    wait_for_turn()
    replaced = Zone.objects.filter(is_replaced=True).values_list("code", flat=True)
    kept = set() if replace else {zone.code for zone in zones} & set(replaced)
    written = [zone_put(facts=zone) for zone in zones if zone.code not in kept]
    changed = sum(is_changed for _zone, is_changed in written)
    changed += _put_successions(successions)
    return Loaded(len(zones), len(successions), changed, len(kept))


def _zones(folder: Path) -> list[ZoneFacts]:
    rows = read_rows(folder / "zones.csv", ZONES, ["code"])
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    for part in read_rows(folder / "zone_parts.csv", PARTS, ["zone", "adcode"]):
        parts[part["zone"]][part["adcode"]] = part["share"]
    unknown = sorted(parts.keys() - {row["code"] for row in rows})
    refuse_faulty(
        [Fault("zone_parts.csv", f"there is no zone {code}") for code in unknown]
        + [fault for row in rows for fault in _unexplained(row)]
    )
    return [ZoneFacts(**row, parts=parts[row["code"]]) for row in rows]


def _unexplained(row: dict[str, Any]) -> list[Fault]:
    """What may be provisional says why: a basin is, until its polygons are there."""
    needs_note = row["is_provisional"] or row["kind"] == Zone.Kind.BASIN
    if not needs_note or (row["note_zh"] and row["note_en"]):
        return []
    reason = "a basin, and all that is provisional, needs a note in both languages"
    return [Fault("zones.csv", reason, row=row["code"])]


def _successions(folder: Path) -> list[dict[str, Any]]:
    rows = read_rows(folder / "successions.csv", SUCCESSIONS, ["retired"])
    after = {row["retired"]: row["successor"] for row in rows}
    rings = [retired for retired in after if _comes_back(retired, after)]
    refuse_faulty(
        [
            Fault("successions.csv", f"{retired} comes after itself", row=retired)
            for retired in rings
        ]
    )
    return rows


def _comes_back(retired: str, after: dict[str, str]) -> bool:
    """Whether following a code leads to it again."""
    code = after.get(retired)
    for _step in after:
        if code is None or code == retired:
            break
        code = after.get(code)
    return code == retired


def _put_successions(rows: list[dict[str, Any]]) -> int:
    """Make the table say what the rows say; returns how many it had to write."""
    stored = {row["retired"]: row for row in Succession.objects.values(*SUCCESSIONS)}
    told = {row["retired"]: row for row in rows}
    changed = [row for code, row in told.items() if stored.get(code) != row]
    gone = stored.keys() - told.keys()
    Succession.objects.filter(retired__in=gone).delete()
    for row in changed:
        Succession.objects.update_or_create(retired=row["retired"], defaults=row)
    return len(changed) + len(gone)
