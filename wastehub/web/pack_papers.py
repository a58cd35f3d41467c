"""The papers of a pack: each note as a PDF, and the files that are kept with it."""

from collections.abc import Callable, Iterator
from typing import Final

from django.db.models import QuerySet

from wastehub.exchange.attachments import store
from wastehub.exchange.models import TransferNote
from wastehub.web import note_tokens
from wastehub.web.note_document import note_document
from wastehub.web.note_reading import in_full

MOST_NOTES: Final = 30
"""A pack holds papers of so many notes, the first by day.

A PDF takes a third of a second, and a request must not take half a minute.
"""

MOST_BYTES: Final = 50 * 2**20
"""And files of so many bytes in all; one that has no room is left out."""

LIMITS: Final = (
    f"附联单 PDF（按日期前 {MOST_NOTES} 份）及其附件（合计至多 {MOST_BYTES // 2**20} "
    "MB），其余见各联单页面。\n"
    f"Papers: the first {MOST_NOTES} notes by day as PDF, and their files up to "
    f"{MOST_BYTES // 2**20} MB in all; the others are on the pages of their notes."
)


def papers_of(
    notes: QuerySet[TransferNote], address_of: Callable[[TransferNote], str]
) -> Iterator[tuple[str, bytes]]:
    """Name and content of each paper, within both limits.

    Parameters
    ----------
    address_of
        The address that a note's QR code carries.
    """
    room_bytes = MOST_BYTES
    for note in in_full(notes).order_by("planned_on", "number")[:MOST_NOTES]:
        paper = note_document(note, address_of(note), note_tokens.ends_at())
        yield f"联单-notes/{note.number}.pdf", paper
        for place, file in enumerate(note.attachments.all(), 1):
            if file.size_bytes > room_bytes:
                continue
            room_bytes -= file.size_bytes
            name = f"附件-attachments/{note.number}/{place}-{file.name}"
            with store().open(file.stored_as) as kept:
                yield name, kept.read()
