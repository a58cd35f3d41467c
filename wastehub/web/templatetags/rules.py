"""What a rule says beside its number: grades as alternatives, how a value follows."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from wastehub.catalogue.models import Parameter, TypicalValue
from wastehub.web.templatetags.figures import plain
from wastehub.web.templatetags.naming import name

register = template.Library()

_TOKENS = re.compile(
    r"(?P<number>\d[\d.]*(?:[eE][+-]?\d+)?)"
    r"|(?P<code>[A-Za-z_]\w*)"
    r"|\s*(?P<sign>[-+*/])\s*",
    re.ASCII,
)
_SIGNS = {"*": " × ", "/": " / ", "+": " + ", "-": " − "}


@register.filter
def has_grades(standings: Iterable[Any]) -> bool:
    """Whether any of the limits holds for one grade only."""
    return any(one.row.grade for one in standings)


@register.filter
def plausible(usual: TypicalValue) -> str:
    """What a report may say at all: the material's range, else the parameter's."""
    parameter = usual.parameter
    low, high = usual.plausible_low, usual.plausible_high
    low = parameter.plausible_low if low is None else low
    high = parameter.plausible_high if high is None else high
    return f"{plain(low)} – {plain(high)}"


@register.filter
def derivation(parameter: Parameter, parameters: Mapping[str, Parameter]) -> str:
    """A parameter's formula with the names of what it follows from; empty for none."""

    def said(token: re.Match[str]) -> str:
        if token["code"]:
            found = parameters.get(token["code"])
            return name(found) if found else token["code"]
        return _SIGNS[token["sign"]] if token["sign"] else token[0]

    return _TOKENS.sub(said, parameter.formula).strip()
