"""Why not, in words: for each route what blocks, the hardest first, and its fix."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.models import Refusal
from wastehub.catalogue.models import Admission, Material, UseRoute
from wastehub.web.pages.fixes import Fixes, is_beyond
from wastehub.web.templatetags.figures import km

# So many names are read at a glance; the rest wait behind a fold.
NAMES_SHOWN = 3


class Obstacle(IntEnum):
    """What stands in the way, the hardest to move first."""

    RULE = 0
    BROKEN = 1
    UNREAD = 2
    TREATABLE = 3
    CALCULATED = 4
    UNMEASURED = 5


# A rule or a measured value refuses; the others are gaps in what is known.
BROKEN = {Obstacle.RULE, Obstacle.BROKEN, Obstacle.TREATABLE}


@dataclass
class Reason:
    """Refusals that one fix would mend together.

    ``label`` is the kind of obstacle with its count, ``names`` the first of what they
    are about.
    """

    refusals: list[Refusal]
    label: str
    names: str
    fix: str
    is_broken: bool

    @property
    def is_single(self) -> bool:
        """Whether one limit or rule is all there is to say."""
        return len(self.refusals) == 1


@dataclass
class RouteRefusal:
    """All that stands between a supply and a route, or routes that one rule bars."""

    routes: list[UseRoute]
    reasons: list[Reason] = field(default_factory=list)
    too_far: list[Refusal] = field(default_factory=list)

    @property
    def route(self) -> UseRoute:
        """The route, or the first of those that one rule bars."""
        return self.routes[0]

    @property
    def bar(self) -> Admission | None:
        """The rule, where it is all that stands in the way."""
        if self.too_far or len(self.reasons) != 1:
            return None
        return self.reasons[0].refusals[0].admission

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


def by_route(refusals: Iterable[Refusal], material: Material) -> list[RouteRefusal]:
    """One card per route, in the order in which the refusals of a supply come."""
    rows = list(refusals)
    fixes = Fixes(rows, material)
    routes: dict[int, list[Refusal]] = {}
    for row in rows:
        routes.setdefault(row.route_id, []).append(row)
    return _joined(_card(found, fixes) for found in routes.values())


def _joined(cards: Iterable[RouteRefusal]) -> list[RouteRefusal]:
    """Cards that say nothing but the same rule as one, with all their routes."""
    joined: dict[object, RouteRefusal] = {}
    for card in cards:
        bar = card.bar
        key = (bar.reason_zh, bar.standard_id, bar.clause) if bar else card.route.pk
        if key in joined:
            joined[key].routes += card.routes
        else:
            joined[key] = card
    return list(joined.values())


def _card(rows: list[Refusal], fixes: Fixes) -> RouteRefusal:
    groups: dict[tuple[Obstacle, tuple[str, ...]], list[Refusal]] = {}
    for row in rows:
        if row.kind != Refusal.Kind.REACH:
            key = _obstacle(row, fixes), tuple(row.fix.get("codes", ()))
            groups.setdefault(key, []).append(row)
    too_far = [row for row in rows if row.kind == Refusal.Kind.REACH]
    reasons = [_reason(key[0], groups[key], fixes) for key in sorted(groups)]
    return RouteRefusal([rows[0].route], reasons, too_far)


def _obstacle(row: Refusal, fixes: Fixes) -> Obstacle:
    if row.kind == Refusal.Kind.RULE:
        return Obstacle.RULE
    if row.fix["kind"] == "treatment":
        return Obstacle.TREATABLE
    if row.kind == Refusal.Kind.LIMIT:
        return Obstacle.BROKEN
    if row.value is None and fixes.is_calculated(row):
        return Obstacle.CALCULATED
    return Obstacle.UNMEASURED if row.fix["kind"] == "assay" else Obstacle.UNREAD


def _reason(obstacle: Obstacle, rows: list[Refusal], fixes: Fixes) -> Reason:
    rows = sorted(rows, key=lambda row: not is_beyond(row))
    names = list(dict.fromkeys(filter(None, map(fixes.subject, rows))))
    return Reason(
        refusals=rows,
        label=_label(obstacle, len(names)),
        names=_shortened(names),
        fix=_fix(obstacle, rows, fixes),
        is_broken=obstacle in BROKEN,
    )


def _label(obstacle: Obstacle, count: int) -> str:
    broken = ngettext("%(count)s limit broken", "%(count)s limits broken", count)
    words = {
        Obstacle.RULE: _("barred"),
        Obstacle.BROKEN: broken,
        Obstacle.TREATABLE: broken,
        Obstacle.UNREAD: ngettext(
            "%(count)s number not read yet", "%(count)s numbers not read yet", count
        ),
        Obstacle.CALCULATED: ngettext(
            "%(count)s value to be calculated",
            "%(count)s values to be calculated",
            count,
        ),
        Obstacle.UNMEASURED: ngettext(
            "%(count)s value not measured", "%(count)s values not measured", count
        ),
    }[obstacle]
    return words % {"count": count}


def _shortened(names: list[str]) -> str:
    shown = _(", ").join(names[:NAMES_SHOWN])
    rest = len(names) - NAMES_SHOWN
    if rest <= 0:
        return shown
    return ngettext(
        "%(names)s and %(rest)s more", "%(names)s and %(rest)s more", rest
    ) % {"names": shown, "rest": rest}


def _fix(obstacle: Obstacle, rows: list[Refusal], fixes: Fixes) -> str:
    if obstacle == Obstacle.TREATABLE:
        return fixes.treated(rows)
    if obstacle == Obstacle.UNMEASURED:
        return fixes.measured(rows)
    return {
        Obstacle.RULE: _(
            "No treatment changes this: the rule is about the material itself."
        ),
        Obstacle.BROKEN: _("The catalogue knows no treatment that mends this."),
        Obstacle.UNREAD: _(
            "The number in the standard has not been read yet, so nobody can say."
        ),
        Obstacle.CALCULATED: _(
            "Needs the accumulation model or dosing calculation; "
            "no laboratory measures it."
        ),
    }[obstacle]
