"""Every act of a transfer note by its form, and every refusal."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.exchange import market
from tests.exchange.files import PDF
from tests.exchange.market import PLATE, Market
from tests.web.noting import (
    as_party,
    client_of,
    disputed,
    draft,
    forms_of,
    load_rows,
    path,
    regulator,
    send,
    status,
)
from wastehub.exchange.models import TransferNote
from wastehub.web.idempotency import FIELD

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Market:
    return market.market()


def test_a_note_is_drawn_up_from_its_agreement(here: Market) -> None:
    agreement = market.agreement(here)
    address = f"/agreements/{agreement.public_id}/notes/new"
    told = {
        "planned_t": "60.5",
        "planned_on": timezone.localdate(),
        "carrier": "快运",
        "tolerance_percent": "0.3",
    }
    client = as_party(here.seller)
    assert client.get(address).status_code == 200
    assert as_party(here.buyer).get(address).status_code == 404
    answer = client.post(address, told)
    note = TransferNote.objects.get()
    assert answer.url == path(note)
    assert (note.planned_kg, note.tolerance_frac) == (60_500, 0.003)


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"planned_t": "101"}, "planned_t", 409),
        ({"planned_t": "x"}, "planned_t", 400),
        ({"planned_on": "2020-01-01"}, "planned_on", 400),
        ({"tolerance_percent": "9"}, "tolerance_percent", 400),
    ],
)
def test_a_plan_that_can_not_be_is_refused_beside_its_field(
    here: Market, wrong: dict[str, str], field: str, code: int
) -> None:
    agreement = market.agreement(here)
    told = {
        "planned_t": "60",
        "planned_on": timezone.localdate(),
        "carrier": "快运",
        "tolerance_percent": "0.5",
    }
    answer = as_party(here.seller).post(
        f"/agreements/{agreement.public_id}/notes/new", told | wrong
    )
    assert answer.status_code == code
    assert list(answer.context["form"].errors) == [field]
    assert not TransferNote.objects.exists()


def test_a_delivery_goes_through_its_forms_from_draft_to_end(here: Market) -> None:
    note = draft(here)
    assert send(here.seller, note, "issue").url == path(note)
    rows = load_rows(
        (PLATE, 45_000, 15_000), ("", "", ""), ("川B88888", 45_000, 15_000)
    )
    send(here.seller, note, "load", **rows)
    assert status(note) == "loaded"
    weights = {
        "received_on": timezone.localdate(),
        "weighings.0.gross_kg": 45_000,
        "weighings.0.tare_kg": 15_000,
        "weighings.1.gross_kg": 44_900,
        "weighings.1.tare_kg": 15_000,
    }
    send(here.buyer, note, "receive", **weights)
    second = note.vehicles.last()
    assert second
    told = {f"refused.{second.pk}": 9_900, f"reason.{second.pk}": "含水过高"}
    send(here.buyer, note, "refuse", **told)
    assert status(note) == "partly_refused"
    send(here.seller, note, "close")
    assert status(note) == "closed"
    assert here.buyer.stock_kg == 50_000


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (("X1", 45_000, 15_000), "loads.1.plate"),
        ((PLATE, 14_000, 15_000), "loads.1.gross_kg"),
        ((PLATE, 45_000, 0), "loads.1.tare_kg"),
        ((PLATE, "", 15_000), "loads.1.gross_kg"),
    ],
)
def test_a_wrong_vehicle_is_refused_beside_its_field_with_the_state_it_stays_in(
    here: Market, row: tuple[Any, Any, Any], field: str
) -> None:
    """The first row is left empty: the fault stands in the second all the same."""
    note = market.issued(here)
    answer = send(here.seller, note, "load", **load_rows(("", "", ""), row))
    assert answer.status_code == 400
    assert list(answer.context["forms"][0].errors) == [field]
    assert "The note stays as it is: issued" in answer.content.decode()
    assert status(note) == "issued"


def test_more_than_there_is_is_refused_above_the_rows(here: Market) -> None:
    note = market.issued(here)
    rows = load_rows((PLATE, 140_000, 20_000))
    answer = send(here.seller, note, "load", **rows)
    assert answer.status_code == 409
    assert list(answer.context["forms"][0].errors) == ["loads.0.plate"]


def test_more_vehicles_keep_what_was_typed(here: Market) -> None:
    note = market.issued(here)
    rows = load_rows((PLATE, 45_000, 15_000)) | {"more": "1"}
    answer = send(here.seller, note, "load", **rows)
    form = answer.context["forms"][0]
    assert (answer.status_code, len(form.rows()), form.errors) == (200, 8, {})
    assert form["loads.0.plate"].value() == PLATE
    assert status(note) == "issued"


def test_a_form_sent_twice_does_its_act_once_and_answers_the_same(
    here: Market,
) -> None:
    note = draft(here)
    told = {FIELD: "one-click"}
    first, second = (send(here.seller, note, "issue", **told) for _ in range(2))
    assert (first.status_code, first.url) == (second.status_code, second["Location"])
    assert note.signatures.count() == 1


def test_asking_for_more_vehicles_does_not_use_up_the_form_s_key(here: Market) -> None:
    note = market.issued(here)
    rows = load_rows((PLATE, 45_000, 15_000)) | {FIELD: "one-page"}
    assert send(here.seller, note, "load", **rows, more="1").status_code == 200
    assert send(here.seller, note, "load", **rows).status_code == 302
    assert note.vehicles.count() == 1


def test_a_note_acted_on_twice_says_the_state_it_stays_in(here: Market) -> None:
    note = draft(here)
    send(here.seller, note, "issue")
    answer = send(here.seller, note, "issue")
    assert answer.status_code == 409
    assert "The note stays as it is: issued" in answer.content.decode()


def test_signing_for_the_other_side_is_refused(here: Market) -> None:
    note = draft(here)
    assert send(here.buyer, note, "issue").status_code == 403
    assert status(note) == "draft"


def test_an_unknown_act_is_not_found(here: Market) -> None:
    assert send(here.seller, draft(here), "fly").status_code == 404


def test_the_address_of_a_form_leads_back_to_the_note(here: Market) -> None:
    note = draft(here)
    assert as_party(here.seller).get(path(note, "issue")).url == path(note)


def test_refusing_nothing_is_refused(here: Market) -> None:
    note = market.received(here)
    assert send(here.buyer, note, "refuse").status_code == 400
    assert status(note) == "received"


def test_a_dispute_is_drawn_and_settled_by_both(here: Market) -> None:
    note = disputed(here)
    first, second = note.vehicles.all()
    page = as_party(here.seller).get(path(note))
    assert "beyond tolerance" in page.content.decode()
    told = {
        f"settled.{first.pk}": 29_500,
        f"settled.{second.pk}": 30_000,
        "reason": "复磅",
    }
    wrong = told | {f"settled.{first.pk}": 31_000}
    refused = send(here.seller, note, "settlement", **wrong)
    assert list(refused.context["forms"][0].errors) == [f"settled.{first.pk}"]
    send(here.seller, note, "settlement", **told)
    assert "answer" not in forms_of(as_party(here.seller).get(path(note)))
    waiting = as_party(here.buyer).get("/notes/").context["page"][0]
    assert waiting.waits
    send(here.buyer, note, "answer", approve="yes")
    assert status(note) == "accepted"


def test_a_dispute_waits_for_both_until_one_proposes(here: Market) -> None:
    disputed(here)
    for party in (here.seller, here.buyer):
        assert as_party(party).get("/notes/").context["page"][0].waits


def test_a_revision_changes_only_what_was_changed_and_once_approved(
    here: Market,
) -> None:
    note = market.issued(here)
    told = {
        "planned_t": "60.000",
        "planned_on": note.planned_on,
        "carrier": "别家",
        "remark": "",
        "reason": "换车",
    }
    send(here.seller, note, "revision", **told)
    assert note.proposals.get().terms == {"carrier": "别家"}
    send(here.buyer, note, "answer", approve="yes")
    note.refresh_from_db()
    assert (note.carrier, note.version) == ("别家", 2)


def test_a_revision_of_nothing_is_refused(here: Market) -> None:
    note = market.issued(here)
    same = {
        "planned_t": "60",
        "planned_on": note.planned_on,
        "carrier": note.carrier,
        "reason": "?",
    }
    assert send(here.seller, note, "revision", **same).status_code == 400


def test_a_file_is_kept_and_given_back_as_a_download(
    here: Market, attachments_folder: Any
) -> None:
    note = draft(here)
    upload = SimpleUploadedFile("磅单.pdf", PDF)
    send(here.buyer, note, "attach", kind="weigh_slip", file=upload)
    send(here.seller, note, "cancel", reason="停产")
    kept = note.attachments.get()
    address = path(note, f"attachments/{kept.public_id}")
    answer = client_of(regulator()).get(address)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert as_party(market.party(104.2)).get(address).status_code == 404


def test_a_file_that_is_not_what_it_says_is_refused_beside_its_field(
    here: Market, attachments_folder: Any
) -> None:
    note = draft(here)
    upload = SimpleUploadedFile("a.png", PDF)
    answer = send(here.seller, note, "attach", kind="weigh_slip", file=upload)
    assert answer.status_code == 400
    assert list(answer.context["attach"].errors) == ["file"]
    assert not note.attachments.exists()
