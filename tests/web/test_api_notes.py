"""Transfer notes by API: the whole way, and what is refused how."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.exchange import market
from tests.exchange.files import PDF
from tests.exchange.market import PLATE, Market, Party
from wastehub.accounts.models import Jurisdiction, User
from wastehub.exchange import notes
from wastehub.exchange.models import TransferNote

pytestmark = pytest.mark.django_db

NOTES = "/api/v1/notes/"


@pytest.fixture
def here() -> Market:
    return market.market()


def client_of(party: Party) -> Client:
    client = Client(headers={"accept-language": "en"})
    assert party.actor.user
    client.force_login(party.actor.user)
    return client


def send(party: Party, path: str, **body: Any) -> Any:
    return client_of(party).post(path, body, content_type="application/json")


def act(party: Party, note: TransferNote, name: str, **body: Any) -> Any:
    return send(party, f"{NOTES}{note.public_id}/{name}/", **body)


def today() -> str:
    return timezone.localdate().isoformat()


def entry(at: Market, **values: Any) -> dict[str, Any]:
    told = {
        "agreement": str(market.agreement(at).public_id),
        "planned_t": 60,
        "planned_on": today(),
        "carrier": "快运",
    }
    return told | values


def loads(gross_kg: int = 45_000) -> dict[str, Any]:
    load = {"plate": PLATE, "gross_kg": gross_kg, "tare_kg": 15_000}
    return {"loads": [load], "loaded_on": today()}


def arrival(note: TransferNote, net_kg: int = 30_000) -> dict[str, Any]:
    weighings = [
        {"vehicle": vehicle.pk, "gross_kg": 15_000 + net_kg, "tare_kg": 15_000}
        for vehicle in note.vehicles.all()
    ]
    return {"weighings": weighings, "received_on": today()}


def disputed(at: Market) -> TransferNote:
    note = market.received(at, [30_000], [29_000])
    return notes.note_judge(note=note, actor=at.buyer.actor)


def test_a_delivery_from_draft_to_end(here: Market) -> None:
    made = send(here.seller, NOTES, **entry(here))
    assert made.status_code == 201, made.json()
    note = TransferNote.objects.get(public_id=made.json()["public_id"])
    assert act(here.seller, note, "issue").json()["status"] == "issued"
    assert act(here.seller, note, "load", **loads()).json()["status"] == "loaded"
    came = act(here.buyer, note, "receive", **arrival(note)).json()
    [vehicle] = came["vehicles"]
    assert (vehicle["plate"], vehicle["net_kg"]) == (PLATE, 30_000)
    refusal = {"vehicle": vehicle["id"], "refused_kg": 5_000, "reason": "含水过高"}
    judged = act(here.buyer, note, "judge", refusals=[refusal]).json()
    assert judged["status"] == "partly_refused"
    assert judged["vehicles"][0]["accepted_kg"] == 25_000
    closed = act(here.seller, note, "close").json()
    assert [one["act"] for one in closed["signatures"]] == [
        "issue",
        "load",
        "receive",
        "judge",
        "close",
    ]


def test_what_is_answered_is_what_is_read_and_tells_no_price(here: Market) -> None:
    made = send(here.seller, NOTES, **entry(here))
    read = client_of(here.seller).get(made["Location"])
    assert read.json() == made.json()
    assert "price" not in read.content.decode()


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"planned_t": 200}, 409, "planned_t"),
        ({"planned_t": -1}, 400, "planned_t"),
        ({"planned_on": "2020-01-01"}, 400, "planned_on"),
        ({"carrier": " "}, 400, "carrier"),
        ({"tolerance_frac": 0.5}, 400, "tolerance_frac"),
        ({"agreement": "6d0f94f2-5d5c-4b0b-8a3e-0a4a4a4a4a4a"}, 400, "agreement"),
    ],
)
def test_a_plan_that_can_not_be_is_refused(
    here: Market, wrong: dict[str, Any], status: int, field: str
) -> None:
    answer = send(here.seller, NOTES, **entry(here, **wrong))
    assert (answer.status_code, list(answer.json()["fields"])) == (status, [field])
    assert not TransferNote.objects.exists()


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["loads", "loaded_on"]),
        ({"loads": [], "loaded_on": "2020-01-01"}, ["loads"]),
        ({"loads": [{"plate": "X"}], "loaded_on": "x"}, None),
        ({"loads": "many", "loaded_on": "2020-01-01"}, None),
    ],
)
def test_a_load_without_form_is_a_400(
    here: Market, body: dict[str, Any], fields: list[str] | None
) -> None:
    answer = act(here.seller, market.issued(here), "load", **body)
    assert answer.status_code == 400
    if fields:
        assert list(answer.json()["fields"]) == fields


def test_a_wrong_weight_is_named_by_its_place(here: Market) -> None:
    answer = act(here.seller, market.issued(here), "load", **loads(gross_kg=1_000))
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["loads.0.gross_kg"]


def test_acting_twice_is_a_conflict_with_the_state(here: Market) -> None:
    note = market.issued(here)
    answer = act(here.seller, note, "issue")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert "issued" in answer.json()["message"]


def test_the_other_side_may_not_sign_and_others_find_nothing(here: Market) -> None:
    note = market.issued(here)
    answer = act(here.buyer, note, "load", **loads())
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_site")
    assert act(market.party(104.2), note, "load", **loads()).status_code == 404
    anonymous = Client().get(f"{NOTES}{note.public_id}/")
    assert anonymous.status_code == 404


def test_a_regulator_reads_and_does_not_act(here: Market) -> None:
    note = market.issued(here)
    user = User.objects.create_user("regulator")
    Jurisdiction.objects.create(user=user, adcode="510105")
    client = Client()
    client.force_login(user)
    assert client.get(f"{NOTES}{note.public_id}/").status_code == 200
    assert client.post(f"{NOTES}{note.public_id}/issue/").status_code == 403


def test_a_dispute_is_settled_by_both(here: Market) -> None:
    note = disputed(here)
    vehicle = note.vehicles.get()
    told = {"settled_kg": {str(vehicle.pk): 29_500}, "reason": "复磅"}
    assert act(here.seller, note, "propose", **told).status_code == 200
    assert act(here.seller, note, "answer", approve=True).status_code == 403
    settled = act(here.buyer, note, "answer", approve=True).json()
    assert settled["status"] == "accepted"
    assert settled["vehicles"][0]["settled_kg"] == 29_500
    assert act(here.buyer, note, "answer", approve=True).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "revision"),
        ({"settled_kg": {"a": 1}}, "settled_kg"),
        ({"settled_kg": {}}, "settled_kg"),
        ({"settled_kg": {"1": 1}, "revision": {"carrier": "x"}}, "revision"),
    ],
)
def test_a_proposal_without_sense_is_refused(
    here: Market, body: dict[str, Any], field: str
) -> None:
    answer = act(here.seller, disputed(here), "propose", reason="?", **body)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_a_revision_is_told_in_tonnes(here: Market) -> None:
    note = market.issued(here)
    told = {"revision": {"planned_t": 500}, "reason": "加量"}
    answer = act(here.seller, note, "propose", **told)
    assert list(answer.json()["fields"]) == ["planned_t"]
    told = {"revision": {"planned_t": 70}, "reason": "加量"}
    assert act(here.seller, note, "propose", **told).status_code == 200
    revised = act(here.buyer, note, "answer", approve=True).json()
    assert (revised["planned_t"], revised["version"]) == (70, 2)


def test_cancelling_asks_why(here: Market) -> None:
    note = market.issued(here)
    assert act(here.seller, note, "cancel").status_code == 400
    done = act(here.seller, note, "cancel", reason="停产").json()
    assert done["status"] == "cancelled"


def test_a_file_is_kept_or_refused(here: Market, attachments_folder: Any) -> None:
    note = market.issued(here)
    path = f"{NOTES}{note.public_id}/attachments/"

    def attach(name: str) -> Any:
        file = SimpleUploadedFile(name, PDF)
        return client_of(here.buyer).post(path, {"kind": "lab_report", "file": file})

    kept = attach("检测.pdf")
    assert (kept.status_code, kept.json()["side"]) == (201, "consignee")
    assert attach("again.pdf").status_code == 409
    wrong = attach("a.png")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["file"])


def test_the_list_puts_what_waits_first_and_filters(here: Market) -> None:
    market.issued(here)
    client = client_of(here.buyer)
    market.loaded(here)
    rows = client.get(NOTES).json()["results"]
    assert [(row["status"], row["waits_for_me"]) for row in rows] == [
        ("loaded", True),
        ("issued", False),
    ]
    assert client.get(NOTES, {"status": "issued"}).json()["count"] == 1
    assert client.get(NOTES, {"site": "nowhere"}).status_code == 400
