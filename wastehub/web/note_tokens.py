"""The code that a note's QR carries: who scans it sees the note for three days.

It is signed with the site's key, names the note and its version, and says when it was
made; nothing is stored. Three days are enough for a haul across the country and few for
paper that was thrown away. Whoever needs it longer prints the note again. A code can
not be called back before that, so that its page tells nothing a passer-by at the
weighbridge could not read off the papers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils import timezone

from wastehub.exchange.models import TransferNote

LIFE: Final = timedelta(days=3)
_SIGNER = TimestampSigner(salt="wastehub.note.glance")


class Expired(Exception):
    """The code was ours; its time is over."""


@dataclass(frozen=True)
class Seen:
    """What a code names: a note, and the version on whose paper it stands."""

    public_id: UUID
    version: int


def token_of(note: TransferNote) -> str:
    """A new code for a note as it is now."""
    return _SIGNER.sign(f"{note.public_id.hex}-{note.version}")


def read(token: str) -> Seen | None:
    """What a code says; nothing if it is not ours.

    Raises
    ------
    Expired
        It was, and is older than :data:`LIFE`.
    """
    try:
        said = _SIGNER.unsign(token, max_age=LIFE)
    except SignatureExpired as over:
        raise Expired from over
    except BadSignature:
        return None
    public_id, version = said.split("-")
    return Seen(UUID(public_id), int(version))


def ends_at() -> datetime:
    """Until when a code made now can be read."""
    return timezone.now() + LIFE
