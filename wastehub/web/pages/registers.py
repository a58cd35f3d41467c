"""Registers to take away, and packs for the authorities of two provinces."""

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wastehub.exchange.models import Agreement, TransferNote
from wastehub.reporting.packs import between_provinces, pack
from wastehub.reporting.registers import (
    DECLARATIONS,
    KEPT_YEARS,
    LEDGER,
    MOST_ROWS,
    NOTES,
    Columns,
    declaration_rows,
    ledger_rows,
    note_rows,
)
from wastehub.tables import CSV_TYPE, XLSX_TYPE, csv_file, xlsx_file
from wastehub.web import policy
from wastehub.web.ledger_filters import (
    DeclarationFilterSet,
    EntryFilterSet,
    NoteFilterSet,
)
from wastehub.web.ledger_forms import PackForm
from wastehub.web.pack_papers import LIMITS, papers_of
from wastehub.web.pages.note import glance_url
from wastehub.web.register_paper import MOST_ROWS as MOST_ROWS_ON_PAPER
from wastehub.web.register_paper import register_pdf

TYPES = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE, "pdf": "application/pdf"}
ZIP_TYPE = "application/zip"


class Register(NamedTuple):
    """What is in a register, and how it is asked for."""

    seen: Any
    filters: Any
    order: tuple[str, ...]
    columns: Columns
    rows: Any


REGISTERS = {
    "ledger": Register(
        policy.entries,
        EntryFilterSet,
        ("facility__name_zh", "facility_id", "sequence"),
        LEDGER,
        ledger_rows,
    ),
    "notes": Register(
        policy.notes, NoteFilterSet, ("planned_on", "number"), NOTES, note_rows
    ),
    "declarations": Register(
        policy.declarations,
        DeclarationFilterSet,
        ("month", "facility__name_zh", "material__code", "version"),
        DECLARATIONS,
        declaration_rows,
    ),
}


@login_required
@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """What can be taken away, and how it is filtered."""
    context = {
        "asked": _asked(request).form,
        "pack_form": PackForm(),
        "years": KEPT_YEARS,
    }
    return render(request, "web/registers.html", context)


@login_required
@require_safe
def register_file(request: HttpRequest, name: str, ending: str) -> HttpResponse:
    """A register as a file; 400 with the reason where a filter makes no sense."""
    register = REGISTERS[name]
    asked = register.filters(request.GET, register.seen(request.user), request=request)
    if not asked.is_valid():
        return _faults_page(request, asked.form)
    rows = asked.qs.order_by(*register.order)
    most = MOST_ROWS_ON_PAPER if ending == "pdf" else MOST_ROWS
    if rows.count() > most:
        told = _("A file holds at most %(most)s rows; narrow it down.")
        asked.form.add_error(None, told % {"most": most})
        return _faults_page(request, asked.form)
    told = register.rows(rows)
    return attached(_table(name, ending, register.columns, told), name, ending)


@login_required
@require_safe
def pack_of_agreement(request: HttpRequest, number: str) -> HttpResponse:
    """The pack of one agreement."""
    notes = policy.notes(request.user).filter(agreement__number=number)
    agreements = Agreement.objects.filter(
        number=number, pk__in=policy.notes(request.user).values("agreement")
    )
    agreement = get_object_or_404(agreements)
    about = f"协议 Agreement {agreement.number}"
    return _packed(request, notes, about, f"pack-{number}")


@login_required
@require_safe
def pack_of_provinces(request: HttpRequest) -> HttpResponse:
    """The pack of the deliveries between two provinces in a period."""
    form = PackForm(request.GET)
    if not form.is_valid():
        return _faults_page(request, form)
    one, other = form.cleaned_data["one"], form.cleaned_data["other"]
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    seen = policy.notes(request.user).filter(planned_on__range=(first, last))
    notes = between_provinces(seen, one, other)
    about = f"{one} – {other}: {first.isoformat()} – {last.isoformat()}"
    name = f"pack-{one}-{other}-{first.isoformat()}-{last.isoformat()}"
    return _packed(request, notes, about, name)


def _packed(
    request: HttpRequest, notes: QuerySet[TransferNote], about: str, name: str
) -> HttpResponse:
    papers = papers_of(notes, partial(glance_url, request))
    entries = policy.entries(request.user)
    return attached(pack(notes, entries, f"{about}\n{LIMITS}", papers), name, "zip")


def attached(content: bytes, name: str, ending: str) -> HttpResponse:
    """A file to save."""
    kind = TYPES.get(ending, ZIP_TYPE)
    called = f'attachment; filename="wastehub-{name}.{ending}"'
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": called}
    )


def _table(
    name: str, ending: str, columns: Columns, rows: Iterator[list[Any]]
) -> bytes:
    if ending == "pdf":
        return register_pdf(name, columns, rows)
    heads = list(columns)
    if ending == "csv":
        return csv_file(heads, rows)
    return xlsx_file([(name, heads, rows)])


def _faults_page(request: HttpRequest, form: Any) -> HttpResponse:
    is_pack = isinstance(form, PackForm)
    context = {
        "asked": _asked(request).form if is_pack else form,
        "pack_form": form if is_pack else PackForm(),
        "years": KEPT_YEARS,
    }
    return render(request, "web/registers.html", context, status=400)


def _asked(request: HttpRequest) -> EntryFilterSet:
    rows = policy.entries(request.user)
    return EntryFilterSet(request.GET or None, rows, request=request)
