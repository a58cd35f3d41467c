"""The records behind alerts as links, as far as the reader may open them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from maps.models import Alert
from wastehub.ledger.periods import month_end
from wastehub.web import policy
from wastehub.web.templatetags.naming import name


@dataclass(frozen=True)
class Link:
    """Where a record is read, and what it is called."""

    address: str
    words: str


def links(user: policy.Viewer, alerts: Iterable[Alert]) -> dict[int, list[Link]]:
    """By alert: its records in order; three queries for any number of them."""
    told = list(alerts)
    wanted: dict[str, set[str]] = defaultdict(set)
    for alert in told:
        for kind, public_id in alert.records:
            wanted[_ROWS[kind]].add(public_id)
    rows = {
        what: {str(row.public_id): row for row in _readable(user, what, ids)}
        for what, ids in wanted.items()
    }
    return {
        alert.pk: [
            _link(kind, rows[_ROWS[kind]][public_id], alert)
            for kind, public_id in alert.records
            if public_id in rows[_ROWS[kind]]
        ]
        for alert in told
    }


_ROWS: Final[Mapping[str, str]] = {
    "ledger": "site",
    "entries": "site",
    "declaration": "declaration",
    "note": "note",
}


def _readable(user: policy.Viewer, what: str, ids: set[str]) -> Iterable[Any]:
    if what == "declaration":
        seen: Any = policy.declarations(user).only("public_id", "month")
    elif what == "note":
        seen = policy.notes(user).only("public_id", "number")
    else:
        seen = policy.ledgers(user).only("public_id", "name_zh", "name_en")
    return seen.filter(public_id__in=ids)


def _link(kind: str, row: Any, alert: Alert) -> Link:
    if kind == "declaration":
        words = _("Declaration of %(month)s") % {"month": f"{row.month:%Y-%m}"}
        return Link(reverse("declaration", args=[row.public_id]), words)
    if kind == "note":
        words = _("Transfer note %(number)s") % {"number": row.number}
        return Link(reverse("note", args=[row.public_id]), words)
    asked = {"material": alert.material.code}
    words = _("Ledger of %(site)s") % {"site": name(row)}
    if kind == "entries" and alert.month:
        asked |= {
            "first": alert.month.isoformat(),
            "last": month_end(alert.month).isoformat(),
        }
        words = _("Entries of %(month)s") % {"month": f"{alert.month:%Y-%m}"}
    return Link(
        f"{reverse('ledger_of', args=[row.public_id])}?{urlencode(asked)}", words
    )
