"""The exchange at a glance: what waits for the user first, then what runs."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wastehub.exchange.models import TransferNote
from wastehub.web import policy
from wastehub.web.pages.agreements import agreements_in_full
from wastehub.web.pages.offers import offers_in_full

MOST_RUNNING, MOST_OVER = 20, 5


@login_required
@require_safe
def exchange(request: HttpRequest) -> HttpResponse:
    """Offers to answer, notes to sign, agreements under way, and what is over."""
    user = request.user
    own = policy.own_facilities(user)
    waiting = offers_in_full(user).waiting(timezone.localdate())
    to_answer = waiting.answered_by(own)
    agreements = agreements_in_full(user)
    running = agreements.active().order_by("ends_on", "pk")
    context = {
        "to_answer": to_answer,
        "sent": waiting.between(own).exclude(pk__in=to_answer.values("pk")),
        "alerts_to_do": policy.alerts(user).to_do().count(),
        "notes_to_sign": TransferNote.objects.awaiting(own).count(),
        "running": running[:MOST_RUNNING],
        "running_count": running.count(),
        "over": agreements.exclude(status="active")[:MOST_OVER],
        "is_regulator": policy.watches(user) and not own.exists(),
    }
    return render(request, "web/exchange.html", context)
