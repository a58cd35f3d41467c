"""Webhooks of the user's organisations: entering them, and what was sent to them."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from wastehub.accounts.models import User
from wastehub.errors import Refused
from wastehub.notices import hooks as services
from wastehub.notices.addresses import LONGEST_URL
from wastehub.notices.deliveries import delivery_resend
from wastehub.notices.kinds import Kind
from wastehub.notices.models import Hook
from wastehub.notices.sending import SIGNATURE
from wastehub.web import policy
from wastehub.web.forms import PlaceChoice, refuse

PAGE_SIZE = 50


class HookForm(forms.Form):
    """Where a program of an organisation listens, and what for."""

    organisation = PlaceChoice(
        None, label=_("Organisation"), to_field_name="public_id", empty_label=None
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        help_text=_("Starts with https:// and is reachable from the internet."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Told of"),
        choices=Kind.choices,
        initial=Kind.values,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(
            forms.ModelChoiceField, self.fields["organisation"]
        ).queryset = organisations


@login_required
@require_safe
def hooks(request: HttpRequest) -> HttpResponse:
    """The webhooks of the user's organisations."""
    _refuse_without_organisation(request)
    rows = policy.hooks(request.user).select_related("organisation")
    return render(request, "web/hooks.html", {"hooks": rows})


@login_required
@require_http_methods(["GET", "POST"])
def hook_new(request: HttpRequest) -> HttpResponse:
    """Enter a webhook; the answer shows its secret, this once."""
    _refuse_without_organisation(request)
    organisations = policy.own_organisations(request.user).order_by("name_zh")
    form = HookForm(request.POST or None, organisations=organisations)
    if form.is_valid():
        try:
            hook = services.hook_create(user=_signed_in(request), **form.cleaned_data)
        except Refused as refused:
            refuse(form, refused)
        else:
            return _secret_page(request, hook)
    status = 400 if form.errors else 200
    return render(request, "web/hook_new.html", {"form": form}, status=status)


@login_required
@require_safe
def hook(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One webhook with what was sent to it, newest first."""
    shown = _own(request, public_id)
    rows = shown.deliveries.select_related("entry")
    context = {
        "hook": shown,
        "kinds": [Kind(kind).label for kind in shown.kinds],
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "web/hook.html", context)


@login_required
@require_POST
def hook_secret(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give a webhook another secret; the answer shows it, this once."""
    hook = _own(request, public_id)
    return _secret_page(
        request, services.hook_renew_secret(hook=hook, user=_signed_in(request))
    )


@login_required
@require_POST
def hook_remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Forget a webhook."""
    services.hook_remove(hook=_own(request, public_id), user=_signed_in(request))
    messages.success(request, _now("The webhook is removed."))
    return redirect("hooks")


@login_required
@require_POST
def delivery_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send by hand what was given up, or once more what was delivered."""
    rows = policy.deliveries(request.user).select_related("hook")
    delivery = get_object_or_404(rows, public_id=public_id)
    try:
        delivery_resend(delivery=delivery)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _now("It will be sent in a moment."))
    return redirect("hook", delivery.hook.public_id)


def _secret_page(request: HttpRequest, hook: Hook) -> HttpResponse:
    context = {"hook": hook, "header": SIGNATURE}
    response = render(request, "web/hook_secret.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _own(request: HttpRequest, public_id: UUID) -> Hook:
    rows = policy.hooks(request.user).select_related("organisation")
    return get_object_or_404(rows, public_id=public_id)


def _refuse_without_organisation(request: HttpRequest) -> None:
    if not policy.own_organisations(request.user).exists():
        raise Http404


def _signed_in(request: HttpRequest) -> User:
    """The user, whom ``login_required`` has let in."""
    return cast(User, request.user)
