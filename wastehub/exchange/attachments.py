"""Weigh slips and laboratory reports, kept with a note as they came.

What a file is is read from its content, never believed of its name. A file is stored
before its row; one without a row is never served, so that a crash in between does no
harm.
"""

import hashlib
import re
import uuid
from pathlib import PurePath
from typing import Any, Final, NoReturn, Protocol

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from wastehub.errors import Conflict, Refused
from wastehub.exchange import notes
from wastehub.exchange.attached_files import ATTACHMENT_CEILING_BYTES, Attachment
from wastehub.exchange.models import TransferNote
from wastehub.exchange.states import Side
from wastehub.trail.models import Actor, record

MOST_ATTACHMENTS: Final = 100
Format = Attachment.Format
_BY_ENDING: Final = {
    ".pdf": Format.PDF,
    ".jpg": Format.JPEG,
    ".jpeg": Format.JPEG,
    ".png": Format.PNG,
}
_PICTURES: Final = {Format.JPEG: "JPEG", Format.PNG: "PNG"}
_HEADS: Final = {
    Format.PDF: b"%PDF-",
    Format.JPEG: b"\xff\xd8\xff",
    Format.PNG: b"\x89PNG\r\n\x1a\n",
}
# Where readers of PDF look for the end mark.
_TAIL_BYTES: Final = 1024


class Upload(Protocol):
    """A file as it comes in."""

    name: str | None
    size: int

    def seek(self, offset: int) -> Any: ...

    def read(self, size: int = ..., /) -> bytes: ...


def attachment_add(
    *, note: TransferNote, side: Side, kind: str, upload: Upload, actor: Actor
) -> Attachment:
    """Keep a file with a note, whatever its state, as one of its sides.

    Raises
    ------
    Refused
        ``invalid``, at ``kind`` or ``file``: its name has another ending, its content
        is not what the name says, it is empty or too large.
    Conflict
        ``attached_already``: the note has this very file; ``too_many``.
    NotYours
        The actor does not speak for the side.
    """
    if kind not in Attachment.Kind.values:
        told = _("Say what it is: a weigh slip or a laboratory report.")
        raise Refused("invalid", told, {"kind": told})
    content_type = _format_of(upload)
    upload.seek(0)
    content = upload.read(ATTACHMENT_CEILING_BYTES + 1)
    values = {
        "kind": kind,
        "name": _plain_name(upload.name or ""),
        "content_type": content_type,
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return _keep(note, side, content, values, actor)


def store() -> Storage:
    """Where the files lie: private, outside of everything that is served."""
    return storages["attachments"]


@transaction.atomic
def _keep(
    note: TransferNote, side: Side, content: bytes, values: dict[str, Any], actor: Actor
) -> Attachment:
    note = notes.locked(note, side, actor)
    _refuse_what_is_there(note, values["sha256"])
    stored_as = store().save(uuid.uuid4().hex, ContentFile(content))
    attachment = Attachment.objects.create(
        note=note, side=side, user=actor.user, stored_as=stored_as, **values
    )
    record(
        actor=actor,
        of=note,
        action="attach",
        after={"name": attachment.name, "sha256": attachment.sha256},
    )
    return attachment


def _refuse_what_is_there(note: TransferNote, sha256: str) -> None:
    if note.attachments.filter(sha256=sha256).exists():
        told = _("The note has this very file already.")
        raise Conflict("attached_already", told, {"file": told})
    if note.attachments.count() >= MOST_ATTACHMENTS:
        told = _("A note keeps at most %(count)s files.") % {"count": MOST_ATTACHMENTS}
        raise Conflict("too_many", told, {"file": told})


def _format_of(upload: Upload) -> Format:
    """What a file is, where name and content agree on it."""
    expected = _BY_ENDING.get(PurePath(upload.name or "").suffix.lower())
    if expected is None:
        _refuse(_("Send a PDF, a JPEG or a PNG."))
    if not upload.size:
        _refuse(_("This file is empty."))
    if upload.size > ATTACHMENT_CEILING_BYTES:
        most = ATTACHMENT_CEILING_BYTES // 2**20
        _refuse(_("A file has at most %(most)s MB.") % {"most": most})
    if not _is(expected, upload):
        told = _("The content of this file is not what its name says: %(format)s.")
        _refuse(told % {"format": expected.label})
    return expected


def _is(expected: Format, upload: Upload) -> bool:
    upload.seek(0)
    if upload.read(len(_HEADS[expected])) != _HEADS[expected]:
        return False
    if expected in _PICTURES:
        return _is_picture(upload, _PICTURES[expected])
    upload.seek(max(0, upload.size - _TAIL_BYTES))
    return b"%%EOF" in upload.read(_TAIL_BYTES)


def _is_picture(upload: Any, kind: str) -> bool:
    upload.seek(0)
    try:
        with Image.open(upload, formats=[kind]) as picture:
            picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def _plain_name(name: str) -> str:
    """The name without folders and control characters, its ending kept."""
    plain = re.sub(r"[\x00-\x1f\x7f]", "", name.replace("\\", "/").rpartition("/")[2])
    path = PurePath(plain)
    return path.stem[: 150 - len(path.suffix)] + path.suffix


def _refuse(told: str) -> NoReturn:
    raise Refused("invalid", _("This file can not be kept."), {"file": told})
