"""The regulator's work list: what was found, on what ground, and what became of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from maps.alerts import services
from maps.alerts.kinds import TO_DO, AlertKind, AlertState, Severity
from maps.alerts.querysets import AlertQuerySet
from maps.models import Alert
from wastehub.errors import NotYours, Refused
from wastehub.places.models import Region
from wastehub.web import policy
from wastehub.web.acting import actor_of
from wastehub.web.alert_filters import AlertFilterSet
from wastehub.web.alert_records import Link, links
from wastehub.web.alert_words import rules_told, sentence
from wastehub.web.pages.ledger import query_without_page
from wastehub.web.pages.trail import trail_of

PAGE_SIZE = 50
COLOURS = {Severity.SEVERE: "no", Severity.WARNING: "likely", Severity.WATCH: ""}
_SHAPES = ("facility__county__shape", "facility__county__drawn_shape")


@dataclass(frozen=True)
class Shown:
    """One alert as the page shows it."""

    alert: Alert
    place: Region | None
    sentence: str
    links: list[Link]
    may_acknowledge: bool
    may_settle: bool


@dataclass(frozen=True)
class Chip:
    """A kind with how many alerts of it are to do; a link that asks for it alone."""

    words: str
    count: int
    query: str
    is_current: bool


@login_required
@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """What the user has to look at, the gravest first."""
    seen = policy.alerts(request.user)
    asked = AlertFilterSet(request.GET, seen, request=request)
    is_asked_well = asked.is_valid()
    found = asked.qs if is_asked_well else seen.none()
    page = Paginator(_in_full(found), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "groups": _grouped(_shown(request, page)),
        "page": page,
        "query": query_without_page(request),
        "back": request.GET.urlencode(),
        "filters": asked.form,
        "is_filtered": any(request.GET.get(name) for name in asked.filters),
        "chips": _chips(request, seen),
        "rules": rules_told(),
    }
    status = 200 if is_asked_well else 400
    return render(request, "web/worklist.html", context, status=status)


@login_required
@require_safe
def alert(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One alert with its records and its trail."""
    found = _seen(request, public_id)
    context = {
        "shown": _shown(request, [found])[0],
        "colour": COLOURS[Severity(found.severity)],
        "trail": trail_of(("alert", found.public_id)),
    }
    return render(request, "web/alert.html", context)


@login_required
@require_POST
def alert_acknowledge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that somebody is at it."""
    found, actor = _seen(request, public_id), actor_of(request)
    act = partial(services.alert_acknowledge, alert=found, actor=actor)
    return _acted(request, act, _("Acknowledged."))


@login_required
@require_POST
def alert_settle(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that it is dealt with, and how."""
    found, actor = _seen(request, public_id), actor_of(request)
    note = request.POST.get("note", "")
    act = partial(services.alert_settle, alert=found, note=note, actor=actor)
    return _acted(request, act, _("Settled. It comes back only if it gets worse."))


def _acted(request: HttpRequest, act: Callable[[], Any], done: str) -> HttpResponse:
    """Do it and go back to the list as it was asked for."""
    back = QueryDict(request.POST.get("back", "")).urlencode()
    try:
        act()
    except NotYours as refused:
        raise PermissionDenied(refused.message) from refused
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, done)
    return redirect(f"{reverse('worklist')}{'?' if back else ''}{back}")


def _seen(request: HttpRequest, public_id: UUID) -> Alert:
    rows = _in_full(policy.alerts(request.user))
    return get_object_or_404(rows, public_id=public_id)


def _in_full(rows: AlertQuerySet) -> AlertQuerySet:
    full = rows.select_related("material", "facility__county", "acted_by")
    return full.defer(*_SHAPES).gravest_first()


def _shown(request: HttpRequest, alerts: Iterable[Alert]) -> list[Shown]:
    told = list(alerts)
    linked = links(request.user, told)
    mine = policy.workable_alerts(request.user).filter(pk__in=[one.pk for one in told])
    workable = set(mine.values_list("pk", flat=True))
    places = _places({one.adcode for one in told})
    return [
        Shown(
            alert=one,
            place=places.get(one.adcode),
            sentence=sentence(one),
            links=linked[one.pk],
            may_acknowledge=one.pk in workable and one.state == AlertState.OPEN,
            may_settle=one.pk in workable and one.state in TO_DO,
        )
        for one in told
    ]


def _places(adcodes: set[str]) -> dict[str, Region]:
    rows = Region.objects.current().filter(adcode__in=adcodes)
    return {row.adcode: row for row in rows.only("adcode", "name_zh", "name_en")}


def _grouped(shown: list[Shown]) -> list[dict[str, Any]]:
    """By severity and, within it, by kind."""
    return [
        {
            "words": Severity(severity).label,
            "colour": COLOURS[Severity(severity)],
            "kinds": [
                (AlertKind(kind).label, list(alike))
                for kind, alike in groupby(rows, lambda one: one.alert.kind)
            ],
        }
        for severity, rows in groupby(shown, lambda one: one.alert.severity)
    ]


def _chips(request: HttpRequest, seen: AlertQuerySet) -> list[Chip]:
    counts = seen.to_do().counted_by_kind()
    asked = request.GET.get("kind", "")
    every = Chip(_("All"), sum(counts.values()), "", not asked)
    kinds = [
        Chip(str(kind.label), counts[kind], f"kind={kind}", asked == kind)
        for kind in AlertKind
        if counts.get(kind)
    ]
    return [every, *kinds]
