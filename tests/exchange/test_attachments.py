"""Files kept with a note: what they are, who adds them, that they stay."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.utils import DatabaseError

from tests.exchange import market
from tests.exchange.files import PDF, picture
from tests.exchange.market import Market
from wastehub.errors import Conflict, NotYours, Refused
from wastehub.exchange import notes
from wastehub.exchange.attached_files import ATTACHMENT_CEILING_BYTES, Attachment
from wastehub.exchange.attachments import attachment_add, store
from wastehub.exchange.models import TransferNote
from wastehub.exchange.states import Side
from wastehub.trail.models import TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(attachments_folder: Path) -> Path:
    return attachments_folder


@pytest.fixture
def here() -> Market:
    return market.market()


@pytest.fixture
def note(here: Market) -> TransferNote:
    return market.issued(here)


def add(
    at: Market, note: TransferNote, name: str, content: bytes, **values: Any
) -> Attachment:
    told: dict[str, Any] = {
        "side": Side.CONSIGNOR,
        "kind": "weigh_slip",
        "actor": at.seller.actor,
    }
    upload = SimpleUploadedFile(name, content)
    return attachment_add(note=note, upload=upload, **told | values)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("磅单.pdf", PDF),
        ("a.JPG", picture("JPEG")),
        ("a.jpeg", picture("JPEG")),
        ("a.png", picture("PNG")),
    ],
)
def test_what_is_kept_is_what_came(
    here: Market, note: TransferNote, name: str, content: bytes
) -> None:
    kept = add(here, note, name, content)
    with store().open(kept.stored_as) as file:
        assert file.read() == content
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert (kept.name, kept.size_bytes) == (name, len(content))


def test_the_stored_name_tells_nothing_and_lies_in_the_folder(
    here: Market, note: TransferNote, folder: Path
) -> None:
    kept = add(here, note, "slip.pdf", PDF)
    assert [path.name for path in folder.iterdir()] == [kept.stored_as]
    assert "slip" not in kept.stored_as


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a", PDF),
        ("a.pdf", b""),
        ("a.pdf", picture("PNG")),
        ("a.pdf", b"%PDF-1.4 and no end"),
        ("a.png", PDF),
        ("a.png", picture("JPEG")),
        ("a.jpg", b"\xff\xd8\xff and then words"),
        ("a.png", picture("PNG")[:40]),
        ("a.png", b"<svg><script>alert(1)</script></svg>"),
        ("a.pdf", PDF + b" " * ATTACHMENT_CEILING_BYTES),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    here: Market, note: TransferNote, folder: Path, name: str, content: bytes
) -> None:
    with pytest.raises(Refused) as refused:
        add(here, note, name, content)
    assert list(refused.value.fields) == ["file"]
    assert not note.attachments.exists()
    assert list(folder.iterdir()) == []


def test_the_same_file_twice_is_refused(here: Market, note: TransferNote) -> None:
    add(here, note, "a.pdf", PDF)
    with pytest.raises(Conflict) as refused:
        add(here, note, "b.pdf", PDF)
    assert refused.value.code == "attached_already"


def test_an_unknown_kind_is_refused(here: Market, note: TransferNote) -> None:
    with pytest.raises(Refused) as refused:
        add(here, note, "a.pdf", PDF, kind="poem")
    assert list(refused.value.fields) == ["kind"]


def test_either_side_adds_and_nobody_else(here: Market, note: TransferNote) -> None:
    add(here, note, "a.pdf", PDF)
    theirs = {"side": Side.CONSIGNEE, "actor": here.buyer.actor}
    add(here, note, "b.png", picture("PNG"), **theirs)
    with pytest.raises(NotYours):
        add(here, note, "c.jpg", picture("JPEG"), actor=market.party(104.2).actor)
    assert note.attachments.count() == 2


def test_a_folder_in_the_name_is_left_out(here: Market, note: TransferNote) -> None:
    upload = ContentFile(PDF)
    upload.name = "..\\..\\etc/\x07slip.pdf"
    kept = attachment_add(
        note=note,
        side=Side.CONSIGNOR,
        kind="lab_report",
        upload=upload,
        actor=here.seller.actor,
    )
    assert kept.name == "slip.pdf"


def test_files_stay_when_the_note_is_cancelled(
    here: Market, note: TransferNote
) -> None:
    kept = add(here, note, "a.pdf", PDF)
    notes.note_cancel(note=note, reason="停产", actor=here.seller.actor)
    assert store().exists(kept.stored_as)
    assert list(note.attachments.all()) == [kept]


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_keeps_the_row_as_it_is(
    here: Market, note: TransferNote, act: str
) -> None:
    kept = Attachment.objects.filter(pk=add(here, note, "a.pdf", PDF).pk)
    changes = {"name": "other.pdf"} if act == "update" else {}
    with pytest.raises(DatabaseError), transaction.atomic():
        getattr(kept, act)(**changes)


def test_an_addition_stands_in_the_trail(here: Market, note: TransferNote) -> None:
    kept = add(here, note, "a.pdf", PDF)
    entry = TrailEntry.objects.filter(action="attach").get()
    assert entry.after == {"name": "a.pdf", "sha256": kept.sha256}
