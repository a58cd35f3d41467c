"""The audit trail: all of it for those who oversee, and of one thing on its page."""

from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wastehub.notices.subjects import told_about
from wastehub.trail.models import TrailEntry
from wastehub.web import policy
from wastehub.web.trail_words import SUBJECTS, act_of, address_of, changes_of

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


def trail_of(subject: str, public_id: UUID) -> list[dict[str, Any]]:
    """The acts on one thing, oldest first, for ``web/trail_of.html``.

    Who may see the thing may see its trail; the caller has asked the policy.
    """
    rows = TrailEntry.objects.filter(subject=subject, subject_id=public_id)
    return [_shown(entry) for entry in rows.select_related("user")]


def _shown(entry: TrailEntry) -> dict[str, Any]:
    return {"entry": entry, "act": act_of(entry), "changes": changes_of(entry)}


def _with_names(entries: list[TrailEntry]) -> list[dict[str, Any]]:
    names = told_about((entry.subject, entry.subject_id) for entry in entries)
    return [
        {
            **_shown(entry),
            "subject": SUBJECTS.get(entry.subject, entry.subject),
            "about": names.get((entry.subject, entry.subject_id)),
            "address": address_of(entry.subject, entry.subject_id),
        }
        for entry in entries
    ]
