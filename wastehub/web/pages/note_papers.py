"""What of a note leaves the site: the PDF, the files kept with it, the scanned code."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wastehub.exchange.attachments import store
from wastehub.exchange.models import TransferNote
from wastehub.web import note_reading, note_story, note_tokens
from wastehub.web.note_document import note_document
from wastehub.web.pages.note import glance_url, seen


@login_required
@require_safe
def note_pdf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The note on paper, in both languages."""
    found = seen(request, public_id)
    paper = note_document(found, glance_url(request, found), note_tokens.ends_at())
    named = {"Content-Disposition": f'attachment; filename="{found.number}.pdf"'}
    return HttpResponse(paper, content_type="application/pdf", headers=named)


@login_required
@require_safe
def attachment(request: HttpRequest, public_id: UUID, file_id: UUID) -> FileResponse:
    """A file as it came, to be saved and never shown by the site itself."""
    kept = get_object_or_404(seen(request, public_id).attachments, public_id=file_id)
    return FileResponse(
        store().open(kept.stored_as),
        as_attachment=True,
        filename=kept.name,
        content_type=kept.content_type,
        headers={"X-Content-Type-Options": "nosniff"},
    )


@never_cache
@require_safe
def glance(request: HttpRequest, token: str) -> HttpResponse:
    """What an inspector sees who scans the code: no log-in, no price, no names."""
    try:
        named = note_tokens.read(token)
    except note_tokens.Expired:
        told = {"days": note_tokens.LIFE.days}
        return _private(render(request, "web/note_glance_over.html", told, status=410))
    if named is None:
        raise Http404
    rows = note_reading.with_ends(TransferNote.objects.all())
    found = get_object_or_404(
        rows.prefetch_related("vehicles"), public_id=named.public_id
    )
    context = {
        "note": found,
        "version": named.version,
        "vehicles": found.vehicles.all(),
        "colour": note_story.colour(found),
        "whereabouts": note_story.whereabouts(found),
        "now": timezone.now(),
    }
    return _private(render(request, "web/note_glance.html", context))


def _private(answer: HttpResponse) -> HttpResponse:
    """Kept out of indexes, and the code out of what other sites are told."""
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
