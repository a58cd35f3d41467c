"""Which addresses a webhook may have."""

import socket

import pytest

from wastehub.notices.addresses import LONGEST_URL, AddressFault, is_public, target_of

PUBLIC = ["1.1.1.1", "101.6.6.6", "2400:3200::1", "2606:4700:4700::1111"]
NOT_PUBLIC = [
    "127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:1.1.1.1",
    "fe80::1",
    "fe80::1%lo",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::1",
    "2001:0:7f00:1::1",
    "2001:db8::1",
]


def strict(url: str) -> str:
    return target_of(url, plain_allowed=False, private_allowed=False).address


def answering(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Every name has these addresses."""
    found = [(socket.AF_INET, 1, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_of_one_s_own_network_is_not(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "127.1",
        "[::1]",
        "[::ffff:7f00:1]",
    ],
)
def test_however_it_is_written_it_leads_nowhere(host):
    with pytest.raises(AddressFault):
        strict(f"https://{host}/")


def test_a_name_that_answers_a_private_address_is_refused(monkeypatch):
    answering(monkeypatch, "10.0.0.5")
    with pytest.raises(AddressFault):
        strict("https://hooks.example.org/")


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    answering(monkeypatch, "1.1.1.1", "10.0.0.5")
    with pytest.raises(AddressFault):
        strict("https://hooks.example.org/")


def test_the_call_goes_to_the_address_that_was_looked_up(monkeypatch):
    answering(monkeypatch, "1.1.1.1")
    target = target_of(
        "https://hooks.example.org/a/b?c=d", plain_allowed=False, private_allowed=False
    )
    assert (target.address, target.host) == ("1.1.1.1", "hooks.example.org")
    assert (target.path, target.port, target.is_tls) == ("/a/b?c=d", 443, True)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.org",
        "http://1.1.1.1/",
        "ftp://1.1.1.1/",
        "file:///etc/passwd",
        "gopher://1.1.1.1/",
        "https://",
        "https://user@1.1.1.1/",
        "https://user:word@1.1.1.1/",
        "https://1.1.1.1/#there",
        "https://1.1.1.1:0/",
        "https://1.1.1.1:99999/",
        "https://1.1.1.1:a/",
        "https://[1.1.1.1/",
        "https://1.1.1.1/ b",
        "https://1.1.1.1/\r\nHost: b",
        "https://1.1.1.1\\@127.0.0.1/",
        "https://例.cn/",
        "https://" + "a" * 64 + ".example/",
        "https://1.1.1.1/" + "a" * LONGEST_URL,
    ],
)
def test_what_is_no_address_of_a_webhook_is_refused(url):
    with pytest.raises(AddressFault):
        strict(url)


def test_plain_http_is_for_development(monkeypatch):
    answering(monkeypatch, "1.1.1.1")
    target = target_of("http://a.example/", plain_allowed=True, private_allowed=False)
    assert (target.port, target.is_tls) == (80, False)
