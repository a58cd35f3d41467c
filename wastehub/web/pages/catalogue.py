"""The rulebook to browse: every material, every route, and each pair's rules."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matching.typical import Outlook, Why, outlooks
from wastehub.catalogue.models import (
    Confidence,
    Limit,
    Material,
    Parameter,
    Rulebook,
    Treatment,
    TypicalValue,
    UseRoute,
)
from wastehub.registry.bands import shown_kg
from wastehub.web import policy
from wastehub.web.pages import uses
from wastehub.web.pages.families import by_family, family_name, family_of, readable
from wastehub.web.templatetags.naming import both_plain


@dataclass
class Cell:
    """One square of the matrix; without an outlook the pair is not a use."""

    route: UseRoute
    outlook: Outlook | None
    words: str


@dataclass
class Line:
    """One material across all routes."""

    material: Material
    cells: list[Cell]

    @property
    def open_count(self) -> int:
        """Routes that admit the material."""
        return self._count(is_barred=False)

    @property
    def barred_count(self) -> int:
        """Routes whose rules bar it."""
        return self._count(is_barred=True)

    def show(self, routes: list[UseRoute]) -> None:
        """Keep the cells of these routes, in their order."""
        cells = {cell.route.pk: cell for cell in self.cells}
        self.cells = [cells[route.pk] for route in routes]

    def _count(self, *, is_barred: bool) -> int:
        known = [cell.outlook for cell in self.cells if cell.outlook]
        return sum((outlook.why == Why.RULE) == is_barred for outlook in known)


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Materials by family, searched by word, and what each route makes of them."""
    today = timezone.localdate()
    asked = request.GET.get("q", "").strip()
    routes = list(UseRoute.objects.all())
    lines = {line.material.pk: line for line in _lines(routes, today)}
    found = [line for line in lines.values() if _is_asked(line, asked)]
    columns = _columns(found, routes)
    for line in found:
        line.show(columns)
    context = {
        "asked": asked,
        "today": today,
        "routes": routes,
        "columns": columns,
        "material_count": len(lines),
        "lines": [lines[row.pk] for row in _in_families(found)],
        "families": [
            (code, words, [lines[row.pk] for row in rows])
            for code, words, rows in by_family(line.material for line in found)
        ],
        "confidences": _confidences(),
        "version": Rulebook.current_version(),
    }
    return render(request, "web/catalogue.html", context)


@require_safe
def material(request: HttpRequest, code: str) -> HttpResponse:
    """One material: what it is made of, and where it may go on which terms."""
    rows = Material.objects.select_related("category")
    shown = get_object_or_404(rows, code=code)
    limits = Limit.objects.filter(uses.named_or_general(shown))
    book = _book(request, limits, Treatment.objects.filter(material=shown))
    found = uses.of_material(shown, book)
    spoken_of = {use.route.pk for use in found}
    context = {
        "material": shown,
        "family": family_name(shown),
        "code_pattern": readable(shown.code_pattern),
        "typical": _typical(shown),
        "parameters": book.parameters,
        "uses": found,
        "not_uses": UseRoute.objects.exclude(pk__in=spoken_of),
        "supply": _offered(request, shown),
        "today": book.today,
        "confidences": Confidence.choices,
    }
    return render(request, "web/catalogue_material.html", context)


@require_safe
def route(request: HttpRequest, code: str) -> HttpResponse:
    """One route: which materials it takes, and on which terms."""
    shown = get_object_or_404(UseRoute, code=code)
    limits = Limit.objects.filter(route=shown)
    takes = Treatment.objects.filter(material__admissions__route=shown).distinct()
    book = _book(request, limits, takes)
    context = {
        "route": shown,
        "parameters": book.parameters,
        "uses": uses.of_route(shown, book),
        "shared": uses.shared_limits(book, shown),
        "demand": book.demands.get(shown.pk),
        "today": book.today,
        "confidences": Confidence.choices,
    }
    return render(request, "web/catalogue_route.html", context)


def _lines(routes: list[UseRoute], today: date) -> list[Line]:
    known = outlooks(today)
    parameters = _parameters()

    def cell(row: Material, to: UseRoute) -> Cell:
        outlook = known.get((row.code, to.code))
        return Cell(to, outlook, uses.said(outlook, parameters) if outlook else "")

    return [
        Line(row, [cell(row, to) for to in routes])
        for row in Material.objects.select_related("category")
    ]


def _columns(lines: list[Line], routes: list[UseRoute]) -> list[UseRoute]:
    """The routes that the rules of these materials speak of, the commonest first."""
    said = Counter(
        cell.route.pk for line in lines for cell in line.cells if cell.outlook
    )
    return sorted(
        (route for route in routes if said[route.pk]),
        key=lambda route: (-said[route.pk], route.code),
    )


def _in_families(lines: list[Line]) -> list[Material]:
    families = by_family(line.material for line in lines)
    return [row for _code, _words, rows in families for row in rows]


def _is_asked(line: Line, asked: str) -> bool:
    """Whether every word is found in the material's names or its routes' names."""
    things: list[Material | UseRoute] = [line.material]
    things += [cell.route for cell in line.cells if cell.outlook]
    text = " ".join(f"{both_plain(thing)} {thing.code}" for thing in things)
    text = f"{text} {family_of(line.material)}".casefold()
    return all(word in text for word in asked.casefold().split())


def _confidences() -> list[tuple[str, Any, int]]:
    """How many limits there are of each confidence, surest first."""
    counts = dict(
        Limit.objects.order_by().values_list("confidence").annotate(Count("pk"))
    )
    return [(code, words, counts.get(code, 0)) for code, words in Confidence.choices]


def _book(request: HttpRequest, limits: Any, treatments: Any) -> uses.Book:
    today = timezone.localdate()
    return uses.Book(
        limits=uses.limits_of(limits),
        treatments=uses.treatments_of(treatments),
        outlooks=outlooks(today),
        parameters=_parameters(),
        demands=uses.demanded(policy.demands(request.user).open()),
        today=today,
    )


def _parameters() -> dict[str, Parameter]:
    return {row.code: row for row in Parameter.objects.all()}


def _typical(shown: Material) -> QuerySet[TypicalValue]:
    rows = shown.typical.select_related("parameter__test")
    return rows.order_by("parameter__code")


def _offered(request: HttpRequest, shown: Material) -> dict[str, int]:
    rows = policy.supplies(request.user).open().of(shown.code)
    return rows.aggregate(
        count=Count("pk"),
        kg_per_year=Sum(shown_kg("rate_kg_per_year")),
        kg=Sum(shown_kg("stock_kg")),
    )
