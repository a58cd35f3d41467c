"""Names in templates: ``{{ material|both }}`` and ``{{ facility|name }}``.

A term of the trade is shown in both languages, the reader's first, because people on
both ends of a load speak of it; anything else in the reader's language only.
"""

from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.filter
def name(thing: Any) -> str:
    """The name in the reader's language, in Chinese where there is no other."""
    return thing.name_zh if _reads_chinese() else thing.name_en or thing.name_zh


@register.filter
def title(standard: Any) -> str:
    """The title of a standard in the reader's language."""
    return standard.title_zh if _reads_chinese() else standard.title_en


@register.filter
def reason(admission: Any) -> str:
    """Why a route does not admit a material, in the reader's language."""
    return admission.reason_zh if _reads_chinese() else admission.reason_en


@register.filter
def both(thing: Any) -> SafeString:
    """Both names, each marked with its language, the reader's first."""
    chinese, english = ("zh-Hans", thing.name_zh), ("en", thing.name_en)
    first, second = (chinese, english) if _reads_chinese() else (english, chinese)
    return format_html(
        '<span class="both"><span lang="{}">{}</span> <span lang="{}">{}</span></span>',
        *first,
        *second,
    )


@register.filter
def both_plain(thing: Any) -> str:
    """Both names as plain text, for an option of a select."""
    names = (thing.name_zh, thing.name_en)
    return " ".join(names if _reads_chinese() else reversed(names))


@register.simple_tag
def version() -> str:
    """The version of the site."""
    return settings.VERSION


def _reads_chinese() -> bool:
    return (get_language() or "").startswith("zh")
