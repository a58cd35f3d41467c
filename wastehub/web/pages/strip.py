"""The strip of a supply's page: one lettered square for each use of its material."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from matching.compatibility import Compatibility, Reading
from matching.models import Verdict
from wastehub.web.templatetags.figures import percent, yuan_per_t
from wastehub.web.templatetags.naming import name

# A value so many limits beyond its limit is told in times of it, not in percent.
MANY = 9


@dataclass(frozen=True)
class Square:
    """One use: what the rules say of the lot, and by how much."""

    use: Compatibility
    letter: str
    margin: str
    step: str
    more: str


@dataclass(frozen=True)
class Key:
    """A verdict that occurs in the strip, and how often."""

    verdict: Verdict
    letter: str
    count: int


def squares(uses: Sequence[Compatibility]) -> list[Square]:
    """A square for each use, in the order of the uses."""
    letters = _letters()
    return [
        Square(
            use=use,
            letter=letters[use.verdict],
            margin=_margin(use.deciding),
            step=_step(use),
            more=_more(use),
        )
        for use in uses
    ]


def keys(uses: Sequence[Compatibility]) -> list[Key]:
    """The verdicts that occur, best first."""
    letters, counts = _letters(), Counter(use.verdict for use in uses)
    return [Key(one, letters[one], counts[one]) for one in Verdict if counts[one]]


def _letters() -> dict[Verdict, str]:
    return {
        Verdict.YES: pgettext("letter of the verdict yes", "Y"),
        Verdict.TREATED: pgettext("letter of the verdict after treatment", "T"),
        Verdict.LIKELY: pgettext("letter of the verdict likely", "L"),
        Verdict.UNKNOWN: pgettext("letter of the verdict unknown", "U"),
        Verdict.NO: pgettext("letter of the verdict no", "N"),
    }


def _margin(deciding: Reading | None) -> str:
    """How far a value is from its limit; a limit of 0 has no parts to count in."""
    if deciding is None or deciding.margin_frac is None or not deciding.limit.value:
        return ""
    part = percent(abs(deciding.margin_frac))
    if deciding.margin_frac <= -MANY:
        return _("%(times)s times the limit") % {
            "times": f"{1 - deciding.margin_frac:,.0f}"
        }
    if deciding.margin_frac < 0:
        return _("beyond the limit by %(part)s") % {"part": part}
    return _("%(part)s to spare") % {"part": part}


def _step(use: Compatibility) -> str:
    if not use.treatments:
        return ""
    return _("%(steps)s, about %(cost)s") % {
        "steps": _(", ").join(name(step) for step in use.treatments),
        "cost": yuan_per_t(use.treatment_yuan_per_t),
    }


def _more(use: Compatibility) -> str:
    others = [one for one in use.blocking if one != use.deciding]
    if not others:
        return ""
    return ngettext(
        "%(count)s more limit blocks", "%(count)s more limits block", len(others)
    ) % {"count": len(others)}
