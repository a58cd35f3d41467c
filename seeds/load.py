"""Loading the catalogue: all of it in one transaction, or nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import ngettext

from seeds.rows import Catalogue
from seeds.schema import CONFIDENCE, read_catalogue
from seeds.tabular import Fault
from seeds.turns import wait_for_turn
from seeds.upsert import Change, write_tables
from wastehub.catalogue.models import Rulebook
from wastehub.errors import Refused

FOLDER = Path(__file__).resolve().parent / "catalogue"


@dataclass(frozen=True)
class Report:
    """What a catalogue holds, and what a load did with it.

    ``limits`` counts the limits by confidence; ``deciding`` of them may decide a
    verdict, and ``unread`` of these wait for a number that nobody has read yet.
    """

    version: str
    changes: Mapping[str, Change]
    limits: Mapping[str, int]
    deciding: int
    unread: int
    written: bool


def load_catalogue(folder: Path = FOLDER, *, dry_run: bool = False) -> Report:
    """Make the tables of the catalogue say what the files in a folder say.

    Files that are the latest rulebook already are left alone. With ``dry_run``
    everything is tried and nothing is kept.

    Raises
    ------
    Refused
        ``catalogue_faulty``: the files are not sound, or a row that vanished from them
        is still in use. The message lists every fault; nothing has been written.
    """
    catalogue = _sound(folder)
    version = catalogue.version()
    with transaction.atomic():
        wait_for_turn()
        if _is_latest(version):
            return _report(catalogue, {}, written=False)
        changes, faults = write_tables(catalogue)
        _refuse(faults)
        Rulebook.objects.update_or_create(version=version)
        transaction.set_rollback(dry_run)
    return _report(catalogue, changes, written=not dry_run)


def check_catalogue(folder: Path = FOLDER) -> Report:
    """Whether the files in a folder are sound, asked without a database.

    Raises
    ------
    Refused
        ``catalogue_faulty``, with every fault in the message.
    """
    return _report(_sound(folder), {}, written=False)


def _sound(folder: Path) -> Catalogue:
    catalogue, faults = read_catalogue(folder)
    _refuse(faults)
    return catalogue


def _refuse(faults: Sequence[Fault]) -> None:
    if not faults:
        return
    count = len(faults)
    told = ngettext(
        "The catalogue has %(count)d fault; nothing was written.",
        "The catalogue has %(count)d faults; nothing was written.",
        count,
    )
    listed = "\n".join(str(fault) for fault in faults)
    raise Refused("catalogue_faulty", f"{told % {'count': count}}\n{listed}")


def _is_latest(version: str) -> bool:
    latest = Rulebook.objects.order_by("-loaded_at", "-pk").first()
    return latest is not None and latest.version == version


def _report(
    catalogue: Catalogue, changes: Mapping[str, Change], *, written: bool
) -> Report:
    labels = Counter(limit.confidence for limit in catalogue.limits)
    deciding = [limit for limit in catalogue.limits if limit.decides]
    return Report(
        version=catalogue.version(),
        changes={
            name: changes.get(name, Change(len(rows)))
            for name, rows in catalogue.tables().items()
        },
        limits={label: labels[label] for label in CONFIDENCE},
        deciding=len(deciding),
        unread=sum(limit.value is None for limit in deciding),
        written=written,
    )
