"""Notices and webhooks for programs."""

import pytest
from django.test import Client

from tests.exchange import market
from tests.notices.audience import hook
from wastehub.notices.kinds import Kind
from wastehub.notices.models import Delivery, Hook, Notice
from wastehub.notices.telling import tell_untold

pytestmark = pytest.mark.django_db
HOOK = "https://1.1.1.1/hook"


@pytest.fixture
def at():
    made = market.market()
    market.offer(made, 1_000)
    market.offer(made, 1_000)
    tell_untold()
    return made


def program(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def seller(at):
    return program(at.seller.actor.user)


@pytest.fixture
def buyer(at):
    return program(at.buyer.actor.user)


def send(client, path, method="post", body=None):
    call = getattr(client, method)
    return call(f"/api/v1/{path}", body or {}, content_type="application/json")


def listed(client, path):
    return client.get(f"/api/v1/{path}").json()["results"]


def test_notices_are_listed_and_read(seller):
    first, second = listed(seller, "notices/")
    assert first["kind"] == "offer_made"
    assert first["subject"] == "offer"
    answer = send(seller, f"notices/{first['id']}/read/")
    assert answer.json()["read_at"]
    assert [row["id"] for row in listed(seller, "notices/?unread=true")] == [
        second["id"]
    ]
    assert send(seller, "notices/read-all/").status_code == 204
    assert listed(seller, "notices/?unread=true") == []


def test_another_s_notice_is_not_there(buyer):
    key = Notice.objects.first().pk
    assert buyer.get(f"/api/v1/notices/{key}/").status_code == 404
    assert send(buyer, f"notices/{key}/read/").status_code == 404
    assert Notice.objects.unread().count() == 2


@pytest.mark.parametrize(
    "path", ["notices/", "notice-settings/", "webhooks/", "notices/1/"]
)
def test_nobody_is_refused(path):
    assert Client().get(f"/api/v1/{path}").status_code == 403


def test_settings_are_chosen_one_by_one(seller):
    asked = {"kind": "note_loaded", "in_app": False, "by_mail": True}
    told = send(seller, "notice-settings/", "patch", [asked]).json()
    assert asked in told
    assert {"kind": "offer_made", "in_app": True, "by_mail": False} in told
    assert [row["kind"] for row in told] == Kind.values


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([{"kind": "weather", "in_app": True, "by_mail": True}], "0.kind"),
        ([{"kind": "offer_made", "in_app": True}], "0.by_mail"),
        ([1], "0"),
        ({"kind": "offer_made"}, "request"),
    ],
)
def test_settings_that_make_no_sense_are_refused(seller, body, field):
    answer = send(seller, "notice-settings/", "patch", body)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def entry(at, **changes):
    organisation = str(at.seller.site.organisation.public_id)
    told = {"organisation": organisation, "url": HOOK, "kinds": ["offer_made"]}
    return told | changes


def test_a_webhook_is_entered_and_its_secret_told_once(at, seller):
    answer = send(seller, "webhooks/", body=entry(at))
    assert answer.status_code == 201
    assert answer.json()["secret"] == Hook.objects.get().secret
    assert "secret" not in seller.get(answer["Location"]).json()
    assert "secret" not in listed(seller, "webhooks/")[0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["weather"]}, "kinds.0"),
        ({"organisation": "x"}, "organisation"),
    ],
)
def test_a_webhook_that_can_not_be_is_refused_at_its_field(at, seller, changes, field):
    answer = send(seller, "webhooks/", body=entry(at, **changes))
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


def test_another_organisation_s_webhooks_are_not_there(at, buyer):
    address = f"webhooks/{hook(at, HOOK).public_id}/"
    assert send(buyer, "webhooks/", body=entry(at)).status_code == 400
    assert listed(buyer, "webhooks/") == []
    assert send(buyer, f"{address}secret/").status_code == 404
    assert send(buyer, address, "delete").status_code == 404
    assert buyer.get(f"/api/v1/{address}deliveries/").status_code == 404


def test_deliveries_are_listed_and_sent_again(at, seller):
    entered = hook(at, HOOK)
    market.offer(at, 1_000)
    tell_untold()
    [row] = listed(seller, f"webhooks/{entered.public_id}/deliveries/")
    assert (row["status"], row["subject"]) == ("waiting", "offer")
    again = f"deliveries/{row['public_id']}/resend/"
    assert send(seller, again).status_code == 409
    Delivery.objects.update(status="given_up")
    assert send(seller, again).json()["status"] == "waiting"


def test_a_webhook_gets_a_new_secret_and_is_removed(at, seller):
    entered = hook(at, HOOK)
    told = send(seller, f"webhooks/{entered.public_id}/secret/").json()
    assert told["secret"] == Hook.objects.get().secret != entered.secret
    assert send(seller, f"webhooks/{entered.public_id}/", "delete").status_code == 204
    assert not Hook.objects.exists()
