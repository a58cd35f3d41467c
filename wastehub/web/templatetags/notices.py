"""Notices in templates: how many are unread, and what one says."""

from typing import Any

from django import template
from django.utils.translation import get_language

from wastehub.notices.models import Notice
from wastehub.notices.subjects import About
from wastehub.notices.words import headline
from wastehub.web import policy

MOST_COUNTED = 99

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notices(context: dict[str, Any]) -> str:
    """How many notices the reader has not opened, by one bounded query; "" for none."""
    rows = policy.notices(context["user"]).unread()
    count = rows[: MOST_COUNTED + 1].count()
    if count > MOST_COUNTED:
        return f"{MOST_COUNTED}+"
    return str(count) if count else ""


@register.simple_tag
def notice_words(notice: Notice, about: About | None) -> str:
    """What a notice says, in the reader's language."""
    chinese = (get_language() or "").startswith("zh")
    return headline(notice.kind, about, chinese=chinese)
