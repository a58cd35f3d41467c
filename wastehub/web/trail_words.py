"""The audit trail in the reader's language: what was done, and what it changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from maps.alerts.kinds import AlertState
from wastehub.exchange.states import (
    AgreementStatus,
    DeclarationStatus,
    NoteStatus,
    OfferStatus,
)
from wastehub.notices.kinds import kind_of
from wastehub.trail.models import TrailEntry
from wastehub.web.declaration_forms import WORDS

SUBJECTS: Final = {
    "offer": _("Offer"),
    "agreement": _("Agreement"),
    "note": _("Transfer note"),
    "declaration": _("Declaration"),
    "brief": _("Monthly brief"),
    "facility": _("Site"),
    "alert": _("Alert"),
}
# Acts that nobody is told of, and that the trail keeps all the same.
_ACTS: Final = {
    ("note", "draft"): _("Transfer note drawn up"),
    ("note", "attach"): _("File attached"),
    ("declaration", "draft"): _("Declaration drawn up"),
    ("declaration", "fill"): _("Declaration changed"),
    ("facility", "import_ledger"): _("Past ledger imported"),
    ("facility", "declare_capacity"): _("Capacity of the yard declared"),
    ("facility", "set_quota_terms"): _("Terms of the production quota set"),
    ("alert", "acknowledge"): _("Alert acknowledged"),
    ("alert", "settle"): _("Alert settled"),
    ("alert", "reopen"): _("Alert open again, as it got worse"),
}
_FIELDS: Final = {
    "status": _("State"),
    "reason": _("Reason"),
    "mass_kg": _("Mass"),
    "planned_kg": _("Planned mass"),
    "planned_on": _("Planned day"),
    "carrier": _("Carrier"),
    "remark": _("Remark"),
    "note": pgettext_lazy("alert", "What was done"),
    "material": _("Material"),
    "name": _("File"),
    "sha256": "SHA-256",
    "entries": _("Entries"),
    "capacity_kg": _("The yard holds"),
    "source": _("Source"),
    "declared_on": _("As of"),
    "carry_kg": _("Carried over"),
    "stock_plan_kg": _("Planned stock"),
    "weight": _("Weight k"),
    "is_zero": _("Zero declaration"),
    "explanation": _("Explanation"),
    **WORDS,
}
_PLACES: Final = {name: place for place, name in enumerate(_FIELDS)}
_STATUSES: Final[dict[str, Any]] = {
    "offer": OfferStatus,
    "agreement": AgreementStatus,
    "note": NoteStatus,
    "declaration": DeclarationStatus,
    "alert": AlertState,
}


@dataclass(frozen=True)
class Change:
    """One value before and after; empty where there was none."""

    field: str
    before: str
    after: str


def act_of(entry: TrailEntry) -> str:
    """What was done."""
    kind = kind_of(entry)
    if kind is not None:
        return str(kind.label)
    return str(_ACTS.get((entry.subject, entry.action), entry.action))


def changes(
    subject: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    plates: Mapping[str, str],
) -> list[Change]:
    """What changes; the price is between the parties and is left out.

    A 0 where there was nothing is no change. ``plates`` are those of vehicles by their
    keys, as far as the page knows them.
    """
    return [
        Change(
            plates.get(name) or _field(name),
            _value(subject, name, before.get(name)),
            _value(subject, name, after.get(name)),
        )
        for name in sorted({**before, **after}, key=_place)
        if not name.startswith("price") and (before.get(name) or after.get(name) != 0)
    ]


def address_of(subject: str, public_id: UUID) -> str:
    """The page of a thing."""
    return reverse(subject, args=[public_id])


def _place(name: str) -> int:
    """In the order of the fields; what is not among them comes last."""
    return _PLACES.get(name, len(_PLACES))


def _field(name: str) -> str:
    # A settlement's masses stand by vehicle.
    if name.isdecimal():
        return _now("Vehicle %(number)s") % {"number": name}
    return str(_FIELDS.get(name, name))


def _value(subject: str, name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "status" and value in _STATUSES.get(subject, ()):
        return str(_STATUSES[subject](value).label)
    if isinstance(value, bool):
        return pgettext("said", "yes") if value else pgettext("said", "no")
    if isinstance(value, int) and (name.endswith("_kg") or name.isdecimal()):
        return f"{value:,} kg"
    return str(value)
