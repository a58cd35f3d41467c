"""One call of a webhook: signed, short, to the address that was checked.

The signature covers the time and the body, so that neither can be changed and an old
call can be told from a new one: ``WasteHub-Signature: t=<unix seconds>,v1=<hex>``,
where ``v1`` is the HMAC-SHA256 by the webhook's secret of ``<t>.<body>``.
"""

import hashlib
import hmac
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Final

from wastehub.notices.addresses import Target

SIGNATURE: Final = "WasteHub-Signature"
TIMEOUT_S: Final = 5.0
"""For each step: connecting, sending, each part of the answer."""
MOST_SECONDS: Final = 15.0
"""For the whole call, however slowly the answer drips."""


class SendingFault(Exception):
    """The webhook did not take it; the message says why."""


def signature(secret: str, at: int, body: bytes) -> str:
    """The header's value for a body that is sent at a time in unix seconds."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


def post(target: Target, body: bytes, headers: dict[str, str]) -> int:
    """Post a JSON body; returns the status, which is one of success.

    Only the head of the answer is read. A redirect is not followed: it is an answer
    like any other that is no success.

    Raises
    ------
    SendingFault
        The other end is not there, too slow or says no.
    """
    try:
        with _connected(target) as connection:
            connection.request(
                "POST",
                target.path,
                body,
                {"Content-Type": "application/json", **headers},
            )
            status = connection.getresponse().status
    except (OSError, HTTPException, ValueError) as fault:
        raise SendingFault(f"{type(fault).__name__}: {fault}") from fault
    if not 200 <= status < 300:
        raise SendingFault(f"HTTP {status}")
    return status


@contextmanager
def _connected(target: Target) -> Iterator[HTTPConnection]:
    """A connection that speaks to the checked address in the name of the host."""
    kind = HTTPSConnection if target.is_tls else HTTPConnection
    connection = kind(target.host, target.port)
    sock = socket.create_connection((target.address, target.port), TIMEOUT_S)
    if target.is_tls:
        sock = ssl.create_default_context().wrap_socket(
            sock, server_hostname=target.host, do_handshake_on_connect=False
        )
    connection.sock = sock
    alarm = Timer(MOST_SECONDS, _cut, [sock])
    alarm.start()
    try:
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()
        yield connection
    finally:
        alarm.cancel()
        connection.close()


def _cut(sock: socket.socket) -> None:
    """End whatever another thread waits for on this socket."""
    try:
        # Not SSLSocket's own, which would forget the encryption under the reader.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return
