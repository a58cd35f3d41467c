"""The ledger and the declarations by the API."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.reporting import office
from tests.reporting.office import Office, submitted
from wastehub.ledger.models import Entry
from wastehub.trail.models import Actor

pytestmark = pytest.mark.django_db
LEDGER, DECLARATIONS = "/api/v1/ledger/", "/api/v1/declarations/"


@pytest.fixture
def here() -> Office:
    return office.office()


def ask(
    actor: Actor, address: str, told: dict[str, Any] | None = None, by: str = "post"
) -> Any:
    client = Client(headers={"accept-language": "en"})
    assert actor.user
    client.force_login(actor.user)
    if told is None:
        return client.get(address)
    return getattr(client, by)(address, told, content_type="application/json")


def line(here: Office, **changes: Any) -> dict[str, Any]:
    return {
        "facility": str(here.site.public_id),
        "material": "phosphogypsum",
        "kind": "generated",
        "mass_t": 1.5,
        "occurred_on": "2026-10-05",
    } | changes


def test_entries_are_listed_newest_first_with_their_balance(here: Office) -> None:
    rows = ask(here.declarant, LEDGER).json()["results"]
    assert [row["sequence"] for row in rows] == [5, 4, 3, 2, 1]
    assert rows[0]["balance_t"] == 1.25


def test_a_line_is_written(here: Office) -> None:
    answer = ask(here.declarant, LEDGER, line(here))
    assert answer.status_code == 201
    assert answer.json()["balance_t"] == 2.75


def test_a_refusal_names_the_field_as_it_was_written(here: Office) -> None:
    answer = ask(here.declarant, LEDGER, line(here, kind="disposed", mass_t=99))
    assert answer.status_code == 409
    assert set(answer.json()["fields"]) == {"mass_t"}


def test_a_regulator_writes_nothing(here: Office) -> None:
    assert ask(here.regulator, LEDGER, line(here)).status_code == 403


def test_an_outsider_is_told_of_no_such_site(here: Office) -> None:
    answer = ask(here.stranger, LEDGER, line(here))
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {"facility"})
    assert ask(here.stranger, LEDGER).json()["results"] == []


def test_who_is_nobody_is_asked_to_log_in(here: Office) -> None:
    assert Client().get(LEDGER).status_code in (401, 403)


def test_an_entry_is_corrected(here: Office) -> None:
    first = Entry.objects.get(sequence=2)
    told = {"mass_t": 0.4, "reason": "weighed again"}
    answer = ask(here.declarant, f"{LEDGER}{first.pk}/correct/", told)
    assert answer.status_code == 201
    assert answer.json()["mass_t"] == -0.1
    assert answer.json()["corrects"] == first.pk


def test_the_one_figure_of_stock_is_told(here: Office) -> None:
    [row] = ask(
        here.declarant, f"{LEDGER}stocks/?facility={here.site.public_id}"
    ).json()
    assert row["on_hand_t"] == row["available_t"] == 1.25


def test_the_outlook_can_be_asked_what_if(here: Office) -> None:
    query = f"facility={here.site.public_id}&material=phosphogypsum"
    address = f"{LEDGER}outlook/?{query}"
    assert not ask(here.declarant, address).json()["is_supposed"]
    supposed = ask(here.declarant, f"{address}&used_t=50").json()
    assert supposed["headroom"]["used_t"] == 50
    assert ask(here.declarant, f"{address}&used_t=-1").status_code == 400


def test_a_past_ledger_is_tried_and_written(here: Office) -> None:
    client = Client()
    assert here.declarant.user
    client.force_login(here.declarant.user)
    table = "日期,物料,类别,质量\n2025-01-01,磷石膏,产生量,5\n".encode()

    def sent(**told: Any) -> Any:
        file = SimpleUploadedFile("past.csv", table)
        site = str(here.site.public_id)
        return client.post(
            f"{LEDGER}past/", {"facility": site, "file": file, **told}
        ).json()

    assert sent() == {"rows": 1, "is_written": False, "faulty": []}
    assert sent(write=True)["rows"] == 1
    assert sent(write=True)["rows"] == 0


def test_a_month_goes_from_the_ledger_to_the_authority(here: Office) -> None:
    told = {"facility": str(here.site.public_id), "material": "phosphogypsum"}
    made = ask(here.declarant, DECLARATIONS, told | {"month": "2026-09-01"})
    assert made.status_code == 201
    assert made.json()["gap_t"] == 0.02
    assert made.json()["causes"]
    address = f"{DECLARATIONS}{made.json()['public_id']}/"
    assert ask(here.regulator, f"{address}accept/", {}).status_code == 404
    assert ask(here.declarant, f"{address}submit/", {}).status_code == 200
    assert ask(here.declarant, f"{address}accept/", {}).status_code == 403
    assert ask(here.regulator, f"{address}return/", {}).status_code == 400
    assert ask(here.regulator, f"{address}accept/", {}).json()["status"] == "accepted"
    assert ask(here.regulator, f"{address}accept/", {}).status_code == 409


def test_a_figure_out_of_range_is_refused_in_tonnes(here: Office) -> None:
    told = submitted(here)
    address = f"{DECLARATIONS}{told.public_id}/"
    row = ask(here.declarant, address).json()
    figures = {name: row[name] for name in row if name.endswith("_t")}
    sent = ask(here.declarant, address, figures, by="patch")
    assert sent.status_code == 409
    back = ask(here.regulator, f"{address}return/", {"reason": "no scale"})
    assert back.status_code == 200
    wrong = figures | {"used_old_t": figures["used_t"] + 1}
    answer = ask(here.declarant, address, wrong, by="patch")
    assert set(answer.json()["fields"]) == {"used_old_t"}


def test_who_is_missing_is_listed(here: Office) -> None:
    address = f"{DECLARATIONS}standing/?month=2026-09-15"
    [row] = ask(here.regulator, address).json()["results"]
    assert (row["standing"], row["declaration"]) == ("overdue", None)
    assert ask(here.stranger, address).json()["results"] == []
