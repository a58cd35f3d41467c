"""One transfer note: where it is, who signed what, and its next act."""

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wastehub.errors import Refused
from wastehub.exchange.models import TransferNote
from wastehub.exchange.states import NoteStatus
from wastehub.web import note_reading, note_story, policy
from wastehub.web.acting import actor_of
from wastehub.web.idempotency import tried_only
from wastehub.web.note_forms import ActForm, CancelForm, CloseForm, IssueForm
from wastehub.web.note_sides import acts, open_proposal, sides
from wastehub.web.note_tokens import ends_at, token_of
from wastehub.web.pages.trail import trail_of
from wastehub.web.problems import status_of
from wastehub.web.proposal_forms import (
    AnswerForm,
    AttachForm,
    RevisionForm,
    SettlementForm,
)
from wastehub.web.weighing_forms import AcceptForm, LoadForm, ReceiveForm, RefuseForm

# The forms of each act of ``note_sides.acts``; the first act that waits stands open.
FORMS: dict[str, list[type[ActForm]]] = {
    "answer": [AnswerForm],
    "issue": [IssueForm],
    "load": [LoadForm],
    "receive": [ReceiveForm],
    "judge": [AcceptForm, RefuseForm],
    "settlement": [SettlementForm],
    "close": [CloseForm],
    "revision": [RevisionForm],
    "cancel": [CancelForm],
}
ASIDE = ("revision", "cancel")
_BY_ACT = {form.act: form for forms in FORMS.values() for form in forms}
_BY_ACT[AttachForm.act] = AttachForm


@login_required
@require_safe
def note(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One note: where it is, who signed what, the weights, and the next act."""
    return _page(request, seen(request, public_id))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def note_act(request: HttpRequest, public_id: UUID, act: str) -> HttpResponse:
    """Do what a form of the note's page asks; refused, show it again as it was sent.

    Who comes back to the address of a refused form is led to the note.
    """
    found = seen(request, public_id)
    if act not in _BY_ACT:
        raise Http404
    if request.method != "POST":
        return redirect("note", found.public_id)
    form = _BY_ACT[act](found, request.POST, request.FILES)
    if not form.is_valid():
        tried_only(request)
        return _page(request, found, form, 400 if form.is_bound else 200)
    try:
        form.do(actor_of(request))
    except Refused as refused:
        form.refuse(refused)
        # What was read before the act may be older than what refused it.
        fresh = seen(request, public_id)
        return _page(request, fresh, form, status_of(refused))
    messages.success(request, _("Done: %(act)s.") % {"act": form.title})
    return redirect("note", found.public_id)


def seen(request: HttpRequest, public_id: UUID) -> TransferNote:
    """A note that the user may see, with all that hangs on it."""
    rows = note_reading.in_full(policy.notes(request.user))
    return get_object_or_404(rows, public_id=public_id)


def glance_url(request: HttpRequest, found: TransferNote) -> str:
    """The whole address that the note's QR code carries."""
    return request.build_absolute_uri(reverse("note_glance", args=[token_of(found)]))


def _page(
    request: HttpRequest,
    found: TransferNote,
    sent: ActForm | None = None,
    status: int = 200,
) -> HttpResponse:
    mine = sides(actor_of(request).user, found)
    waiting, besides = _forms(found, acts(found, mine), sent)
    shown = {form.act for form in (*waiting, *besides)} | {AttachForm.act}
    context = {
        "note": found,
        "colour": note_story.colour(found),
        "whereabouts": note_story.whereabouts(found),
        "story": note_story.story(found),
        "trail": trail_of(
            ("note", found.public_id), plates=note_story.plates_of(found)
        ),
        "vehicles": found.vehicles.all(),
        "forms": waiting,
        "aside": besides,
        "attach": _bound(AttachForm, found, sent) if mine else None,
        # A form that is no longer offered has its refusal told above the page.
        "lost": sent if sent and sent.act not in shown else None,
        "status_told": NoteStatus(found.status).label,
        **_proposed(found),
        **_code(request, found),
    }
    return render(request, "web/note.html", context, status=status)


def _proposed(found: TransferNote) -> dict[str, Any]:
    asked = open_proposal(found)
    changes = note_story.proposed(asked) if asked else []
    return {"asked": asked, "asked_changes": changes}


def _code(request: HttpRequest, found: TransferNote) -> dict[str, Any]:
    address = glance_url(request, found)
    drawn = segno.make(address, error="m").svg_inline(light="white", omitsize=True)
    return {
        "glance_url": address,
        # Drawn by segno, and the address is our own.
        "code": mark_safe(drawn),  # noqa: S308
        "code_ends_at": ends_at(),
    }


def _forms(
    found: TransferNote, may: list[str], sent: ActForm | None
) -> tuple[list[ActForm], list[ActForm]]:
    """The forms of what waits to be done, and of what may be done besides."""
    waiting: list[ActForm] = []
    besides: list[ActForm] = []
    for name, forms in FORMS.items():
        if name in may:
            drawn = [_bound(form, found, sent) for form in forms]
            (besides if name in ASIDE else waiting).extend(drawn)
    return waiting, besides


def _bound(form: type[ActForm], found: TransferNote, sent: ActForm | None) -> ActForm:
    return sent if sent is not None and sent.act == form.act else form(found)
