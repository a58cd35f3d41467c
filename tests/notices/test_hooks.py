"""Who may enter webhooks, and which are refused."""

import socket

import pytest

from tests import worlds
from tests.exchange import market
from wastehub.errors import Conflict, NotYours, Refused
from wastehub.notices.hooks import (
    MOST_HOOKS,
    hook_create,
    hook_remove,
    hook_renew_secret,
)
from wastehub.notices.models import Hook

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return worlds.organisation()


@pytest.fixture(autouse=True)
def _public(monkeypatch):
    """Every name is somewhere on the internet."""
    found = [(socket.AF_INET, 1, 6, "", ("1.1.1.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


def entered(owner, user=None, **values):
    told = {"url": "https://hooks.example.org/", "kinds": ["note_loaded"]} | values
    return hook_create(organisation=owner, user=user or market.editor(owner), **told)


def test_each_webhook_has_a_secret_of_its_own(owner):
    user = market.editor(owner)
    urls = [f"https://hooks.example.org/{number}" for number in range(3)]
    hooks = [entered(owner, user, url=url) for url in urls]
    assert len({hook.secret for hook in hooks}) == 3
    assert min(len(hook.secret) for hook in hooks) >= 43


def test_a_new_secret_replaces_the_old_one(owner):
    user = market.editor(owner)
    hook = entered(owner, user)
    old = hook.secret
    assert hook_renew_secret(hook=hook, user=user).secret != old


def test_only_editors_of_the_organisation_enter_and_remove(owner):
    hook, other = entered(owner), market.editor(worlds.organisation(2))
    with pytest.raises(NotYours):
        entered(owner, other)
    with pytest.raises(NotYours):
        hook_renew_secret(hook=hook, user=other)
    with pytest.raises(NotYours):
        hook_remove(hook=hook, user=other)
    assert Hook.objects.get() == hook


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"url": "http://hooks.example.org/"}, "url"),
        ({"url": "there"}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["note_loaded", "weather"]}, "kinds"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(owner, values, field):
    with pytest.raises(Refused) as refused:
        entered(owner, **values)
    assert list(refused.value.fields) == [field]
    assert not Hook.objects.exists()


def test_a_name_in_a_private_network_is_refused(owner, monkeypatch):
    private = [(socket.AF_INET, 1, 6, "", ("192.168.0.9", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: private)
    with pytest.raises(Refused) as refused:
        entered(owner)
    assert "url" in refused.value.fields


def test_an_address_is_entered_once(owner):
    user = market.editor(owner)
    entered(owner, user)
    with pytest.raises(Conflict):
        entered(owner, user)


def test_there_are_only_so_many(owner):
    user = market.editor(owner)
    for number in range(MOST_HOOKS):
        entered(owner, user, url=f"https://hooks.example.org/{number}")
    with pytest.raises(Conflict):
        entered(owner, user)
