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
class RouteRefusal:
    """All that stands between a supply and one route."""

    route: UseRoute
    reasons: list[tuple[Refusal, str]] = field(default_factory=list)
    too_far: list[Refusal] = field(default_factory=list)

    @property
    def nearest_too_far(self) -> str:
        """How many sites are out of reach, and by how little the nearest is."""
        beyond = [row.fix["km"] for row in self.too_far if "km" in row.fix]
        sites = ngettext(
            "%(count)s site is too far.",
            "%(count)s sites are too far.",
            len(self.too_far),
        ) % {"count": len(self.too_far)}
        if not beyond:
            return sites
        nearest = _("The nearest is %(km)s beyond reach.") % {"km": km(min(beyond))}
        return f"{sites} {nearest}"


def by_route(refusals: Iterable[Refusal]) -> list[RouteRefusal]:
    """One card per route, in the order in which the refusals come."""
    rows = list(refusals)
    names = _Names(rows)
    cards: dict[int, RouteRefusal] = {}
    for row in rows:
        card = cards.setdefault(row.route_id, RouteRefusal(row.route))
        if row.kind == Refusal.Kind.REACH:
            card.too_far.append(row)
        else:
            card.reasons.append((row, _fix(row, names)))
    return list(cards.values())


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
    words = {"treatment": _treat, "assay": _test}.get(row.fix.get("kind", ""))
    return words(row.fix, names) if words else _no_fix(row)


def _treat(fix: dict[str, Any], names: _Names) -> str:
    return _("Smallest fix: %(steps)s, about %(cost)s.") % {
        "steps": _listed(fix["codes"], names.of_step),
        "cost": yuan_per_t(fix["yuan_per_t"]),
    }


def _test(fix: dict[str, Any], names: _Names) -> str:
    return _("Smallest fix: have %(tests)s measured.") % {
        "tests": _listed(fix["parameters"], names.of_test)
    }


def _no_fix(row: Refusal) -> str:
    if row.kind == Refusal.Kind.RULE:
        return _("No treatment changes this: the rule is about the material itself.")
    if row.kind == Refusal.Kind.UNKNOWN:
        return _("The number in the standard has not been read yet, so nobody can say.")
    return _("The catalogue knows no treatment that mends this.")


def _listed(codes: list[str], names: dict[str, str]) -> str:
    return _(", ").join(names.get(code, code) for code in codes)
