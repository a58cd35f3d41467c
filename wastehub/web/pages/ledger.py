"""The ledger of a site: its stocks, its entries, what it says of its yards."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Sum
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wastehub.catalogue.models import Material
from wastehub.errors import Refused
from wastehub.exchange.availability import Pile, pile
from wastehub.exchange.bookings import is_of_a_note
from wastehub.exchange.parties import speaks_for
from wastehub.ledger.checking import Checked, check
from wastehub.ledger.models import Entry
from wastehub.ledger.yards import capacity_declare, terms_of, terms_set
from wastehub.registry.models import Facility
from wastehub.reporting.by_hand import entry_mend, line_add
from wastehub.units import kg_from_tonnes
from wastehub.web import policy
from wastehub.web.acting import actor_of
from wastehub.web.forms import refuse
from wastehub.web.ledger_filters import SiteEntryFilterSet
from wastehub.web.ledger_forms import (
    CapacityForm,
    CorrectionForm,
    EntryForm,
    TermsForm,
    WhatIfForm,
    tonnes_or_empty,
)
from wastehub.web.outlook import outlook_of
from wastehub.web.pages.listing import facilities_in_full
from wastehub.web.pages.stock_chart import stock_chart

AT_ONCE = 25
# Longer remarks fold away.
SHOWN_LENGTH = 48
SITES_AT_ONCE = 100
# So many entries are read again in about a tenth of a second; more when asked for.
CHECKED_UNASKED = 2_000


@login_required
@require_safe
def ledgers(request: HttpRequest) -> HttpResponse:
    """The sites whose ledger the user sees: his own, then those that he watches."""
    sites = policy.ledgers(request.user)
    kept = sites.filter(pk__in=Entry.objects.values("facility"))
    own = sites.filter(organisation__memberships__user=request.user)
    watched = facilities_in_full(kept.exclude(pk__in=own.values("pk")))
    paged = Paginator(watched.order_by("name_zh", "pk"), SITES_AT_ONCE)
    context = {
        "own": facilities_in_full(own).order_by("name_zh"),
        "page": paged.get_page(request.GET.get("page")),
    }
    return render(request, "web/ledgers.html", context)


@login_required
@require_safe
def ledger(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One site's stocks and entries, the newest first."""
    site = ledger_seen(request, public_id)
    rows = Entry.objects.filter(facility=site)
    asked = SiteEntryFilterSet(request.GET or None, rows, request=request)
    found = asked.qs if asked.is_valid() or not asked.is_bound else rows.none()
    piles = _piles(site)
    material = _material_asked(asked, piles)
    context = {
        "site": site,
        "is_own": speaks_for(actor_of(request).user, site),
        "piles": piles,
        "asked": asked.form,
        "page": Paginator(_in_full(found), AT_ONCE).get_page(request.GET.get("page")),
        "query": query_without_page(request),
        "shown_length": SHOWN_LENGTH,
        "checked": _checked(request, site),
        "material": material,
        **(_of_material(request, site, material) if material else {}),
    }
    _name_notes(request, context["page"])
    status = 400 if asked.is_bound and not asked.is_valid() else 200
    return render(request, "web/ledger.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def ledger_entry_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Enter what was made, used, disposed, lost, or moved without a note."""
    site = ledger_kept(request, public_id)
    form = EntryForm(request.POST or None, initial={"material": request.GET.get("m")})
    if form.is_valid() and _done(
        form, lambda: line_add(line=form.line(site), actor=actor_of(request))
    ):
        messages.success(request, _("Entered."))
        return redirect("ledger_of", site.public_id)
    return _form_page(request, "web/ledger_entry.html", form, site=site)


@login_required
@require_http_methods(["GET", "POST"])
def ledger_entry_correct(
    request: HttpRequest, public_id: UUID, sequence: int
) -> HttpResponse:
    """Say that an entry's mass was otherwise."""
    site = ledger_kept(request, public_id)
    rows = Entry.objects.filter(facility=site, corrects__isnull=True)
    entry = get_object_or_404(_in_full(rows), sequence=sequence)
    form = CorrectionForm(request.POST or None)
    if form.is_valid() and _done(form, lambda: _mend(request, entry, form)):
        messages.success(request, _("Corrected; the entry itself stays as it was."))
        return redirect("ledger_of", site.public_id)
    return _form_page(request, "web/ledger_correct.html", form, site=site, entry=entry)


@login_required
@require_http_methods(["GET", "POST"])
def ledger_yard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say how much a yard holds, and what goes into the headroom model."""
    site = ledger_kept(request, public_id)
    of_terms = request.POST.get("about") == "terms"
    sent = request.POST or None
    capacity = CapacityForm(None if of_terms else sent, initial=_capacity(request))
    terms = TermsForm(sent if of_terms else None, initial=_terms(request, site))
    form, act = (terms, _set_terms) if of_terms else (capacity, _declare)
    if form.is_valid() and _done(form, lambda: act(request, site, form)):
        messages.success(request, _("Saved."))
        return redirect("ledger_of", site.public_id)
    context = {"site": site, "capacity": capacity, "terms": terms}
    status = 400 if form.errors else 200
    return render(request, "web/ledger_yard.html", context, status=status)


def ledger_seen(request: HttpRequest, public_id: UUID) -> Facility:
    """A site whose ledger the user sees, or 404."""
    sites = facilities_in_full(policy.ledgers(request.user))
    return get_object_or_404(sites, public_id=public_id)


def ledger_kept(request: HttpRequest, public_id: UUID) -> Facility:
    """A site for which the user may write: 404 or 403 where he may not."""
    site = ledger_seen(request, public_id)
    if not speaks_for(actor_of(request).user, site):
        raise PermissionDenied
    return site


def query_without_page(request: HttpRequest) -> str:
    """What a link to another page of the same list begins with."""
    query = QueryDict(mutable=True)
    query.update(request.GET)
    query.pop("page", None)
    return f"{query.urlencode()}&" if query else ""


def _piles(site: Facility) -> list[tuple[Material, Pile]]:
    materials = Material.objects.filter(
        pk__in=Entry.objects.filter(facility=site).values("material")
    )
    return [
        (material, pile(facility=site, material=material))
        for material in materials.order_by("code")
    ]


def _material_asked(
    asked: SiteEntryFilterSet, piles: list[tuple[Material, Pile]]
) -> Material | None:
    """The material that is asked for, or the one with the most stock."""
    chosen = asked.form.cleaned_data.get("material") if asked.is_bound else None
    if chosen or not piles:
        return chosen
    return max(piles, key=lambda row: row[1].on_hand_kg)[0]


def _in_full(rows: Any) -> Any:
    return (
        rows.select_related("material", "route", "entered_by", "corrects")
        .annotate(difference_kg=Sum("corrections__mass_kg"))
        .order_by("-sequence")
    )


def _of_material(
    request: HttpRequest, site: Facility, material: Material
) -> dict[str, Any]:
    today = timezone.localdate()
    rows = Entry.objects.filter(facility=site, material=material)
    asked = WhatIfForm(request.GET)
    return {
        "outlook": outlook_of(site, material, asked),
        "what_if": asked,
        "chart": stock_chart(rows, today),
    }


def _name_notes(request: HttpRequest, entries: Iterable[Any]) -> None:
    """Mark the entries that notes wrote, with the address of each note."""
    written = [entry for entry in entries if is_of_a_note(entry)]
    numbers = {entry.reference for entry in written}
    seen = policy.notes(request.user).filter(number__in=numbers)
    codes = dict(seen.values_list("number", "public_id")) if written else {}
    for entry in entries:
        entry.is_of_a_note = entry in written
        entry.note_id = codes.get(entry.reference) if entry.is_of_a_note else None


def _checked(request: HttpRequest, site: Facility) -> Checked | None:
    rows = Entry.objects.filter(facility=site)
    if "check" in request.GET or rows.count() <= CHECKED_UNASKED:
        return check(rows)
    return None


def _mend(request: HttpRequest, entry: Entry, form: CorrectionForm) -> Entry:
    return entry_mend(
        entry=entry,
        mass_kg=kg_from_tonnes(form.cleaned_data["mass_t"]),
        reason=form.cleaned_data["reason"],
        actor=actor_of(request),
    )


def _capacity(request: HttpRequest) -> dict[str, Any]:
    return {"material": request.GET.get("m"), "declared_on": timezone.localdate()}


def _terms(request: HttpRequest, site: Facility) -> dict[str, Any]:
    material = Material.objects.filter(code=request.GET.get("m", "")).first()
    if material is None:
        return {}
    terms = terms_of(site, material)
    return {
        "material": material.code,
        "carry_t": tonnes_or_empty(terms.carry_kg),
        "stock_plan_t": tonnes_or_empty(terms.stock_plan_kg),
        "weight": terms.weight,
    }


def _declare(request: HttpRequest, site: Facility, form: Form) -> Any:
    data = form.cleaned_data
    return capacity_declare(
        facility=site,
        material=data["material"],
        capacity_kg=kg_from_tonnes(data["capacity_t"]),
        source=data["source"],
        declared_on=data["declared_on"],
        actor=actor_of(request),
    )


def _set_terms(request: HttpRequest, site: Facility, form: Form) -> Any:
    data = form.cleaned_data
    plan_t = data["stock_plan_t"]
    return terms_set(
        facility=site,
        material=data["material"],
        carry_kg=kg_from_tonnes(data["carry_t"]),
        stock_plan_kg=None if plan_t is None else kg_from_tonnes(plan_t),
        weight=data["weight"],
        actor=actor_of(request),
    )


def _done(form: Any, act: Any) -> bool:
    """Do it; where it is refused, say so in the form."""
    try:
        act()
    except Refused as refused:
        refuse(form, refused, form.entered_as)
        return False
    return True


def _form_page(
    request: HttpRequest, template: str, form: Form, **context: Any
) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
