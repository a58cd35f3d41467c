"""The chain: what an entry's hash is made of.

Each entry of a facility carries the SHA-256 of its own content and of the hash before
it, so that a changed, dropped or inserted entry breaks every hash after it. The
database reckons the same text again on writing (``ledger/triggers.py``) and refuses an
entry whose hash is not its own.
"""

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Protocol

BEGINNING = ""
"""What stands for the hash before a facility's first entry."""


class Content(Protocol):
    """The columns that the hash covers."""

    facility_id: int
    sequence: int
    material_id: int
    kind: str
    mass_kg: int
    balance_kg: int
    occurred_on: date
    recorded_at: datetime
    evidence: str
    is_old_stock: bool
    route_id: int | None
    counterparty_id: int | None
    counterparty_name: str
    corrects_id: int | None
    reference: str
    note: str
    entered_by_id: int | None
    source_key: str | None


def digest(hash_before: str, entry: Content) -> str:
    """The hash of an entry, 64 hexadecimal digits."""
    return sha256(_text(hash_before, entry).encode()).hexdigest()


def _text(hash_before: str, entry: Content) -> str:
    """All columns in one order; free text with its length, so that none runs over."""
    recorded = entry.recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return "|".join(
        [
            hash_before,
            str(entry.facility_id),
            str(entry.sequence),
            str(entry.material_id),
            entry.kind,
            str(entry.mass_kg),
            str(entry.balance_kg),
            entry.occurred_on.isoformat(),
            recorded,
            entry.evidence,
            "1" if entry.is_old_stock else "0",
            _or_nothing(entry.route_id),
            _or_nothing(entry.counterparty_id),
            _measured(entry.counterparty_name),
            _or_nothing(entry.corrects_id),
            _measured(entry.reference),
            _measured(entry.note),
            _or_nothing(entry.entered_by_id),
            _measured(entry.source_key or ""),
        ]
    )


def _or_nothing(key: int | None) -> str:
    return "" if key is None else str(key)


def _measured(text: str) -> str:
    return f"{len(text)}:{text}"
