"""E-mails: to those who asked for them, in both languages, once, without a price."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation

from tests.exchange import market
from tests.notices.audience import wants
from wastehub.notices.mails import TRIED_FOR, send_mails
from wastehub.notices.models import Notice
from wastehub.notices.telling import tell_untold

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return market.market()


@pytest.fixture
def reader(at):
    """The seller wants to hear of agreements by e-mail."""
    user = at.seller.actor.user
    wants(user, "offer_made", in_app=True, by_mail=True)
    return user


def told(at, **values):
    market.offer(at, **values)
    tell_untold()
    return send_mails()


def test_who_did_not_ask_gets_none(at):
    assert told(at) == 0
    assert mail.outbox == []


def test_who_asked_gets_one_with_a_link(at, reader, settings):
    settings.SITE_URL = "https://waste.example"
    assert told(at) == 1
    [sent] = mail.outbox
    assert sent.to == [reader.email]
    assert f"https://waste.example/notices/{Notice.objects.get().pk}/" in sent.body


def test_it_is_in_both_languages_whatever_the_worker_speaks(at, reader):
    with translation.override("en"):
        told(at)
    [sent] = mail.outbox
    assert sent.subject == "发出报价：磷石膏 / Offer made: 磷石膏"
    assert "您可以选择接收哪些邮件" in sent.body
    assert "You choose which e-mails you get" in sent.body


def test_it_says_no_price(at, reader):
    told(at, price_yuan_per_t="123.45")
    assert "123" not in mail.outbox[0].subject + mail.outbox[0].body


def test_it_is_sent_once(at, reader):
    assert told(at) == 1
    assert send_mails() == 0
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_away_is_tried_again(at, reader, settings):
    here = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert told(at) == 0
    settings.EMAIL_BACKEND = here
    assert send_mails() == 1


def test_what_is_over_a_day_old_is_no_longer_sent(at, reader, monkeypatch):
    market.offer(at)
    tell_untold()
    tomorrow = timezone.now() + TRIED_FOR + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert send_mails() == 0


def test_who_has_no_address_is_told_on_the_site_only(at, reader):
    reader.email = ""
    reader.save()
    assert told(at) == 0
    assert Notice.objects.get(user=reader).by_mail is False
