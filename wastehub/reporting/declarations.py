"""What becomes of declarations: drawn up from the ledger, submitted, decided upon.

Every service is a transaction; the declaration's row is locked first.
"""

from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wastehub.accounts.models import Jurisdiction, User
from wastehub.catalogue.models import Material
from wastehub.errors import Conflict, NotYours, Refused, refuse_if_any
from wastehub.exchange.parties import require_speaker
from wastehub.exchange.states import (
    DECLARATION_MOVES,
    DeclarationStatus,
    Office,
    require,
)
from wastehub.ledger.kinds import Kind
from wastehub.ledger.models import BALANCE_CEILING_KG, Entry
from wastehub.ledger.periods import month_end, month_of
from wastehub.ledger.querysets import stock_of
from wastehub.places.retired import prefixes_of
from wastehub.registry.models import MASS_CEILING_KG, Facility
from wastehub.reporting.figures import COLUMNS, Figures, figures_of
from wastehub.reporting.gaps import Books
from wastehub.reporting.models import Declaration
from wastehub.trail.models import Actor, record

OPEN_TO_CHANGE = (DeclarationStatus.DRAFT, DeclarationStatus.RETURNED)


def figures_from_ledger(
    *, facility: Facility, material: Material, month: date
) -> Figures:
    """The figures of a month as the ledger has them."""
    rows = Entry.objects.filter(facility=facility, material=material)
    last = month_end(month)
    stock = rows.filter(occurred_on__lte=last).totals_kg()
    return figures_of(rows.between(month, last).masses_kg(), stock_of(stock))


def books_of(declaration: Declaration) -> Books:
    """What the ledger says today beside the figures of a declaration."""
    rows = Entry.objects.filter(
        facility=declaration.facility, material=declaration.material
    )
    last = month_end(declaration.month)
    until = rows.filter(occurred_on__lte=last)
    return Books(
        lost_kg=rows.between(declaration.month, last).totals_kg()[Kind.LOSS],
        carried_kg=stock_of(until.totals_kg()),
        has_opening=until.filter(kind=Kind.OPENING).exists(),
    )


@transaction.atomic
def declaration_draft(
    *, facility: Facility, material: Material, month: date, actor: Actor
) -> Declaration:
    """Draw up a month from the ledger: a first version, or one after an accepted one.

    Raises
    ------
    NotYours
        ``not_your_site``.
    Refused
        ``invalid``, at ``month``: it is not over yet.
    Conflict
        ``already_declared``: the last version is not accepted yet.
    """
    require_speaker(actor, facility)
    month = month_of(month)
    if month_end(month) >= timezone.localdate():
        told = _("This month is not over yet.")
        raise Refused("invalid", told, {"month": told})
    Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)
    last = _last_version(facility, material, month)
    if last and last.status != DeclarationStatus.ACCEPTED:
        told = _("This month has a declaration that is not accepted yet.")
        raise Conflict("already_declared", told, {"month": told})
    figures = figures_from_ledger(facility=facility, material=material, month=month)
    drawn_up = Declaration.objects.create(
        facility=facility,
        material=material,
        month=month,
        version=last.version + 1 if last else 1,
        made_by=actor.user,
        **asdict(figures),
    )
    record(actor=actor, of=drawn_up, action="draft", after=asdict(figures))
    return drawn_up


@transaction.atomic
def declaration_fill(
    *,
    declaration: Declaration,
    figures: Figures,
    is_zero: bool,
    explanation: str,
    actor: Actor,
) -> Declaration:
    """Change what a draft or a returned declaration says.

    Raises
    ------
    NotYours
        ``not_your_site``.
    Refused
        ``invalid``, with the fields at fault.
    Conflict
        ``wrong_state``.
    """
    found = _lock(declaration)
    require_speaker(actor, found.facility)
    require(DECLARATION_MOVES, "submit", _status(found), Office.DECLARANT)
    _refuse(_faults(figures) | _zero_fault(figures, is_zero))
    before = asdict(found.figures)
    _set(found, figures, is_zero, explanation)
    found.save(update_fields=[*COLUMNS, "is_zero", "explanation"])
    told = asdict(figures)
    changed = {name: told[name] for name in told if told[name] != before[name]}
    was = {name: before[name] for name in changed}
    record(actor=actor, of=found, action="fill", before=was, after=changed)
    return found


@transaction.atomic
def declaration_submit(*, declaration: Declaration, actor: Actor) -> Declaration:
    """Hand a declaration in.

    Raises
    ------
    NotYours
        ``not_your_site``.
    Refused
        ``invalid``, at ``is_zero``: nothing moved and that is not said, or the reverse.
    Conflict
        ``wrong_state``.
    """
    found = _lock(declaration)
    require_speaker(actor, found.facility)
    _refuse(_zero_fault(found.figures, found.is_zero))
    found.submitted_at = found.submitted_at or timezone.now()
    return _moved(found, "submit", DeclarationStatus.SUBMITTED, Office.DECLARANT, actor)


