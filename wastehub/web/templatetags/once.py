"""``{% once %}``: the hidden key by which a form that is sent twice acts once."""

import uuid

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wastehub.web.idempotency import FIELD

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """The hidden field, with a key of its own."""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4()
    )
