"""Agreements as people read and end them."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wastehub.errors import Refused
from wastehub.exchange.agreements import agreement_end
from wastehub.exchange.models import Agreement
from wastehub.exchange.moves import agreement_moves, ending_side, offer_thread
from wastehub.exchange.parties import signs_for
from wastehub.exchange.querysets import AgreementQuerySet
from wastehub.exchange.states import AgreementStatus
from wastehub.web import policy
from wastehub.web.acting import actor_of
from wastehub.web.filters import AgreementFilterSet
from wastehub.web.note_story import colour
from wastehub.web.pages.listing import with_two_sites
from wastehub.web.pages.trail import trail_of

PAGE_SIZE = 25


def agreements_in_full(user: policy.Viewer) -> AgreementQuerySet:
    """Agreements that a user may see, with both sites and what has moved."""
    rows = policy.agreements(user).with_moved_kg()
    rows = rows.select_related("material", "route").order_by("-made_at", "-pk")
    return cast(AgreementQuerySet, with_two_sites(rows, "consignor", "consignee"))


@login_required
@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """All agreements of the user's or the watched sites, newest first."""
    asked = AgreementFilterSet(request.GET, agreements_in_full(request.user))
    rows = asked.qs if asked.is_valid() else Agreement.objects.none()
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "form": asked.form,
        "query": f"status={request.GET.get('status', '')}&",
    }
    status = 200 if asked.is_valid() else 400
    return render(request, "web/agreements.html", context, status=status)


@login_required
@require_safe
def agreement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One agreement: its terms, its deliveries, and who did what."""
    shown = _seen(request, public_id)
    context = {
        "agreement": shown,
        "left_kg": max(0, shown.mass_kg - shown.moved_kg),
        "notes": [(note, colour(note)) for note in shown.notes.order_by("-pk")],
        "moves": agreement_moves(signs_for(actor_of(request).user), shown),
        "may_draw_up": _may_draw_up(request, shown),
        "trail": _trail(shown),
    }
    return render(request, "web/agreement.html", context)


@login_required
@require_POST
def agreement_stop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End an agreement early, with a reason."""
    shown = _seen(request, public_id)
    try:
        agreement_end(
            agreement=shown,
            side=ending_side(actor_of(request).user, shown),
            reason=request.POST.get("reason", "")[:500],
            actor=actor_of(request),
        )
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Ended. What it still reserved is free again."))
    return redirect("agreement", public_id)


def _seen(request: HttpRequest, public_id: UUID) -> Any:
    return get_object_or_404(agreements_in_full(request.user), public_id=public_id)


def _may_draw_up(request: HttpRequest, shown: Agreement) -> bool:
    draftable = policy.draftable_agreements(request.user)
    is_active = shown.status == AgreementStatus.ACTIVE
    return is_active and draftable.filter(pk=shown.pk).exists()


def _trail(shown: Any) -> list[dict[str, Any]]:
    """The acts on the agreement and, for its parties, on the offers that led to it."""
    thread = offer_thread(shown.offer) if shown.is_party else []
    offers = [("offer", offer.public_id) for offer in thread]
    return trail_of(("agreement", shown.public_id), *offers)
