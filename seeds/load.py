"""Loading the catalogue: all of it in one transaction, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from seeds.checking import FOLDER, refuse, sound_catalogue
from seeds.coverage import Tally, tally
from seeds.rows import Catalogue
from seeds.turns import wait_for_turn
from seeds.upsert import Change, write_tables
from wastehub.catalogue.models import Rulebook


@dataclass(frozen=True)
class Report:
    """What a catalogue holds, and what a load did with it."""

    version: str
    changes: Mapping[str, Change]
    limits: Tally
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
    catalogue = sound_catalogue(folder)
    version = catalogue.version()
    with transaction.atomic():
        wait_for_turn()
        if _is_latest(version):
            return _report(catalogue, {}, written=False)
        changes, faults = write_tables(catalogue)
        refuse(faults)
        Rulebook.objects.update_or_create(version=version)
        transaction.set_rollback(dry_run)
    return _report(catalogue, changes, written=not dry_run)


def _is_latest(version: str) -> bool:
    latest = Rulebook.objects.order_by("-loaded_at", "-pk").first()
    return latest is not None and latest.version == version


def _report(
    catalogue: Catalogue, changes: Mapping[str, Change], *, written: bool
) -> Report:
    return Report(
        version=catalogue.version(),
        changes={
            name: changes.get(name, Change(len(rows)))
            for name, rows in catalogue.tables().items()
        },
        limits=tally(catalogue.limits),
        written=written,
    )
