"""The open data: what everybody may see of the balance, on a map and as files."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page, require_safe

from maps.editions import PARAMS
from maps.open_data import OpenData, asked_of, open_data
from maps.open_view import WORDS, Hidden
from maps.published import Shown
from wastehub.errors import Refused
from wastehub.web import policy
from wastehub.web.open_file import ENDINGS, file_of
from wastehub.web.open_form import OpenDataForm
from wastehub.web.pages import balance_map
from wastehub.web.pages.balance_rows import (
    NOTHING_KNOWN,
    Coloured,
    Side,
    cells_of,
    figures_of,
    scale_over,
)
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.period_words import period_words
from wastehub.web.templatetags.figures import percent, tonnes

WHY: Final = {
    "few_firms": _("fewer than three firms"),
    "one_dominant": _("one firm dominates"),
    "secondary": _("hidden so that another can not be reckoned back"),
}
"""Why a figure is confidential, for those alone who see it in full anyway."""


@require_safe
def open_page(request: HttpRequest) -> HttpResponse:
    """Map, table, definitions, what is left out, and the files."""
    form = OpenDataForm(request.GET.dict())
    if not form.is_valid():
        return render(request, "web/open_data.html", {"form": form}, status=400)
    if form.data_told is None:
        return render(request, "web/open_data.html", {"form": form, "is_early": True})
    context = _context(request, form, form.data_told)
    return render(request, "web/open_data.html", context)


@require_safe
@conditional_page
def open_file(request: HttpRequest, ending: str) -> HttpResponse:
    """The same as a file; 400 with the reason, 404 where nothing is published."""
    try:
        data = open_data(request.GET.dict())
    except Refused as refused:
        if refused.code == "no_edition":
            raise Http404(refused.message) from refused
        return render(request, "web/refused.html", {"refused": refused}, status=400)
    return file_of(data, ending)


def _context(
    request: HttpRequest, form: OpenDataForm, data: OpenData
) -> dict[str, Any]:
    asked, measure = data.question, form.coloured_by
    shown = data.answer.cells
    scaled = scale_over(measure, shown)
    figures = figures_of(shown, measure, scaled)
    (total,) = figures_of([data.whole], measure, scaled).values()
    side = Side(period_words(asked.period), figures, scaled.legend(), total)
    return {
        "form": form,
        "question": asked,
        "measure": measure,
        "edition": data.view.edition,
        "period_words": side.words,
        "is_invented": data.answer.is_invented,
        "rows": [_row(request, data, one, figures) for one in _in_order(shown)],
        "whole": data.whole,
        "whole_cells": _cells(data.whole),
        "legend": side.legend,
        "has_hidden": any(one.hidden for one in shown),
        "drawn": balance_map.drawn(asked, side),
        "frame": map_frame(),
        "files": _files(asked_of(data)),
        "licence": settings.OPEN_DATA_LICENCE,
        "api_address": f"{reverse('api:open-balance')}?{urlencode(asked_of(data))}",
        "min_firms": PARAMS.min_firms,
        "rate": {
            "balance": _percent(data.whole.cell.balance.value),
            "utilisation": _percent(data.whole.cell.utilisation.value),
        },
    }


def _in_order(shown: Iterable[Shown]) -> list[Shown]:
    """Those first of which something is told, or might be."""
    return sorted(shown, key=lambda one: one.cell.is_empty and not one.hidden)


def _row(
    request: HttpRequest, data: OpenData, one: Shown, figures: Mapping[str, Coloured]
) -> dict[str, Any]:
    return {
        "cell": one.cell,
        "figure": figures[one.cell.key],
        "cells": _cells(one),
        "hidden": WORDS[Hidden(one.hidden)] if one.hidden else "",
        "why": _why(request, data, one),
    }


def _why(request: HttpRequest, data: OpenData, one: Shown) -> list[Any]:
    """Why it is confidential, to those who watch the region or run the site."""
    user = request.user
    if one.hidden != Hidden.CONFIDENTIAL:
        return []
    if not (user.is_staff or policy.watches_region(user, one.cell.key)):
        return []
    return [WHY[why] for why in sorted(data.why(one.cell.key))]


def _cells(one: Shown) -> list[str]:
    """Generated, consumed, both rates, the surplus and the stock, in words."""
    generated, _used, _treated, *rates, surplus, stock = cells_of(one.cell)
    return [generated, _consumed(one), *rates, surplus, stock]


def _consumed(one: Shown) -> str:
    return NOTHING_KNOWN if one.cell.is_empty else tonnes(one.cell.total.consumed_kg)


def _files(asked: dict[str, str]) -> list[tuple[str, str]]:
    query = urlencode(asked)
    return [
        (ending.upper(), f"{reverse('open_file', args=[ending])}?{query}")
        for ending in ENDINGS
    ]


def _percent(value: float | None) -> str:
    return NOTHING_KNOWN if value is None else percent(value)
