"""The pages of transfer notes: who sees what, every act by its form, every refusal."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.exchange import market
from tests.exchange.files import PDF
from tests.exchange.market import PLATE, Market, Party
from wastehub.accounts.models import Jurisdiction, Membership, User
from wastehub.exchange import notes
from wastehub.exchange.loads import Refusal
from wastehub.exchange.models import TransferNote
from wastehub.web.idempotency import FIELD

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Market:
    return market.market()


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def as_party(party: Party) -> Client:
    assert party.actor.user
    return client_of(party.actor.user)


def regulator(adcode: str = "510105") -> User:
    """A regulator of the buyer's county."""
    user = User.objects.create_user(f"regulator{adcode}")
    Jurisdiction.objects.create(user=user, adcode=adcode)
    return user


def viewer(party: Party) -> User:
    user = User.objects.create_user("viewer")
    organisation = party.site.organisation
    Membership.objects.create(user=user, organisation=organisation, role="viewer")
    return user


def path(note: TransferNote, act: str = "") -> str:
    return f"/notes/{note.public_id}/{act}"


def send(party: Party, note: TransferNote, act: str, **told: Any) -> Any:
    return as_party(party).post(path(note, act), told)


def forms_of(answer: Any) -> list[str]:
    shown = [form.act for form in (*answer.context["forms"], *answer.context["aside"])]
    return shown + (["attach"] if answer.context["attach"] else [])


def draft(at: Market) -> TransferNote:
    return notes.note_draft(
        agreement=market.agreement(at),
        planned_kg=60_000,
        planned_on=timezone.localdate(),
        carrier="快运",
        actor=at.seller.actor,
    )


def load_rows(*rows: tuple[Any, Any, Any], count: int = 3) -> dict[str, Any]:
    told = {"loaded_on": timezone.localdate().isoformat(), "count": count}
    for place, (plate, gross, tare) in enumerate(rows):
        told[f"loads.{place}.plate"] = plate
        told[f"loads.{place}.gross_kg"] = gross
        told[f"loads.{place}.tare_kg"] = tare
    return told


def status(note: TransferNote) -> str:
    note.refresh_from_db()
    return note.status


def test_pages_ask_for_a_log_in() -> None:
    assert Client().get("/notes/").status_code == 302


@pytest.mark.parametrize("name", ["", "note.pdf"])
def test_outsiders_find_nothing(here: Market, name: str) -> None:
    stranger = as_party(market.party(104.2))
    note = draft(here)
    assert stranger.get(path(note, name)).status_code == 404
    assert stranger.post(path(note, "issue")).status_code == 404
    assert note.number not in stranger.get("/notes/").content.decode()


@pytest.mark.parametrize("adcode", ["510104", "510105", "510000"])
def test_a_regulator_of_either_end_reads_and_signs_nothing(
    here: Market, adcode: str
) -> None:
    note = draft(here)
    answer = client_of(regulator(adcode)).get(path(note))
    assert answer.status_code == 200
    assert forms_of(answer) == []
    assert client_of(regulator("510999")).get(path(note)).status_code == 404


def test_no_price_is_on_any_page_of_a_note(here: Market) -> None:
    note = market.issued(here)
    page = as_party(here.seller).get(path(note)).content.decode()
    assert "CNY" not in page


STAGES: list[tuple[Callable[[Market], TransferNote], list[str], list[str]]] = [
    (draft, ["issue", "cancel", "attach"], ["attach"]),
    (
        market.issued,
        ["load", "revision", "cancel", "attach"],
        ["revision", "attach"],
    ),
    (market.loaded, ["attach"], ["receive", "attach"]),
    (market.received, ["attach"], ["accept", "refuse", "attach"]),
]


@pytest.mark.parametrize(("stage", "sellers", "buyers"), STAGES)
def test_everybody_sees_their_own_forms_only(
    here: Market,
    stage: Callable[[Market], TransferNote],
    sellers: list[str],
    buyers: list[str],
) -> None:
    note = stage(here)
    assert forms_of(as_party(here.seller).get(path(note))) == sellers
    assert forms_of(as_party(here.buyer).get(path(note))) == buyers
    assert forms_of(client_of(viewer(here.seller)).get(path(note))) == []


def test_what_waits_for_me_comes_first(here: Market) -> None:
    """The seller has to load the older note; the newer one is on its way."""
    older, newer = market.issued(here), market.loaded(here)
    for party, first in ((here.seller, older), (here.buyer, newer)):
        page = as_party(party).get("/notes/").context["page"]
        assert next(note.pk for note in page) == first.pk
        assert [note.waits for note in page] == [True, False]


def test_the_list_is_filtered(here: Market) -> None:
    older, newer = draft(here), market.loaded(here)
    client = as_party(here.seller)

    def found(**asked: Any) -> list[int]:
        return [note.pk for note in client.get("/notes/", asked).context["page"]]

    assert found(status="draft") == [older.pk]
    assert found(status="loaded", material="phosphogypsum") == [newer.pk]
    assert len(found(site=here.seller.site.public_id)) == 2
    assert len(found(counterparty=here.buyer.site.public_id)) == 2
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    assert found(planned_from=tomorrow.isoformat()) == []
    assert client.get("/notes/", {"status": "lost"}).status_code == 400


def test_the_list_asks_as_often_for_many_as_for_few(
    here: Market, django_assert_max_num_queries: Any
) -> None:
    client = as_party(here.seller)
    for _ in range(3):
        draft(here)
    with django_assert_max_num_queries(20):
        client.get("/notes/")


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


def disputed(at: Market) -> TransferNote:
    note = market.received(at, [30_000, 30_000], [29_000, 30_000])
    return notes.note_judge(note=note, actor=at.buyer.actor)


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


def test_signatures_trail_and_refusals_stand_on_the_page(here: Market) -> None:
    note = market.received(here)
    first = note.vehicles.first()
    assert first
    refusals = [Refusal(vehicle=first.pk, refused_kg=5_000, reason="含水过高")]
    notes.note_judge(note=note, refusals=refusals, actor=here.buyer.actor)
    answer = as_party(here.seller).get(path(note))
    steps = [(str(step.title), step.state) for step in answer.context["story"]]
    assert steps == [
        ("Drawn up", "past"),
        ("Issued", "past"),
        ("Loaded", "past"),
        ("Weighed on arrival", "past"),
        ("Judged", "past"),
        ("Closed", "now"),
    ]
    assert "含水过高" in answer.content.decode()
    changes = [act["changes"] for act in answer.context["trail"]]
    assert [(one.field, one.before, one.after) for [one] in changes] == [
        ("Planned mass", "", "60,000 kg"),
        ("State", "draft", "issued"),
        ("State", "issued", "loaded, on its way"),
        ("State", "loaded, on its way", "received, weighed"),
        ("State", "received, weighed", "partly refused"),
    ]


def test_a_page_of_many_vehicles_asks_no_more_than_of_one(
    here: Market, django_assert_num_queries: Any
) -> None:
    one, many = market.received(here, [10_000]), market.received(here, [1_000] * 30)
    client = as_party(here.buyer)
    with CaptureQueriesContext(connection) as asked:
        client.get(path(one))
    with django_assert_num_queries(len(asked)):
        client.get(path(many))
