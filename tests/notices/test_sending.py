"""One call of a webhook, against real servers on this machine."""

import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path
from threading import Thread

import pytest

from tests.notices.receiver import receiving
from wastehub.notices import sending
from wastehub.notices.addresses import Target, target_of
from wastehub.notices.sending import SendingFault, post

HOST = "hooks.example.org"


def target(url: str) -> Target:
    return target_of(url, plain_allowed=True, private_allowed=True)


def named(host: str, url: str) -> Target:
    """The call of a host whose address has been looked up already."""
    port = target(url).port
    return Target(is_tls=True, host=host, port=port, path="/", address="127.0.0.1")


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for one host, which this machine believes."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-newkey", "ec"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", f"/CN={HOST}"),
            *("-addext", f"subjectAltName=DNS:{HOST}", "-days", "2"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_a_host_is_believed_by_its_certificate_not_its_address(tls):
    with receiving(tls) as there:
        assert post(named(HOST, there.url), b"{}", {}) == 204
        assert there.came[0][0]["Host"].startswith(HOST)


def test_the_certificate_of_another_host_is_not_believed(tls):
    with receiving(tls) as there:
        with pytest.raises(SendingFault, match="certificate"):
            post(named("other.example.org", there.url), b"{}", {})
        assert there.came == []


def test_who_speaks_no_tls_is_not_believed():
    with receiving() as there, pytest.raises(SendingFault):
        post(named(HOST, there.url), b"{}", {})


def test_who_is_not_there_is_a_fault():
    with pytest.raises(SendingFault):
        post(target("http://127.0.0.1:9/"), b"{}", {})


def test_only_the_head_of_an_answer_is_read():
    with receiving() as there:
        there.status, there.body = 200, b"a" * 5_000_000
        assert post(target(there.url), b"{}", {}) == 200


def test_an_answer_that_drips_is_cut_off(monkeypatch):
    """A byte now and then keeps each step in time, but not the whole."""
    monkeypatch.setattr(sending, "MOST_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as door:
        Thread(target=_drip, args=[door], daemon=True).start()
        began = time.monotonic()
        with pytest.raises(SendingFault):
            post(target(f"http://127.0.0.1:{door.getsockname()[1]}/"), b"{}", {})
    assert time.monotonic() - began < 3


def _drip(door: socket.socket) -> None:
    caller, _ = door.accept()
    with caller:
        try:
            for _ in range(100):
                caller.sendall(b"a")
                time.sleep(0.1)
        except OSError:
            return
