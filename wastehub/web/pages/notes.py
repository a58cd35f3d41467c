"""Transfer notes: the list, and a new one under an agreement."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from wastehub.errors import Refused
from wastehub.exchange import notes as services
from wastehub.exchange.agreements import left_to_move_kg
from wastehub.exchange.models import Agreement
from wastehub.web import note_reading, note_story, policy
from wastehub.web.acting import actor_of
from wastehub.web.api.rows import with_places
from wastehub.web.forms import refuse
from wastehub.web.note_filters import NoteFilterSet
from wastehub.web.note_forms import DraftForm
from wastehub.web.problems import status_of

PAGE_SIZE = 30


@login_required
@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    """What the user may see, what waits for his signature first."""
    rows = note_reading.notes_listed(request.user)
    asked = NoteFilterSet(request.GET, queryset=rows, request=request)
    is_asked_well = asked.is_valid()
    found = asked.qs if is_asked_well else rows.none()
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "page": page,
        "rows": [(n, note_story.colour(n), note_story.whereabouts(n)) for n in page],
        "filters": asked.form,
        "is_filtered": any(kept.values()),
        "query": f"{kept.urlencode()}&" if kept else "",
    }
    status = 200 if is_asked_well else 400
    return render(request, "web/notes.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def note_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Draw up a note under an agreement, or call off a part of a framework."""
    agreement = _draftable(request, public_id)
    first_day = max(timezone.localdate(), agreement.starts_on)
    form = DraftForm(request.POST or None, initial={"planned_on": first_day})
    status = 200
    if form.is_valid():
        try:
            note = services.note_draft(
                agreement=agreement, actor=actor_of(request), **form.values()
            )
        except Refused as refused:
            refuse(form, refused, form.entered_as)
            status = status_of(refused)
        else:
            return redirect("note", note.public_id)
    elif form.is_bound:
        status = 400
    context = {"form": form, "agreement": agreement, "left_kg": _left_kg(agreement)}
    return render(request, "web/note_new.html", context, status=status)


def _draftable(request: HttpRequest, public_id: UUID) -> Agreement:
    rows = policy.draftable_agreements(request.user).select_related("material")
    with_ends = with_places(with_places(rows, "consignor__"), "consignee__")
    return get_object_or_404(with_ends, public_id=public_id)


def _left_kg(agreement: Agreement) -> int:
    planned_kg = agreement.notes.all().promised_kg()
    return max(0, left_to_move_kg(agreement) - planned_kg)
