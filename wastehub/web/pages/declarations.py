"""Monthly declarations: who owes one, what it says, what becomes of it."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

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

from wastehub.catalogue.models import Material
from wastehub.errors import Refused
from wastehub.exchange.parties import speaks_for
from wastehub.exchange.states import DECLARATION_MOVES, Office, allowed
from wastehub.ledger.periods import month_before
from wastehub.registry.models import Facility
from wastehub.reporting import declarations as services
from wastehub.reporting.gaps import causes
from wastehub.reporting.models import Declaration
from wastehub.reporting.querysets import DeclarationQuerySet
from wastehub.reporting.standing import MISSING, Owed, Standing, due_on, owed
from wastehub.web import policy
from wastehub.web.acting import actor_of
from wastehub.web.declaration_forms import (
    STATUTORY,
    WORDS,
    FiguresForm,
    MonthForm,
    ReturnForm,
)
from wastehub.web.forms import refuse
from wastehub.web.pages.ledger import ledger_kept, query_without_page
from wastehub.web.pages.registers import attached
from wastehub.web.pages.trail import trail_of
from wastehub.web.register_paper import declaration_pdf

AT_ONCE = 100
_SHAPES = ("facility__county__shape", "facility__county__drawn_shape")


@login_required
@require_safe
def declarations(request: HttpRequest) -> HttpResponse:
    """What the user's own and watched sites owe for a month."""
    asked = MonthForm(request.GET or None)
    today = timezone.localdate()
    month = month_before(today)
    wanted = ""
    if asked.is_valid():
        month, wanted = asked.cleaned_data["month"], asked.cleaned_data["standing"]
    rows = owed(policy.ledgers(request.user), month, today)
    found = [row for row in rows if _is_wanted(row, wanted)]
    context = {
        "month": month,
        "due_on": due_on(month),
        "asked": asked if asked.is_bound else MonthForm(initial={"month": month}),
        "page": Paginator(found, AT_ONCE).get_page(request.GET.get("page")),
        "query": query_without_page(request),
        "counts": _counts(rows),
        "own": set(
            policy.editable_facilities(request.user)
            .filter(organisation__memberships__user=request.user)
            .values_list("pk", flat=True)
        ),
    }
    status = 400 if asked.errors else 200
    return render(request, "web/declarations.html", context, status=status)


@login_required
@require_POST
def declaration_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Draw up a month of a material from the ledger."""
    site = ledger_kept(request, public_id)
    material = get_object_or_404(Material, code=request.POST.get("material", ""))
    asked = MonthForm(request.POST)
    if not asked.is_valid():
        messages.error(request, _("Choose a month."))
        return redirect("declarations")
    return _drawn_up(request, site, material, asked.cleaned_data["month"])


@login_required
@require_http_methods(["GET", "POST"])
def declaration(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One declaration with its identity and versions; its figures while it is open."""
    found = _seen(request, public_id)
    sent = request.POST or None
    form = FiguresForm(sent, declaration=found)
    if sent and form.is_valid() and _filled(request, found, form):
        messages.success(request, _("Saved."))
        return redirect("declaration", found.public_id)
    status = 400 if sent and form.errors else 200
    context = _context(request, found) | {"form": form}
    return render(request, "web/declaration.html", context, status=status)


