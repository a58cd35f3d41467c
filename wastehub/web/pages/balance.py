"""The produce-consume balance by region: a map, its table, its months, its past."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from csp.decorators import csp_replace
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from maps.balance import ALWAYS
from maps.figures import Cell
from maps.question import OWNED_LEVELS, REGION_LEVELS, newest_months
from maps.subjects import FIRST
from matching.models import MatchRun
from wastehub.ledger.kinds import Evidence
from wastehub.places import adcodes
from wastehub.web import policy
from wastehub.web.balance_form import LEVEL_WORDS, BalanceForm
from wastehub.web.pages import balance_map, balance_rows
from wastehub.web.pages.balance_measures import (
    FIRST_MEASURE,
    MEASURES,
    PLACED,
    SURPLUS,
    Measure,
)
from wastehub.web.pages.balance_months import months_told
from wastehub.web.pages.balance_outlook import outlook_of
from wastehub.web.pages.balance_reading import Reading
from wastehub.web.pages.balance_rows import Side
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.period_words import period_words, slider_months
from wastehub.web.pages.regions import regions_around
from wastehub.web.templatetags.naming import name

# What only the script reads; the links of the page carry it on.
VIEW = ("z", "lon", "lat")


@require_safe
def balance(request: HttpRequest) -> HttpResponse:
    """The map with its key figures, and the same in a table."""
    form = _form(request, request.user)
    is_valid = form.is_valid()
    form.offer()
    if not is_valid:
        return render(request, "web/balance.html", {"form": form}, status=400)
    reading = Reading(form.question, policy.figures_seen(request.user))
    context = _context(request, form, reading)
    sides = context["sides"]
    context |= _figures(form, reading)
    context |= _table(request, reading, sides, context["measure"])
    context |= _layers(request, reading, sides)
    context |= _ways_on(request, form)
    context |= _beside(request, form, reading)
    return render(request, "web/balance.html", context)


@xframe_options_exempt
@csp_replace({"frame-ancestors": "*"})
@require_safe
def balance_embed(request: HttpRequest) -> HttpResponse:
    """The map alone for a page elsewhere: what a stranger sees, whoever asks."""
    stranger = AnonymousUser()
    form = _form(request, stranger)
    if not form.is_valid():
        context = {"faults": form.errors}
        return render(request, "web/balance_embed.html", context, status=400)
    reading = Reading(form.question, policy.figures_seen(stranger))
    context = _context(request, form, reading)
    return render(request, "web/balance_embed.html", context)


@require_safe
def balance_months(request: HttpRequest) -> JsonResponse:
    """Every month's classes and figures, for the map to run through."""
    form = _form(request, request.user)
    if not form.is_valid():
        fields = {field: faults[0] for field, faults in form.errors.items()}
        return JsonResponse({"code": "bad_question", "fields": fields}, status=400)
    reading = Reading(form.question, policy.figures_seen(request.user))
    return JsonResponse(months_told(reading, form.coloured_by))


def _form(request: HttpRequest, user: policy.Viewer) -> BalanceForm:
    given = request.GET.dict()
    told = _first() | {key: text for key, text in given.items() if text}
    plans = _plans(user)
    form = BalanceForm(told, plans=plans)
    for field in ("scenario", "scenario2"):
        _refuse_unseen(user, told.get(field, ""), plans)
    return form


def _first() -> dict[str, str]:
    """What a question is that says nothing."""
    return {
        "material": FIRST,
        "within": adcodes.COUNTRY,
        "period": newest_months().code,
        "measure": FIRST_MEASURE,
    }


def _plans(user: policy.Viewer) -> dict[UUID, MatchRun]:
    """The newest finished plan of every scenario that the user sees."""
    seen = policy.scenarios(user)
    runs = MatchRun.objects.published().filter(scenario__in=seen.values("pk"))
    rows = runs.select_related("scenario").order_by("created_at", "pk")
    return {run.scenario.public_id: run for run in rows if run.scenario}


def _refuse_unseen(
    user: policy.Viewer, text: str, plans: Mapping[UUID, MatchRun]
) -> None:
    try:
        code = UUID(text)
    except ValueError:
        return
    if code in plans:
        return
    if policy.scenarios(user).filter(public_id=code).exists():
        raise Http404(_("This scenario has no finished plan yet."))
    raise Http404(_("There is no such scenario among those that you may see."))


def _context(
    request: HttpRequest, form: BalanceForm, reading: Reading
) -> dict[str, Any]:
    """What the page and the embedded map both show."""
    asked, sides = form.question, _sides(form, reading)
    measure = PLACED if len(form.runs) == 2 else form.coloured_by
    return {
        "form": form,
        "question": asked,
        "measure": measure,
        "place": regions_around(asked.within)[-1],
        "period_words": period_words(asked.period),
        "is_known_earlier": asked.as_of != ALWAYS,
        "is_invented": reading.is_invented,
        "origins": {"demo"} if reading.is_invented else set(),
        "sides": sides,
        "is_two_scales": len(form.runs) == 1,
        "legend": sides[0].legend,
        "is_signed": any(code in SURPLUS for code, _words in sides[0].legend),
        "has_hidden": any(one.hidden for one in reading.shown),
        "frame": map_frame(),
        "drawn": balance_map.drawn(asked, sides[0]),
        "page_query": _query(request),
    }