@transaction.atomic
def declaration_accept(*, declaration: Declaration, actor: Actor) -> Declaration:
    """Accept a declaration, as a regulator of its place; it is kept as it is then."""
    found = _lock(declaration)
    _require_watcher(actor, found.facility)
    found.decided_at = timezone.now()
    return _moved(found, "accept", DeclarationStatus.ACCEPTED, Office.REGULATOR, actor)


@transaction.atomic
def declaration_return(
    *, declaration: Declaration, reason: str, actor: Actor
) -> Declaration:
    """Give a declaration back with a reason, as a regulator of its place.

    Raises
    ------
    NotYours
        ``not_your_place``.
    Refused
        ``invalid``, at ``reason``.
    Conflict
        ``wrong_state``.
    """
    found = _lock(declaration)
    _require_watcher(actor, found.facility)
    if not reason.strip():
        _refuse({"reason": _("Say why.")})
    found.decided_at = timezone.now()
    found.returned_because = reason.strip()
    return _moved(found, "return", DeclarationStatus.RETURNED, Office.REGULATOR, actor)


def watches(user: User | None, facility: Facility) -> bool:
    """Whether a user is a regulator of a site's place."""
    return watches_place(user, facility.county.adcode)


def watches_place(user: User | None, here: str) -> bool:
    """Whether a user is a regulator of the region with an adcode."""
    if user is None:
        return False
    watched = Jurisdiction.objects.filter(user=user).values_list("adcode", flat=True)
    return here.startswith(tuple(prefixes_of(watched)))


def _require_watcher(actor: Actor, facility: Facility) -> None:
    if not watches(actor.user, facility):
        raise NotYours("not_your_place", _("Only a regulator of its place decides."))


def _last_version(
    facility: Facility, material: Material, month: date
) -> Declaration | None:
    rows = Declaration.objects.filter(facility=facility, material=material, month=month)
    return rows.order_by("-version").first()


def _lock(declaration: Declaration) -> Declaration:
    rows = Declaration.objects.select_for_update(of=["self"])
    return rows.select_related("facility__county", "material").get(pk=declaration.pk)


def _status(declaration: Declaration) -> DeclarationStatus:
    return DeclarationStatus(declaration.status)


def _set(
    declaration: Declaration, figures: Figures, is_zero: bool, explanation: str
) -> None:
    for name, mass_kg in asdict(figures).items():
        setattr(declaration, name, mass_kg)
    declaration.is_zero = is_zero
    declaration.explanation = explanation.strip()


def _faults(figures: Figures) -> dict[str, str]:
    """What can not be right, by field; the database holds the same."""
    faults = {}
    for name, mass_kg in asdict(figures).items():
        if mass_kg < 0 and name != "stored_kg":
            faults[name] = _("A mass can not be negative.")
        elif abs(mass_kg) > _ceiling_kg(name):
            faults[name] = _("More than a thousand million tonnes can not be right.")
    for part, whole in (("used_old_kg", "used_kg"), ("disposed_old_kg", "disposed_kg")):
        if getattr(figures, part) > getattr(figures, whole):
            faults[part] = _("This is a part of the total and can not be more.")
    return faults


def _ceiling_kg(name: str) -> int:
    stocks = ("stored_kg", "carried_kg")
    return BALANCE_CEILING_KG if name in stocks else MASS_CEILING_KG


def _zero_fault(figures: Figures, is_zero: bool) -> dict[str, str]:
    if figures.is_nothing == is_zero:
        return {}
    if is_zero:
        return {"is_zero": _("Something moved: this is no zero declaration.")}
    return {"is_zero": _("Nothing moved: say that this is a zero declaration.")}


def _refuse(faults: dict[str, str]) -> None:
    refuse_if_any(faults, _("This can not be declared."))


def _moved(
    declaration: Declaration,
    name: str,
    status: DeclarationStatus,
    office: Office,
    actor: Actor,
) -> Declaration:
    before = _status(declaration)
    require(DECLARATION_MOVES, name, before, office)
    declaration.status = status
    declaration.save(
        update_fields=["status", "submitted_at", "decided_at", "returned_because"]
    )
    after: dict[str, str] = {"status": status}
    if status == DeclarationStatus.RETURNED:
        after["reason"] = declaration.returned_because
    record(
        actor=actor,
        of=declaration,
        action=name,
        before={"status": before},
        after=after,
    )
    return declaration
