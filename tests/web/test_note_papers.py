"""What leaves the site of a note: the PDF and the page behind the scanned code."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from tests.exchange import market
from tests.exchange.market import PLATE, Market
from wastehub.exchange import notes
from wastehub.exchange.loads import Refusal
from wastehub.exchange.models import TransferNote
from wastehub.web import note_tokens
from wastehub.web.note_document import note_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Market:
    return market.market()


@pytest.fixture
def refused(here: Market) -> TransferNote:
    """Thirty tonnes went, 29.9 came, five went back."""
    note = market.received(here, [30_000], [29_900])
    vehicle = note.vehicles.get()
    refusals = [Refusal(vehicle=vehicle.pk, refused_kg=5_000, reason="含水过高")]
    return notes.note_judge(note=note, refusals=refusals, actor=here.buyer.actor)


def text_of(paper: bytes) -> str:
    """The words of a PDF, whatever lines they stand on."""
    pages = PdfReader(io.BytesIO(paper)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def at(monkeypatch: pytest.MonkeyPatch, moment: Any) -> None:
    """The signer's clock shows another time."""
    monkeypatch.setattr(signing.time, "time", moment.timestamp)


def test_the_paper_says_all_that_was_weighed_signed_and_refused(
    here: Market, refused: TransferNote
) -> None:
    text = text_of(note_document(refused, "https://example.org/n/x", timezone.now()))
    editor = here.seller.actor.user
    assert editor
    for words in [
        refused.number,
        "固体废物转移联单 Transfer note of solid waste",
        "转出方 Consignor",
        "接收方 Consignee",
        "磷石膏",
        "部分拒收 partly refused",
        PLATE,
        "45,000",
        "29,900",
        "5,000",
        "含水过高",
        "24,900 kg",
        "验收 Judged",
        editor.username,
        refused.agreement.number,
    ]:
        assert words in text


def test_the_paper_says_no_price(refused: TransferNote) -> None:
    text = text_of(note_document(refused, "https://example.org/n/x", timezone.now()))
    assert "元" not in text
    assert "CNY" not in text


def test_a_party_gets_the_paper_as_a_file(here: Market, refused: TransferNote) -> None:
    client = Client()
    client.force_login(here.buyer.actor.user)
    answer = client.get(f"/notes/{refused.public_id}/note.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert f"{refused.number}.pdf" in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF-")


def test_many_vehicles_go_on_over_pages(here: Market) -> None:
    note = market.loaded(here, [1_000] * 60)
    paper = note_document(note, "https://example.org/n/x", timezone.now())
    assert len(PdfReader(io.BytesIO(paper)).pages) > 1
    assert text_of(paper).count(PLATE) == 60


def test_who_scans_sees_the_note_without_logging_in(refused: TransferNote) -> None:
    answer = Client().get(f"/n/{note_tokens.token_of(refused)}")
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in [refused.number, PLATE, "磷石膏", "含水过高", "30,000"]:
        assert words in page
    assert answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page
    assert "no-store" in answer["Cache-Control"]


def test_the_scanned_page_names_no_price_and_nobody(
    here: Market, refused: TransferNote
) -> None:
    page = Client().get(f"/n/{note_tokens.token_of(refused)}").content.decode()
    assert "元" not in page
    for party in (here.seller, here.buyer):
        assert party.actor.user
        assert party.actor.user.username not in page


def test_a_code_too_old_is_told_apart_from_a_wrong_one(
    refused: TransferNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = note_tokens.token_of(refused)
    at(monkeypatch, timezone.now() + note_tokens.LIFE - timedelta(minutes=1))
    assert Client().get(f"/n/{token}").status_code == 200
    at(monkeypatch, timezone.now() + note_tokens.LIFE + timedelta(minutes=1))
    assert Client().get(f"/n/{token}").status_code == 410


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "%F0%9F%92%A9:1:1"])
def test_a_code_that_is_not_ours_finds_nothing(token: str) -> None:
    assert Client().get(f"/n/{token}").status_code == 404


def test_a_code_of_one_note_opens_no_other(here: Market) -> None:
    one, other = market.issued(here), market.issued(here, 30_000)
    token = note_tokens.token_of(one)
    forged = token.replace(one.public_id.hex, other.public_id.hex)
    assert Client().get(f"/n/{forged}").status_code == 404


def test_a_signature_made_for_another_purpose_opens_nothing(here: Market) -> None:
    note = market.issued(here)
    token = signing.TimestampSigner().sign(f"{note.public_id.hex}-1")
    assert Client().get(f"/n/{token}").status_code == 404


def test_a_paper_of_an_older_version_says_so(here: Market) -> None:
    note = market.issued(here)
    token = note_tokens.token_of(note)
    note.version = 2
    note.save(update_fields=["version"])
    assert "版本" in Client().get(f"/n/{token}").content.decode()
    answer = Client(headers={"accept-language": "en"}).get(f"/n/{token}")
    assert "is version 1; the note is now version 2" in answer.content.decode()