def _figures(form: BalanceForm, reading: Reading) -> dict[str, Any]:
    """The region looked into: its figures, how well known, and as known before."""
    total = reading.total(form.question.period)
    return {
        "total": total.cell,
        "total_cells": balance_rows.cells_of(total.cell),
        "is_total_hidden": bool(total.hidden),
        "known": _known(total.cell),
        "restated": [] if total.hidden else reading.restated(),
    }


def _table(
    request: HttpRequest, reading: Reading, sides: list[Side], measure: Measure
) -> dict[str, Any]:
    level = reading.question.level
    doors = _doors(request, reading)
    return {
        "rows": balance_rows.rows_of(reading, sides, measure, doors),
        "total_difference": balance_rows.difference_of_totals(sides, measure),
        "named": None if level in REGION_LEVELS else LEVEL_WORDS[level],
    }


def _layers(
    request: HttpRequest, reading: Reading, sides: list[Side]
) -> dict[str, Any]:
    asked = reading.question
    names = {one.cell.key: name(one.cell) for one in reading.shown}
    is_near = asked.within != adcodes.COUNTRY
    return {
        "second": balance_map.drawn(asked, sides[1]) if sides[1:] else None,
        "layers": {
            "sites": balance_map.sites_drawn(request.user, asked, reading.sites()),
            "flows": balance_map.flows_drawn(asked, reading.moves(), names),
        },
        "has_sites_shown": is_near or asked.level in OWNED_LEVELS,
    }


def _beside(
    request: HttpRequest, form: BalanceForm, reading: Reading
) -> dict[str, Any]:
    """What stands beside the figures: targets, alerts, files."""
    within = reading.question.within
    alerts = policy.alerts(request.user).standing().within(within)
    told = outlook_of(request.user, reading, form.coloured_by.code)
    files = _files(request, reading)
    return {"alert_count": alerts.count(), "files": files, **told}


def _files(request: HttpRequest, reading: Reading) -> list[tuple[str, str]]:
    """Endings and addresses of what can be taken away of the region looked into."""
    place = reading.question.place
    if place.zone or not policy.sees_figures(request.user, place.code):
        return []
    query = _query(request)
    return [
        ("PDF", f"{reverse('report_file', args=['pdf'])}?{query}"),
        ("XLSX", f"{reverse('report_file', args=['xlsx'])}?{query}"),
        ("GeoPackage", f"{reverse('report_file', args=['gpkg'])}?{query}"),
        ("CSV", f"{reverse('api:balance-csv')}?{query}"),
        ("GeoJSON", f"{reverse('api:balance-geojson')}?{query}"),
    ]


def _ways_on(request: HttpRequest, form: BalanceForm) -> dict[str, Any]:
    """Where the page leads: other measures, months, regions, days."""
    return {
        "path": regions_around(form.question.within),
        "measures": _measures(request, form.coloured_by),
        "month_count": slider_months().month_count,
        "month_place": _month_place(form),
        "down_query": _query(request, without=("within", "level", *VIEW)),
        "past_query": _query(request, without=("as_of",)),
        "reset_query": _query(request, without=("compare", "scenario", "scenario2")),
    }


def _sides(form: BalanceForm, reading: Reading) -> list[Side]:
    """One side, or two: periods, a balance and a plan, or two plans."""
    plans = balance_rows.sides_of_plans(reading, form.runs) if form.runs else []
    if len(plans) == 2:
        return plans
    own = balance_rows.sides_of_periods(reading, form.coloured_by, form.other)
    return [*own, *plans]


def _doors(request: HttpRequest, reading: Reading) -> dict[str, str]:
    if reading.question.level != "site":
        return {}
    keys = [one.cell.key for one in reading.shown]
    return balance_map.site_doors(request.user, reading.question, keys)


def _known(cell: Cell) -> list[dict[str, Any]]:
    """How what was generated and consumed is known: parts of the whole, best first."""
    start, parts = 0.0, []
    for evidence in Evidence:
        share = cell.share(evidence)
        if share:
            parts.append(
                {
                    "code": evidence.value,
                    "words": evidence.label,
                    "share": share,
                    "x": f"{start * 1000:.1f}",
                    "width": f"{share * 1000:.1f}",
                }
            )
        start += share
    return parts


def _measures(request: HttpRequest, chosen: Measure) -> list[dict[str, Any]]:
    rest = _query(request, without=("measure",))
    return [
        {
            "words": measure.words,
            "query": f"{rest}measure={code}",
            "is_chosen": measure is chosen,
        }
        for code, measure in MEASURES.items()
    ]


def _month_place(form: BalanceForm) -> int | None:
    """Which of the slider's months the page shows, if it shows a single one."""
    period = form.question.period
    months = slider_months().months
    if period.month_count == 1 and period.first in months:
        return months.index(period.first)
    return None


def _query(request: HttpRequest, without: tuple[str, ...] = ()) -> str:
    """The page's question to begin a link with; empty values left out."""
    kept = {
        key: value for key, value in request.GET.items() if value and key not in without
    }
    return f"{urlencode(kept)}&" if kept else ""