@login_required
@require_safe
def declaration_paper(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One declaration on paper."""
    found = _seen(request, public_id)
    content = declaration_pdf(found, list(_versions(request, found)))
    return attached(content, f"declaration-{found.month:%Y-%m}", "pdf")


@login_required
@require_POST
def declaration_refill(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the figures from the ledger again."""
    found = _seen(request, public_id)
    figures = services.figures_from_ledger(
        facility=found.facility, material=found.material, month=found.month
    )
    return _acted(
        request,
        found,
        lambda: services.declaration_fill(
            declaration=found,
            figures=figures,
            is_zero=figures.is_nothing and found.is_zero,
            explanation=found.explanation,
            actor=actor_of(request),
        ),
    )


@login_required
@require_POST
def declaration_submit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hand it in."""
    found = _seen(request, public_id)
    actor = actor_of(request)
    return _acted(
        request,
        found,
        lambda: services.declaration_submit(declaration=found, actor=actor),
    )


@login_required
@require_POST
def declaration_accept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Accept it."""
    found = _seen(request, public_id)
    actor = actor_of(request)
    return _acted(
        request,
        found,
        lambda: services.declaration_accept(declaration=found, actor=actor),
    )


@login_required
@require_POST
def declaration_return(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give it back."""
    found = _seen(request, public_id)
    reason, actor = request.POST.get("reason", "")[:1000], actor_of(request)
    return _acted(
        request,
        found,
        lambda: services.declaration_return(
            declaration=found, reason=reason, actor=actor
        ),
    )


def _seen(request: HttpRequest, public_id: UUID) -> Declaration:
    rows = policy.declarations(request.user).select_related(
        "material", "facility__organisation", "facility__county"
    )
    return get_object_or_404(rows.defer(*_SHAPES), public_id=public_id)


def _is_wanted(row: Owed, wanted: str) -> bool:
    if wanted == "missing":
        return row.standing in MISSING
    return not wanted or row.standing == wanted


def _counts(rows: list[Owed]) -> list[tuple[str, int]]:
    """How many stand how, and how many of those that are given are zero."""
    counted = Counter(row.standing for row in rows)
    zero = sum(row.is_zero for row in rows)
    found = [(str(standing.label), counted[standing]) for standing in Standing]
    return [(_("owed"), len(rows)), *found, (_("zero declarations"), zero)]


def _drawn_up(
    request: HttpRequest, site: Facility, material: Material, month: date
) -> HttpResponse:
    try:
        made = services.declaration_draft(
            facility=site, material=material, month=month, actor=actor_of(request)
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("declarations")
    return redirect("declaration", made.public_id)


def _filled(request: HttpRequest, found: Declaration, form: FiguresForm) -> bool:
    try:
        services.declaration_fill(
            declaration=found,
            figures=form.figures(),
            is_zero=form.cleaned_data["is_zero"],
            explanation=form.cleaned_data["explanation"],
            actor=actor_of(request),
        )
    except Refused as refused:
        refuse(form, refused, form.entered_as)
        return False
    return True


def _acted(
    request: HttpRequest, found: Declaration, act: Callable[[], Any]
) -> HttpResponse:
    """Do it and go back to the declaration, which says what it has become."""
    try:
        act()
    except Refused as refused:
        told = " ".join(refused.fields.values()) or refused.message
        messages.error(request, told)
    else:
        messages.success(request, _("Done."))
    return redirect("declaration", found.public_id)


def _context(request: HttpRequest, found: Declaration) -> dict[str, Any]:
    user = actor_of(request).user
    is_own = speaks_for(user, found.facility)
    watches = services.watches(user, found.facility)
    side = {Office.DECLARANT: is_own, Office.REGULATOR: watches}
    moves = [
        move
        for office, is_one in side.items()
        if is_one
        for move in allowed(DECLARATION_MOVES, found.status, office)
    ]
    versions = _versions(request, found)
    return {
        "declaration": found,
        "moves": moves,
        "versions": versions,
        "lines": _lines(found, list(versions)),
        "trail": trail_of(("declaration", found.public_id)),
        "causes": causes(found.figures, services.books_of(found)),
        "due_on": due_on(found.month),
        "return_form": ReturnForm(),
        "may_correct": is_own
        and found.status == "accepted"
        and not versions.filter(version__gt=found.version).exists(),
    }


def _versions(request: HttpRequest, found: Declaration) -> DeclarationQuerySet:
    rows = policy.declarations(request.user).filter(
        facility=found.facility, material=found.material, month=found.month
    )
    return rows.order_by("version")


def _lines(found: Declaration, versions: list[Declaration]) -> list[dict[str, Any]]:
    """Each figure of the statutory form, with what other versions said of it."""
    return [
        {
            "words": WORDS[name],
            "statutory": words,
            "mass_kg": getattr(found, name),
            "versions": [getattr(version, name) for version in versions],
            "is_part": "old" in name,
        }
        for name, words in STATUTORY.items()
    ]
