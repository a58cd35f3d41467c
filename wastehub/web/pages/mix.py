"""A mix as a page shows it: parts with their bars, limits with what they are worth."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from matching.mixes import Answer, Candidate, Clash, Line, Part
from wastehub.web.mix_names import is_share, limit_name, limit_unit
from wastehub.web.templatetags.figures import plain, yuan_per_t
from wastehub.web.templatetags.naming import name

# A price of less than a tenth of a fen is the solver's rounding.
LEAST_PRICE = 0.001
BASE_COLOURS = ("#8d8574", "#b9a98b", "#d8cfbd", "#6f6a60", "#a39a86", "#5b564c")


@dataclass(frozen=True)
class Ingredient:
    """One part of the mix."""

    part: Part
    name: str
    colour: str
    start: str
    width: str
    worth: str


@dataclass(frozen=True)
class Bounded:
    """One limit, its figures in the unit that is shown beside them."""

    line: Line
    name: str
    unit: str
    low: str
    value: str
    high: str
    slack: str
    worth: str
    binds: bool


def ingredients(answer: Answer) -> list[Ingredient]:
    """The parts, the largest first, each with its place in one bar of 1000."""
    colours = iter(BASE_COLOURS * 8)
    found, start = [], 0.0
    for part in answer.parts:
        width = 1000 * part.share_frac
        found.append(
            Ingredient(
                part=part,
                name=candidate_name(part.candidate),
                colour=_colour(part.candidate) or next(colours),
                start=f"{start:.2f}",
                width=f"{width:.2f}",
                worth=_worth_of_share(part),
            )
        )
        start += width
    return found


def bounded(answer: Answer) -> list[Bounded]:
    """The limits in the order of the recipe."""
    return [_bounded(line, answer.is_feasible) for line in answer.lines]


def clash_words(clash: Clash) -> str:
    """A bound in conflict as one sentence."""
    said = {"bound": _clash_bound(clash), "what": _clash_name(clash)}
    if clash.side == "low":
        return _("%(what)s must be at least %(bound)s") % said
    return _("%(what)s must be at most %(bound)s") % said


def candidate_name(candidate: Candidate) -> str:
    """A base material by its name, a supply by its material and its site."""
    if candidate.supply is None:
        return name(candidate.base)
    supply = candidate.supply
    return f"{name(supply.material)} · {name(supply.facility)}"


def _colour(candidate: Candidate) -> str:
    return candidate.supply.material.colour if candidate.supply else ""


def _clash_name(clash: Clash) -> str:
    line = clash.line
    if line is not None:
        return limit_name(line.key, line.parameter, line.material)
    what = candidate_name(clash.candidate) if clash.candidate else ""
    return _("The share of %(what)s") % {"what": what}


def _clash_bound(clash: Clash) -> str:
    if clash.line is None or is_share(clash.line.key):
        return f"{plain(clash.bound * 100)} %"
    unit = limit_unit(clash.line.key, clash.line.parameter)
    return f"{plain(clash.bound)} {unit}".strip()


def _bounded(line: Line, is_feasible: bool) -> Bounded:
    scale = 100 if is_share(line.key) else 1
    low, value, high = (
        "" if one is None else _figure(one * scale)
        for one in (line.low, line.value, line.high)
    )
    slack = _slack(line)
    return Bounded(
        line=line,
        name=limit_name(line.key, line.parameter, line.material),
        unit=limit_unit(line.key, line.parameter),
        low=low,
        value=value or _no_value(line, is_feasible),
        high=high,
        slack="" if slack is None else _figure(slack * scale),
        worth=_worth(line, scale),
        binds=max(line.low_price, -line.high_price) / scale >= LEAST_PRICE,
    )


def _no_value(line: Line, is_feasible: bool) -> str:
    """A quotient of which nothing stands below keeps its bounds, and has no value."""
    is_bounded = line.low is not None or line.high is not None
    return _("not defined") if is_feasible and is_bounded else ""


def _slack(line: Line) -> float | None:
    """What is left to the nearer bound."""
    if line.value is None:
        return None
    left = [
        abs(line.value - bound) for bound in (line.low, line.high) if bound is not None
    ]
    return min(left, default=None)


def _worth(line: Line, scale: float) -> str:
    low, high = line.low_price / scale, -line.high_price / scale
    if low >= LEAST_PRICE:
        return _("the lower bound 1 down saves %(price)s") % {"price": _price(low)}
    if high >= LEAST_PRICE:
        return _("the upper bound 1 up saves %(price)s") % {"price": _price(high)}
    return ""


def _worth_of_share(part: Part) -> str:
    """What one percent more of the largest share, or less of the smallest, saves."""
    if -part.most_price / 100 >= LEAST_PRICE and part.most_frac < 1:
        price = _price(-part.most_price / 100)
        return _("1 %% more of it would save %(price)s") % {"price": price}
    if part.least_price / 100 >= LEAST_PRICE and part.least_frac > 0:
        price = _price(part.least_price / 100)
        return _("1 %% less of it would save %(price)s") % {"price": price}
    return ""


def _price(amount: float) -> str:
    if amount >= 10:
        return yuan_per_t(amount)
    return _("%(amount)s CNY/t") % {"amount": f"{amount:.2g}"}


def _figure(value: float) -> str:
    """Four figures, without the solver's rounding."""
    return plain(float(f"{value:.4g}") if abs(value) >= 1e-9 else 0.0)


def left_out_rows(answer: Answer) -> list[dict[str, Any]]:
    """Supplies that did not enter, each with the reason in words."""
    lines = {line.key: line for line in answer.lines}
    return [
        {
            "supply": row.supply,
            "reason": _("The rules of this use refuse it.")
            if row.why == "rules"
            else _("Not known: %(contents)s")
            % {
                "contents": _(", ").join(
                    limit_name(key, lines[key].parameter) for key in row.keys
                )
            },
        }
        for row in answer.left_out
    ]
