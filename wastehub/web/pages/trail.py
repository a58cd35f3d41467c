"""The audit trail: all of it for those who oversee, and of one thing on its page."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from maps.models import Alert
from wastehub.notices.subjects import About, Thing, told_about
from wastehub.trail.models import TrailEntry
from wastehub.web import policy
from wastehub.web.trail_words import SUBJECTS, act_of, address_of, changes

PAGE_SIZE = 50


def _day(**options: Any) -> django_filters.DateFilter:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return django_filters.DateFilter(widget=widget, **options)


class TrailFilterSet(django_filters.FilterSet):
    """What the trail can be asked: which kind of thing, who, in which period."""

    subject = django_filters.ChoiceFilter(
        choices=list(SUBJECTS.items()), label=_("Subject"), empty_label=_("all")
    )
    who = django_filters.CharFilter(method="by_whom", label=_("Who"))
    since = _day(field_name="at", lookup_expr="date__gte", label=_("Since"))
    until = _day(field_name="at", lookup_expr="date__lte", label=_("Until"))

    class Meta:
        model = TrailEntry
        fields: tuple[str, ...] = ()

    def by_whom(
        self, rows: QuerySet[TrailEntry], name: str, value: str
    ) -> QuerySet[TrailEntry]:
        """Acts of people whose name, or organisation's name, has these words."""
        member = "user__memberships__organisation__"
        found = (
            Q(user__username__icontains=value)
            | Q(**{f"{member}name_zh__icontains": value})
            | Q(**{f"{member}name_en__icontains": value})
        )
        return rows.filter(found).distinct()


@login_required
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first, as far as the reader oversees it."""
    if not policy.may_read_trail(request.user):
        raise Http404
    seen = policy.trail(request.user)
    asked = TrailFilterSet(request.GET, seen)
    rows = asked.qs if asked.is_valid() else seen.none()
    found = rows.select_related("user").order_by("-pk")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": asked.form,
        "page": page,
        "acts": _with_names(list(page)),
        "query": f"{kept.urlencode()}&" if kept else "",
        "is_filtered": any(kept.get(name) for name in asked.filters),
    }
    status = 400 if asked.form.errors else 200
    return render(request, "web/trail.html", context, status=status)


def trail_of(
    *things: Thing, plates: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The acts on one thing or some, oldest first, for ``web/trail_of.html``.

    Who may see a thing may see its trail; the caller has asked the policy.

    Parameters
    ----------
    plates
        Plates of vehicles by their keys, where masses are told by vehicle.
    """
    found = Q(pk__in=[])
    for subject, public_id in things:
        found |= Q(subject=subject, subject_id=public_id)
    rows = TrailEntry.objects.filter(found).select_related("user")
    return [_shown(entry, plates or {}) for entry in rows]


def _shown(entry: TrailEntry, plates: Mapping[str, str]) -> dict[str, Any]:
    changed = changes(entry.subject, entry.before, entry.after, plates)
    return {"entry": entry, "act": act_of(entry), "changes": changed}


def _with_names(entries: list[TrailEntry]) -> list[dict[str, Any]]:
    things = [(entry.subject, entry.subject_id) for entry in entries]
    names = told_about(things) | _alerts_named(things)
    return [
        {
            **_shown(entry, {}),
            "subject": SUBJECTS.get(entry.subject, entry.subject),
            "about": names.get((entry.subject, entry.subject_id)),
            "address": address_of(entry.subject, entry.subject_id),
        }
        for entry in entries
    ]


def _alerts_named(things: list[Thing]) -> dict[Thing, About]:
    ids = [public_id for subject, public_id in things if subject == "alert"]
    rows = Alert.objects.filter(public_id__in=ids).select_related("material")
    return {
        ("alert", row.public_id): About(row.get_kind_display(), row.material)
        for row in rows
    }
