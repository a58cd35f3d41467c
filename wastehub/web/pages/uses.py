"""A material on a route: may it go there, within which limits, and who asks for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from matching.typical import Outlook, Outlooks, Why
from wastehub.catalogue.models import (
    Admission,
    Confidence,
    Dated,
    Limit,
    Material,
    Parameter,
    Treatment,
    UseRoute,
)
from wastehub.registry.bands import shown_kg
from wastehub.registry.querysets import DemandQuerySet
from wastehub.web.templatetags.figures import yuan_per_t
from wastehub.web.templatetags.naming import name

NOW, NEXT, PAST = "now", "next", "past"
_ORDER = (NOW, NEXT, PAST)
Row = TypeVar("Row", bound=Dated)
Pair = tuple[int, int]


@dataclass
class Standing:
    """A dated rule, and whether it is in force, still to come, or past."""

    row: Any
    state: str


@dataclass
class Use:
    """All that the rulebook says of one material on one route."""

    material: Material
    route: UseRoute
    admissions: list[Standing]
    limits: list[Standing]
    other_limits: list[Standing]
    treatments: list[Treatment]
    outlook: Outlook | None
    words: str
    demand: dict[str, int] | None

    @property
    def admission(self) -> Admission | None:
        """What is in force today."""
        return next((one.row for one in self.admissions if one.state == NOW), None)

    @property
    def other_admissions(self) -> list[Standing]:
        """What was, or will be, in force instead."""
        return [one for one in self.admissions if one.state != NOW]


@dataclass
class Book:
    """The rules that two sides of a page are assembled from, by their keys."""

    limits: dict[Pair, list[Limit]]
    treatments: dict[int, list[Treatment]]
    outlooks: Outlooks
    parameters: Mapping[str, Parameter]
    demands: Mapping[int, dict[str, int]]
    today: date


def state(row: Dated, today: date) -> str:
    """Whether a dated row is in force, still to come, or past."""
    if row.valid_from and row.valid_from > today:
        return NEXT
    if row.valid_to and row.valid_to < today:
        return PAST
    return NOW


def standing(rows: Iterable[Row], today: date) -> list[Standing]:
    """Rows in force first, then those to come, then those past; what decides first."""
    found = [Standing(row, state(row, today)) for row in rows]
    return sorted(found, key=_importance)


def _importance(one: Standing) -> tuple[int, bool, str]:
    """What always holds comes before what holds for a grade, better grades first."""
    grade = getattr(one.row, "grade", "")
    return _ORDER.index(one.state), one.row.confidence == Confidence.LOW, grade


def of_material(material: Material, book: Book) -> list[Use]:
    """The uses of a material, the most hopeful first."""
    return _uses(Admission.objects.filter(material=material), book)


def of_route(route: UseRoute, book: Book) -> list[Use]:
    """The materials that a route speaks of, the most hopeful first."""
    return _uses(Admission.objects.filter(route=route), book)


def limits_of(rows: QuerySet[Limit]) -> dict[Pair, list[Limit]]:
    """Limits by route and material; 0 stands for every material the route takes."""
    found: dict[Pair, list[Limit]] = {}
    rows = rows.select_related("parameter", "standard")
    for row in rows.order_by("parameter__code", "operator", "valid_from"):
        found.setdefault((row.route_id, row.material_id or 0), []).append(row)
    return found


def treatments_of(rows: QuerySet[Treatment]) -> dict[int, list[Treatment]]:
    """Treatments by material."""
    found: dict[int, list[Treatment]] = {}
    for row in rows.select_related("parameter").order_by("code", "parameter__code"):
        found.setdefault(row.material_id, []).append(row)
    return found


def demanded(rows: DemandQuerySet) -> dict[int, dict[str, int]]:
    """How many demands each route has, and how much they take in a year."""
    sums = (
        rows.order_by()
        .values("route")
        .annotate(count=Count("pk"), kg_per_year=Sum(shown_kg("capacity_kg_per_year")))
    )
    return {row["route"]: row for row in sums}


def said(outlook: Outlook, parameters: Mapping[str, Parameter]) -> str:
    """What an outlook rests on, in a sentence."""
    parameter = parameters.get(outlook.parameter)
    words = {
        Why.RULE: _("A rule bars this use."),
        Why.NO_LIMIT: _("No limit decides here, so the use is likely."),
        Why.PASSES: _("The usual composition passes; tightest is %(parameter)s."),
        Why.TREATED: _(
            "The usual composition passes after treatment, about %(cost)s; "
            "tightest is %(parameter)s."
        ),
        Why.UNREAD: _(
            "The number for %(parameter)s in the standard has not been read."
        ),
        Why.UNTOLD: _untold(parameter),
        Why.BROKEN: _(
            "The usual value of %(parameter)s breaks the limit: "
            "only an assay can show that a lot passes."
        ),
    }[outlook.why]
    return words % {
        "parameter": name(parameter) if parameter else "",
        "cost": yuan_per_t(outlook.treatment_yuan_per_t),
    }


def _untold(parameter: Parameter | None) -> str:
    if parameter is not None and parameter.is_calculated:
        return _("%(parameter)s needs its model or dosing calculation.")
    return _("No usual value of %(parameter)s is known: an assay must tell.")


def shared_limits(book: Book, route: UseRoute) -> list[Standing]:
    """Limits of a route that hold for every material it takes."""
    return standing(book.limits.get((route.pk, 0), []), book.today)


def _uses(rows: QuerySet[Admission], book: Book) -> list[Use]:
    pairs: dict[Pair, list[Admission]] = {}
    rows = rows.select_related("route", "material", "standard")
    for row in rows.order_by("route__code", "material__code", "valid_from"):
        pairs.setdefault((row.route_id, row.material_id), []).append(row)
    return sorted((_use(found, book) for found in pairs.values()), key=_hope)


def _use(admissions: list[Admission], book: Book) -> Use:
    route, material = admissions[0].route, admissions[0].material
    outlook = book.outlooks.get((material.code, route.code))
    limits = _limits(book, route, material) if _ever_admitted(admissions) else []
    concerned = {one.row.parameter_id for one in limits if one.state != PAST}
    return Use(
        material=material,
        route=route,
        admissions=standing(admissions, book.today),
        limits=[one for one in limits if one.state == NOW],
        other_limits=[one for one in limits if one.state != NOW],
        treatments=[
            row
            for row in book.treatments.get(material.pk, [])
            if row.parameter_id in concerned
        ],
        outlook=outlook,
        words=said(outlook, book.parameters) if outlook else "",
        demand=book.demands.get(route.pk),
    )


def _limits(book: Book, route: UseRoute, material: Material) -> list[Standing]:
    own = book.limits.get((route.pk, material.pk), [])
    return standing([*own, *book.limits.get((route.pk, 0), [])], book.today)


def _ever_admitted(admissions: list[Admission]) -> bool:
    return any(row.admitted for row in admissions)


def _hope(use: Use) -> tuple[int, bool, bool, str, str]:
    """Best verdict first; where somebody wants it, and limits speak, before others."""
    verdicts = ["likely", "unknown", "no", ""]
    verdict = use.outlook.verdict.value if use.outlook else ""
    return (
        verdicts.index(verdict),
        use.demand is None,
        not use.limits,
        use.route.code,
        use.material.code,
    )


def named_or_general(material: Material) -> Q:
    """Limits of one material, and those that hold for every material."""
    return Q(material=material) | Q(material__isnull=True)
