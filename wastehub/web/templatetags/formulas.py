"""How a mass was estimated, laid out to be read: one term a line, factors by name.

The stored text names factors by code, as ``0.05 (retarder_share_of_cement, H)``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template

from wastehub.catalogue.models import Factor
from wastehub.web.templatetags.naming import name

register = template.Library()

_ENDS = re.compile(r"(?<=。)\s*(?=\S)|(?<=\.)\s+(?=\S)")
_BETWEEN_TERMS = re.compile(r" (?=[x/=] )")
_CITED = re.compile(r"\((?P<code>\w+), (?P<confidence>[HML][+-]?)\)")
_SIGNS = {"x ": "× ", "/ ": "÷ "}


@dataclass(frozen=True)
class Statement:
    """A sum with its terms, or a sentence, which is a single term."""

    terms: list[str]
    lang: str

    @property
    def is_sum(self) -> bool:
        """Whether something is reckoned here."""
        return len(self.terms) > 1


@register.inclusion_tag("web/_formula.html")
def formula(text: str, factors: Iterable[Factor]) -> dict[str, Any]:
    """The sums and sentences of an estimate, factors named in the reader's language."""
    names = {factor.code: name(factor) for factor in factors}
    return {"statements": [_statement(line, names) for line in _lines(text)]}


def _lines(text: str) -> list[str]:
    """Sentences, and each sum of those that reckon several, apart by semicolons."""
    lines: list[str] = []
    for sentence in _ENDS.split(text):
        lines += sentence.split("; ") if " = " in sentence else [sentence]
    return [line for line in lines if line]


def _statement(line: str, names: dict[str, str]) -> Statement:
    terms = [_signed(term) for term in _BETWEEN_TERMS.split(line)]
    if len(terms) > 1:
        terms[-1] = terms[-1].removesuffix(".")
    named = [_CITED.sub(lambda cited: _named(cited, names), term) for term in terms]
    return Statement(named, "zh-Hans" if re.match(r"[一-鿿]", line) else "en")


def _signed(term: str) -> str:
    return _SIGNS.get(term[:2], term[:2]) + term[2:]


def _named(cited: re.Match[str], names: dict[str, str]) -> str:
    code = cited["code"]
    return f"({names.get(code, code)}, {cited['confidence']})"
