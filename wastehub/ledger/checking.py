"""Reading the ledger again from its first entry: is it what was written?

Nothing is taken on trust: numbers, balances, hashes and corrections are reckoned anew,
here in Python, from the plain columns.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from wastehub.ledger import chain
from wastehub.ledger.kinds import change_kg
from wastehub.ledger.models import Entry
from wastehub.ledger.querysets import EntryQuerySet

AT_ONCE = 20_000


@dataclass(frozen=True)
class Fault:
    """The first entry of a site at which its chain does not hold, and how."""

    facility_id: int
    sequence: int
    told: str


@dataclass
class Checked:
    """How much was read, and what does not hold; one fault a site at most."""

    entries: int = 0
    facilities: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass
class _Walk:
    """Where the reading of one site stands."""

    facility_id: int
    sequence: int = 0
    hash: str = chain.BEGINNING
    is_broken: bool = False
    balances: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    corrected: dict[int, tuple[int, str, int]] = field(default_factory=dict)


def check(entries: EntryQuerySet | None = None) -> Checked:
    """Read every entry, or those of some sites; whole sites only.

    Memory holds the entries of one site's keys, never all rows.
    """
    rows = (Entry.objects.all() if entries is None else entries).order_by(
        "facility_id", "sequence"
    )
    found = Checked()
    walk: _Walk | None = None
    for entry in rows.iterator(chunk_size=AT_ONCE):
        if walk is None or entry.facility_id != walk.facility_id:
            walk = _Walk(entry.facility_id)
            found.facilities += 1
        found.entries += 1
        if not walk.is_broken:
            _step(walk, entry, found)
    return found


def _step(walk: _Walk, entry: Entry, found: Checked) -> None:
    for told in _faults(walk, entry):
        found.faults.append(Fault(entry.facility_id, entry.sequence, told))
        walk.is_broken = True
        return
    walk.sequence, walk.hash = entry.sequence, entry.hash


def _faults(walk: _Walk, entry: Entry) -> Iterator[str]:
    if entry.sequence != walk.sequence + 1:
        yield _("Entry %(number)s is missing before it.") % {
            "number": walk.sequence + 1
        }
    if entry.hash != chain.digest(walk.hash, entry):
        yield _("Its content, or that of an entry before it, is not what was signed.")
    walk.balances[entry.material_id] += change_kg(entry.kind, entry.mass_kg)
    if entry.balance_kg != walk.balances[entry.material_id]:
        yield _("Its balance is %(told)s kg; the entries come to %(sum)s kg.") % {
            "told": entry.balance_kg,
            "sum": walk.balances[entry.material_id],
        }
    if entry.balance_kg < 0:
        yield _("Its balance is below nothing.")
    yield from _correction(walk, entry)


def _correction(walk: _Walk, entry: Entry) -> Iterator[str]:
    if entry.corrects_id is None:
        walk.corrected[entry.pk] = entry.material_id, entry.kind, entry.mass_kg
        return
    material, kind, mass_kg = walk.corrected.get(entry.corrects_id, (0, "", 0))
    if (material, kind) != (entry.material_id, entry.kind):
        yield _("It corrects what is no entry of its kind at this site.")
    if mass_kg + entry.mass_kg < 0:
        yield _("It corrects an entry to below nothing.")
    walk.corrected[entry.corrects_id] = material, kind, mass_kg + entry.mass_kg
