"""Whose name and address stand in the trail."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from wastehub.web.acting import actor_of


def _from(**meta: str) -> str | None:
    return actor_of(SimpleNamespace(user=AnonymousUser(), META=meta)).address


def test_nobody_is_no_user():
    assert actor_of(SimpleNamespace(user=AnonymousUser(), META={})).user is None


def test_the_address_is_the_connection_s_whatever_the_caller_writes():
    told = {"REMOTE_ADDR": "10.0.0.7", "HTTP_X_FORWARDED_FOR": "1.2.3.4"}
    assert _from(**told) == "10.0.0.7"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [("1.2.3.4, 5.6.7.8", "5.6.7.8"), ("2001:db8::1", "2001:db8::1"), ("me", None)],
)
def test_behind_a_proxy_of_ours_it_is_what_the_proxy_wrote(
    settings, forwarded, address
):
    settings.TRUSTED_PROXY = True
    assert _from(REMOTE_ADDR="10.0.0.7", HTTP_X_FORWARDED_FOR=forwarded) == address


def test_a_socket_has_no_address():
    assert _from(REMOTE_ADDR="") is None
