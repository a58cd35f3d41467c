"""Offers as people make and answer them."""

from functools import partial
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from wastehub.errors import Refused
from wastehub.exchange import offers as services
from wastehub.exchange.models import Agreement, Offer
from wastehub.exchange.moves import offer_moves, offer_thread, offering_side
from wastehub.exchange.parties import signs_for
from wastehub.exchange.querysets import OfferQuerySet
from wastehub.web import policy
from wastehub.web.acting import actor_of
from wastehub.web.filters import OfferFilterSet
from wastehub.web.forms import written
from wastehub.web.offer_form import OfferForm, TermsForm, terms_as_entered
from wastehub.web.pages import offering
from wastehub.web.pages.listing import with_two_sites
from wastehub.web.pages.terms import compared
from wastehub.web.pages.trail import trail_of

PAGE_SIZE = 25
ANSWERS = {
    "accept": services.offer_accept,
    "decline": services.offer_decline,
    "withdraw": services.offer_withdraw,
}


def offers_in_full(user: policy.Viewer) -> OfferQuerySet:
    """Offers that a user may see, with all that a page shows beside them."""
    rows = policy.offers(user).select_related("supply__material", "route", "agreement")
    return cast(OfferQuerySet, with_two_sites(rows, "supply__facility", "consignee"))


@login_required
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """All offers of the user's sites, newest first."""
    asked = OfferFilterSet(request.GET, offers_in_full(request.user))
    rows = asked.qs if asked.is_valid() else Offer.objects.none()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": asked.form,
        "query": f"status={request.GET.get('status', '')}&",
    }
    status = 200 if asked.is_valid() else 400
    return render(request, "web/offers.html", context, status=status)


@login_required
@require_safe
def offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One offer beside those that it answers and that answer it."""
    shown = _seen(request, public_id)
    thread = offer_thread(shown)
    context = {
        "offer": shown,
        "thread": thread,
        "rows": compared(thread, is_party=shown.is_party),
        "latest": thread[-1],
        "moves": offer_moves(signs_for(actor_of(request).user), shown),
        "trail": trail_of(*(("offer", one.public_id) for one in thread)),
    }
    return render(request, "web/offer.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def offer_new(request: HttpRequest) -> HttpResponse:
    """Ask for a supply, or offer one to a consumer."""
    start = offering.start(request)
    if not start.may_be_made:
        messages.info(request, _("First register the site that sends or receives."))
        return redirect("facility_new")
    form = OfferForm(
        request.POST or None,
        supplies=start.supplies,
        consignees=start.consignees,
        routes=start.routes,
        initial=start.initial(request.user),
    )
    if form.is_valid():
        made = written(form, partial(_make, request, form))
        if made is not None:
            messages.success(request, _("Offered. The other side has to answer."))
            return redirect("offer", made.public_id)
    context = {"form": form, "start": start}
    return render(request, "web/offer_new.html", context, status=_status(form))


@login_required
@require_http_methods(["GET", "POST"])
def offer_counter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer an offer with other terms."""
    shown = _seen(request, public_id)
    form = TermsForm(request.POST or None, initial=terms_as_entered(shown))
    if form.is_valid():
        made = written(form, partial(_counter, request, shown, form))
        if made is not None:
            messages.success(request, _("Offered. The other side has to answer."))
            return redirect("offer", made.public_id)
    context = {"form": form, "offer": shown}
    return render(request, "web/offer_counter.html", context, status=_status(form))


@login_required
@require_POST
def offer_answer(request: HttpRequest, public_id: UUID, move: str) -> HttpResponse:
    """Accept, decline or withdraw an offer."""
    if move not in ANSWERS:
        raise Http404
    shown = _seen(request, public_id)
    try:
        done = ANSWERS[move](offer=shown, actor=actor_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("offer", public_id)
    if isinstance(done, Agreement):
        messages.success(request, _("Agreed. The mass is reserved."))
        return redirect("agreement", done.public_id)
    messages.success(request, _("Done."))
    return redirect("offer", public_id)


def _seen(request: HttpRequest, public_id: UUID) -> Any:
    return get_object_or_404(offers_in_full(request.user), public_id=public_id)


def _make(request: HttpRequest, form: OfferForm) -> Offer:
    told = form.cleaned_data
    ends = {"supply": told["supply"], "consignee": told["consignee"]}
    actor = actor_of(request)
    return services.offer_make(
        **ends,
        route=told["route"],
        side=offering_side(actor.user, **ends),
        asked=form.asked(),
        actor=actor,
    )


def _counter(request: HttpRequest, shown: Offer, form: TermsForm) -> Offer:
    return services.offer_counter(
        offer=shown, asked=form.asked(), actor=actor_of(request)
    )


def _status(form: TermsForm) -> int:
    return 400 if form.errors else 200
