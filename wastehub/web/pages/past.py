"""Past ledgers to bring in: the template, the trial, the marked sheet, the writing."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wastehub.errors import Refused
from wastehub.registry.models import Facility
from wastehub.reporting.past import Trial, marked, past_try, past_write, template
from wastehub.reporting.sheets import LARGEST_BYTES
from wastehub.web.acting import actor_of
from wastehub.web.forms import refuse
from wastehub.web.idempotency import tried_only
from wastehub.web.ledger_forms import PastForm
from wastehub.web.pages.ledger import ledger_kept
from wastehub.web.pages.registers import attached

SHOWN_FAULTS = 100


@login_required
@require_safe
def past_template(request: HttpRequest, ending: str) -> HttpResponse:
    """An empty table of a past ledger."""
    return attached(template(ending == "xlsx"), "past-ledger", ending)


@login_required
@require_http_methods(["GET", "POST"])
def ledger_past(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Bring in a past ledger: try it, take the marked sheet back, or write it."""
    site = ledger_kept(request, public_id)
    form = PastForm(request.POST or None, request.FILES or None)
    trial, content = None, b""
    if form.is_valid():
        content = form.cleaned_data["file"].read(LARGEST_BYTES + 1)
        trial = _tried(form, site, content)
    if trial and request.POST.get("act") == "write" and not trial.faulty:
        return _written(request, site, content)
    tried_only(request)
    if trial and request.POST.get("act") == "sheet":
        return _marked(trial)
    context = {"site": site, "form": form, "trial": trial, "most": SHOWN_FAULTS}
    is_refused = form.errors or (trial and trial.faulty)
    status = 400 if is_refused else 200
    return render(request, "web/ledger_past.html", context, status=status)


def _tried(form: PastForm, site: Facility, content: bytes) -> Trial | None:
    try:
        return past_try(facility=site, content=content)
    except Refused as refused:
        refuse(form, refused)
        return None


def _written(request: HttpRequest, site: Facility, content: bytes) -> HttpResponse:
    try:
        count = past_write(facility=site, content=content, actor=actor_of(request))
    except Refused as refused:
        # Between trial and writing somebody else wrote what makes the difference.
        messages.error(request, refused.message)
        return redirect("ledger_past", site.public_id)
    messages.success(request, _("%(count)s entries written.") % {"count": count})
    return redirect("ledger_of", site.public_id)


def _marked(trial: Trial) -> HttpResponse:
    ending = "xlsx" if trial.is_workbook else "csv"
    return attached(marked(trial), "past-ledger-checked", ending)
