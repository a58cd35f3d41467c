"""The pairs of a plan as a table that is filtered and sorted by its address."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from matching.models import Match
from wastehub.web.flow_filters import LARGEST_FIRST, FlowFilterSet
from wastehub.web.pages.listing import matches_in_full

PAGE_SIZE = 25
# The order of a first click on a column: names from A, numbers from the largest.
_HEADS = {
    "from": (_("From"), "from"),
    "material": (_("Material"), "material"),
    "to": (_("To"), "to"),
    "route": (_("Use route"), "route"),
    "mass": (_("Tonnes"), "-mass"),
    "distance": (_("Distance"), "-distance"),
    "net": (_("Net, CNY/t"), "-net"),
}
_NUMBERS = ("mass", "distance", "net")


@dataclass(frozen=True)
class Head:
    """A column's head: a link that sorts by it, or turns its order round."""

    words: Any
    query: str
    sorted_as: str
    is_number: bool


def pairs_context(request: HttpRequest, rows: QuerySet[Match]) -> dict[str, Any]:
    """The form, the page of pairs that it asks for, the heads and the files' query."""
    asked = FlowFilterSet(request.GET, rows)
    found = matches_in_full(asked.qs) if asked.is_valid() else rows.none()
    kept = request.GET.copy()
    kept.pop("page", None)
    return {
        "pair_form": asked.form,
        "pairs": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "pair_heads": [_head(code, kept) for code in _HEADS],
        "query": f"{kept.urlencode()}&" if kept else "",
        "is_filtered": any(
            kept.get(name) for name in asked.filters if name != "ordering"
        ),
    }


def _head(code: str, kept: QueryDict) -> Head:
    words, first = _HEADS[code]
    now = kept.get("ordering") or LARGEST_FIRST
    is_now = now.removeprefix("-") == code
    asked = kept.copy()
    asked["ordering"] = _turned(now) if is_now else first
    falling = "descending" if now.startswith("-") else "ascending"
    return Head(words, asked.urlencode(), falling if is_now else "", code in _NUMBERS)


def _turned(order: str) -> str:
    return order[1:] if order.startswith("-") else f"-{order}"
