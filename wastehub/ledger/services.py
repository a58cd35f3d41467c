"""Writing the ledger: several entries in one transaction, each once, or none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wastehub.accounts.models import User
from wastehub.catalogue.models import Material
from wastehub.errors import Conflict, Refused, refuse_if_any
from wastehub.ledger import chain
from wastehub.ledger.heads import Pile, balances_kg, heads
from wastehub.ledger.kinds import Evidence, Kind, change_kg
from wastehub.ledger.lines import Line, faults_of
from wastehub.ledger.models import Entry
from wastehub.registry.models import Facility
from wastehub.units import tonnes_from_kg


@transaction.atomic
def entries_add(*, lines: Sequence[Line], user: User | None = None) -> list[Entry]:
    """Write entries in their order; of those with a key already written, none again.

    Sites are locked in the order of their keys, so that two writers wait for each other
    and never for ever.

    Returns
    -------
    The entries, one for each line; for a line told before, the entry of that time.

    Raises
    ------
    Refused
        ``invalid``, with the field at fault. Nothing is written then.
    Conflict
        ``not_enough``, at ``mass_kg`` with the mass that is there; ``already_open``, at
        ``kind``.
    """
    for line in lines:
        _refuse_if_faulty(line)
    _lock(line.facility for line in lines)
    told = _told_before(lines)
    fresh = [line for line in lines if line.source_key not in told]
    written = _written(fresh, user)
    return [told.get(line.source_key or "") or next(written) for line in lines]


def entry_correct(
    *,
    entry: Entry,
    mass_kg: int,
    reason: str,
    user: User | None = None,
    source_key: str | None = None,
    evidence: Evidence | None = None,
) -> Entry:
    """Say that an entry's mass was otherwise; the entry itself stays as it is.

    Parameters
    ----------
    mass_kg
        What the mass really was, 0 or more; earlier corrections are taken into account.

    Raises
    ------
    Refused
        ``invalid``, at ``mass_kg`` or ``reason``.
    Conflict
        ``not_enough``, as above.
    """
    if mass_kg < 0:
        told = _("A mass can not be negative.")
        raise Refused("invalid", told, {"mass_kg": told})
    with transaction.atomic():
        _lock([entry.facility])
        found = Entry.objects.select_related("facility", "material", "route").get(
            pk=entry.corrects_id or entry.pk
        )
        known_kg = found.mass_kg + sum(
            found.corrections.values_list("mass_kg", flat=True)
        )
        line = replace(
            _as_line(found),
            corrects=found,
            mass_kg=mass_kg - known_kg,
            note=reason.strip(),
            evidence=evidence or Evidence(found.evidence),
            source_key=source_key,
        )
        return entries_add(lines=[line], user=user)[0]


def entries_try(*, lines: Sequence[Line]) -> list[Refused | None]:
    """What would be refused of each line, were those that are taken written in order.

    Nothing is written; a line with a key already written is none to refuse.
    """
    told = _told_before(lines)
    balances = balances_kg({_pile(line) for line in lines})
    return [
        None if line.source_key in told else _refusal(line, balances) for line in lines
    ]


def stock_kg(*, facility: Facility, material: Material) -> int:
    """What the ledger says is there now; 0 where it says nothing."""
    pile = facility.pk, material.pk
    return balances_kg([pile]).get(pile, 0)


def _refuse_if_faulty(line: Line) -> None:
    faults = faults_of(line)
    refuse_if_any(faults, _("This can not be entered in the ledger."))


def _refusal(line: Line, balances: dict[Pile, int]) -> Refused | None:
    """Why a line is not taken; where it is, the balances are those after it."""
    pile = line.facility.pk, line.material.pk
    try:
        _refuse_if_faulty(line)
        _refuse_late_opening(line, is_open=pile in balances)
        balances[pile] = _balance_after(line, balances.get(pile, 0))
    except Refused as refused:
        return refused
    return None


def _as_line(entry: Entry) -> Line:
    values = {field.name: getattr(entry, field.name) for field in fields(Line)}
    return Line(**values)


def _lock(sites: Iterable[Facility]) -> None:
    keys = sorted({site.pk for site in sites})
    rows = Facility.objects.select_for_update(no_key=True).filter(pk__in=keys)
    list(rows.order_by("pk").values_list("pk"))


def _told_before(lines: Sequence[Line]) -> dict[str | None, Entry]:
    keys = [line.source_key for line in lines if line.source_key]
    if not keys:
        return {}
    return {
        entry.source_key: entry for entry in Entry.objects.filter(source_key__in=keys)
    }


def _written(lines: Sequence[Line], user: User | None) -> Iterator[Entry]:
    now = timezone.now()
    last = heads({line.facility.pk for line in lines})
    balances = balances_kg({_pile(line) for line in lines})
    entries = []
    for line in lines:
        pile = _pile(line)
        _refuse_late_opening(line, is_open=pile in balances)
        balances[pile] = _balance_after(line, balances.get(pile, 0))
        entry = _entry(line, user, now, balances[pile])
        sequence, hash_before = last.get(line.facility.pk, (0, chain.BEGINNING))
        entry.sequence = sequence + 1
        entry.hash = chain.digest(hash_before, entry)
        last[line.facility.pk] = entry.sequence, entry.hash
        entries.append(entry)
    return iter(Entry.objects.bulk_create(entries))


def _pile(line: Line) -> Pile:
    return line.facility.pk, line.material.pk


def _balance_after(line: Line, before_kg: int) -> int:
    after_kg = before_kg + change_kg(line.kind, line.mass_kg)
    if after_kg < 0:
        told = _("Only %(there)s t of it are there.") % {
            "there": tonnes_from_kg(before_kg)
        }
        raise Conflict("not_enough", told, {"mass_kg": told})
    return after_kg


def _refuse_late_opening(line: Line, is_open: bool) -> None:
    if line.kind == Kind.OPENING and line.corrects is None and is_open:
        told = _("This ledger is open already: correct its opening stock instead.")
        raise Conflict("already_open", told, {"kind": told})


def _entry(line: Line, user: User | None, now: datetime, balance_kg: int) -> Entry:
    values = {field.name: getattr(line, field.name) for field in fields(Line)}
    values["counterparty_name"] = line.other_end()
    return Entry(**values, balance_kg=balance_kg, recorded_at=now, entered_by=user)
