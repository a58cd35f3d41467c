"""The acts of the audit trail in words: ``{{ act|act_words }}``."""

from django import template
from django.utils.translation import gettext as _

from wastehub.trail.models import TrailEntry

register = template.Library()


@register.filter
def act_words(act: TrailEntry) -> str:
    """What was done with an offer or an agreement."""
    return {
        ("offer", "make"): _("offer made"),
        ("offer", "counter"): _("answered with a counter-offer"),
        ("offer", "accept"): _("offer accepted"),
        ("offer", "decline"): _("offer declined"),
        ("offer", "withdraw"): _("offer withdrawn"),
        ("offer", "expire"): _("offer expired"),
        ("agreement", "make"): _("agreed: the mass is reserved"),
        ("agreement", "fulfil"): _("fulfilled"),
        ("agreement", "end"): _("ended early"),
    }.get((act.subject, act.action), act.action)
