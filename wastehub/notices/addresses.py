"""Which addresses a webhook may have: public ones of the internet, and nothing else.

Whoever may enter an address could otherwise make the site call servers behind it. A
name is looked up anew for each call, and the call goes to the address that was checked,
so that a name that changes its mind in between gains nothing.

References
----------
IANA special-purpose address registries (RFC 6890), as Python's ``ipaddress`` has them.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

LONGEST_URL: Final = 500
_PORTS: Final = {"https": 443, "http": 80}
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
# Each carries an IPv4 address inside, which may be a private one.
_TUNNELS: Final = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))


class AddressFault(Exception):
    """The address can not be called; the message says why."""


@dataclass(frozen=True)
class Target:
    """A checked URL: what it names, and the network address to connect to."""

    is_tls: bool
    host: str
    port: int
    path: str
    address: str


def target_of(url: str, *, plain_allowed: bool, private_allowed: bool) -> Target:
    """Where a call to the URL goes.

    Parameters
    ----------
    plain_allowed
        Whether http will do.
    private_allowed
        Whether addresses that are not public will do.

    Raises
    ------
    AddressFault
        It is no such URL, its name is unknown, or an address behind it is not public.
    """
    parts, port = _split(url)
    if parts.scheme != "https" and not (plain_allowed and parts.scheme == "http"):
        raise AddressFault(_("A webhook's address starts with https://."))
    if not parts.hostname or parts.username is not None or parts.fragment:
        raise AddressFault(_("This is no address of a webhook."))
    addresses = _looked_up(parts.hostname, port)
    if not private_allowed and not all(map(is_public, addresses)):
        raise AddressFault(_("This name leads into a private network."))
    path = parts.path or "/"
    return Target(
        is_tls=parts.scheme == "https",
        host=parts.hostname,
        port=port,
        path=f"{path}?{parts.query}" if parts.query else path,
        address=addresses[0],
    )


def is_public(address: str) -> bool:
    """Whether an address is one that the whole internet may call."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        return _is_public_v6(found)
    return _is_public_v4(found)


def _is_public_v4(address: IPv4Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_public_v6(address: IPv6Address) -> bool:
    return (
        address in _GLOBAL_UNICAST
        and address.is_global
        and not any(address in tunnel for tunnel in _TUNNELS)
    )


def _split(url: str) -> tuple[SplitResult, int]:
    # What is cut off or encoded by one reader of URLs and not by another is refused.
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable():
        raise AddressFault(_("This is no address of a webhook."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise AddressFault(_("This is no address of a webhook.")) from fault
    if " " in url or "\\" in url or port == 0:
        raise AddressFault(_("This is no address of a webhook."))
    return parts, port or _PORTS.get(parts.scheme, 0)


def _looked_up(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise AddressFault(_("This name is not known.")) from fault
    return [str(where[0]) for *_kind, where in found]
