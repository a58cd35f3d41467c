"""Why not, in words: refusals by route, each with its rule and the smallest fix."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.models import Refusal
from wastehub.catalogue.models import Parameter, Treatment, UseRoute
from wastehub.web.templatetags.figures import km, yuan_per_t
from wastehub.web.templatetags.naming import name


@dataclass
class Reason:
    """Refusals that one fix would mend together."""

    refusals: list[Refusal]
    fix: str


@dataclass
class RouteRefusal:
    """All that stands between a supply and one route."""

    route: UseRoute
    reasons: list[Reason] = field(default_factory=list)
    too_far: list[Refusal] = field(default_factory=list)

    @property
    def nearest_too_far(self) -> str:
        """How many sites are out of reach, and by how little the nearest is."""
        sites = ngettext(
            "%(count)s site is too far.",
            "%(count)s sites are too far.",
            len(self.too_far),
        ) % {"count": len(self.too_far)}
        beyond = min(row.fix["km"] for row in self.too_far)
        nearest = _("The nearest is %(km)s beyond reach.") % {"km": km(beyond)}
        return f"{sites} {nearest}"


def by_route(refusals: Iterable[Refusal]) -> list[RouteRefusal]:
    """One card per route, in the order in which the refusals come."""
    rows = list(refusals)
    names = _Names(rows)
    routes: dict[int, list[Refusal]] = {}
    for row in rows:
        routes.setdefault(row.route_id, []).append(row)
    return [_card(found, names) for found in routes.values()]


def _card(rows: list[Refusal], names: "_Names") -> RouteRefusal:
    near = [row for row in rows if row.kind != Refusal.Kind.REACH]
    untested = [row for row in near if row.fix["kind"] == "assay"]
    others = [row for row in near if row.fix["kind"] != "assay"]
    reasons = [Reason([row], _fix(row, names)) for row in others]
    if untested:
        reasons.append(Reason(untested, _test(untested, names)))
    too_far = [row for row in rows if row.kind == Refusal.Kind.REACH]
    return RouteRefusal(rows[0].route, reasons, too_far)


class _Names:
    """Names of the treatments and parameters that fixes speak of; two queries."""

    def __init__(self, rows: list[Refusal]) -> None:
        steps = {code for row in rows for code in row.fix.get("codes", [])}
        tests = {code for row in rows for code in row.fix.get("parameters", [])}
        treatments = Treatment.objects.filter(code__in=steps)
        self.of_step = {row.code: name(row) for row in treatments}
        parameters = Parameter.objects.filter(code__in=tests)
        self.of_test = {row.code: name(row) for row in parameters}


def _fix(row: Refusal, names: _Names) -> str:
    if row.fix["kind"] == "treatment":
        return _treat(row.fix, names)
    if row.kind == Refusal.Kind.RULE:
        return _("No treatment changes this: the rule is about the material itself.")
    if row.kind == Refusal.Kind.UNKNOWN:
        return _("The number in the standard has not been read yet, so nobody can say.")
    return _("The catalogue knows no treatment that mends this.")


def _treat(fix: dict[str, Any], names: _Names) -> str:
    return _("Smallest fix: %(steps)s, about %(cost)s.") % {
        "steps": _listed(fix["codes"], names.of_step),
        "cost": yuan_per_t(fix["yuan_per_t"]),
    }


def _test(rows: list[Refusal], names: _Names) -> str:
    codes = dict.fromkeys(code for row in rows for code in row.fix["parameters"])
    return _("Smallest fix: have %(tests)s measured.") % {
        "tests": _listed(codes, names.of_test)
    }


def _listed(codes: Iterable[str], names: dict[str, str]) -> str:
    return _(", ").join(names.get(code, code) for code in codes)
