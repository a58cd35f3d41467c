"""Transfers from the offer to the last signature, by programs that never give up."""

import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Lock
from typing import Any

from django.utils import timezone

from tests.calling import Answer, Caller
from tests.exchange.market import PLATE, TARE_KG

LOAD_KG = 30_000
SHORT_KG = 100
"""So much is missing from every fifth load: less than the scales may differ by."""
ACTS = ("offer", "accept", "draft", "issue", "load", "receive", "judge", "close")
PATIENCE_S = 120
DATABASE_AWAY, FAULTS = "failed without a database", "faults"
LOST, REPLAYED = "connections lost", "done, but the first answer was lost"
PAUSE_S = 0.1


def missing_kg(number: int) -> int:
    """What of a transfer does not arrive, and so is still promised."""
    return SHORT_KG if number % 5 == 0 else 0


def all_missing_kg(transfers: int) -> int:
    """The same of so many transfers."""
    return sum(map(missing_kg, range(transfers)))


@dataclass
class Tally:
    """How the requests went, counted by many threads."""

    seen: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def count(self, what: str) -> None:
        with self._lock:
            self.seen[what] += 1


@dataclass(frozen=True)
class Patient:
    """A caller that sends a request again, under its key, until it is answered."""

    caller: Caller
    tally: Tally

    def post(self, path: str, key: str, **body: Any) -> Any:
        """The body of the first answer that is no failure of the site."""
        until = time.monotonic() + PATIENCE_S
        while True:
            answer = self._tried(path, key, body)
            if answer is not None:
                break
            assert time.monotonic() < until, f"no answer to {path} in {PATIENCE_S} s"
            time.sleep(PAUSE_S)
        assert answer.status < 400, f"{key} {path}: {answer.status} {answer.body}"
        self.tally.count("answered")
        if answer.replayed:
            self.tally.count(REPLAYED)
        return answer.body

    def _tried(self, path: str, key: str, body: dict[str, Any]) -> Answer | None:
        try:
            answer = self.caller.post(path, key, **body)
        except (OSError, HTTPException):
            self.tally.count(LOST)
            return None
        if answer.status < 500:
            return answer
        # The site's settings let it show what went wrong.
        is_away = "OperationalError" in str(answer.body)
        self.tally.count(DATABASE_AWAY if is_away else FAULTS)
        return None


@dataclass(frozen=True)
class Transfers:
    """What two programs do, over and over, for the two sides of a market."""

    seller: Patient
    buyer: Patient
    offered: dict[str, Any]

    def make(self, number: int) -> None:
        """One lorry from the offer to the last signature, eight requests."""
        keys = {act: f"{number}-{act}" for act in ACTS}
        offer = self.buyer.post("offers/", keys["offer"], **self.offered)["public_id"]
        agreed = self.seller.post(f"offers/{offer}/accept/", keys["accept"])
        plan = {"agreement": agreed["public_id"], "planned_t": LOAD_KG / 1000}
        note = self.seller.post("notes/", keys["draft"], **plan, **_carriage())
        path = f"notes/{note['public_id']}"
        self.seller.post(f"{path}/issue/", keys["issue"])
        left = self.seller.post(f"{path}/load/", keys["load"], **_load())
        came = _arrival(left, LOAD_KG - missing_kg(number))
        self.buyer.post(f"{path}/receive/", keys["receive"], **came)
        self.buyer.post(f"{path}/judge/", keys["judge"], refusals=[])
        self.seller.post(f"{path}/close/", keys["close"])


def _carriage() -> dict[str, Any]:
    return {"planned_on": timezone.localdate().isoformat(), "carrier": "快运"}


def _load() -> dict[str, Any]:
    load = {"plate": PLATE, "gross_kg": TARE_KG + LOAD_KG, "tare_kg": TARE_KG}
    return {"loads": [load], "loaded_on": timezone.localdate().isoformat()}


def _arrival(note: dict[str, Any], net_kg: int) -> dict[str, Any]:
    weighings = [
        {"vehicle": one["id"], "gross_kg": TARE_KG + net_kg, "tare_kg": TARE_KG}
        for one in note["vehicles"]
    ]
    return {
        "weighings": weighings,
        "received_on": timezone.localdate().isoformat(),
    }
