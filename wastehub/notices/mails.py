"""Notices by e-mail, in both languages, with a link and nothing confidential."""

import logging
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from wastehub.notices.models import Notice
from wastehub.notices.subjects import About, told_about
from wastehub.notices.words import headline

AT_ONCE: Final = 200
TRIED_FOR: Final = timedelta(days=1)
LANGUAGES: Final = ("zh-hans", "en")

log = logging.getLogger(__name__)


def send_mails() -> int:
    """Send the notices that go by e-mail; returns how many went.

    The first that the mail server does not take ends the round; it is tried again in
    the next, for a day. A worker that dies between sending and writing so down sends
    one twice.
    """
    due = Notice.objects.to_mail(timezone.now() - TRIED_FOR)
    sent = 0
    for key in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        try:
            sent += _send(key)
        except OSError:  # what smtplib raises is one, too
            log.exception("notice %s could not be sent by e-mail", key)
            break
    return sent


@transaction.atomic
def _send(key: int) -> bool:
    rows = Notice.objects.select_for_update(of=["self"], skip_locked=True)
    rows = rows.filter(pk=key, mailed_at=None).select_related("user", "entry")
    notice = rows.first()
    if notice is None:
        return False
    thing = (notice.entry.subject, notice.entry.subject_id)
    about = told_about([thing]).get(thing)
    send_mail(
        " / ".join(_in_each_language(notice, about)),
        _body(notice, about),
        None,
        [notice.user.email],
    )
    notice.mailed_at = timezone.now()
    notice.save(update_fields=["mailed_at"])
    return True


def _in_each_language(notice: Notice, about: About | None) -> list[str]:
    lines = []
    for language in LANGUAGES:
        with translation.override(language):
            chinese = language.startswith("zh")
            lines.append(headline(notice.kind, about, chinese=chinese))
    return lines


def _body(notice: Notice, about: About | None) -> str:
    where = settings.SITE_URL + reverse("notice_open", args=[notice.pk])
    choices = settings.SITE_URL + reverse("notice_settings")
    paragraphs = [*_in_each_language(notice, about), where]
    for language in LANGUAGES:
        with translation.override(language):
            told = _("You choose which e-mails you get: %(address)s")
            paragraphs.append(told % {"address": choices})
    return "\n\n".join(paragraphs) + "\n"
