"""Who opens the pages of notes, and what is sent to them."""

from typing import Any

from django.test import Client
from django.utils import timezone

from tests.exchange import market
from tests.exchange.market import Market, Party
from wastehub.accounts.models import Jurisdiction, User
from wastehub.exchange import notes
from wastehub.exchange.models import TransferNote


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def regulator(adcode: str = "510105") -> User:
    """A regulator of the buyer's county."""
    user = User.objects.create_user(f"regulator{adcode}")
    Jurisdiction.objects.create(user=user, adcode=adcode)
    return user


def as_party(party: Party) -> Client:
    assert party.actor.user
    return client_of(party.actor.user)


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


def disputed(at: Market) -> TransferNote:
    note = market.received(at, [30_000, 30_000], [29_000, 30_000])
    return notes.note_judge(note=note, actor=at.buyer.actor)
