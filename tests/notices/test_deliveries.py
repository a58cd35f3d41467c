"""Acts reach webhooks: signed, once where all is well, again where it is not."""

import hashlib
import hmac
import json
import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.exchange import market
from tests.notices.audience import hook, silence
from tests.notices.receiver import Receiver, receiving
from wastehub.errors import Conflict
from wastehub.exchange.offers import offer_decline
from wastehub.notices import sending
from wastehub.notices.deliveries import (
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    TRIED_FOR,
    deliver_due,
    delivery_resend,
    wait_s,
)
from wastehub.notices.models import Delivery, Hook
from wastehub.notices.sending import SIGNATURE
from wastehub.notices.telling import tell_untold


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    """A webhook's other end on this machine, which only tests may call."""
    settings.DEBUG = settings.WEBHOOKS_INTO_PRIVATE_NETWORKS = True
    with receiving() as there:
        yield there


@pytest.fixture
def at(db):
    return market.market()


def told(at, *urls: str) -> list[Hook]:
    """Somebody makes an offer, and the seller's webhooks are to hear of it."""
    hooks = [hook(at, url) for url in urls]
    market.offer(at)
    tell_untold()
    return hooks


def the_one() -> Delivery:
    return Delivery.objects.get()


def test_an_act_arrives_with_its_signature(at, receiver):
    [entered] = told(at, receiver.url)
    assert deliver_due() == 1
    [(headers, body)] = receiver.came
    parts = dict(part.split("=") for part in headers[SIGNATURE].split(","))
    signed = f"{parts['t']}.".encode() + body
    secret = entered.secret.encode()
    assert parts["v1"] == hmac.new(secret, signed, hashlib.sha256).hexdigest()
    assert abs(int(parts["t"]) - time.time()) < 60


def test_it_says_what_was_done_to_what_and_no_price(at, receiver):
    told(at, receiver.url)
    deliver_due()
    [(headers, body)] = receiver.came
    delivery = the_one()
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {
        "id": str(delivery.public_id),
        "at": delivery.entry.at.isoformat(),
        "subject": "offer",
        "subject_id": str(delivery.entry.subject_id),
        "act": "offer_made",
        "before": {},
        "after": {"status": "open"},
    }


def test_what_was_delivered_is_not_sent_again(at, receiver):
    told(at, receiver.url)
    assert (deliver_due(), deliver_due()) == (1, 0)
    assert the_one().status == "delivered"
    assert len(receiver.came) == 1


@pytest.mark.parametrize("status", [300, 302, 404, 410, 500])
def test_what_is_no_success_is_tried_again_later(at, receiver, status):
    receiver.status, receiver.location = status, receiver.url
    told(at, receiver.url)
    deliver_due()
    delivery = the_one()
    assert (delivery.status, delivery.last_error) == ("waiting", f"HTTP {status}")
    assert delivery.next_at > timezone.now()
    assert deliver_due() == 0
    # A redirect would have come back here.
    assert len(receiver.came) == 1


def test_a_retry_has_the_same_id_and_a_new_signature(at, receiver):
    receiver.status = 500
    told(at, receiver.url)
    deliver_due()
    receiver.status = 200
    Delivery.objects.update(next_at=timezone.now())
    deliver_due()
    first, second = (body for _, body in receiver.came)
    assert first == second
    assert (the_one().status, the_one().attempts) == ("delivered", 2)


@pytest.mark.parametrize("attempts", [1, 2, 5, 9, 40, 2000])
def test_the_wait_doubles_up_to_its_longest_and_is_spread(attempts):
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(attempts - 1, 30))
    waits = [wait_s(attempts) for _ in range(50)]
    assert longest / 2 <= min(waits) < max(waits) <= longest


def test_after_a_day_it_is_given_up_with_its_last_error(at, receiver):
    receiver.status = 500
    told(at, receiver.url)
    Delivery.objects.update(since=timezone.now() - TRIED_FOR)
    deliver_due()
    assert (the_one().status, the_one().last_error) == ("given_up", "HTTP 500")
    Delivery.objects.update(next_at=timezone.now())
    assert deliver_due() == 0


def test_what_was_given_up_is_sent_again_by_hand(at, receiver):
    told(at, receiver.url)
    Delivery.objects.update(status="given_up")
    delivery_resend(delivery=the_one())
    deliver_due()
    assert the_one().status == "delivered"


def test_what_is_being_tried_is_not_sent_by_hand(at, receiver):
    told(at, receiver.url)
    with pytest.raises(Conflict):
        delivery_resend(delivery=the_one())


def test_a_worker_that_dies_while_sending_leaves_it_to_be_sent(
    at, receiver, monkeypatch
):
    told(at, receiver.url)
    with monkeypatch.context() as broken:
        broken.setattr(sending.HTTPConnection, "getresponse", _die)
        with pytest.raises(SystemExit):
            deliver_due()
    assert the_one().status == "waiting"
    later = the_one().next_at
    assert later <= timezone.now() + timedelta(seconds=FIRST_WAIT_S)
    Delivery.objects.update(next_at=timezone.now())
    deliver_due()
    assert the_one().status == "delivered"


def _die(*_: object) -> None:
    raise SystemExit


def test_a_webhook_that_fails_does_not_keep_the_others_waiting(at, receiver):
    silent, fine = told(at, "http://127.0.0.1:9/", receiver.url)
    market.offer(at, 2_000)
    tell_untold()
    assert deliver_due() == 2
    assert not silent.deliveries.exclude(status="waiting").exists()
    # The second delivery was not even tried.
    assert sorted(row.attempts for row in silent.deliveries.all()) == [0, 1]
    assert not fine.deliveries.exclude(status="delivered").exists()


def test_without_the_setting_of_tests_this_machine_is_not_called(
    at, receiver, settings
):
    settings.WEBHOOKS_INTO_PRIVATE_NETWORKS = False
    told(at, receiver.url)
    deliver_due()
    assert receiver.came == []
    assert the_one().last_error


def test_a_name_that_turns_private_after_it_was_entered_is_not_called(
    at, receiver, settings, monkeypatch
):
    settings.WEBHOOKS_INTO_PRIVATE_NETWORKS = False
    port = int(receiver.url.split(":")[2].split("/")[0])
    turned = [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]
    told(at, f"http://hooks.example.org:{port}/")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: turned)
    deliver_due()
    assert receiver.came == []
    assert the_one().status == "waiting"


def test_a_webhook_that_goes_away_while_it_is_sent_to_is_no_fault(
    at, receiver, monkeypatch
):
    [entered] = told(at, receiver.url)
    answer = sending.HTTPConnection.getresponse

    def gone(connection):
        entered.delete()
        return answer(connection)

    monkeypatch.setattr(sending.HTTPConnection, "getresponse", gone)
    assert deliver_due() == 1


def test_only_what_it_was_entered_for_is_sent(at, receiver):
    hook(at, receiver.url)
    offer = market.offer(at)
    silence()
    offer_decline(offer=offer, actor=at.seller.actor)
    tell_untold()
    assert deliver_due() == 0
