"""Monthly briefs, and the same report of any region and month, to take away."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from maps import groups
from maps.balance_book import balance_book
from maps.balance_package import balance_package
from maps.brief import Brief
from maps.brief import brief as brief_of
from maps.question import Question, ask, region_of
from wastehub.errors import Refused
from wastehub.places.models import Region
from wastehub.reporting.models import MonthlyBrief
from wastehub.tables import XLSX_TYPE
from wastehub.web import policy
from wastehub.web.brief_paper import brief_pdf
from wastehub.web.pages.registers import attached

MOST_SHOWN: Final = 120
ENDINGS: Final = ("pdf", "xlsx", "gpkg")
TYPES: Final = {
    "pdf": "application/pdf",
    "xlsx": XLSX_TYPE,
    "gpkg": "application/geopackage+sqlite3",
}
_WRITERS: Final[dict[str, Callable[[Brief], bytes]]] = {
    "pdf": brief_pdf,
    "xlsx": lambda told: balance_book(told.facts, told.parts, told.months),
    "gpkg": lambda told: balance_package(told.parts, told.facts),
}


@login_required
@require_safe
def briefs(request: HttpRequest) -> HttpResponse:
    """The briefs of the regions that the user watches, newest first."""
    rows = policy.briefs(request.user).select_related("category")[:MOST_SHOWN]
    names = _regions(row.adcode for row in rows)
    told = [
        {"row": row, "region": names.get(row.adcode), "files": files_of(row)}
        for row in rows
    ]
    return render(request, "web/briefs.html", {"rows": told})


@login_required
@require_safe
def brief(request: HttpRequest, public_id: str) -> HttpResponse:
    """One brief: its figures in short, its files, and the map as known then."""
    rows = policy.briefs(request.user).select_related("category")
    row = get_object_or_404(rows, public_id=public_id)
    region = get_object_or_404(Region.objects.current(), adcode=row.adcode)
    told = _told(ask(_asked(row)), region)
    context = {
        "row": row,
        "region": region,
        "told": told,
        "files": files_of(row),
        "query": urlencode(_asked(row)),
    }
    return render(request, "web/brief.html", context)


@require_safe
def report_file(request: HttpRequest, ending: str) -> HttpResponse:
    """The report of a region and a month as a file; 400 with the reason, or 403."""
    try:
        question = ask(request.GET.dict())
        region = region_of(question)
        if not policy.sees_figures(request.user, region.adcode):
            raise PermissionDenied
        told = _told(question, region)
    except Refused as refused:
        return render(request, "web/refused.html", {"refused": refused}, status=400)
    name = f"balance-{question.subject.code}-{region.adcode}-{told.month:%Y-%m}"
    answer = attached(_WRITERS[ending](told), name, ending)
    answer["Content-Type"] = TYPES[ending]
    return answer


def files_of(row: MonthlyBrief) -> list[tuple[str, str]]:
    """The endings of a brief's files, and where they are."""
    query = urlencode(_asked(row))
    return [
        (ending, f"{reverse('report_file', args=[ending])}?{query}")
        for ending in ENDINGS
    ]


def _asked(row: MonthlyBrief) -> dict[str, str]:
    return {
        "material": row.category.code,
        "within": row.adcode,
        "period": f"{row.month:%Y-%m}",
        "as_of": row.made_on.isoformat(),
    }


def _told(question: Question, region: Region) -> Brief:
    return brief_of(
        question.subject,
        region,
        question.period.last,
        groups.in_view(),
        question.as_of,
    )


def _regions(wanted: Any) -> dict[str, Region]:
    rows = Region.objects.current().filter(adcode__in=set(wanted))
    return {row.adcode: row for row in rows.defer("shape", "drawn_shape")}
