"""What a person is told: the list of notices, and what they want to hear of."""

import re
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from wastehub.accounts.models import User
from wastehub.notices.kinds import Kind
from wastehub.notices.models import Notice
from wastehub.notices.preferences import Ways, ways_choose, ways_of
from wastehub.notices.subjects import told_about
from wastehub.web import policy
from wastehub.web.trail_words import address_of

PAGE_SIZE = 30
_KEY = re.compile(r"[0-9]{1,18}", re.ASCII)


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The user's notices, newest first; with ``unread`` only those not opened."""
    rows = policy.notices(request.user).select_related("entry")
    only_unread = "unread" in request.GET
    if only_unread:
        rows = rows.unread()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": _with_names(list(page)),
        "only_unread": only_unread,
        "query": "unread&" if only_unread else "",
        "may_read_trail": policy.may_read_trail(request.user),
        "has_organisation": policy.own_organisations(request.user).exists(),
    }
    return render(request, "web/notices.html", context)


@login_required
@require_safe
def notice_open(request: HttpRequest, key: int) -> HttpResponse:
    """Go to what a notice is about; it is read then. E-mails lead here."""
    own = Notice.objects.filter(user=_signed_in(request)).select_related("entry")
    notice = get_object_or_404(own, pk=key)
    own.unread().filter(pk=key).update(read_at=timezone.now())
    entry = notice.entry
    return redirect(address_of(entry.subject, entry.subject_id))


@login_required
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark one notice, or without ``notice`` all, as read."""
    rows = policy.notices(request.user).unread()
    key = request.POST.get("notice")
    if key is not None:
        rows = rows.filter(pk=int(key) if _KEY.fullmatch(key) else None)
    rows.update(read_at=timezone.now())
    return redirect("notices")


@login_required
@require_http_methods(["GET", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """What the user is told of on the site, and of what by e-mail."""
    user = _signed_in(request)
    if request.method == "POST":
        in_app, by_mail = (set(request.POST.getlist(way)) for way in Ways._fields)
        chosen = {kind.value: Ways(kind in in_app, kind in by_mail) for kind in Kind}
        ways_choose(user=user, chosen=chosen)
        messages.success(request, _("Saved."))
        return redirect("notice_settings")
    context = {"ways": ways_of(user).items(), "email": user.email}
    return render(request, "web/notice_settings.html", context)


def _with_names(rows: list[Notice]) -> list[dict[str, Any]]:
    names = told_about((row.entry.subject, row.entry.subject_id) for row in rows)
    return [
        {
            "notice": row,
            "about": names.get((row.entry.subject, row.entry.subject_id)),
        }
        for row in rows
    ]


def _signed_in(request: HttpRequest) -> User:
    """The user, whom ``login_required`` has let in."""
    return cast(User, request.user)
