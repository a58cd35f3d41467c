"""Programs that call the API over the network, with a token of their own."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from threading import Barrier
from typing import Any

from django.utils import timezone
from rest_framework.authtoken.models import Token

from tests.exchange.market import Market, Party
from tests.ledger.yard import retarder

TIMEOUT_S = 60


@dataclass(frozen=True)
class Answer:
    """What came back; ``replayed`` where a request with this key was done before."""

    status: int
    body: Any
    replayed: bool


@dataclass(frozen=True)
class Caller:
    """A program that acts for one person."""

    host: str
    token: str

    def post(self, path: str, key: str | None = None, **body: Any) -> Answer:
        """One request on a connection of its own, tried once.

        Raises
        ------
        OSError, http.client.HTTPException
            No answer came.
        """
        connection = HTTPConnection(self.host, timeout=TIMEOUT_S)
        headers = {
            "Authorization": f"Token {self.token}",
            "Content-Type": "application/json",
            "Accept-Language": "en",
        }
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            connection.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
            came = connection.getresponse()
            return _answer(came.status, came.read(), came.headers)
        finally:
            connection.close()


def _answer(status: int, content: bytes, headers: Any) -> Answer:
    is_json = headers.get_content_type() == "application/json"
    body = json.loads(content) if is_json else content.decode()
    return Answer(status, body, "Idempotent-Replayed" in headers)


def caller(host: str, party: Party) -> Caller:
    """A program of a party, with a new token."""
    return Caller(host, Token.objects.create(user=party.actor.user).key)


def all_at_once(calls: Iterable[Callable[[], Answer]]) -> list[Answer]:
    """The answers to calls that start at the same moment, each in its own thread."""
    waiting = list(calls)
    start = Barrier(len(waiting))

    def made(call: Callable[[], Answer]) -> Answer:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(waiting)) as threads:
        return list(threads.map(made, waiting))


def offer_entry(at: Market, mass_t: float) -> dict[str, Any]:
    """What the buyer of a market asks for, as the API takes it."""
    today = timezone.localdate()
    return {
        "supply": str(at.supply.public_id),
        "consignee": str(at.buyer.site.public_id),
        "route": retarder().code,
        "kind": "one_off",
        "mass_t": mass_t,
        "price_yuan_per_t": 10,
        "haulier": "consignee",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=30)).isoformat(),
        "expires_on": (today + timedelta(days=7)).isoformat(),
    }
